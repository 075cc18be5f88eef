"""A death brought to the desk, in a real browser: from the family's file to the review that settles it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.applications.models import Application, Cause
from apps.applications.tests import factories as f
from apps.applications.tests.life import JUNE_3, on_benefit
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.verbs import Verb

pytestmark = pytest.mark.browser

PASSWORD = "jiaohe-tests-2022"


@pytest.fixture
def o(own_database: Any) -> f.Office:
    made = f.office(JUNE_3)
    with act(Verb.APPOINT, acting_user=made.chief, on=JUNE_3):
        User.objects.update(password=make_password(PASSWORD))
    return made


def main(page: Page) -> Any:
    return page.get_by_role("main")


def tell_of_those_left(page: Page) -> None:
    """The mother heads the two who are left, and the money goes to her."""
    relations = page.get_by_label("与户主关系")
    expect(relations).to_have_count(2)
    relations.nth(0).select_option(label="子女")
    relations.nth(1).select_option(label="户主")
    for question in ("全家十二个月有没有收入", "存款、现金、证券、债权", "车辆、房产"):
        page.get_by_role("group", name=question).get_by_label("没有").check()
    page.get_by_role("group", name="发给谁").get_by_label("户主").check()
    page.get_by_label("开户行").fill("蛟河农商银行")
    page.get_by_label("账号").fill("043219860101")
    page.get_by_role("group", name="近亲属").get_by_label("没有").check()
    page.get_by_label("户主签字日期").fill("2024-06-03")
    page.get_by_label("申请人已签字").check()


def test_the_head_of_a_family_dies(
    o: f.Office, live_office: Any, open_page: Callable[..., Page], keep: Callable[[Page, str], None]
) -> None:
    """Wife and child without the head's wage: 560 × 2 = 1120, minor 280, severe disability 336: 1736.00."""
    family = on_benefit(o)
    page = open_page()
    page.goto(f"{live_office.url}/login/")
    page.fill("[name=username]", o.caseworker.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{live_office.url}/")

    page.goto(f"{live_office.url}{family.get_absolute_url()}")
    main(page).get_by_role("link", name="登记死亡").click()
    page.get_by_label("哪一位").select_option(label="赵甲")
    page.get_by_label("死亡日期").fill("2024-06-01")
    page.get_by_label("凭据说明").fill("县医院 6 月 1 日出具，编号 0123")
    keep(page, "1-told")
    main(page).get_by_role("button", name="登记死亡").click()

    page.wait_for_url("**/draft/")
    tell_of_those_left(page)
    main(page).get_by_role("button", name="保存草稿").first.click()
    expect(main(page).get_by_text("1,736.00 元").first).to_be_visible()
    main(page).get_by_role("button", name="提交申请").first.click()

    expect(page.get_by_role("heading", name="赵甲妻 一家")).to_be_visible()
    expect(main(page).get_by_text("在享家庭复核：成员死亡")).to_be_visible()
    expect(main(page).get_by_text("2024年9月1日前办结")).to_be_visible()
    keep(page, "2-settled")
    case = Application.objects.get(cause=Cause.DEATH)
    assert (case.state, case.household.head.name) == (State.SUBMITTED, "赵甲妻")
    page.goto(f"{live_office.url}{family.get_absolute_url()}")
    expect(main(page).get_by_text("已去世", exact=True).first).to_be_visible()
