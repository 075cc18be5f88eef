"""A caseworker goes on leave: the security administrator lends the post, the leader hands over, the deputy works."""

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
from apps.audit.models import Record
from apps.audit.verbs import Verb

pytestmark = [pytest.mark.browser, pytest.mark.integration]

PASSWORD, ONE_TIME = "jiaohe-tests-2022", "6z3fz-j6d2x-jrgm9"


@pytest.fixture
def o(own_database: Any) -> f.Office:
    made = f.office(f.POSTED)
    f.submitted(made)
    with act(Verb.APPOINT, acting_user=made.admin, on=f.POSTED):
        User.objects.update(password=make_password(PASSWORD))
        for name, user in (("李晓梅", made.caseworker), ("刘春红", made.stranger), ("王志强", made.colleague)):
            User.objects.filter(pk=user.pk).update(name=name)
    return made


def sit_down(page: Page, url: str, username: str, password: str = PASSWORD) -> Page:
    page.set_default_timeout(15_000)
    page.goto(f"{url}/login/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("登录")
    return page


def press(page: Page, name: str) -> None:
    main = page.get_by_role("main")
    main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first.click()


def test_on_leave(o: f.Office, live_office: Any, open_page: Callable[..., Page]) -> None:
    security = sit_down(open_page(), live_office.url, "security")
    security.get_by_role("link", name="用户与岗位").click()
    security.get_by_role("link", name="李晓梅").click()
    expect(security.get_by_text("名下有 1 件在办申请")).to_be_visible()
    press(security, "代理")
    security.get_by_label("代理人").select_option(label="刘春红（天岗镇 · 经办人）")
    security.get_by_label("最后一天").fill("2024-05-31")
    security.get_by_label("最后一天").blur()
    expect(security.get_by_text("自5月21日至5月31日可办理")).to_be_visible()
    press(security, "安排代理")
    expect(security.get_by_text("已安排代理")).to_be_visible()

    leader = sit_down(open_page(), live_office.url, "leader")
    leader.get_by_role("link", name="移交").click()
    leader.get_by_role("row", name="李晓梅").get_by_role("link", name="移交…").click()
    leader.get_by_label("刘春红（经办人（代理李晓梅，至5月31日），手上在办 0 件）").check()
    press(leader, "移交所选申请")
    expect(leader.get_by_text("已移交 1 件，现由刘春红承办")).to_be_visible()

    deputy = sit_down(open_page(width=390, height=800), live_office.url, "stranger")
    deputy.get_by_role("link", name="赵甲").first.click()
    expect(deputy.get_by_text("刘春红").first).to_be_visible()
    press(deputy, "受理")
    press(deputy, "受理，期限从明天起算")
    expect(deputy.get_by_text("已受理。")).to_be_visible()

    case = Application.objects.get()
    assert (case.state, case.handler, case.accepted_by) == (State.ACCEPTED, o.stranger, o.stranger)
    acts = Record.objects.filter(verb__in=[Verb.DEPUTISE, Verb.HAND_OVER, Verb.ACCEPT]).order_by("pk")
    assert [(r.verb, r.user) for r in acts][-3:] == [
        (Verb.DEPUTISE, o.security),
        (Verb.HAND_OVER, o.leader),
        (Verb.ACCEPT, o.stranger),
    ]


def test_a_forgotten_password(o: f.Office, live_office: Any, open_page: Callable[..., Page]) -> None:
    """Locked out by one's own typing; the administrator gives a password for one login; then one's own again."""
    admin = sit_down(open_page(), live_office.url, "admin")
    worker = open_page()
    worker.goto(f"{live_office.url}/login/")
    for _ in range(5):
        worker.get_by_label("账号").fill("colleague")
        worker.get_by_label("密码").fill("忘了的密码")
        with worker.expect_navigation():
            worker.keyboard.press("Enter")
        expect(worker.get_by_role("alert")).to_be_visible()
    admin.get_by_role("link", name="用户与岗位").click()
    press(admin, "登录锁定 1")
    admin.get_by_role("link", name="王志强").click()
    press(admin, "重置密码")
    admin.get_by_label("一次性密码").fill(ONE_TIME)
    press(admin, "设为一次性密码")
    expect(admin.get_by_text("已设一次性密码")).to_be_visible()

    sit_down(worker, live_office.url, "colleague", ONE_TIME)
    expect(worker.get_by_role("heading", level=1)).to_have_text("修改密码")
    worker.goto(live_office.url)
    expect(worker.get_by_role("heading", level=1)).to_have_text("修改密码")
    worker.get_by_label("原密码").fill(ONE_TIME)
    worker.get_by_label("新密码", exact=True).fill("一个只有我知道的密码")
    worker.get_by_label("再输一次新密码").fill("一个只有我知道的密码")
    press(worker, "修改密码")
    expect(worker.get_by_role("alert")).to_contain_text("密码太短，至少 12 个字符。")
    worker.get_by_label("原密码").fill(ONE_TIME)
    worker.get_by_label("新密码", exact=True).fill("一个只有我知道的长密码-2024")
    worker.get_by_label("再输一次新密码").fill("一个只有我知道的长密码-2024")
    press(worker, "修改密码")
    expect(worker.get_by_role("heading", level=1)).to_have_text("今天要办")
