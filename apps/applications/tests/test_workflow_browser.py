"""Cases by mouse: a bank that knows more, an objection, a relative, a delegated township, an uncle, two at one case."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.applications import actions
from apps.applications.models import Application
from apps.applications.tests import factories as f
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.models import Award
from apps.awards.tests.factories import member
from apps.core.models import OfficeDate
from apps.eligibility.policy.enums import IncomeKind, Relation, Scheme, Support
from apps.households.family import Family, IncomeEntry, SelfCareEntry
from apps.households.models import SelfCareTask

pytestmark = pytest.mark.browser

Keep = Callable[[Page, str], None]
PASSWORD = "jiaohe-tests-2022"
CONFIRMS = re.compile("^确认，6月起发 1,396.00 元")


@pytest.fixture
def o(own_database: Any) -> f.Office:
    made = f.office(f.DECIDED)
    with act(Verb.APPOINT, acting_user=made.chief, on=f.DECIDED):
        User.objects.update(password=make_password(PASSWORD))
    return made


@pytest.fixture
def at(live_office: Any, open_page: Callable[..., Page]) -> Callable[[User, Application], Page]:
    """Somebody at the page of a case."""

    def opened(user: User, case: Application) -> Page:
        page = open_page()
        page.set_default_timeout(20_000)
        address = case.get_absolute_url()
        page.goto(f"{live_office.url}/login/?next={address}")
        page.fill("[name=username]", user.username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{live_office.url}{address}")
        return page

    return opened


def press(page: Page, name: str | re.Pattern[str]) -> None:
    main = page.get_by_role("main")
    main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first.click()


def sees(page: Page, *words: str) -> None:
    for text in words:
        expect(page.get_by_role("main").get_by_text(text).first).to_be_visible(timeout=20_000)


def test_what_the_bank_knows_stands_beside_what_was_told(o: f.Office, at: Callable[..., Page], keep: Keep) -> None:
    page = at(o.caseworker, f.accepted(o))
    press(page, "发起核对")
    press(page, re.compile("^发起核对，"))
    press(page, "登记核对结果")
    page.get_by_label("项目").select_option(label="银行存款")
    page.get_by_label("有记录").check()
    page.get_by_label("金额").fill("5,000")
    page.get_by_label("提供单位").fill("吉林银行")
    press(page, "登记这一项")
    sees(page, "已登记这一项。")
    press(page, "其余均无记录…")
    press(page, "其余 35 项均无记录")
    # 申报 2,000 元，银行 5,000 元
    sees(page, "存款：核对多 3,000.00 元，未说明", "5,000.00", "核对报告还有 90 天有效")
    keep(page, "differences")
    press(page, "说明差异")
    page.get_by_label("差异原因").fill("上月到账的危房改造补助，有凭证。")
    press(page, "说明差异")
    sees(page, "存款：核对多 3,000.00 元，已说明", "已说明：上月到账的危房改造补助，有凭证。")


def rented_out(o: f.Office, case: Application) -> Application:
    """Declared anew with the rent of 40,000, visited, and on the wall again; the day after that notice."""
    family = f.the_zhaos(o)
    told = (*family.incomes, IncomeEntry(0, IncomeKind.PROPERTY, 4_000_000, "租赁合同"))
    day: dict[str, Any] = {"acting_user": o.caseworker, "on": f.DECIDED}
    case = actions.return_for_correction(case, reason="补报租金收入", **day)
    case = actions.accept(actions.submit(case, family=replace(family, incomes=told), **day), **day)
    case = actions.propose(f.visit(case, **day), agrees=False, text="收入超标。", acting_user=o.leader, on=f.DECIDED)
    case = actions.post_notice(case, place="公示栏", **day)
    OfficeDate.objects.update(day=case.notice_ends_on + timedelta(days=1))
    return case


def test_an_objection_found_right_changes_the_outcome(o: f.Office, at: Callable[..., Page], keep: Keep) -> None:
    """1,396.00 a month before; with the rent 50,800 a year, beyond twice 560 × 12 × 3 = 20,160: nothing."""
    case = f.publicised(o)
    reviewer = at(o.reviewer, case)
    expect(reviewer.get_by_role("link", name="确认，6月起发 1,396.00 元")).to_be_visible()
    worker = at(o.caseworker, case)
    press(worker, "登记异议")
    worker.get_by_label("异议内容").fill("他家另有门面房出租。")
    press(worker, "登记异议")
    sees(worker, "1 件异议待答复")
    reviewer.reload()
    sees(reviewer, "1 件异议待答复", "他家另有门面房出租。")
    expect(reviewer.get_by_role("link", name=re.compile("^确认，"))).to_have_count(0)
    keep(reviewer, "1-open")
    leader = at(o.leader, case)
    press(leader, "异议成立…")
    leader.get_by_label("答复").fill("查实有租金收入。")
    press(leader, "异议成立，退回重新调查")
    sees(leader, "待调查", "退回：公示异议成立：查实有租金收入。")
    keep(leader, "2-upheld")
    assert Application.objects.get(pk=case.pk).state == State.ACCEPTED

    rented_out(o, Application.objects.get(pk=case.pk))
    reviewer.reload()
    expect(reviewer.get_by_role("link", name=re.compile("^确认，6月"))).to_have_count(0)
    press(reviewer, "不予确认…")
    reviewer.get_by_label("具体说明").fill("查实有门面房租金收入，家庭收入超过规定。")
    press(reviewer, "不予确认")
    sees(reviewer, "不予确认")
    keep(reviewer, "3-refused")
    assert Application.objects.get(pk=case.pk).state == State.REFUSED
    assert not Award.objects.exists()


def test_a_relative_s_case_is_confirmed_after_the_bureau_s_visit_only(
    o: f.Office, at: Callable[..., Page], keep: Keep
) -> None:
    case = f.plain(f.publicised(o), near_relative=True)
    reviewer = at(o.reviewer, case)
    sees(reviewer, "经办人员近亲属", "由民政局确认", "这件须由民政局入户抽查")
    keep(reviewer, "waits-for-the-visit")
    expect(reviewer.get_by_role("link", name=CONFIRMS)).to_have_count(0)
    f.spot_checked(o, case)
    reviewer.reload()
    sees(reviewer, "抽查一致")
    press(reviewer, CONFIRMS)
    press(reviewer, CONFIRMS)
    sees(reviewer, "已确认")
    assert Award.objects.get().first_month == f.JUNE


def test_in_a_delegated_township_a_third_person_confirms(o: f.Office, at: Callable[..., Page], keep: Keep) -> None:
    f.delegated(o)
    case = f.plain(f.publicised(o))
    # Neither the bureau, nor who took the case in, nor who signed the opinion.
    for other in (o.reviewer, o.caseworker, o.leader):
        elsewhere = at(other, case)
        sees(elsewhere, "由新站镇确认（授权文号 蛟民发〔2024〕12号）")
        expect(elsewhere.get_by_role("link", name=CONFIRMS)).to_have_count(0)
    deputy = at(o.deputy, case)
    press(deputy, CONFIRMS)
    keep(deputy, "third-person")
    press(deputy, CONFIRMS)
    sees(deputy, "已确认")
    assert Application.objects.get(pk=case.pk).decided_by == o.deputy


def with_uncle(o: f.Office) -> Family:
    """The Zhaos, and the head's uncle of 72 without supporters, who cannot walk or bathe alone."""
    unable = frozenset({SelfCareTask.WALKS, SelfCareTask.BATHES})
    uncle = replace(
        member("赵老", date(1952, 1, 1), Relation.OTHER),
        obligors=(),
        support=Support.DISPERSED,
        self_care=SelfCareEntry(date(2024, 5, 10), "卫生院 王医生", unable),
    )
    zhaos = f.the_zhaos(o)
    return replace(zhaos, members=(*zhaos.members, uncle))


