"""The calculator in a real browser: without scripts, on a phone, with a keyboard."""

import pytest

from apps.office.tests.factories import open_office

pytestmark = pytest.mark.browser


@pytest.fixture
def address(own_database, live_office):
    open_office()
    return f"{live_office.url}/calculator/"


def _ask(page, address):
    page.goto(address)
    page.fill("[name=p0-age]", "40")
    page.select_option("[name=p1-relation]", "SPOUSE")
    page.fill("[name=p1-age]", "38")
    page.select_option("[name=p1-certificate]", "PHYSICAL-2")
    page.select_option("[name=p2-relation]", "CHILD")
    page.fill("[name=p2-age]", "10")
    page.fill("[name=income]", "9600")
    page.get_by_role("button", name="看看可能的结果").click()


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (390, True), (390, False)])
def test_a_family_finds_its_likely_result(address, open_page, width, scripts, keep):
    page = open_page(width=width, java_script_enabled=scripts)
    page.goto(address)
    _ask(page, address)
    result = page.locator("#result")
    assert "1,496.00 元" in result.inner_text(), "560 × 3 − 800 + 336 + 280"
    assert page.input_value("[name=p1-age]") == "38", "what was typed stays for a second try"
    result.locator("summary").first.click()
    assert result.get_by_text("差额").first.is_visible()
    keep(page, "result")
    if scripts:
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_is_wrong_is_one_click_away(address, open_page):
    page = open_page(width=390)
    page.goto(address)
    page.get_by_role("button", name="看看可能的结果").click()
    page.get_by_role("link", name="本人年龄").click()
    assert page.evaluate("document.activeElement.name") == "p0-age"
