"""What people see of awards and months, and what they do not."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.actions import confirm_month, open_month, seal_month
from apps.awards.enums import RunState
from apps.awards.models import Award, MonthRun
from apps.awards.tests import factories as f
from apps.households.actions import declare

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY = date(2022, 3, 15), date(2022, 4, 5), date(2022, 5, 5)


@pytest.fixture
def office() -> f.Office:
    f.office_date(APRIL)
    return f.office()


@pytest.fixture
def award(office: f.Office) -> Award:
    return f.granted(office, on=MARCH)


def at_desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, *args: Any, **query: str) -> tuple[int, str]:
    response = at_desk(user).get(reverse(name, args=args), query)
    return response.status_code, response.content.decode()


def test_the_month_is_clicked_through(office: f.Office, award: Award) -> None:
    maker, checker = at_desk(office.maker), at_desk(office.checker)
    shown = maker.get(reverse("month-list")).content.decode()
    assert "2022年4月尚未核定" in shown
    assert "开始核定 2022年4月" in shown
    opened = maker.post(reverse("month-open"), {"month": "2022-04-01"}, follow=True)
    assert "已经开始核定" in opened.content.decode()
    assert "0 / 1" in opened.content.decode()
    run = MonthRun.objects.get()
    f.calculate(run, on=APRIL)
    shown = checker.get(run.get_absolute_url()).content.decode()
    assert "确认 1 户、合计 1,355.00 元" in shown
    assert "赵一" in shown
    assert award.decision.sentence in shown
    confirmed = checker.post(reverse("month-confirm", args=[run.pk]), follow=True)
    assert "已确认。" in confirmed.content.decode()
    run.refresh_from_db()
    assert run.state == RunState.CONFIRMED
    again = checker.post(reverse("month-confirm", args=[run.pk]))
    assert (again.status_code, "情况已经变化" in again.content.decode()) == (409, True)


def test_opening_twice_tells_the_second_one(office: f.Office, award: Award) -> None:
    open_month(APRIL, acting_user=office.maker, on=APRIL)
    answer = at_desk(office.maker).post(reverse("month-open"), {"month": "2022-04-01"})
    assert (answer.status_code, "已经开始核定" in answer.content.decode()) == (409, True)


def test_progress_tells_the_truth_and_reloads_when_done(office: f.Office, award: Award, settings) -> None:
    settings.CHUNK_SIZE = 1
    f.granted(office, on=MARCH)
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    desk = at_desk(office.auditor)
    address = reverse("month-progress", args=[run.pk])
    f.calculate_chunk(run.chunks.first().pk, acting_user=User.objects.system(), on=APRIL)
    asked = desk.get(address, headers={"HX-Request": "true"})
    assert "1 / 2" in asked.content.decode()
    assert "HX-Refresh" not in asked.headers
    f.calculate_chunk(run.chunks.last().pk, acting_user=User.objects.system(), on=APRIL)
    for page in (address, run.get_absolute_url()):  # between the last portion and the sum the page goes on asking
        asked = desk.get(page, headers={"HX-Request": "true"} if page == address else {})
        assert "正在结清合计" in asked.content.decode()
        assert f'hx-get="{address}"' in asked.content.decode()
        assert "HX-Refresh" not in asked.headers
    f.calculate(run, on=APRIL)
    assert desk.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_only_changes_are_listed_with_their_reasons(office: f.Office) -> None:
    calm = f.on_file(office, f.family((f.member("静一", date(1980, 1, 1)),), income_fen=0), on=MARCH)
    people = (f.member("吴六", date(1980, 1, 1)), f.member("吴童", date(2004, 4, 9), f.Relation.CHILD))
    grown = f.on_file(office, f.family(people), on=MARCH)
    leaving = f.family((f.member("郑七", date(1980, 1, 1)),), income_fen=0)
    left = f.on_file(office, leaving, on=MARCH)
    for home in (calm, grown, left):
        f.decide_on(office, home, on=MARCH)
    april = f.calculate(open_month(APRIL, acting_user=office.maker, on=APRIL), on=APRIL)
    confirm_month(april, acting_user=office.checker, on=APRIL)
    seal_month(april, acting_user=office.maker, on=APRIL)
    declare(left, f.family(leaving.members, income_fen=9_900_000), acting_user=office.caseworker, on=APRIL)
    f.decide_on(office, left, on=APRIL)
    f.office_date(MAY)
    may = f.calculate(open_month(MAY, acting_user=office.maker, on=MAY), on=MAY)
    _, shown = page(office.checker, "month-detail", may.pk)
    assert "减：未成年增发（吴童） 275.00" in shown
    assert "年龄变化 1" in shown
    assert "停发 1" in shown
    assert "静一" not in shown
    _, shown = page(office.checker, "month-detail", may.pk, change="STOPPED")
    assert "郑七" in shown
    assert "停发原待遇" in shown


def test_a_month_is_given_up_with_a_reason(office: f.Office, award: Award) -> None:
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    address = reverse("month-void", args=[run.pk])
    assert at_desk(office.chief).post(address, {"reason": ""}).status_code == 422
    at_desk(office.chief).post(address, {"reason": "标准录入有误"})
    run.refresh_from_db()
    assert run.state == RunState.VOID


@pytest.mark.parametrize(
    ("name", "needs_run"),
    [("month-list", False), ("month-detail", True), ("month-progress", True)],
)
def test_months_are_the_county_s(office: f.Office, award: Award, name: str, needs_run: bool) -> None:
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    args = [run.pk] if needs_run else []
    for user, status in ((office.auditor, 200), (office.reviewer, 200), (office.caseworker, 403)):
        assert page(user, name, *args)[0] == status


def test_an_award_is_seen_in_its_township_only(office: f.Office, award: Award) -> None:
    status, shown = page(office.caseworker, "award-detail", award.uuid)
    assert (status, "1,355.00 元" in shown, "低保金按家庭人口" in shown) == (200, True, True)
    assert "赵一、赵小、钱二" in shown
    assert page(office.stranger, "award-detail", award.uuid)[0] == 404
    assert "赵一" in page(office.caseworker, "award-list")[1]
    assert "赵一" not in page(office.stranger, "award-list")[1]
    assert page(office.stranger, "award-list", township=str(office.town.pk))[0] == 200


def test_the_roll_is_filtered_by_stage(office: f.Office, award: Award) -> None:
    later = f.granted(office, on=APRIL)
    for stage, found in (("RUNNING", [award]), ("WAITING", [later]), ("PHASE_OUT", []), ("ENDED", [])):
        _, shown = page(office.auditor, "award-list", stage=stage)
        assert [one for one in (award, later) if str(one.uuid) in shown] == found


def test_a_phase_out_shows_how_it_falls(office: f.Office) -> None:
    told = f.family()
    household = f.on_file(office, told, on=MARCH)
    f.decide_on(office, household, on=MARCH)
    declare(household, f.family(told.members, income_fen=2_700_000), acting_user=office.caseworker, on=APRIL)
    f.decide_on(office, household, on=APRIL)
    f.office_date(date(2022, 7, 1))
    falling = household.awards.due_from(MAY.replace(day=1)).get()
    _, shown = page(office.reviewer, "award-detail", falling.uuid)
    assert "2022年5月至2023年4月" in shown
    assert "677.50" in shown
    assert "还剩 <b>21</b> 个月" in shown
    assert "渐退中" in page(office.reviewer, "award-list", stage="PHASE_OUT")[1]


def test_pages_cost_the_same_however_many_rows(office: f.Office, django_assert_max_num_queries) -> None:
    for _ in range(6):
        f.granted(office, on=MARCH)
    run = f.calculate(open_month(APRIL, acting_user=office.maker, on=APRIL), on=APRIL)
    desk = at_desk(office.checker)
    for address in (reverse("award-list"), run.get_absolute_url(), reverse("month-list")):
        with django_assert_max_num_queries(30):
            desk.get(address)
