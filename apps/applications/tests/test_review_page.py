"""The page that carries a decision: everything it rests on, at one glance and at a constant price."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.applications import actions
from apps.applications.enums import PauseReason
from apps.applications.models import Application, CheckScope, CollectiveGround, Outcome, SpecialGround
from apps.applications.tests import factories as f
from apps.applications.tests.afterwards import complained
from apps.applications.tests.test_fieldwork import study
from apps.awards.models import Award
from apps.core.models import OfficeDate
from apps.core.refusal import Refused

pytestmark = pytest.mark.django_db
FEW = 30


@pytest.fixture
def o() -> f.Office:
    return f.office(f.DECIDED)


def desk(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(user: User, case: Application) -> str:
    return desk(user).get(case.get_absolute_url()).content.decode()


def eventful(o: f.Office) -> Application:
    """A difference explained, studied together, appraised, objected to, sampled, longer time."""
    case = f.plain(f.investigated(o))
    f.found(case, CheckScope.DEPOSIT, 500_000, acting_user=o.caseworker)
    by: dict[str, Any] = {"acting_user": o.caseworker, "on": f.POSTED}
    actions.explain_difference(case, keys=["DEPOSIT"], ground="危房改造补助", **by)
    actions.ask_collective(case, ground=CollectiveGround.CONTACT_LOST, **by)
    study(o, case, ["甲某", "乙某", "丙某"])
    case = actions.propose(case, agrees=True, text="拟同意。", acting_user=o.leader, on=f.POSTED)
    case = actions.post_notice(case, place="公示栏", **by)
    actions.dismiss_objection(f.objected(o, case), answer="门面房属其兄。", acting_user=o.leader, on=f.POSTED)
    actions.extend(case, ground=SpecialGround.OBJECTION, acting_user=o.leader, on=f.POSTED)
    return f.spot_checked(o, case)


def burdened(o: f.Office) -> Application:
    """Everything at once: besides all that, papers handed in, a pause that is over, a complaint that waits."""
    case = eventful(o)
    f.with_paper(o, case)
    by: dict[str, Any] = {"acting_user": o.caseworker, "on": f.POSTED}
    actions.resume_clock(actions.pause_clock(case, reason=PauseReason.PAPERS, text="", **by), **by)
    complained(o, case)
    case.refresh_from_db()
    return case


def test_everything_the_decision_rests_on_is_on_the_page(o: f.Office) -> None:
    shown = page(o.reviewer, eventful(o))
    for words in (
        "为什么是这个数",
        "确认，6月起发 1,396.00 元",
        "由民政局确认",
        "存款：核对多 3,000.00 元，已说明",
        "2,000.00 <span",
        "5,000.00 <span",
        "已说明：危房改造补助",
        "核对报告还有 82 天有效",
        "已集体研究：成员或义务人失去联系",
        "甲某、乙某、丙某",
        "多数认为属实",
        "他家另有门面房出租。",
        "答复（乡镇负责人甲",
        "抽查一致",
        "非近亲属",
        "延长到 45 个工作日：公示有异议",
    ):
        assert words in shown, words


def test_a_case_refused_within_the_year_is_seen_here(o: f.Office) -> None:
    family = f.the_zhaos(o)
    earlier = f.refused(o, family)
    case = f.submitted(o, family)
    assert f"一年内另有申请 {earlier.number}：不予确认" in page(o.caseworker, case)
    assert "一年内另有申请" not in page(o.caseworker, f.submitted(o, f.the_zhaos(o, name="钱乙")))


def test_a_case_that_was_sent_back_before_keeps_saying_so(o: f.Office) -> None:
    family = f.the_zhaos(o)
    case = actions.submit(f.returned(o, family), family=family, acting_user=o.caseworker, on=f.POSTED)
    assert "曾退回 1 次" in page(o.leader, case)


def test_what_is_missing_is_said_before_anybody_signs(o: f.Office) -> None:
    case = f.plain(f.accepted(o), near_relative=None)
    shown = page(o.caseworker, case)
    for words in ("尚未发起核对", "是否近亲属未填", "还没有核对"):
        assert words in shown
    request = actions.request_check(case, acting_user=o.caseworker, on=f.POSTED)
    # 5月24日前应答复，今天是 5月29日
    assert "还差 36 项，5月24日 前应答复，已超过答复期限" in page(o.caseworker, case)
    assert request.due_on < f.DECIDED


def test_an_explained_case_is_never_offered_to_skip_the_visit_by_address(o: f.Office) -> None:
    case = f.plain(f.checked(f.accepted(o), acting_user=o.caseworker), near_relative=True)
    answer = desk(o.caseworker).get(reverse("application-skip-visit", args=[case.uuid]))
    assert answer.status_code == 409
    assert "申请人是经办人员近亲属，已备案，不能免予入户调查" in answer.content.decode()


def under_review(o: f.Office) -> Application:
    """A family on benefit, its income risen, visited again."""
    family = f.the_zhaos(o)
    household = f.confirmed(o, family).household
    OfficeDate.objects.update(day=f.PAY_DAY)
    by: dict[str, Any] = {"acting_user": o.caseworker, "on": f.PAY_DAY}
    case = actions.submit(actions.start_review(household, sections={}, **by), family=family, **by)
    return f.visit(f.checked(actions.accept(case, **by), **by), **by)


MADE = [f.drafted, f.submitted, f.investigated, f.publicised, f.confirmed, under_review, eventful, burdened]


@pytest.mark.parametrize("make", MADE)
def test_it_costs_few_queries_whatever_happened(o: f.Office, make: Callable[[f.Office], Application]) -> None:
    case, client = make(o), desk(o.reviewer)
    client.get(case.get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        assert client.get(case.get_absolute_url()).status_code == 200
    # The office date is read from the database on workstations only; whose families are seen is told, not asked.
    others = ("core_officedate", "jiaohe.townships")
    business = [query["sql"][:150] for query in asked if not any(other in query["sql"] for other in others)]
    assert 10 < len(business) <= FEW, "\n".join(business)


def test_more_members_and_more_answers_cost_no_more(o: f.Office) -> None:
    case, client = f.publicised(o), desk(o.reviewer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(case.get_absolute_url())
        return len(asked)

    queries()
    before = queries()
    request = case.check_requests.get()
    for person in request.people.all():
        for scope in (CheckScope.TAX, CheckScope.DEPOSIT):
            actions.answer_check(
                request,
                person=person.person,
                scope=scope,
                outcome=Outcome.FOUND,
                source_office="吉林银行",
                amount_fen=100,
                as_of=f.POSTED,
                acting_user=o.caseworker,
                on=f.DECIDED,
            )
    assert queries() == before
    assert not Award.objects.exists()


def test_the_visit_s_form_prints_blank_and_filled(o: f.Office) -> None:
    case, client = f.investigated(o), desk(o.caseworker)
    at = reverse("application-visit-form", args=[case.uuid])
    filled, blank = client.get(at).content.decode(), client.get(f"{at}?blank").content.decode()
    for words in ("入户调查表", "赵甲妻", "调查人（签字）"):
        assert words in filled
        assert words in blank
    assert "村协理员" in filled
    assert "村协理员" not in blank
    assert "□ 不一致" in blank


def test_what_an_office_wrote_is_shown_with_a_reason_only(o: f.Office) -> None:
    case = f.investigated(o)
    request = case.check_requests.get()
    answer = actions.answer_check(
        request,
        person=case.household.head,
        scope=CheckScope.DEPOSIT,
        outcome=Outcome.FOUND,
        source_office="吉林银行",
        amount_fen=1,
        as_of=f.POSTED,
        raw="原文：定期一笔",
        acting_user=o.caseworker,
        on=f.POSTED,
    )
    client, at = desk(o.reviewer), reverse("check-answer-raw", args=[answer.uuid])
    shown = page(o.reviewer, case)
    assert f'href="{at}">赵甲 银行存款</a>' in shown
    assert "原文：定期一笔" not in shown
    assert "原文：定期一笔" not in client.get(at).content.decode()
    assert client.post(at, {"reason": "核"}).status_code in {409, 422}
    assert "原文：定期一笔" in client.post(at, {"reason": "核实存款来源"}).content.decode()


def test_after_the_visit_the_page_says_whose_turn_it_is(o: f.Office) -> None:
    case = f.found(f.investigated(o), CheckScope.DEPOSIT, 500_000, acting_user=o.caseworker)
    shown = page(o.caseworker, case)
    assert "签署初审意见之前，请经办人先办：说明核对与申报的差异（或退回补正）。" in shown
    assert "请经办人先办" in page(o.leader, case), "who would be refused the signature reads why before trying"
    with pytest.raises(Refused, match="请经办人在申请页“说明差异”"):
        actions.propose(case, agrees=True, text="拟同意。", acting_user=o.leader, on=f.POSTED)
    actions.explain_difference(case, keys=["DEPOSIT"], ground="危房改造补助", acting_user=o.caseworker, on=f.POSTED)
    assert "调查已办完，等乡镇负责人签署初审意见。" in page(o.caseworker, case)
    actions.ask_collective(case, ground=CollectiveGround.CONTACT_LOST, acting_user=o.caseworker, on=f.POSTED)
    assert "请乡镇负责人先登记集体研究结论" in page(o.caseworker, case)


def test_what_is_left_before_the_signature_is_listed_in_its_order(o: f.Office) -> None:
    shown = page(o.caseworker, f.visit(f.accepted(o), acting_user=o.caseworker))
    assert "登记齐核对结果（过期的重新发起核对）；登记民主评议（或写明理由免予评议）。" in shown
