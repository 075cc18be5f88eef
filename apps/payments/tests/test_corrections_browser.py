"""A month that turns out otherwise, at the desks: first too little, then too much, until the last of it came back."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.tests import factories as f
from apps.core.month import Month
from apps.payments.examination import look_through
from apps.payments.invariants import broken_invariants
from apps.payments.models import Receivable
from apps.payments.tests import course as c

pytestmark = [pytest.mark.browser, pytest.mark.integration]

PASSWORD = "jiaohe-tests-2024"
JAN, FEB, MARCH = (Month(2024, n) for n in (1, 2, 3))
FOUND, LATER = date(2024, 2, 20), date(2024, 3, 12)


@pytest.fixture
def office(own_database: Any) -> f.Office:
    made = f.office()
    with act(Verb.APPOINT, acting_user=made.chief, on=FOUND):
        User.objects.exclude(pk=User.objects.system().pk).update(password=make_password(PASSWORD))
    return made


class Desk:
    """One official at one browser."""

    def __init__(self, page: Page, url: str, user: User) -> None:
        self.page, self.main = page, page.get_by_role("main")
        page.set_default_timeout(15_000)
        page.goto(f"{url}/login/")
        page.get_by_label("账号").fill(user.username)
        page.get_by_label("密码").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="今天要办")).to_be_visible()

    def task(self, name: str) -> None:
        """A tile of the first page."""
        self.page.goto(self.page.url.split("/", 3)[0] + "//" + self.page.url.split("/", 3)[2])
        self.main.get_by_role("link", name=name).first.click()

    def press(self, name: str) -> None:
        self.main.get_by_role("button", name=name).or_(self.main.get_by_role("link", name=name)).first.click()

    def reads(self, *words: str) -> None:
        for one in words:
            expect(self.main.get_by_text(one).first).to_be_visible()


def proposed_and_confirmed(caseworker: Desk, chief: Desk, *, text: str, button: str) -> None:
    caseworker.task("待重算")
    caseworker.press("赵一")
    caseworker.main.get_by_label("事由和依据").fill(text)
    caseworker.press("提出重算")
    caseworker.reads("已提出，等民政局主管确认。")
    chief.task("重算待确认")
    chief.press("确认…")
    chief.reads("逐月比较")
    chief.press(button)
    chief.reads("已确认。")


def told_heard_and_agreed(caseworker: Desk) -> None:
    caseworker.task("多发待告知")
    caseworker.press("赵一")
    caseworker.main.get_by_role("link", name="告知书", exact=True).click()
    expect(caseworker.page.get_by_text("多发合计 1,230.00 元")).to_be_visible()
    expect(caseworker.page.get_by_text("5 个工作日内")).to_be_visible()
    caseworker.page.get_by_role("link", name="返回").click()
    caseworker.press("登记告知书送达")
    caseworker.main.get_by_label("送达方式").fill("入户送达，本人签收")
    caseworker.press("登记送达")
    caseworker.press("登记陈述申辩")
    caseworker.main.get_by_label("意见").fill("情况属实，愿意分三期退还。")
    caseworker.press("登记意见")
    caseworker.press("登记退还计划")
    caseworker.main.get_by_label("期数").fill("3")
    caseworker.press("登记计划")
    caseworker.reads("已登记退还计划。", "410.00 元", "重新商定退还计划")


def repaid(maker: Desk) -> None:
    for receipt, yuan in (("收1", "1231"), ("收1", "410"), ("收2", "820")):
        maker.press("登记退款")
        maker.main.get_by_label("金额").fill(yuan)
        maker.main.get_by_label("票据编号").fill(receipt)
        maker.press("登记退款")
        if yuan == "1231":
            maker.reads("不超过尚欠的 1,230.00 元")
            maker.press("不办理，返回")
    maker.reads("已结清", "已登记退款并入账。")


def test_too_little_then_too_much(office: f.Office, live_office: Any, open_page: Callable[..., Page]) -> None:
    f.office_date(FOUND)
    c.granted(office, on=date(2023, 12, 20))
    c.paid_through(office, JAN, FEB)
    # Adopted late: 600×3 − 900 + 300 + 360 = 1,560.00 instead of 1,396.00; 164.00 a month, two months.
    c.adopted(office, "600", start=JAN.first(), on=FOUND)
    look_through()
    caseworker, chief = (Desk(open_page(), live_office.url, who) for who in (office.caseworker, office.chief))
    proposed_and_confirmed(caseworker, chief, text="省厅文件晚到。", button="确认：应补 328.00 元，多发 0.00 元")
    f.office_date(MARCH.first())
    c.paid(office, MARCH.first())

    # A wrong paper after all: 500×3 − 900 + 250 + 300 = 1,150.00; three months were paid at 1,560.00: 3 × 410.00.
    f.office_date(LATER)
    c.adopted(office, "500", start=JAN.first(), on=LATER)
    look_through()
    proposed_and_confirmed(caseworker, chief, text="文件更正。", button="确认：应补 0.00 元，多发 1,230.00 元")

    told_heard_and_agreed(caseworker)
    maker = Desk(open_page(width=390, height=800), live_office.url, office.maker)
    maker.page.goto(live_office.url + Receivable.objects.get().get_absolute_url())
    repaid(maker)

    caseworker.main.get_by_role("link", name="救助账单").click()
    caseworker.reads("4,680.00", "已结清")
    assert (Receivable.objects.get().state, Receivable.objects.get().balance) == ("CLOSED", 0)
    assert broken_invariants() == []
