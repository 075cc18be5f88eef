"""Intake in a real browser: with scripts, without, on a phone, and over a line that breaks."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password

from apps.accounts.models import User
from apps.applications.models import Application
from apps.applications.tests import intake_desk as desks
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.tests.factories import number_of

pytestmark = pytest.mark.browser

PASSWORD = "jiaohe-tests-2022"


@pytest.fixture
def office(own_database: Any) -> Any:
    made = desks.furnished()
    with act(Verb.APPOINT, acting_user=made.chief, on=desks.TODAY):
        User.objects.filter(pk=made.caseworker.pk).update(password=make_password(PASSWORD))
    made.caseworker.refresh_from_db()
    return made


@pytest.fixture
def at_desk(office: Any, live_office: Any, open_page: Callable[..., Any]) -> Callable[..., Any]:
    def begin(**options: Any) -> Any:
        page = open_page(**options)
        page.goto(f"{live_office.url}/login/")
        page.fill("[name=username]", office.caseworker.username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.goto(f"{live_office.url}/cases/new/")
        page.get_by_role("button", name="开始填写").click()
        page.wait_for_url("**/draft/")
        return page

    return begin


def saved(page: Any) -> None:
    """Wait until what was typed is kept."""
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    page.wait_for_timeout(500)
    page.wait_for_function("() => !document.querySelector('.htmx-request')")


def fill_members(page: Any) -> None:
    head, child, wife = (number_of(born) for born in (date(1985, 1, 1), date(2012, 5, 1), date(1986, 1, 1)))
    rows = ((head, "赵一", "户主"), (child, "赵小", "子女"), (wife, "钱二", "配偶"))
    for place, (number, name, relation) in enumerate(rows, start=1):
        page.locator(f"[name=members-m{place}-number]").press_sequentially(number)
        page.fill(f"[name=members-m{place}-name]", name)
        page.select_option(f"[name=members-m{place}-relation]", label=relation)
        saved(page)
    page.locator("#row-members-m3 .more > summary").click()
    page.fill("[name=members-m3-certificate]", desks.certificate_of(wife, 4, 2))
    page.keyboard.press("Tab")
    saved(page)


def what_is_unfolded_stays_so(page: Any) -> None:
    page.get_by_text("怎么算出来的").click()
    page.fill("[name=incomes-i2-amount]", "700")
    page.keyboard.press("Tab")
    saved(page)
    assert page.locator("#precheck .steps").first.is_visible()


def test_a_family_is_taken_in_without_pressing_save(
    at_desk: Callable[..., Any], office: Any, keep: Callable[[Any, str], None]
) -> None:
    page = at_desk()
    loads: list[str] = []
    page.on("load", lambda: loads.append(page.url))
    keep(page, "1-empty")
    page.select_option("[name=family-village]", label="站前社区")
    page.locator("#id_family-area_kind-says", has_text="一般为城市").wait_for()
    page.get_by_label("城市", exact=True).check()
    page.fill("[name=family-address]", "站前路 3 号")
    page.locator("[name=members-m1-number]").press_sequentially("220281198601")
    assert page.locator("#id_members-m1-number-says").inner_text() == "还差 6 位"
    page.fill("[name=members-m1-number]", "")
    fill_members(page)
    assert "肢体残疾 2 级" in page.locator("#id_members-m3-certificate-says").inner_text()
    page.locator("#id_incomes-answer_0").check()
    page.select_option("[name=incomes-i1-member]", label="赵一")
    page.select_option("[name=incomes-i1-kind]", label="工资性收入")
    page.fill("[name=incomes-i1-amount]", "１０８００")
    page.keyboard.press("Tab")
    page.locator("#precheck", has_text="1,355.00").wait_for()
    page.select_option("[name=incomes-i2-member]", label="赵小")
    page.select_option("[name=incomes-i2-kind]", label="奖学金")
    page.fill("[name=incomes-i2-amount]", "600")
    page.keyboard.press("Tab")
    saved(page)
    assert "1,355.00" in page.locator("#precheck").inner_text()
    what_is_unfolded_stays_so(page)
    keep(page, "3-precheck")
    assert loads == []
    case = Application.objects.get()
    assert [row["name"] for row in case.draft()["members"]["members"]] == ["赵一", "赵小", "钱二"]
    page.reload()
    page.get_by_role("button", name="提交申请").first.click()
    page.get_by_text("还不能提交").wait_for()
    keep(page, "5-judged")


def test_on_a_phone_nothing_is_wider_than_the_window(at_desk: Callable[..., Any]) -> None:
    page = at_desk(width=390, height=844)
    fill_members(page)
    page.locator("#id_incomes-answer_0").check()
    page.locator("#id_property-other_0").check()
    saved(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.reload()


def test_without_scripts_the_same_page_does(at_desk: Callable[..., Any]) -> None:
    page = at_desk(java_script_enabled=False)
    page.fill("[name=members-m1-number]", number_of(date(1985, 1, 1)))
    page.fill("[name=members-m1-name]", "赵一")
    page.fill("[name=family-address]", "站前路 3 号")
    page.get_by_role("button", name="添一口人").click()
    page.wait_for_url("**/draft/?at=members#sec-members")
    assert page.input_value("[name=family-address]") == "站前路 3 号"
    assert page.locator("[name=members-m2-number]").is_visible()
    assert not page.locator("[name=incomes-i1-amount]").is_visible()
    page.locator("#id_incomes-answer_0").check()
    assert page.locator("[name=incomes-i1-amount]").is_visible()


def test_a_broken_line_loses_nothing(at_desk: Callable[..., Any]) -> None:
    page = at_desk()
    page.context.set_offline(True)
    page.fill("[name=family-address]", "站前路 3 号")
    page.keyboard.press("Tab")
    page.locator("#saved", has_text="网络不通").wait_for()
    page.context.set_offline(False)
    page.locator("#saved", has_text="已保存").wait_for(timeout=15000)
    assert Application.objects.get().draft()["family"]["address"] == "站前路 3 号"
    assert page.input_value("[name=family-address]") == "站前路 3 号"
