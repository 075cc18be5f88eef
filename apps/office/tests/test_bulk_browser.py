"""Two hundred plain cases confirmed by one reviewer in a real browser, one of them taken away meanwhile."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password

from apps.accounts.models import User
from apps.applications import actions
from apps.applications.models import Application
from apps.applications.tests import factories as f
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.models import Award
from apps.office.tests.many import take_in_many

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "jiaohe-tests-2022"
MANY = 200


def test_two_hundred_at_once(
    own_database: Any, live_office: Any, open_page: Callable[..., Any], keep: Callable[[Any, str], None]
) -> None:
    o = f.office(f.PAY_DAY)
    with act(Verb.APPOINT, acting_user=o.chief, on=f.PAY_DAY):
        User.objects.update(password=make_password(PASSWORD))
    take_in_many(o, MANY, applied_on=f.OPENED)
    for case in Application.objects.all():
        f.with_all_papers(f.checked(case, acting_user=o.caseworker, on=f.PAY_DAY))
    page = open_page()
    page.set_default_timeout(120_000)
    page.goto(f"{live_office.url}/login/")
    page.fill("[name=username]", o.reviewer.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.get_by_role("link", name="批量确认").click()
    assert page.locator("[name=picked]:checked").count() == MANY
    # 200 × 560.00
    assert "112,000.00 元" in page.locator("tfoot").inner_text()
    page.locator("[name=picked]").first.uncheck()
    keep(page, "1-picked")
    moved = Application.objects.order_by("due_on", "accepted_on", "pk")[1]
    actions.return_for_survey(moved, reason="补查", acting_user=o.second_reviewer, on=f.PAY_DAY)
    begun = time.monotonic()
    page.get_by_role("button", name="确认选中的案件").click()
    page.get_by_text(f"办成 {MANY - 2} 件，共 {MANY - 1} 件").wait_for()
    print(f"{MANY - 2} cases confirmed in {time.monotonic() - begun:.1f} s")  # noqa: T201 - for docs/benchmarks.md
    keep(page, "2-done")
    assert page.locator("tr", has_text=moved.number).inner_text().startswith("没有办")
    assert Application.objects.filter(state=State.CONFIRMED).count() == MANY - 2
    assert Record.objects.filter(verb=Verb.CONFIRM).count() == Award.objects.count() == MANY - 2
