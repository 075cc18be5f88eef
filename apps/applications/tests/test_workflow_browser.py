"""The middle of a case by mouse: a bank that knows more than the family told, and an objection that is found right."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.applications.models import Application
from apps.applications.tests import factories as f
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.verbs import Verb

pytestmark = pytest.mark.browser

PASSWORD = "jiaohe-tests-2022"


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


def test_what_the_bank_knows_stands_beside_what_was_told(o: f.Office, at: Callable[..., Page]) -> None:
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
    press(page, "说明差异")
    page.get_by_label("差异原因").fill("上月到账的危房改造补助，有凭证。")
    press(page, "说明差异")
    sees(page, "存款：核对多 3,000.00 元，已说明", "已说明：上月到账的危房改造补助，有凭证。")


def test_an_objection_found_right_takes_the_notice_down(o: f.Office, at: Callable[..., Page]) -> None:
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
    leader = at(o.leader, case)
    press(leader, "异议成立…")
    leader.get_by_label("答复").fill("查实有租金收入。")
    press(leader, "异议成立，退回重新调查")
    sees(leader, "待调查", "退回：公示异议成立：查实有租金收入。")
    assert Application.objects.get(pk=case.pk).state == State.ACCEPTED
