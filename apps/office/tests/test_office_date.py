"""The demo office's day: forward only, by the right person, once a click."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.roles import Role
from apps.applications.tests import factories as f
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core import clock
from apps.core.refusal import Refused
from apps.office.actions import advance_office_date
from apps.office.steps import Step, day_after
from apps.office.tests.factories import COUNTY, ON, XINZHAN, hire, open_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    open_office()
    return hire("admin", Role.SYSTEM_ADMIN, COUNTY)


@pytest.mark.parametrize(
    ("step", "to"),
    [(Step.DAY, dt.date(2024, 5, 21)), (Step.WEEK, dt.date(2024, 5, 27)), (Step.MONTH, dt.date(2024, 6, 1))],
)
def test_a_step_leads_forward(admin, step, to):
    assert advance_office_date(step, acting_user=admin, on=ON) == to
    assert clock.today() == to
    assert Record.objects.get(verb=Verb.ADVANCE_OFFICE_DATE).payload == {"to": to.isoformat()}


def test_december_leads_into_january():
    assert day_after(Step.MONTH, dt.date(2024, 12, 31)) == dt.date(2025, 1, 1)


def test_of_two_people_moving_it_one_is_told(admin):
    advance_office_date(Step.DAY, acting_user=admin, on=ON)
    with pytest.raises(Refused) as refused:
        advance_office_date(Step.DAY, acting_user=admin, on=ON)
    assert refused.value.code == "date_moved"
    assert clock.today() == dt.date(2024, 5, 21)


def test_a_page_reads_the_day_once_and_the_next_page_reads_it_anew(admin, client):
    client.force_login(admin)
    with CaptureQueriesContext(connection) as queries:
        assert "5月20日" in client.get(reverse("office-date")).content.decode()
    assert sum("core_officedate" in query["sql"] for query in queries) == 1
    advance_office_date(Step.DAY, acting_user=admin, on=ON)
    assert "5月21日" in client.get(reverse("office-date")).content.decode()


def test_a_caseworker_cannot_move_it(admin):
    worker = hire("worker", Role.CASEWORKER, XINZHAN)
    with pytest.raises(Refused, match="岗位"):
        advance_office_date(Step.DAY, acting_user=worker, on=ON)


def test_where_the_calendar_counts_it_cannot_be_moved(admin, settings):
    settings.OFFICE_DATE = False
    with pytest.raises(Refused) as refused:
        advance_office_date(Step.DAY, acting_user=admin, on=ON)
    assert refused.value.code == "no_office_date"


def test_the_page_moves_it_and_says_so(admin, client):
    client.force_login(admin)
    page = client.get(reverse("office-date"))
    assert "2024年5月20日" in page.content.decode()
    done = client.post(reverse("office-date"), {"step": "WEEK", "seen": "2024-05-20"}, follow=True)
    assert "工作日期已推进到 2024年5月27日（星期一）" in done.content.decode()
    assert clock.today() == dt.date(2024, 5, 27)


def test_a_second_click_on_the_old_page_moves_nothing(admin, client):
    client.force_login(admin)
    click = {"step": "DAY", "seen": "2024-05-20"}
    client.post(reverse("office-date"), click)
    again = client.post(reverse("office-date"), click)
    assert again.status_code == 409
    assert "刚才已被推进" in again.content.decode()
    assert clock.today() == dt.date(2024, 5, 21)


def test_the_page_is_closed_to_others(admin, client):
    client.force_login(hire("worker", Role.CASEWORKER, XINZHAN))
    assert client.get(reverse("office-date")).status_code == 403
    assert client.post(reverse("office-date"), {"step": "DAY", "seen": "2024-05-20"}).status_code == 403
    assert clock.today() == ON


def test_who_moves_it_is_told_what_falls_due_though_they_see_no_family(client):
    o = f.office()
    f.publicised(o)
    client.force_login(o.admin)
    context = client.get(reverse("office-date")).context
    assert context["standing"][:2] == [("在办申请", 1), ("正在公示", 1)]
    month = next(one for one in context["outlooks"] if one.step == Step.MONTH)
    assert "公示期满撤下 1 张" in month.lines
