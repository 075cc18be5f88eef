"""What is masked is shown in full to those who may, with a reason, and each time is in the book."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.middleware import sight_of
from apps.accounts.models import User
from apps.applications.actions import record_death
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import Relation
from apps.households.actions import reveal
from apps.households.models import BankAccount, Household, Membership, Person

REASON = "电话通知补正"


@pytest.fixture
def o(db: None) -> f.Office:
    office = f.office()
    f.submitted(office)
    return office


def subjects() -> dict[str, tuple[Any, str, str]]:
    """Field → whose, address of the page, value in full."""
    household = Household.objects.get()
    account, head = BankAccount.objects.get(), household.head
    return {
        "id_number": (head, "person-id-number", head.full_id_number()),
        "number": (account, "account-number", account.full_number()),
        "address": (household, "household-address", "和平街 1 号"),
        "phone": (head, "", "13900001234"),
    }


def shown(by: User, field: str, reason: str = REASON) -> str:
    return reveal(subjects()[field][0], field, acting_user=by, on=f.OPENED, reason=reason)


def refused(by: User, field: str, reason: str = REASON) -> str:
    with pytest.raises(Refused) as told:
        shown(by, field, reason)
    return told.value.code


@pytest.mark.parametrize("field", ["id_number", "number", "address", "phone"])
def test_a_full_value_is_one_record_with_person_thing_field_and_reason(o: f.Office, field: str) -> None:
    whose, _, value = subjects()[field]
    assert shown(o.caseworker, field) == value
    record = Record.objects.get(verb=Verb.REVEAL)
    assert (record.user, record.subject_type, record.subject_id) == (o.caseworker, whose._meta.label_lower, whose.pk)
    assert (record.area, record.reason, record.payload) == (o.town, REASON, {"field": field})
    assert value not in f"{record.subject_label}{record.payload}"


@pytest.mark.parametrize("reason", ["", "   ", "看看", " 看 看 "])
def test_without_a_reason_nothing_is_shown(o: f.Office, reason: str) -> None:
    assert refused(o.caseworker, "id_number", reason.strip()) == "reason_needed"
    assert not Record.objects.filter(verb=Verb.REVEAL).exists()


def test_whoever_moved_on_is_the_business_of_where_they_live_now(o: f.Office) -> None:
    there = o.elsewhere()
    child = Person.objects.get(name="赵甲子")
    other = f.submitted(there, f.the_zhaos(there, name="钱乙")).household
    with act(Verb.SPLIT_HOUSEHOLD, acting_user=o.caseworker, on=f.OPENED):
        Membership.objects.filter(person=child).update(since=date(2024, 1, 1), until=date(2024, 5, 1))
        Membership.objects.create(person=child, household=other, relation=Relation.OTHER, since=date(2024, 5, 1))
    asked = {"on": f.OPENED, "reason": REASON}
    with sight_of(o.caseworker), pytest.raises(Refused) as told:
        reveal(child, "id_number", acting_user=o.caseworker, **asked)
    assert told.value.code == "not_permitted"
    with sight_of(o.stranger):
        assert reveal(child, "id_number", acting_user=o.stranger, **asked) == child.full_id_number()
    dies = {"died_on": f.OPENED, "evidence": "医院死亡证明", "sections": {}, "on": f.OPENED}
    with sight_of(o.caseworker), pytest.raises(Refused) as told:
        record_death(child, acting_user=o.caseworker, **dies)
    assert told.value.code == "not_permitted"


@pytest.mark.parametrize("desk", ["stranger", "other_leader", "checker", "admin"])
@pytest.mark.parametrize("field", ["id_number", "number", "address", "phone"])
def test_whom_it_does_not_concern_sees_nothing(o: f.Office, desk: str, field: str) -> None:
    assert refused(getattr(o, desk), field) == "not_permitted"
    assert not Record.objects.filter(verb=Verb.REVEAL).exists()


@pytest.mark.parametrize("desk", ["caseworker", "leader", "reviewer", "chief", "maker", "auditor"])
def test_who_may(o: f.Office, desk: str) -> None:
    assert len(shown(getattr(o, desk), "id_number")) == 18


def test_there_is_no_other_field_to_ask_for(o: f.Office) -> None:
    with pytest.raises(KeyError):
        reveal(Household.objects.get(), "id_number_sealed", acting_user=o.caseworker, on=f.OPENED, reason=REASON)


@pytest.mark.parametrize("field", ["id_number", "number", "address"])
def test_the_page_asks_first_shows_once_and_keeps_nothing(o: f.Office, client: Client, field: str) -> None:
    whose, page, value = subjects()[field]
    address = reverse(page, args=[whose.uuid])
    client.force_login(o.caseworker, backend="django.contrib.auth.backends.ModelBackend")
    asked = client.get(address)
    assert asked.status_code == 200
    assert value not in asked.content.decode()
    answer = client.post(address, {"reason": REASON})
    assert value in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert value not in client.get(address).content.decode()
    assert Record.objects.filter(verb=Verb.REVEAL).count() == 1


def test_a_page_without_a_reason_says_so_beside_the_field(o: f.Office, client: Client) -> None:
    client.force_login(o.caseworker, backend="django.contrib.auth.backends.ModelBackend")
    person = Person.objects.order_by("pk").first()
    assert person is not None
    address = reverse("person-id-number", args=[person.uuid])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "看看"}).status_code == 409
    assert not Record.objects.filter(verb=Verb.REVEAL).exists()


def test_the_file_page_shows_masks_only(o: f.Office, client: Client) -> None:
    client.force_login(o.caseworker, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(Household.objects.get().get_absolute_url()).content.decode()
    for _, _, value in subjects().values():
        assert value not in page
    assert "229999********" in page
    assert BankAccount.objects.get().number_mask in page
