"""A caseworker leaves, falls ill or has too much: the open cases pass to a colleague of the same township."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.actions import deputise, end_posting, switch_off
from apps.accounts.models import User
from apps.applications.actions import hand_over
from apps.applications.facts.handing_over import open_cases_of
from apps.applications.models import Application
from apps.applications.tests import factories as f
from apps.applications.transitions import OPEN, State
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused

ON = f.DECIDED
WEEK = timedelta(days=7)


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[f.Office]:
    """Here a draft, a case to visit and one that is decided; there one to visit."""
    with f.undone(django_db_blocker):
        o = f.office(ON)
        f.drafted(o, "钱乙")
        f.accepted(o, f.the_zhaos(o, name="孙丙"))
        f.confirmed(o, f.the_zhaos(o, name="李丁"))
        f.accepted(o.elsewhere(), f.the_zhaos(o.elsewhere(), name="周戊"))
        yield o


@pytest.fixture
def o(shared: f.Office) -> Iterator[f.Office]:
    with f.undone():
        yield shared


def cases(o: f.Office) -> list[Application]:
    return list(Application.objects.open().filter(township=o.town).order_by("pk"))


def refused(*args: Any, **given: Any) -> str:
    with pytest.raises(Refused) as no:
        hand_over(*args, **given)
    return no.value.code


def test_who_opens_a_case_is_responsible_for_it(o: f.Office) -> None:
    assert all(case.handler == case.opened_by for case in Application.objects.all())
    assert open_cases_of(o.caseworker) == 2
    assert open_cases_of(o.caseworker, o.other_town) == 0


def test_each_case_passes_with_a_record_of_its_own(o: f.Office) -> None:
    passed = hand_over(o.caseworker, cases=cases(o), to=o.colleague, acting_user=o.leader, on=ON)
    assert {case.handler for case in passed} == {o.colleague}
    assert (open_cases_of(o.caseworker), open_cases_of(o.colleague)) == (0, 2)
    records = Record.objects.filter(verb=Verb.HAND_OVER)
    assert {record.subject_id for record in records} == {case.pk for case in passed}
    assert {record.area for record in records} == {o.town}
    assert {record.payload["to"] for record in records} == {o.colleague.pk}
    assert {case.opened_by for case in passed} == {o.caseworker}, "who took a step stays who took it"


def test_a_decided_case_stays_where_it_is(o: f.Office) -> None:
    decided = list(Application.objects.filter(state=State.CONFIRMED))
    assert refused(o.caseworker, cases=decided, to=o.colleague, acting_user=o.leader, on=ON) == "moved_on"


def test_of_several_all_pass_or_none(o: f.Office) -> None:
    every = list(Application.objects.filter(township=o.town))
    assert len(every) == 3
    assert refused(o.caseworker, cases=every, to=o.colleague, acting_user=o.leader, on=ON) == "moved_on"
    assert open_cases_of(o.caseworker) == 2
    assert not Record.objects.filter(verb=Verb.HAND_OVER).exists()


def test_only_to_a_caseworker_of_the_same_township(o: f.Office) -> None:
    given = {"cases": cases(o), "acting_user": o.leader, "on": ON}
    for other in (o.stranger, o.leader, o.reviewer, o.assistant):
        assert refused(o.caseworker, to=other, **given) == "not_a_caseworker_there"
    switch_off(o.colleague, reason="调离", acting_user=o.admin, on=ON)
    assert refused(o.caseworker, to=o.colleague, **given) == "not_a_caseworker_there"
    assert refused(o.caseworker, to=o.caseworker, **given) == "same_person"
    assert refused(o.caseworker, to=o.stranger, **(given | {"cases": []})) == "nothing_chosen"


def test_to_a_deputy_while_they_sit_there(o: f.Office) -> None:
    seat = o.caseworker.postings.get()
    deputise(seat, deputy=o.stranger, since=ON + WEEK, until=ON + 2 * WEEK, acting_user=o.security, on=ON)
    given = {"cases": cases(o), "to": o.stranger, "acting_user": o.leader}
    assert refused(o.caseworker, **given, on=ON) == "not_a_caseworker_there"
    assert len(hand_over(o.caseworker, **given, on=ON + WEEK)) == 2


def test_the_other_township_s_leader_and_other_desks_hand_nothing_over(o: f.Office) -> None:
    for user in (o.other_leader, o.caseworker, o.reviewer, o.security, o.admin):
        given = {"cases": cases(o), "to": o.colleague, "acting_user": user, "on": ON}
        assert refused(o.caseworker, **given) == "not_permitted"


def test_of_two_pages_on_the_same_cases_the_second_is_told(o: f.Office) -> None:
    seen = cases(o)
    hand_over(o.caseworker, cases=seen, to=o.colleague, acting_user=o.leader, on=ON)
    assert refused(o.caseworker, cases=seen, to=o.colleague, acting_user=o.leader, on=ON) == "moved_on"


@pytest.fixture
def client(o: f.Office) -> Client:
    return at_the_desk_of(o.leader)


def at_the_desk_of(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_of(o: f.Office, giver: User) -> str:
    return reverse("hand-over-from", args=[o.town.pk, giver.pk])


def test_the_leader_hands_over_what_is_ticked(o: f.Office, client: Client) -> None:
    page = client.get(page_of(o, o.caseworker)).content.decode()
    assert page.count('type="checkbox" name="cases"') == page.count("checked") == 2
    assert "李丁" not in page
    assert "周戊" not in page
    (first, _) = cases(o)
    typed = {"to": o.colleague.pk, "cases": [first.pk]}
    done = client.post(page_of(o, o.caseworker), typed, follow=True).content.decode()
    assert "已移交 1 件，现由经办人甲承办。" in done
    assert [case.handler for case in cases(o)] == [o.colleague, o.caseworker]


def test_what_cannot_be_chosen_is_refused_on_the_page(o: f.Office, client: Client) -> None:
    foreign = Application.objects.get(township=o.other_town)
    at, mine = page_of(o, o.caseworker), [case.pk for case in cases(o)]
    for typed in ({"to": o.stranger.pk, "cases": mine}, {"to": o.colleague.pk, "cases": [foreign.pk]}, {"cases": mine}):
        assert client.post(at, typed).status_code == 422
    assert open_cases_of(o.caseworker) == 2
    assert client.get(reverse("hand-over-from", args=[o.other_town.pk, o.stranger.pk])).status_code == 404
    assert client.get(page_of(o, o.colleague)).status_code == 404, "who has nothing open has nothing to hand over"


def test_whose_cases_must_pass_is_marked(o: f.Office, client: Client) -> None:
    assert "不在经办人岗位" not in client.get(reverse("hand-over")).content.decode()
    end_posting(o.caseworker.postings.get(), until=ON, acting_user=o.security, on=ON)
    page = client.get(reverse("hand-over")).content.decode()
    assert "不在经办人岗位" in page
    assert "件没有人承办" in page, "the navigation says it on every page"
    assert page.index("不在经办人岗位") < page.index("0 件")


def test_without_a_second_caseworker_the_page_says_what_to_do(o: f.Office, client: Client) -> None:
    end_posting(o.colleague.postings.get(), until=ON, acting_user=o.security, on=ON)
    answer = client.get(page_of(o, o.caseworker))
    assert answer.status_code == 409
    assert "请安全管理员任命或安排代理" in answer.content.decode()


def test_open_means_all_that_is_not_decided(o: f.Office) -> None:
    assert {case.state for case in cases(o)} <= set(OPEN)
