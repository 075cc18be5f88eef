"""核对 with a bank's program: what it is asked, what it answers, and that the pages show it."""

import pytest
from django.test import Client as Browser

from apps.applications.tests import factories as f
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.partners.enums import Dataset, Purpose
from apps.partners.models import DisclosedPerson, Disclosure
from apps.partners.tests import factories as p
from apps.partners.tests.test_access import BANK, Scene, answer_about, delivered, s, shared

__all__ = ["s", "shared"]
WHY = {"purpose": "ECONOMIC_CHECK", "approval": "核对〔2024〕5号"}
pytestmark = pytest.mark.usefixtures("s")


def test_a_bank_is_asked_about_deposits_and_told_whose_with_the_consent(s: Scene) -> None:
    answer = s.bank.get("partner-api-checks", WHY)
    assert answer.status_code == 200, answer.content
    page = answer.json()
    assert page["next"] is None
    assert len(page["items"]) == 3
    first = next(one for one in page["items"] if one["name"] == "李丙")
    assert first["id_number"] == s.case.household.head.full_id_number()
    assert first["scopes"] == ["DEPOSIT", "INSURANCE", "SECURITIES"]
    assert first["consent"] == {
        "signed_on": "2024-05-20",
        "signed_by": "李丙",
        "text_version": first["consent"]["text_version"],
    }
    assert first["due_on"] == "2024-05-24"  # three working days after Tuesday the 21st
    told = Disclosure.objects.get()
    assert (told.persons, told.fields) == (3, ["ID_NUMBER", "NAME"])
    assert DisclosedPerson.objects.count() == 3


def test_pages_follow_each_other(s: Scene) -> None:
    seen, query = [], WHY | {"limit": 2}
    while True:
        page = s.bank.get("partner-api-checks", query).json()
        seen += [one["item"] for one in page["items"]]
        if page["next"] is None:
            break
        query = query | {"cursor": page["next"]}
    assert len(seen) == len(set(seen)) == 3


def test_what_is_answered_is_no_longer_asked_and_a_failure_still_is(s: Scene) -> None:
    s.bank.write("partner-api-check-answers", answer_about(s))
    s.bank.write("partner-api-check-answers", answer_about(s, scope="INSURANCE", outcome="FAILED"))
    head = next(one for one in s.bank.get("partner-api-checks", WHY).json()["items"] if one["name"] == "李丙")
    assert head["scopes"] == ["INSURANCE", "SECURITIES"]


def test_an_amount_belongs_to_what_was_found(s: Scene) -> None:
    answer = s.bank.write("partner-api-check-answers", answer_about(s, amount_fen=100))
    assert (answer.status_code, answer.json()["field"]) == (409, "amount_fen")


def test_the_answer_stands_on_the_case_s_page_with_the_bank_as_its_source(s: Scene) -> None:
    raw = '{"accounts": 1, "balance": "50000.00"}'
    told = answer_about(s, outcome="FOUND", amount_fen=5_000_000, raw=raw)
    taken = s.bank.write("partner-api-check-answers", told)
    assert taken.json()["valid_until"] > "2024-06-03"
    answer = delivered().get()
    assert (answer.source_office, answer.answered_by, answer.full_raw()) == (BANK, s.bank.client.user, raw)
    assert raw.encode() not in bytes(answer.raw_sealed)
    browser = Browser()
    browser.force_login(s.o.caseworker, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get(s.case.get_absolute_url()).content.decode()
    assert "50,000.00" in page
    assert BANK in page
    record = Record.objects.filter(verb=Verb.TAKE_ANSWER).get()
    assert (record.user, record.subject_id) == (s.bank.client.user, s.case.pk)


def test_another_township_s_and_an_item_that_is_none_answer_alike(s: Scene) -> None:
    other = p.program(s.o, BANK)
    p.granted(s.o, other, Dataset.CHECKS, purposes=[Purpose.ECONOMIC_CHECK], area=s.o.other_town)
    foreign = other.write("partner-api-check-answers", answer_about(s))
    nowhere = other.write("partner-api-check-answers", answer_about(s, item=999_999_999))
    assert foreign.status_code == nowhere.status_code == 404
    assert foreign.json() == nowhere.json()
    assert other.get("partner-api-checks", WHY).json()["items"] == []


def test_a_matter_of_another_bureau_is_not_answered(s: Scene) -> None:
    answer = s.bank.write("partner-api-check-answers", answer_about(s, scope="TAX"))
    assert (answer.status_code, answer.json()["code"]) == (409, "not_asked")


def test_an_answer_for_a_case_that_is_over_is_not_taken(s: Scene) -> None:
    item = answer_about(s)
    f.actions.withdraw(s.case, reason="不再申请", acting_user=s.o.caseworker, on=f.POSTED)
    assert s.bank.write("partner-api-check-answers", item).status_code == 404
