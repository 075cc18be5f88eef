"""The pages of users and posts: who finds whom, what is said before an act, and what is not offered."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.actions import appoint, deputise, end_posting, switch_off
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.tests.test_login import guesses
from apps.applications.tests import factories as f
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused

ON = f.OPENED
DAY = timedelta(days=1)
TOMORROW, WEEK = ON + DAY, ON + 7 * DAY


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[f.Office]:
    with f.undone(django_db_blocker):
        o = f.office()
        f.submitted(o)
        yield o


@pytest.fixture
def o(shared: f.Office) -> Iterator[f.Office]:
    with f.undone():
        yield shared


def desk(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(user: User, name: str, *args: Any, **query: Any) -> str:
    answer = desk(user).get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def found(o: f.Office, **query: Any) -> set[str]:
    """User names in the list; the heading counts the same."""
    answer = desk(o.security).get(reverse("user-list"), query)
    names = {person.username for person in answer.context["rows"]}
    assert f"{len(names)} 人" in answer.content.decode()
    return names


def test_the_filters_find_by_place_post_and_state(o: f.Office) -> None:
    assert found(o, area=o.town.pk) == {"caseworker", "leader", "deputy", "colleague", "assistant"}
    assert found(o, area=o.county.pk, role=Role.AUDITOR) == {"auditor"}
    assert found(o, role=Role.CASEWORKER) == {"caseworker", "colleague", "stranger"}
    assert found(o, q="second", role=Role.REVIEWER) == {"second_reviewer"}
    assert found(o, state="off") == found(o, state="deputy") == found(o, state="locked") == set()
    assert len(found(o, state="posted")) == len(found(o))


def test_a_post_that_ended_or_has_not_begun_counts_as_none(o: f.Office) -> None:
    by = {"acting_user": o.security, "on": ON}
    end_posting(o.colleague.postings.get(), until=ON, **by)
    end_posting(o.stranger.postings.get(), until=ON, **by)
    appoint(o.stranger, area=o.other_town, role=Role.CASEWORKER, since=WEEK, **by)
    assert found(o, state="free") == {"colleague", "stranger"}
    assert found(o, role=Role.CASEWORKER) == {"caseworker"}
    deputise(o.caseworker.postings.get(), deputy=o.colleague, since=ON, until=WEEK, **by)
    assert found(o, state="deputy") == {"colleague"}
    assert found(o, state="free") == {"stranger"}


def test_who_is_locked_out_is_found_and_let_in(o: f.Office) -> None:
    assert "现在没有人被锁定" in page(o.admin, "lockout-list")
    guesses("caseworker", 6)
    guesses("a stranger", 6)
    assert found(o, state="locked") == {"caseworker"}
    told = page(o.admin, "lockout-list")
    assert "解除锁定" in told
    assert "另有 1 个不存在的账号名" in told
    assert "解除锁定" not in page(o.auditor, "lockout-list")
    answer = desk(o.admin).post(reverse("user-unlock", args=[o.caseworker.pk]), {}, follow=True)
    assert "已解除锁定" in answer.content.decode()
    assert found(o, state="locked") == set()


def test_opening_an_account_suggests_a_password_that_is_strong_enough(o: f.Office) -> None:
    client = desk(o.admin)
    suggested = client.get(reverse("user-new")).context["form"]["password"].value()
    typed = {"name": "新来的", "username": "xinlaide", "password": suggested}
    answer = client.post(reverse("user-new"), typed, follow=True)
    assert "请通知安全管理员任命岗位" in answer.content.decode()
    made = User.objects.get(username="xinlaide")
    assert made.password_is_one_time
    assert made.check_password(suggested)
    assert client.post(reverse("user-new"), typed | {"username": "大写"}).status_code == 422
    assert client.post(reverse("user-new"), typed).status_code == 409


def test_the_post_is_chosen_first_and_what_does_not_go_together_says_why(o: f.Office) -> None:
    told = page(o.security, "user-appoint", o.caseworker.pk)
    assert "?role=CASEWORKER" in told
    assert "?role=REVIEWER" not in told
    assert "现任新站镇 · 经办人：乡镇初审与县级确认须由两人办理" in told


def test_the_form_says_from_when_and_what_may_be_done(o: f.Office) -> None:
    told = page(o.security, "user-appoint", o.stranger.pk, role=Role.CASEWORKER, since=WEEK.isoformat())
    assert "自5月27日起可办理：查看申请" in told
    assert "登记入户调查" in told
    assert "签署初审意见" not in told
    villages = page(o.security, "user-appoint", o.stranger.pk, role=Role.ASSISTANT)
    assert '<optgroup label="天岗镇">' in villages
    assert "看不到任何家庭的资料" in villages


def test_appointing_from_the_page(o: f.Office) -> None:
    at = reverse("user-appoint", args=[o.stranger.pk])
    typed = {"area": o.town.pk, "since": TOMORROW.isoformat(), "until": WEEK.isoformat()}
    client = desk(o.security)
    assert client.post(at, typed).status_code == 422, "no post was chosen"
    answer = client.post(f"{at}?role=CASEWORKER", typed, follow=True).content.decode()
    assert "已任命" in answer
    assert "2024年5月21日起，至2024年5月26日" in answer
    assert "<p>新站镇 · 经办人</p>" in answer, "the timeline names the post"
    assert "安全管理员甲" in answer
    assert client.post(f"{at}?role=CASEWORKER", typed).status_code == 409
    assert client.get(reverse("user-appoint", args=[o.security.pk])).status_code == 404, "not for oneself"


def test_ending_the_last_seat_warns_and_wants_to_be_sure(o: f.Office) -> None:
    seat, by = o.caseworker.postings.get(), {"acting_user": o.security, "on": ON}
    told = page(o.security, "posting-end", seat.pk)
    assert "再没有经办人" not in told, "the colleague is still there"
    assert "还有 1 件在办申请" in told
    end_posting(o.colleague.postings.get(), until=WEEK, **by)
    assert "再没有经办人" not in page(o.security, "posting-end", seat.pk, until=(WEEK - DAY).isoformat())
    assert "5月27日起新站镇再没有经办人" in page(o.security, "posting-end", seat.pk, until=WEEK.isoformat())
    at, typed = reverse("posting-end", args=[seat.pk]), {"until": WEEK.isoformat()}
    assert desk(o.security).post(at, typed).status_code == 422
    assert desk(o.security).post(at, typed | {"sure": "on"}).status_code == 302
    seat.refresh_from_db()
    assert seat.until == WEEK


def test_where_nothing_is_left_undone_nothing_has_to_be_ticked(o: f.Office) -> None:
    at = reverse("posting-end", args=[o.second_reviewer.postings.get().pk])
    assert 'name="sure"' not in desk(o.security).get(at).content.decode()
    assert desk(o.security).post(at, {"until": WEEK.isoformat()}).status_code == 302


def test_moving_from_the_page(o: f.Office) -> None:
    at = reverse("posting-move", args=[o.caseworker.postings.get().pk])
    typed = {"area": o.other_town.pk, "since": WEEK.isoformat(), "sure": "on"}
    assert "?role=REVIEWER" in desk(o.security).get(at).content.decode(), "what is left stands in nobody's way"
    answer = desk(o.security).post(f"{at}?role=CASEWORKER", typed, follow=True).content.decode()
    assert "已调动" in answer
    assert [p.until for p in o.caseworker.postings.order_by("since")] == [WEEK, None]
    assert Record.objects.filter(verb=Verb.MOVE_POSTING, user=o.security).count() == 1


def only_who_fits_is_offered(o: f.Office, at: str) -> None:
    """Everybody is either offered and accepted, or missing with the reason for which they would be refused."""
    shown = desk(o.security).get(at, {"since": ON.isoformat(), "until": WEEK.isoformat()})
    offered = {pk for pk, _ in shown.context["form"].fields["deputy"].widget.choices if pk}
    people = {user.pk: user for user in User.objects.visible_to(o.security).filter(is_active=True)}
    seat, accepted = o.caseworker.postings.get(), set()
    for pk in people.keys() - {o.caseworker.pk, o.security.pk}:
        with contextlib.suppress(Refused), transaction.atomic():
            deputise(seat, deputy=people[pk], since=ON, until=WEEK + DAY, acting_user=o.security, on=ON)
            accepted.add(pk)
            transaction.set_rollback(True)
    assert offered == accepted
    assert o.stranger.pk in offered
    missing = {name: why for name, _, why in shown.context["missing"]}
    assert missing[o.colleague.name] == "本来就在这个岗位上"
    assert missing[o.leader.name] == "入户调查与签署初审意见须由两人办理"
    assert "不能代理" in shown.content.decode()


def test_the_last_day_of_a_deputy_is_told_and_typed_as_such(o: f.Office) -> None:
    at = reverse("posting-deputise", args=[o.caseworker.postings.get().pk])
    typed = {"deputy": o.stranger.pk, "since": ON.isoformat(), "until": WEEK.isoformat()}
    told = desk(o.security).get(at, typed).content.decode()
    assert "自5月20日至5月27日可办理" in told
    only_who_fits_is_offered(o, at)
    answer = desk(o.security).post(at, typed, follow=True).content.decode()
    assert "已安排代理" in answer
    assert "由经办人甲代理，5月20日至5月27日" in answer, "the holder's page says who sits there"
    assert User.objects.get(pk=o.stranger.pk).may(Verb.ACCEPT, on=WEEK, area=o.town)
    assert not User.objects.get(pk=o.stranger.pk).may(Verb.ACCEPT, on=WEEK + DAY, area=o.town)
    assert desk(o.security).post(at, typed | {"deputy": o.leader.pk}).status_code == 409
    refused = desk(o.security).post(at, typed | {"deputy": o.colleague.pk}).content.decode()
    assert "本来就在这个岗位上，不必代理" in refused
    assert "请先免去" not in refused


def test_closing_an_account_says_what_is_left_undone(o: f.Office) -> None:
    assert "天岗镇再没有乡镇负责人" in page(o.admin, "user-off", o.other_leader.pk)
    assert "再没有" not in page(o.admin, "user-off", o.leader.pk), "新站镇 has a second leader"
    assert "还有 1 件在办申请" in page(o.admin, "user-off", o.caseworker.pk)
    assert "再没有" not in page(o.admin, "user-off", o.second_reviewer.pk)


def test_who_sees_no_family_is_offered_no_search(o: f.Office) -> None:
    assert "data-search" in page(o.leader, "worklist")
    for user in (o.security, o.admin, o.assistant):
        assert "data-search" not in page(user, "worklist")


def test_two_browsers_lose_a_post_at_the_next_click(o: f.Office) -> None:
    here, phone = desk(o.reviewer), desk(o.reviewer)
    for client in (here, phone):
        assert client.get(reverse("household-list")).status_code == 200
    end_posting(o.reviewer.postings.get(), until=ON, acting_user=o.security, on=ON)
    for client in (here, phone):
        assert client.get(reverse("household-list")).status_code == 403


def test_one_s_own_page_offers_nothing(o: f.Office) -> None:
    for user, other in ((o.security, o.admin), (o.admin, o.security)):
        own, others = page(user, "user-detail", user.pk), page(user, "user-detail", other.pk)
        assert "由另一位管理员办理" in own
        for button in ("任命岗位</a>", "重置密码</a>", "停用账号…", "免去</a>", "调动</a>"):
            assert button not in own
        assert "停用账号…" in others or "免去</a>" in others


def test_the_page_tells_what_was_done_and_by_whom(o: f.Office) -> None:
    switch_off(o.colleague, reason="调离蛟河", acting_user=o.admin, on=ON)
    told = page(o.auditor, "user-detail", o.colleague.pk)
    assert "停用、启用账号" in told
    assert "调离蛟河" in told
    assert "启用账号</a>" not in told, "an auditor reads"


def test_the_security_administrator_is_told_how_many_and_never_whose(o: f.Office) -> None:
    told = page(o.security, "user-detail", o.caseworker.pk)
    assert "名下有 1 件在办申请" in told
    assert "赵甲" not in told
