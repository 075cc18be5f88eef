"""The pages of a case, desk by desk: whose turn it is, what the buttons say, and what bad input gets."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.models import User
from apps.accounts.roles import MAY, Role
from apps.applications.models import Application, CheckScope, Kind
from apps.applications.tests import factories as f
from apps.applications.transitions import MOVES, State
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.models import Award
from apps.core.models import OfficeDate

PAGES = {
    Verb.SUBMIT: "application-draft",
    Verb.ACCEPT: "application-accept",
    Verb.RETURN_FOR_CORRECTION: "application-return",
    Verb.INVESTIGATE: "application-investigate",
    Verb.PROPOSE: "application-propose",
    Verb.POST_NOTICE: "application-notice",
    Verb.CONFIRM: "application-confirm",
    Verb.REFUSE: "application-refuse",
    Verb.RETURN_FOR_SURVEY: "application-survey",
    Verb.WITHDRAW: "application-withdraw",
}
NOTES = {
    Verb.REQUEST_CHECK: "application-check",
    Verb.ANSWER_CHECK: "application-check-rest",
    Verb.HOLD_APPRAISAL: "application-appraisal",
    Verb.SKIP_VISIT: "application-skip-visit",
}
# Offered only where a delegation or an objection is there: test_deciding.py, test_objections.py.
BY_OCCASION = {Verb.CONFIRM_DELEGATED, Verb.REFUSE_DELEGATED, Verb.UPHOLD_OBJECTION}
DESKS = (Role.CASEWORKER, Role.TOWNSHIP_LEADER, Role.REVIEWER, Role.BUREAU_CHIEF, Role.AUDITOR)
VISIT = {
    "visited_on": "2024-05-21",
    "second_investigator": "村协理员",
    "family_member_present": "赵甲",
    "agrees": "yes",
    "findings": "情况与申报一致。",
    "signed": "on",
}
APPRAISAL = {
    "held_on": "2024-05-21",
    "place": "站前社区会议室",
    "participants": "周一、吴二、郑三",
    "votes_for": "3",
    "votes_against": "0",
    "conclusion": "情况属实。",
}


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[f.Office, dict[State, int]]]:
    """A case in every state; today is the day after the notice ended."""
    with f.undone(django_db_blocker):
        o = f.office(f.DECIDED)
        yield o, {state: make(o).pk for state, make in f.AT.items()}


@pytest.fixture
def o(shared: Any) -> Iterator[f.Office]:
    with f.undone():
        yield shared[0]


@pytest.fixture
def at(o: f.Office, shared: Any) -> Callable[[State], Application]:
    def case_at(state: State) -> Application:
        return Application.objects.get(pk=shared[1][state])

    return case_at


def desk(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_of(act: Verb, case: Application) -> str:
    return reverse((PAGES | NOTES)[act], args=[case.uuid])


def text(response: Any) -> str:
    return response.content.decode()


def today(day: date) -> None:
    OfficeDate.objects.update(day=day)


@pytest.mark.parametrize("role", DESKS)
@pytest.mark.parametrize("state", State)
def test_a_case_offers_exactly_what_this_desk_can_do_now(o: f.Office, at: Any, state: State, role: Role) -> None:
    case = at(state)
    page = text(desk(o.desk(role)).get(case.get_absolute_url()))
    pages = [*PAGES, Verb.SKIP_VISIT]
    offered = {act for act in pages if f'href="{page_of(act, case)}"' in page}
    # A revocation is decided on the page of its proposal.
    assert offered == {act for act in MOVES.acts_from(state) if role in MAY[act]} - BY_OCCASION - {Verb.REVOKE}


def test_the_button_says_what_it_will_do(o: f.Office, at: Any) -> None:
    case = at(State.PUBLICISED)
    assert "确认，6月起发 1,396.00 元" in text(desk(o.reviewer).get(case.get_absolute_url()))
    assert "确认，6月起发 1,396.00 元" in text(desk(o.reviewer).get(page_of(Verb.CONFIRM, case)))


def test_until_the_notice_has_run_no_button_confirms(o: f.Office, at: Any) -> None:
    case = at(State.PUBLICISED)
    today(f.ENDS)
    shown = text(desk(o.reviewer).get(case.get_absolute_url()))
    assert page_of(Verb.CONFIRM, case) not in shown
    assert "公示到 5月28日 期满，5月29日起可确认。" in shown
    early = desk(o.reviewer).get(page_of(Verb.CONFIRM, case))
    assert (early.status_code, "5月29日起才能确认。" in text(early), 'name="seen"' in text(early)) == (409, True, False)
    answer = desk(o.reviewer).post(page_of(Verb.CONFIRM, case), {"seen": f.seen_by_reviewer(case, f.ENDS)})
    assert answer.status_code == 409
    assert "公示到 5月28日 期满，5月29日起才能确认。" in text(answer)
    assert "您填写的内容" not in text(answer)
    today(f.DECIDED)
    assert "起可确认" not in text(desk(o.reviewer).get(case.get_absolute_url()))


@pytest.mark.parametrize(
    ("posted", "moved"),
    [(date(2024, 5, 21), ""), (date(2024, 6, 1), "第 7 天 6月8日 是休息日，顺延到 6月11日")],
    ids=["a working day", "the Dragon Boat Festival"],
)
def test_the_notice_says_why_it_hangs_longer(o: f.Office, at: Any, posted: date, moved: str) -> None:
    today(posted)
    shown = text(desk(o.caseworker).get(page_of(Verb.POST_NOTICE, at(State.PROPOSED))))
    assert moved in shown
    assert ("是休息日" in shown) == bool(moved)


def test_who_confirms_is_told_what_else_it_does(o: f.Office, at: Any) -> None:
    case = at(State.PUBLICISED)
    shown = text(desk(o.reviewer).get(page_of(Verb.CONFIRM, case)))
    assert "自2024年6月起，按月发给低保待遇人民币 1,396.00 元。" in shown
    assert "办理期限" not in shown
    OfficeDate.objects.update(day=date(2024, 7, 2))
    late = text(desk(o.reviewer).get(page_of(Verb.CONFIRM, case)))
    assert "今天确认，自2024年8月起发放；2024年7月不发。" in late
    OfficeDate.objects.update(day=f.DECIDED)
    account = case.household.accounts.get()
    assert f"同时核准收款账户：赵甲，蛟河农商银行，尾号 {account.number_mask[-4:]}。" in shown
    f.actions.confirm(case, seen=f.seen_by_reviewer(case), acting_user=o.reviewer, on=f.DECIDED)
    for address in (case.get_absolute_url(), case.household.get_absolute_url()):
        page = text(desk(o.caseworker).get(address))
        assert (
            f'<b>核准收款账户</b> <span class="mut">{o.reviewer.name}</span><p>赵甲 {account.number_mask}</p>' in page
        )


def test_what_one_person_did_over_and_over_is_told_once(o: f.Office) -> None:
    case = f.drafted(o)
    for street in ("和平路", "和平大街"):
        f.actions.save_draft(case, {"family": {"address": street}}, acting_user=o.caseworker, on=f.OPENED)
    page = text(desk(o.caseworker).get(f.submitted(o, f.the_zhaos(o, name="钱二")).get_absolute_url()))
    assert page.count("<b>保存草稿</b>") == 1
    page = text(desk(o.leader).get(case.get_absolute_url()))
    assert (page.count("保存草稿"), page.count("<b>保存草稿 3 次</b>")) == (1, 1)
    assert 'title="登记时间 ' in page


def test_a_review_is_not_refused_on_any_page(o: f.Office, at: Any) -> None:
    case = at(State.PUBLICISED)
    with f.act(Verb.START_REVIEW, acting_user=o.caseworker, on=f.DECIDED):
        Application.objects.filter(pk=case.pk).update(kind=Kind.REVIEW)
    assert page_of(Verb.REFUSE, case) not in text(desk(o.reviewer).get(case.get_absolute_url()))
    given = {"ground": "INCOME", "text": "收入高"}
    assert desk(o.reviewer).post(page_of(Verb.REFUSE, case), given).status_code == 409


def test_a_case_through_the_pages_from_acceptance_to_the_award(o: f.Office) -> None:
    today(f.POSTED)
    case = f.submitted(o, f.the_zhaos(o, name="冯九"))
    steps = [
        (o.caseworker, Verb.ACCEPT, {}, "已受理。"),
        (o.caseworker, Verb.REQUEST_CHECK, {"scopes": list(CheckScope)}, "已发起核对。"),
        (
            o.caseworker,
            Verb.ANSWER_CHECK,
            {"source_office": "省信息核对平台", "as_of": "2024-05-21"},
            "已登记其余各项。",
        ),
        (o.caseworker, Verb.INVESTIGATE, VISIT, "已登记入户调查。"),
        (o.caseworker, Verb.HOLD_APPRAISAL, APPRAISAL, "已登记民主评议。"),
        (o.leader, Verb.PROPOSE, {"agrees": "yes", "text": "拟同意。"}, "已签署初审意见。"),
        (o.caseworker, Verb.POST_NOTICE, {"place": "站前社区公示栏"}, "已登记公示。"),
    ]
    for who, act, given, said in steps:
        answer = desk(who).post(page_of(act, case), given, follow=True)
        assert (answer.status_code, answer.redirect_chain[0][0]) == (200, case.get_absolute_url())
        assert said in text(answer)
    today(f.DECIDED)
    shown = desk(o.reviewer).get(page_of(Verb.CONFIRM, case))
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', text(shown))
    assert seen is not None
    answer = desk(o.reviewer).post(page_of(Verb.CONFIRM, case), {"seen": seen[1]}, follow=True)
    assert "已确认，待遇自下月起。" in text(answer)
    assert Award.objects.filter(household__head__name="冯九", first_month=f.JUNE).count() == 1


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", [act for act in PAGES if act != Verb.SUBMIT])
def test_a_step_that_cannot_follow_says_so_at_once(o: f.Office, at: Any, act: Verb, state: State) -> None:
    case, (role,) = at(state), MAY[act]
    answer = desk(o.desk(role)).get(page_of(act, case))
    if MOVES.allows(act, state):
        assert answer.status_code == 200
    else:
        assert answer.status_code == 409
        assert "这一步现在不能办：情况已经变化，请刷新页面后再看。" in text(answer)


def test_of_two_pages_open_on_one_case_the_second_is_told(o: f.Office, at: Any) -> None:
    case = at(State.SUBMITTED)
    assert desk(o.caseworker).post(page_of(Verb.ACCEPT, case)).status_code == 302
    second = desk(o.colleague).post(page_of(Verb.ACCEPT, case))
    assert second.status_code == 409
    assert "情况已经变化" in text(second)
    assert Record.objects.about(case).filter(verb=Verb.ACCEPT).count() == 1


@pytest.mark.parametrize("lacking", ["second_investigator", "family_member_present", "agrees", "findings", "signed"])
def test_what_is_missing_is_said_beside_it_and_nothing_typed_is_lost(o: f.Office, at: Any, lacking: str) -> None:
    case, records = at(State.ACCEPTED), Record.objects.count()
    answer = desk(o.caseworker).post(page_of(Verb.INVESTIGATE, case), {**VISIT, lacking: ""})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {lacking}
    for name, typed in VISIT.items():
        if name not in {lacking, "agrees", "signed"}:
            assert typed in text(answer)
    assert Record.objects.count() == records


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"visited_on": "2024-05-20"}, "visited_on", "入户日期须在受理之后、今天之前。"),
        ({"visited_on": "2024-05-30"}, "visited_on", "入户日期须在受理之后、今天之前。"),
        ({"second_investigator": "经办人甲"}, "second_investigator", "入户调查须两人"),
    ],
)
def test_a_refusal_stands_beside_its_field(o: f.Office, at: Any, given: dict, field: str, said: str) -> None:
    answer = desk(o.caseworker).post(page_of(Verb.INVESTIGATE, at(State.ACCEPTED)), {**VISIT, **given})
    assert answer.status_code == 409
    assert said in answer.context["form"].errors[field][0]
    assert VISIT["findings"] in text(answer)


def test_a_changed_answer_is_shown_again_before_it_is_signed(o: f.Office, at: Any) -> None:
    case = at(State.PUBLICISED)
    answer = desk(o.reviewer).post(page_of(Verb.CONFIRM, case), {"seen": "0" * 64})
    assert answer.status_code == 409
    assert "测算结果与您看到的已不相同" in text(answer)
    assert Application.objects.get(pk=case.pk).state == State.PUBLICISED


def test_what_people_write_is_shown_as_written(o: f.Office, at: Any) -> None:
    case, sly = at(State.ACCEPTED), '<script>alert("赵")</script>'
    desk(o.caseworker).post(page_of(Verb.INVESTIGATE, case), {**VISIT, "findings": sly})
    page = text(desk(o.leader).get(case.get_absolute_url()))
    assert sly not in page
    assert "&lt;script&gt;" in page


def shown_cases(user: User, query: str = "") -> set[str]:
    return {case.state for case, _ in desk(user).get(f"/{query}").context["cases"]}


def test_the_worklist_is_whose_turn_it_is(o: f.Office, at: Any) -> None:
    S = State
    assert shown_cases(o.caseworker) == {S.DRAFT, S.SUBMITTED, S.RETURNED, S.ACCEPTED, S.PROPOSED}
    assert shown_cases(o.leader) == {S.INVESTIGATED}
    assert shown_cases(o.reviewer) == {S.PUBLICISED}
    for nobody in (o.chief, o.maker, o.auditor, o.admin, o.stranger):
        assert shown_cases(nobody) == set()
    today(f.ENDS)
    assert shown_cases(o.reviewer) == set()


def test_the_worklist_shows_all_open_and_all_done_on_demand(o: f.Office, at: Any) -> None:
    done = {State.CONFIRMED, State.REFUSED, State.WITHDRAWN, State.REVOKED}
    assert shown_cases(o.auditor, "?show=open") == set(State) - done
    assert shown_cases(o.auditor, "?show=done") == done
    assert shown_cases(o.auditor, "?show=nonsense") == set()


def test_the_count_in_the_navigation_is_the_length_of_the_list(o: f.Office, at: Any) -> None:
    for who in (o.caseworker, o.leader, o.reviewer):
        answer = desk(who).get("/")
        assert answer.context["count"] == len(answer.context["cases"])
        assert re.search(rf">\s*{answer.context['count']}\s*<", text(answer))


def test_more_cases_cost_no_more_queries(o: f.Office, at: Any) -> None:
    client = desk(o.caseworker)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/?show=open")
        return len(asked)

    queries()
    before = queries()
    for name in ("甲", "乙", "丙"):
        f.accepted(o, f.the_zhaos(o, name=name))
    assert queries() == before


def test_the_letter_of_refusal_has_ground_reasons_and_the_way_to_appeal(o: f.Office, at: Any) -> None:
    case = at(State.REFUSED)
    letter = text(desk(o.caseworker).get(reverse("application-letter", args=[case.uuid])))
    for words in ("不予确认通知书", "虚报、隐瞒家庭情况", "隐瞒工资收入。", "六十日内", "行政复议", "2024年5月29日"):
        assert words in letter
    assert case.household.head.id_number_mask not in letter


def test_there_is_no_letter_before_the_decision(o: f.Office, at: Any) -> None:
    assert desk(o.caseworker).get(reverse("application-letter", args=[at(State.PUBLICISED).uuid])).status_code == 404


def test_the_poster_carries_the_allowed_words_only(o: f.Office, at: Any) -> None:
    case = at(State.PUBLICISED)
    poster = text(desk(o.caseworker).get(reverse("notice-poster", args=[case.notices.get().pk])))
    for words in ("赵甲", "站前社区", "1,396.00", "2024年5月28日"):
        assert words in poster
    for person in case.household.memberships.all():
        assert person.person.id_number_mask not in poster
    for secret in ("赵甲子", "赵甲妻", "和平街", "13900001234", "残疾", "工资", "****"):
        assert secret not in poster
    assert not re.search(r"\d{15,}", re.sub(r'"[^"]*"', "", poster))
