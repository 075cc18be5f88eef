"""A price subsidy in the monthly report; and what is too much of it: where it waits, and what is left once undone."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.models import MonthRun
from apps.awards.tests import factories as f
from apps.core.month import Month
from apps.eligibility.policy.enums import AreaKind
from apps.households.models import Household, Person
from apps.payments import actions
from apps.payments.models import PriceIndex
from apps.payments.tests import course
from apps.payments.tests.test_subsidies import DECIDED, JUNE, PUBLISHED, confirmed, published
from apps.reports.actions import freeze_figures
from apps.reports.tests.test_pages import desk, opened, shown, table_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> f.Office:
    f.office_date(PUBLISHED)
    return f.office()


def subsidised(office: f.Office) -> tuple[Household, PriceIndex]:
    """Three people in town at 36.40 each and one in the country at 30.55, beside June as it was frozen."""
    family = course.granted(office, on=DECIDED)
    alone = f.family((f.member("周一", date(1980, 1, 1)),), income_fen=0)
    country = f.on_file(office, replace(alone, area_kind=AreaKind.RURAL), on=DECIDED)
    f.decide_on(office, country, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    freeze_figures(MonthRun.objects.get(month=JUNE), acting_user=User.objects.system(), on=PUBLISHED)
    assert "价格临时补贴" not in shown(office.chief, reverse("report-month"))
    index = published(office)
    confirmed(office, index)
    return family, index


def told(office: f.Office) -> str:
    return words(shown(office.chief, reverse("report-month")))


def waits(office: f.Office) -> list[tuple[str, int, str]]:
    """What the first page of the reviewer says of subsidies."""
    tasks = desk(office.reviewer).get("/").context["money_tasks"]
    return [(task.label, task.count, task.url) for task in tasks if "价格补贴" in task.label]


def test_it_has_rows_of_its_own_and_what_is_too_much_of_it_waits_until_it_is_undone(office: f.Office) -> None:
    family, index = subsidised(office)
    # 3 × 36.40 = 109.20 and 30.55: 139.75 yuan are 0.01 of ten thousand.
    assert "价格临时补贴（另列） 4 0.01 0.01" in told(office)
    assert "城市价格临时补贴 3 0.01 0.01" in told(office)
    assert "农村价格临时补贴 1 0.00 0.00" in told(office)
    assert waits(office) == []
    with act(Verb.RECORD_DEATH, acting_user=office.caseworker, on=PUBLISHED):
        Person.objects.filter(name="赵小", memberships__household=family).update(died_on=date(2024, 5, 3))
    assert waits(office) == [("2024年6月价格补贴多发", 1, index.get_absolute_url())]
    assert len(desk(office.reviewer).get(index.get_absolute_url()).context["excess"]) == 1
    account = desk(office.caseworker).get(reverse("household-statement", args=[family.uuid]))
    assert [
        (month, one.person.name, one.had_fen, one.owed_fen) for month, one in account.context["account"].too_much
    ] == [(JUNE, "赵小", 3640, 0)]
    assert "价格补贴多得，待重算" in account.content.decode()
    correction = actions.propose_subsidy_correction(index, text="去世。", acting_user=office.reviewer, on=PUBLISHED)
    assert waits(office) == [], "it waits for the chief now"
    actions.confirm_correction(correction, acting_user=office.chief, on=PUBLISHED)
    assert waits(office) == []
    assert "城市价格临时补贴 2 0.01 0.01" in told(office)
    printed = shown(office.chief, reverse("report-print", args=[MonthRun.objects.get(month=JUNE).frozen.pk]))
    assert "价格临时补贴（另列） — 3 — 0.01 0.01" in words(printed)
    sheet = opened(desk(office.chief).get(reverse("report-sheet", args=[MonthRun.objects.get(month=JUNE).frozen.pk])))
    assert [row[2] for row in table_of(sheet["月报"]) if "价格临时补贴" in str(row[0])] == [3, 2, 1]
