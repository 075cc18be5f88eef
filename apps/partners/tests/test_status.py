"""A person's status: told in the granted fields to whoever may know, the same nothing in every other case."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from apps.applications.tests import factories as f
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.households.models import Household, Person
from apps.partners.enums import Dataset, Field, Purpose
from apps.partners.facts.told import told_of
from apps.partners.models import DisclosedPerson, Disclosure
from apps.partners.tests import factories as p

NOTHING = {"found": False, "benefits": []}


@dataclass
class Scene:
    o: f.Office
    family: Household
    foreign: Household


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with f.undone(django_db_blocker):
        o = f.office(f.PAY_DAY)
        here = f.confirmed(o).household
        there = f.confirmed(o.elsewhere(), f.the_zhaos(o.elsewhere(), name="钱乙")).household
        assert here is not None
        assert there is not None
        yield Scene(o, here, there)


@pytest.fixture
def s(shared: Scene) -> Iterator[Scene]:
    with f.undone():
        yield shared


def about(person: Person, **changed: str) -> dict[str, str]:
    return p.WHY | {"id_number": person.full_id_number(), "name": person.name} | changed


def test_a_recipient_is_told_of_in_the_granted_fields(s: Scene) -> None:
    asking = p.program(s.o)
    p.granted(s.o, asking)
    answer = asking.post("partner-api-status", about(s.family.head))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer.json() == {
        "found": True,
        "benefits": [
            {
                "scheme": "DIBAO",
                "category": "FAMILY",
                "since": "2024-06",
                "until": None,
                "area": {"code": s.o.town.code, "name": s.o.town.name},
            }
        ],
    }


def test_a_field_not_granted_is_absent(s: Scene) -> None:
    asking = p.program(s.o)
    p.granted(s.o, asking, fields=[Field.SCHEME])
    answer = asking.post("partner-api-status", about(s.family.head))
    assert answer.json() == {"found": True, "benefits": [{"scheme": "DIBAO"}]}
    assert Disclosure.objects.get().fields == ["SCHEME"]


def test_the_family_reads_a_question_repeated_on_one_day_as_one_line_with_its_times(s: Scene) -> None:
    asking = p.program(s.o)
    p.granted(s.o, asking)
    for approval in ("一号", "二号", "二号", "二号"):
        asking.post("partner-api-status", about(s.family.head, approval=approval))
    assert Disclosure.objects.count() == 4
    assert [(one.disclosure.approval, times) for one, times in told_of(s.family)] == [("二号", 3), ("一号", 1)]
    browser = Client()
    browser.force_login(s.o.caseworker, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get(reverse("household-disclosures", args=[s.family.uuid])).content.decode()
    assert '（二号）</td><td data-label="次数">3</td>' in page
    assert told_of(s.foreign) == []


def test_unknown_misspelt_elsewhere_and_without_benefit_answer_and_cost_alike(s: Scene) -> None:
    asking = p.program(s.o)
    p.granted(s.o, asking, area=s.o.town)
    nobody = about(s.family.head, id_number=f.awards.number_of(f.OPENED.replace(year=1960)))
    refused = f.refused(s.o, f.the_zhaos(s.o, name="孙丙")).household
    assert refused is not None
    questions = [
        nobody,
        about(s.family.head, name="赵乙"),
        about(s.foreign.head),
        about(refused.head),
        about(s.family.head, month="2024-04") | {"name": "无此人"},
    ]
    asked = []
    for question in questions:
        with CaptureQueriesContext(connection) as queries:
            answer = asking.post("partner-api-status", question)
        assert (answer.status_code, answer.json()) == (200, NOTHING)
        asked.append([query["sql"][:25] for query in queries if "SAVEPOINT" not in query["sql"]])
    assert asked == [asked[0]] * len(asked)
    assert DisclosedPerson.objects.count() == 0
    # Every question was written down nevertheless, and can be counted by whom it was about.
    assert Disclosure.objects.exclude(asked_index=b"").count() == len(questions)


def test_each_answer_is_one_record_that_says_who_was_told_what_why(s: Scene) -> None:
    asking = p.program(s.o)
    p.granted(s.o, asking)
    before = Record.objects.count()
    asking.post("partner-api-status", about(s.family.head))
    record = Record.objects.latest("pk")
    assert Record.objects.count() == before + 1
    assert (record.verb, record.user) == (Verb.TELL_PARTNER, asking.client.user)
    assert record.reason == "资助参加基本医疗保险、医疗救助（蛟医保〔2024〕12号）"
    told = record.disclosure
    assert told.fields == ["AREA", "CATEGORY", "SCHEME", "SINCE", "UNTIL"]
    assert [one.person for one in told.people.all()] == [s.family.head]
    assert s.family.head.full_id_number() not in str(record.payload)


@pytest.mark.parametrize(
    ("left_out", "field"),
    [("purpose", "purpose"), ("approval", "approval"), ("name", "name"), ("id_number", "id_number")],
)
def test_what_is_missing_is_named(s: Scene, left_out: str, field: str) -> None:
    asking = p.program(s.o)
    p.granted(s.o, asking)
    question = about(s.family.head)
    del question[left_out]
    answer = asking.post("partner-api-status", question)
    assert answer.status_code == 400
    assert answer.json()["field"] == left_out
    assert Disclosure.objects.count() == 0


def test_a_purpose_outside_the_grant_is_refused_with_those_there_are(s: Scene) -> None:
    asking = p.program(s.o)
    p.granted(s.o, asking, purposes=[Purpose.MEDICAL_SUBSIDY, Purpose.OTHER])
    answer = asking.post("partner-api-status", about(s.family.head, purpose=Purpose.LEGAL_AID))
    assert (answer.status_code, answer.json()["code"]) == (403, "purpose_not_granted")
    assert "现有：MEDICAL_SUBSIDY、OTHER" in answer.json()["message"]
    answer = asking.post("partner-api-status", about(s.family.head, purpose="AID"))
    assert (answer.status_code, answer.json()["field"]) == (400, "purpose")
    assert answer.json()["message"].startswith("须是其中之一：MEDICAL_SUBSIDY、")


def test_a_number_where_a_text_belongs_is_refused(s: Scene) -> None:
    asking = p.program(s.o)
    p.granted(s.o, asking)
    for field in ("id_number", "name"):
        answer = asking.post("partner-api-status", about(s.family.head) | {field: 220281197001011234})
        assert (answer.status_code, answer.json()["field"]) == (400, field)
        assert answer.json()["message"] == "须是文字，请加引号。"


def test_without_a_grant_nothing_is_asked(s: Scene) -> None:
    asking = p.program(s.o)
    p.granted(s.o, asking, Dataset.POLICY)
    answer = asking.post("partner-api-status", about(s.family.head))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_granted")
