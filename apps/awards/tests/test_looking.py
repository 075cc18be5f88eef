"""Changes of a month by kind: filtered with counts that hold, looked at, held back, explained."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.models import Record
from apps.awards.actions import (
    confirm_month,
    exclude_unit,
    hold_unit,
    mark_looked,
    open_month,
    release_unit,
    seal_month,
)
from apps.awards.changes import changes_of
from apps.awards.enums import AsideState, Cause, RunState
from apps.awards.models import Award, CalcLine, Look, MonthRun
from apps.awards.tests import factories as f
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import Scheme
from apps.households.actions import declare

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY = date(2022, 3, 15), date(2022, 4, 5), date(2022, 5, 5)
AMOUNT = 135_500


@pytest.fixture
def office() -> f.Office:
    f.office_date(APRIL)
    return f.office()


def at_desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, run: MonthRun, **query: str) -> str:
    return at_desk(user).get(run.get_absolute_url(), query).content.decode()


def old_man(name: str) -> f.MemberEntry:
    """Without strength, means or anybody bound to help; nobody has assessed how well he looks after himself."""
    return f.member(name, date(1950, 1, 1), obligors=())


def april(office: f.Office) -> MonthRun:
    """Two families and an old man in one township, one family in the other; all of them new."""
    for town, name in ((office.town, "赵一"), (office.town, "钱一"), (office.other_town, "孙一")):
        home = f.on_file(office, f.family((f.member(name, date(1980, 1, 1)),), income_fen=0), on=MARCH, town=town)
        f.decide_on(office, home, on=MARCH)
    lone = f.on_file(office, f.family((old_man("李老"),), income_fen=0), on=MARCH)
    f.decide_on(office, lone, on=MARCH)
    return f.calculate(open_month(APRIL, acting_user=office.maker, on=APRIL), on=APRIL)


def test_every_number_is_that_of_its_list(office: f.Office) -> None:
    run = april(office)
    shown = page(office.checker, run)
    assert "新增 4" in shown
    assert "资料不全 1" in shown
    for query, heads in (
        ({"change": "NEW"}, {"赵一", "钱一", "孙一", "李老"}),
        ({"change": "LACKING"}, {"李老"}),
        ({"change": "NEW", "township": str(office.other_town.pk)}, {"孙一"}),
        ({"change": "NEW", "scheme": "TEKUN"}, {"李老"}),
        ({"change": "STOPPED"}, set()),
    ):
        shown = page(office.checker, run, **query)
        assert {name for name in ("赵一", "钱一", "孙一", "李老") if f">{name}</a>" in shown} == heads
        told = re.search(r'aria-current="true">[^<]*?(\d+)\s*</a>', shown)
        assert told is not None
        assert int(told.group(1)) == len(heads)


def test_a_reviewer_ticks_what_was_looked_at_and_the_confirmation_counts_it(office: f.Office) -> None:
    run = april(office)
    first, second, *_ = run.lines.order_by("pk").values_list("award_id", flat=True)
    with pytest.raises(Refused, match="岗位"):
        mark_looked(run, award_ids=[first], acting_user=office.maker, on=APRIL)
    answer = at_desk(office.reviewer).post(
        reverse("month-looked", args=[run.pk]), {"award": [first, second], "query": "change=NEW"}, follow=True
    )
    assert "已标记 2 户已看" in answer.content.decode()
    assert answer.request["QUERY_STRING"] == "change=NEW"
    assert set(Look.objects.values_list("award_id", "user__name")) == {
        (first, office.reviewer.name),
        (second, office.reviewer.name),
    }
    with pytest.raises(Refused, match="还没有看过"):
        mark_looked(run, award_ids=[first, 0], acting_user=office.checker, on=APRIL)
    assert len(re.findall('name="award"', page(office.checker, run))) == 2
    assert "全部变化 2" in page(office.checker, run, seen="NO")
    confirm_month(run, acting_user=office.checker, on=APRIL)
    record = Record.objects.get(verb="CONFIRM_MONTH")
    counts = {kind: number for kind, number in record.payload["changes"].items() if number}
    assert (counts, record.payload["looked_at"], record.payload["left_out"]) == ({"NEW": 4, "LACKING": 1}, 2, 0)
    with pytest.raises(Refused, match="不再逐户标记"):
        mark_looked(run, award_ids=[first], acting_user=office.checker, on=APRIL)


def test_one_held_back_keeps_the_month_from_being_confirmed_until_it_is_cleared(office: f.Office) -> None:
    run = april(office)
    award = Award.objects.filter(household__head__name="钱一").get()
    with pytest.raises(Refused, match="理由"):
        hold_unit(run, award=award, reason=" ", acting_user=office.reviewer, on=APRIL)
    held = hold_unit(run, award=award, reason="与入户情况不符", acting_user=office.reviewer, on=APRIL)
    with pytest.raises(Refused, match="已经留核"):
        hold_unit(run, award=award, reason="再留", acting_user=office.checker, on=APRIL)
    shown = page(office.checker, run)
    assert "与入户情况不符" in shown
    assert "留核 1" in shown
    assert "确认 4 户" not in shown
    with pytest.raises(Refused) as refused:
        confirm_month(run, acting_user=office.checker, on=APRIL)
    assert refused.value.code == "units_set_aside"
    release_unit(held, reason="已核实", acting_user=office.reviewer, on=APRIL)
    held.refresh_from_db()
    assert held.state == AsideState.CLEARED
    again = hold_unit(run, award=award, reason="又有疑问", acting_user=office.checker, on=APRIL)
    assert (again.pk, again.cause, again.state) == (held.pk, Cause.HELD, AsideState.OPEN)
    release_unit(again, reason="已核实", acting_user=office.checker, on=APRIL)
    assert confirm_month(run, acting_user=office.checker, on=APRIL).state == RunState.CONFIRMED


def test_one_held_back_and_left_out_takes_its_amount_along(office: f.Office) -> None:
    run = april(office)
    before = run.total_fen
    award = Award.objects.filter(household__head__name="钱一").get()
    due = run.lines.get(award=award).amount_fen
    held = hold_unit(run, award=award, reason="疑似死亡", acting_user=office.reviewer, on=APRIL)
    out = exclude_unit(held, ground="等死亡信息核实", acting_user=office.chief, on=APRIL)
    assert out.taken_fen == due == 55_000
    run.refresh_from_db()
    assert run.total_fen == before - due == run.lines.count() * 55_000 + 71_500 - 55_000  # 特困 550 × 1.3 = 715
    assert confirm_month(run, acting_user=office.checker, on=APRIL).state == RunState.CONFIRMED
    assert not CalcLine.objects.filter(award=award).exists()
    seal_month(run, acting_user=office.maker, on=APRIL)
    may = f.calculate(open_month(MAY, acting_user=office.maker, on=MAY), on=MAY)
    assert may.lines.get(award=award).change == "NEW"  # nothing was paid in April


def test_what_stopped_is_looked_at_too_but_not_held(office: f.Office) -> None:
    run = april(office)
    confirm_month(run, acting_user=office.checker, on=APRIL)
    seal_month(run, acting_user=office.maker, on=APRIL)
    home = Award.objects.get(household__head__name="赵一").household
    told = f.family((f.member("赵一", date(1980, 1, 1)),), income_fen=9_900_000)
    stopped = home.awards.get()
    declare(home, told, acting_user=office.caseworker, on=APRIL)
    f.decide_on(office, home, on=APRIL)
    f.office_date(MAY)
    may = f.calculate(open_month(MAY, acting_user=office.maker, on=MAY), on=MAY)
    assert changes_of(may, CalcLine.objects.all()).counts["STOPPED"] == 1
    assert mark_looked(may, award_ids=[stopped.pk], acting_user=office.reviewer, on=MAY) == 1
    with pytest.raises(Refused, match="没有核定金额"):
        hold_unit(may, award=stopped, reason="x", acting_user=office.reviewer, on=MAY)


def test_an_amount_is_explained_clause_by_clause(office: f.Office) -> None:
    run = april(office)
    award = Award.objects.filter(scheme=Scheme.TEKUN).get()
    shown = at_desk(office.auditor).get(reverse("month-line", args=[run.pk, award.pk])).content.decode()
    for said in ("李老", "基本生活", "715.00", "§3"):
        assert said in shown
    family = Award.objects.get(household__head__name="孙一")
    shown = at_desk(office.checker).get(reverse("month-line", args=[run.pk, family.pk])).content.decode()
    assert "差额" in shown
    assert "550.00" in shown