def test_an_uncle_is_supported_by_himself_and_his_family_gets_dibao(
    o: f.Office, at: Callable[..., Page], keep: Keep
) -> None:
    """低保 of the three 1396.00; 特困 of the uncle 560 × 1.3 = 728.00 and half care 20 % of 1540 = 308.00."""
    case = f.publicised(o, with_uncle(o))
    f.spot_checked(o, case)
    reviewer = at(o.reviewer, case)
    sees(reviewer, "赵老", "赡养人与自理能力")
    confirm = re.compile("^确认，6月起发 2,432.00 元")
    press(reviewer, confirm)
    sees(reviewer, "1,396.00", "1,036.00")
    keep(reviewer, "two-awards")
    press(reviewer, confirm)
    sees(reviewer, "已确认")
    granted = {award.scheme: award.person and award.person.name for award in Award.objects.select_related("person")}
    assert granted == {Scheme.DIBAO: None, Scheme.TEKUN: "赵老"}


def test_two_reviewers_at_one_case_decide_it_once(o: f.Office, at: Callable[..., Page], keep: Keep) -> None:
    case = f.publicised(o)
    first, second = at(o.reviewer, case), at(o.second_reviewer, case)
    press(first, CONFIRMS)
    press(second, CONFIRMS)
    press(first, CONFIRMS)
    sees(first, "已确认")
    press(second, CONFIRMS)
    sees(second, "情况已经变化", "什么也没有改动。")
    keep(second, "too-late")
    assert Award.objects.count() == 1
    assert Application.objects.get(pk=case.pk).decided_by == o.reviewer


def test_a_paper_opens_over_the_case_and_the_next_one_after_it(o: f.Office, at: Callable[..., Page]) -> None:
    case = f.accepted(o)
    for _ in range(2):
        f.with_paper(o, case)
    page = at(o.reviewer, case)
    page.locator("form[data-picture] button").first.click()
    viewer = page.get_by_role("dialog", name="身份证")
    expect(viewer.get_by_text("1 / 2")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(viewer.get_by_text("2 / 2")).to_be_visible()
    assert page.locator("#viewer canvas").evaluate("sheet => sheet.width") == 320
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    assert Record.objects.about(case).filter(verb=Verb.OPEN_DOCUMENT).count() == 2
