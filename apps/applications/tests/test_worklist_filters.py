"""The worklist: whose, by when, of what kind, marked how; every number beside a choice is the length of its list."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.models import User
from apps.applications import actions
from apps.applications.enums import PauseReason
from apps.applications.models import Application, Cause, SavedFilter
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.models import OfficeDate

# Monday: accepted on the 21st, due on Friday 24 and late since.
TODAY = date(2024, 5, 27)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[f.Office]:
    """One case late and told, one paused, one on the wall and doubted, one given back, one just begun by another."""
    with f.undone(django_db_blocker):
        yield five_cases()


@pytest.fixture
def o(made: f.Office) -> Iterator[f.Office]:
    with f.undone():
        yield made


def five_cases() -> f.Office:
    o = f.office(TODAY)
    family = {name: f.the_zhaos(o, name=name) for name in ("赵迟", "钱停", "孙异", "李退", "周新")}
    f.accepted(o, family["赵迟"])
    paused = f.accepted(o, family["钱停"])
    actions.pause_clock(paused, reason=PauseReason.CHECK, text="", acting_user=o.caseworker, on=f.POSTED)
    doubted = f.looked_into(f.accepted(o, family["孙异"]), acting_user=o.caseworker, agrees=False)
    doubted = actions.propose(doubted, agrees=True, text="拟同意。", acting_user=o.leader, on=f.POSTED)
    actions.post_notice(doubted, place="公示栏", acting_user=o.caseworker, on=f.POSTED)
    f.returned(o, family["李退"])
    case = actions.open_application(o.town, acting_user=o.colleague, on=TODAY)
    actions.save_draft(case, {}, applicant_name="周新", acting_user=o.colleague, on=TODAY)
    actions.escalate_overdue(acting_user=User.objects.system(), on=TODAY)
    return o


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(user: User, **query: Any) -> Any:
    response = client_of(user).get(reverse("worklist"), query)
    assert response.status_code == 200
    return response


def names(user: User, **query: Any) -> list[str]:
    return [case.applicant_name for case, _ in page(user, **query).context["cases"]]


def test_one_s_own_comes_first_and_the_most_urgent_of_it(o: f.Office) -> None:
    assert names(o.caseworker) == ["赵迟", "钱停", "李退"]
    assert names(o.colleague) == ["周新"]
    assert names(o.caseworker, show="turn") == ["赵迟", "钱停", "李退", "周新"]
    assert names(o.caseworker, show="open") == ["赵迟", "孙异", "钱停", "李退", "周新"]
    assert names(o.stranger, show="open") == []


def test_what_is_late_reaches_the_leader_and_the_chief(o: f.Office) -> None:
    assert names(o.leader) == names(o.leader, show="escalated") == ["赵迟"]
    shown = page(o.leader).content.decode()
    assert "逾期 1 个工作日" in shown
    assert "已报负责人" in shown
    assert [(one.name, one.overdue, one.open) for one in page(o.chief).context["behind"]] == [("新站镇", 1, 5)]
    assert page(o.leader).context["behind"] == []
    assert names(o.chief, show="open", due="overdue", township=o.town.pk) == ["赵迟"]
    assert names(o.chief, show="open", township=o.other_town.pk) == []


@pytest.mark.parametrize("desk", ["caseworker", "leader", "reviewer", "chief"])
@pytest.mark.parametrize(
    "query", [{}, {"show": "open"}, {"show": "open", "due": "paused"}, {"show": "open", "q": "赵"}]
)
def test_every_number_is_the_length_of_its_list(o: f.Office, desk: str, query: dict[str, str]) -> None:
    user = getattr(o, desk)
    context = page(user, **query).context
    for show, count in context["show_counts"].items():
        assert page(user, **{**query, "show": show}).context["count"] == count, show
    for flag, count in context["flag_counts"].items():
        assert page(user, **{**query, "flag": flag}).context["count"] == count, flag
    for tile in context["pressing"]:
        if not tile.on:
            assert client_of(user).get(reverse("worklist") + tile.url).context["count"] == tile.count, tile.label
    if not query:
        assert sum(tile.count for tile in context["pressing"]) == context["count"]


def test_each_mark_finds_its_case(o: f.Office) -> None:
    found = {
        flag: names(o.caseworker, show="open", flag=flag) for flag in ("overdue", "returned", "mismatch", "paused")
    }
    assert found == {"overdue": ["赵迟"], "returned": ["李退"], "mismatch": ["孙异"], "paused": ["钱停"]}
    with act(Verb.SAVE_DRAFT, acting_user=o.caseworker, on=TODAY):
        Application.objects.filter(applicant_name="李退").update(near_relative=True, cause=Cause.COMPLAINT)
    assert names(o.caseworker, flag="near") == names(o.caseworker, flag="complaint") == ["李退"]
    assert names(o.caseworker, kind="COMPLAINT") == ["李退"]
    assert names(o.caseworker, kind="REVIEW") == []
    assert names(o.caseworker, show="open", state="PUBLICISED") == ["孙异"]
    assert names(o.caseworker, show="open", scheme="TEKUN") == []


def test_by_name_initials_and_number(o: f.Office) -> None:
    number = Application.objects.get(applicant_name="孙异").number
    for q in ("孙", "sy", "SY", number):
        assert names(o.caseworker, show="open", q=q) == ["孙异"]
    assert names(o.caseworker, show="open", q="异") == []


def test_a_paused_case_says_so_and_why_on_every_page(o: f.Office) -> None:
    case = Application.objects.get(applicant_name="钱停")
    client = client_of(o.caseworker)
    for shown in (
        client.get(reverse("worklist")),
        client.get(case.get_absolute_url()),
        client.post(reverse("search"), {"q": case.number[:-2]}),
    ):
        assert "已暂停" in shown.content.decode()
        assert "核对结果未回 · 5月21日起" in shown.content.decode()
    told = client.get(case.get_absolute_url()).content.decode()
    assert "期限怎样算" in told
    assert "受理后 3 个工作日内，自 2024年5月21日 次日起算" in told
    assert reverse("application-resume", args=[case.uuid]) in told
    assert reverse("application-pause", args=[case.uuid]) not in told
    resume = client.get(reverse("application-resume", args=[case.uuid])).content.decode()
    # Paused 21–24: 21 is not counted anyway, so three working days; 27, 28, 29 instead of 22, 23, 24.
    assert "启动调查的期限顺延到 5月29日" in resume
    client.post(reverse("application-resume", args=[case.uuid]))
    assert Application.objects.get(pk=case.pk).due_on == date(2024, 5, 29)


def test_filters_are_kept_by_name_and_never_a_person_s_name(o: f.Office) -> None:
    client, at = client_of(o.caseworker), reverse("saved-filters")
    shown = client.get(at, {"show": "open", "flag": "paused", "q": "钱停"}).content.decode()
    assert "标记：暂停" in shown
    assert "钱停" not in shown
    answer = client.post(at, {"name": "停着的", "query": "show=open&flag=paused&q=钱停&page=3"})
    assert answer["Location"] == "/?show=open&flag=paused"
    assert SavedFilter.objects.get().query == "show=open&flag=paused"
    assert "停着的" in client.get("/").content.decode()
    assert "停着的" not in client_of(o.leader).get("/").content.decode()
    assert client.post(at, {"name": "", "query": "show=open"}).status_code == 422
    assert client.post(at, {"name": "空", "query": "q=钱停"}).status_code == 409
    client.post(at, {"name": "停着的", "query": "show=open"})
    assert SavedFilter.objects.get().query == "show=open"
    client_of(o.leader).post(at, {"forget": "停着的"})
    assert SavedFilter.objects.count() == 1
    client.post(at, {"forget": "停着的"})
    assert not SavedFilter.objects.exists()


def test_what_is_done_is_listed_and_not_counted(o: f.Office) -> None:
    OfficeDate.objects.update(day=f.DECIDED)
    case = Application.objects.get(applicant_name="钱停")
    actions.withdraw(case, reason="本人要求", acting_user=o.caseworker, on=f.DECIDED)
    done = page(o.caseworker, show="done")
    assert [case.applicant_name for case, _ in done.context["cases"]] == ["钱停"]
    assert "done" not in done.context["show_counts"]
    assert done.context["pressing"] == []
