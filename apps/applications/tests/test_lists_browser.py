"""Lists in a real browser: what htmx replaces goes with what stands around it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password

from apps.accounts.models import User
from apps.applications.tests import factories as f
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


def test_the_heading_counts_what_the_filter_left(o: f.Office, live_office: Any, open_page: Callable[..., Any]) -> None:
    for name in ("赵甲", "钱乙", "孙丙"):
        f.accepted(o, f.the_zhaos(o, name=name))
    page = open_page()
    page.goto(f"{live_office.url}/login/")
    page.fill("[name=username]", o.caseworker.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{live_office.url}/")
    loads: list[str] = []
    page.on("load", lambda: loads.append(page.url))
    assert page.locator("#count").inner_text() == "3 件"
    page.fill(".filterbar [name=q]", "钱乙")
    page.get_by_role("button", name="筛选").click()
    page.locator("#count", has_text="1 件").wait_for()
    assert page.locator("#list .row-link").all_inner_texts() == ["钱乙"]
    assert loads == [], "the list alone was replaced"


def test_hands_stay_on_the_keyboard(o: f.Office, live_office: Any, open_page: Callable[..., Any]) -> None:
    for name in ("赵甲", "钱乙"):
        f.accepted(o, f.the_zhaos(o, name=name))
    page = open_page()
    page.goto(f"{live_office.url}/login/")
    page.fill("[name=username]", o.caseworker.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{live_office.url}/")

    def focused() -> str:
        return str(page.evaluate("document.activeElement.textContent.trim()"))

    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="键盘操作").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()
    walked = []
    for key in ("j", "ArrowDown", "k", "j", "ArrowUp"):
        page.keyboard.press(key)
        walked.append(focused())
    assert walked == ["赵甲", "钱乙", "赵甲", "钱乙", "赵甲"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/**")
    page.keyboard.press("/")
    page.keyboard.type("qy")
    page.keyboard.press("Enter")
    page.wait_for_url("**/households/**")
    assert page.locator("h1").inner_text() == "钱乙 一家"
