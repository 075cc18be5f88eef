"""The list of a month: whole, in pages that hold whatever happens meanwhile, and written down person by person."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from apps.applications.tests import factories as f
from apps.awards.actions import confirm_month
from apps.partners.enums import Dataset, Field, Purpose
from apps.partners.models import DisclosedPerson, Disclosure
from apps.partners.tests import factories as p

NAME = "partner-api-recipients"
JUNE = p.WHY | {"month": "2024-06"}


@dataclass
class Scene:
    o: f.Office


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """Three families in the first township and one in the other: twelve persons, all on benefit in June."""
    with f.undone(django_db_blocker):
        o = f.office(f.PAY_DAY)
        for name in ("赵甲", "钱乙", "孙丙"):
            f.confirmed(o, f.the_zhaos(o, name=name))
        f.confirmed(o.elsewhere(), f.the_zhaos(o.elsewhere(), name="李丁"))
        confirm_month(f.calculated(o), acting_user=o.checker, on=f.PAY_DAY)
        yield Scene(o)


@pytest.fixture
def s(shared: Scene) -> Iterator[Scene]:
    with f.undone():
        yield shared


def asking(s: Scene, **given: Any) -> p.Program:
    made = p.program(s.o)
    p.granted(s.o, made, Dataset.RECIPIENTS, **given)
    return made


def all_pages(program: p.Program, **query: Any) -> list[dict[str, Any]]:
    found, query = [], JUNE | query
    while True:
        answer = program.get(NAME, query)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        found += page["items"]
        if page["next"] is None:
            return found
        query = query | {"cursor": page["next"]}


def test_the_whole_county_on_one_page(s: Scene) -> None:
    people = all_pages(asking(s))
    assert len(people) == 12
    assert {one["scheme"] for one in people} == {"DIBAO"}
    assert {one["area"]["name"] for one in people} == {"新站镇", "天岗镇"}
    assert all(len(one["id_number"]) == 18 for one in people)


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_pages_of_any_size_add_up_to_it(s: Scene, limit: int) -> None:
    program = asking(s)
    assert all_pages(program, limit=limit) == all_pages(program)


def test_a_township_s_grant_opens_that_township_s_list(s: Scene) -> None:
    people = all_pages(asking(s, area=s.o.other_town))
    assert {one["name"] for one in people} == {"李丁", "李丁子", "李丁妻"}
    assert all_pages(asking(s, area=s.o.other_town), area=s.o.town.code) == []
    for code in ("220281101000", "220281101"):  # the same township, in either writing
        assert {one["name"] for one in all_pages(asking(s), area=code)} == {"李丁", "李丁子", "李丁妻"}


def test_only_the_granted_fields(s: Scene) -> None:
    people = all_pages(asking(s, fields=[Field.NAME, Field.SCHEME]))
    assert set(people[0]) == {"name", "scheme"}


def test_each_page_is_one_record_and_every_person_on_it_is_written_down(s: Scene) -> None:
    all_pages(asking(s), limit=3)
    assert [(one.persons, one.people.count()) for one in Disclosure.objects.order_by("pk")] == [(9, 9), (3, 3)]
    assert DisclosedPerson.objects.values("person").distinct().count() == 12


def test_a_page_costs_the_same_whatever_its_size(s: Scene) -> None:
    program, counts = asking(s), []
    for limit in (1, 4):
        with CaptureQueriesContext(connection) as queries:
            program.get(NAME, JUNE | {"limit": limit})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 18


def test_a_family_that_joins_later_changes_no_page(s: Scene) -> None:
    program = asking(s)
    first = program.get(NAME, JUNE | {"limit": 2}).json()
    before = all_pages(program, limit=2)
    f.confirmed(s.o, f.the_zhaos(s.o, name="周戊"))
    after_it = first["items"] + all_pages(program, limit=2, cursor=first["next"])
    assert after_it == before


def test_a_month_not_yet_confirmed_has_no_list(s: Scene) -> None:
    answer = asking(s).get(NAME, JUNE | {"month": "2024-07"})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, "month_open", "month")


def test_a_parameter_given_twice_is_refused_by_its_name(s: Scene) -> None:
    answer = asking(s).get(NAME, JUNE | {"limit": [1, 2]})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "given_twice", "limit")


@pytest.mark.parametrize(
    "changed", [{"cursor": "made-up"}, {"month": "2024-05"}, {"scheme": "TEKUN"}, {"area": "1" * 12}]
)
def test_a_cursor_is_good_for_its_own_question_only(s: Scene, changed: dict[str, str]) -> None:
    program = asking(s)
    following = program.get(NAME, JUNE | {"limit": 1}).json()["next"]
    answer = program.get(NAME, JUNE | {"cursor": following} | changed)
    assert (answer.status_code, answer.json()["code"]) == (404, "bad_cursor")
    stranger = p.program(s.o, "蛟河市教育局")
    p.granted(s.o, stranger, Dataset.RECIPIENTS, purposes=[Purpose.MEDICAL_SUBSIDY])
    assert stranger.get(NAME, JUNE | {"cursor": following}).json()["code"] == "bad_cursor"
