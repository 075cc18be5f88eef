"""A month: opened by one, calculated in portions, confirmed by another, sealed by the payments."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.audit.models import Record
from apps.awards.actions import (
    calculate_chunk,
    confirm_month,
    open_month,
    seal_month,
    void_month,
)
from apps.awards.enums import Change, RunState
from apps.awards.facts import month_to_open
from apps.awards.models import CalcLine, Chunk, MonthRun
from apps.awards.tests import factories as f
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.eligibility.actions import approve_standard
from apps.eligibility.tests.builders_standards import proposed_standard, value
from apps.households.actions import declare

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY = date(2022, 3, 15), date(2022, 4, 5), date(2022, 5, 5)


@pytest.fixture
def office() -> f.Office:
    return f.office()


@pytest.fixture
def by_twos(settings) -> None:
    settings.CHUNK_SIZE = 2


def worked(office: f.Office, month: date, *, sealed: bool = True) -> MonthRun:
    """A month from opening to seal."""
    run = f.calculate(open_month(month, acting_user=office.maker, on=month), on=month)
    if sealed:
        confirm_month(run, acting_user=office.checker, on=month)
        seal_month(run, acting_user=office.maker, on=month)
        run.refresh_from_db()
    return run


def test_a_month_from_opening_to_seal(office: f.Office, by_twos: None) -> None:
    awards = [f.granted(office, on=MARCH) for _ in range(5)]
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    assert (run.units, run.state) == (5, RunState.CALCULATING)
    assert [len(ids) for ids in run.chunks.order_by("number").values_list("award_ids", flat=True)] == [2, 2, 1]
    run = f.calculate(run, on=APRIL)
    assert (run.state, run.total_fen) == (RunState.CALCULATED, 5 * 135_500)
    line = awards[0].lines.get()
    assert (line.amount_fen, line.change, line.previous_fen) == (135_500, Change.NEW, None)
    assert [part["kind"] for part in line.parts] == ["GAP", "MINOR", "SEVERE_DISABILITY"]
    run = confirm_month(run, acting_user=office.checker, on=APRIL)
    assert (run.state, run.confirmed_by) == (RunState.CONFIRMED, office.checker)
    assert seal_month(run, acting_user=office.maker, on=APRIL).state == RunState.SEALED
    verbs = Record.objects.filter(subject_type="awards.monthrun").values_list("verb", flat=True).order_by("pk")
    assert list(verbs) == ["FINISH_CALCULATION", "CONFIRM_MONTH", "ENTITLE"]


def test_who_may_and_who_may_not(office: f.Office) -> None:
    f.granted(office, on=MARCH)
    for stranger in (office.caseworker, office.reviewer, office.checker, office.auditor):
        with pytest.raises(Refused, match="岗位"):
            open_month(APRIL, acting_user=stranger, on=APRIL)
    run = worked(office, APRIL, sealed=False)
    with pytest.raises(Refused, match="岗位"):
        confirm_month(run, acting_user=office.maker, on=APRIL)


def test_the_one_who_began_does_not_confirm_even_as_chief(office: f.Office) -> None:
    f.granted(office, on=MARCH)
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    system = User.objects.system()
    with f.act(f.Verb.APPOINT, acting_user=system, on=APRIL):
        f.Posting.objects.create(user=office.maker, area=office.county, role="BUREAU_CHIEF", since=APRIL)
    run = f.calculate(run, on=APRIL)
    office.maker = User.objects.get(pk=office.maker.pk)
    with pytest.raises(Refused) as refused:
        confirm_month(run, acting_user=office.maker, on=APRIL)
    assert refused.value.code == "own_work"


def test_months_come_in_order_and_once(office: f.Office) -> None:
    f.granted(office, on=MARCH)
    assert month_to_open(MARCH) is None
    assert month_to_open(MAY) == Month(2022, 4)
    with pytest.raises(Refused, match="没有应发"):
        open_month(MARCH, acting_user=office.maker, on=MARCH)
    codes = []
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    for month, on in ((APRIL, APRIL), (MAY, APRIL), (MAY, MAY)):
        with pytest.raises(Refused) as refused:
            open_month(month, acting_user=office.maker, on=on)
        codes.append(refused.value.code)
    assert codes == ["month_already_open", "month_in_future", "previous_month_open"]
    run = f.calculate(run, on=APRIL)
    confirm_month(run, acting_user=office.checker, on=APRIL)
    assert month_to_open(MAY) is None
    seal_month(run, acting_user=office.maker, on=APRIL)
    assert month_to_open(MAY) == Month(2022, 5)
    with pytest.raises(Refused, match="应当先核定2022年5月"):
        open_month(date(2022, 6, 1), acting_user=office.maker, on=date(2022, 6, 1))
    assert open_month(MAY, acting_user=office.maker, on=MAY).month == date(2022, 5, 1)


def test_a_month_in_which_nobody_is_due_is_passed_over(office: f.Office) -> None:
    award = f.granted(office, on=MARCH)
    worked(office, APRIL)
    told = f.family((f.member("一", date(1980, 1, 1)),), income_fen=9_900_000)
    declare(award.household, told, acting_user=office.caseworker, on=APRIL)
    f.decide_on(office, award.household, on=APRIL)
    august = date(2022, 8, 8)
    assert month_to_open(august) is None
    f.granted(office, on=date(2022, 6, 30))
    assert month_to_open(august) == Month(2022, 7)
    with pytest.raises(Refused, match="应当先核定2022年7月"):
        open_month(august, acting_user=office.maker, on=august)
    assert open_month(date(2022, 7, 1), acting_user=office.maker, on=august).units == 1


def test_an_unfinished_month_cannot_be_confirmed(office: f.Office) -> None:
    f.granted(office, on=MARCH)
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    with pytest.raises(Refused, match="还没有核定完"):
        confirm_month(run, acting_user=office.checker, on=APRIL)


def test_a_voided_month_begins_anew_with_the_same_lines(office: f.Office) -> None:
    f.granted(office, on=MARCH)
    first = worked(office, APRIL, sealed=False)
    with pytest.raises(Refused, match="理由"):
        void_month(first, acting_user=office.chief, on=APRIL, reason=" ")
    void_month(first, acting_user=office.chief, on=APRIL, reason="标准有误")
    second = worked(office, APRIL, sealed=False)
    assert second.pk != first.pk
    assert first.chunks.get().lines_sha256 == second.chunks.get().lines_sha256
    with pytest.raises(Refused):
        confirm_month(first, acting_user=office.checker, on=APRIL)


def test_a_chunk_is_calculated_once_however_often_it_is_sent(office: f.Office) -> None:
    f.granted(office, on=MARCH)
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    chunk, system = run.chunks.get(), User.objects.system()
    assert calculate_chunk(chunk.pk, acting_user=system, on=APRIL)
    assert not calculate_chunk(chunk.pk, acting_user=system, on=APRIL)
    chunk.refresh_from_db()
    assert (chunk.attempts, chunk.rows, run.lines.count()) == (1, 1, 1)


def test_the_dispatcher_finds_what_was_never_sent_or_lost(office: f.Office, by_twos: None, settings) -> None:
    for _ in range(5):
        f.granted(office, on=MARCH)
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    now = datetime(2022, 4, 5, tzinfo=UTC)
    later = now + timedelta(seconds=settings.CHUNK_REDISPATCH_SECONDS)
    first, second, third = run.chunks.order_by("number").values_list("pk", flat=True)
    assert Chunk.objects.claim_due(now, limit=2) == [first, second]
    assert Chunk.objects.claim_due(now, limit=2) == []
    assert Chunk.objects.claim_due(now, limit=3) == [third]
    calculate_chunk(first, acting_user=User.objects.system(), on=APRIL)
    assert Chunk.objects.claim_due(later, limit=9) == [second, third]


def test_the_second_month_shows_only_what_changed_and_why(office: f.Office) -> None:
    told = {name: f.family() for name in ("calm", "rising", "risen", "stopping")}
    homes = {name: f.on_file(office, family, on=MARCH) for name, family in told.items()}
    grown = f.family((f.member("吴六", date(1980, 1, 1)), f.member("吴童", date(2004, 4, 9), f.Relation.CHILD)))
    homes["grown"] = f.on_file(office, grown, on=MARCH)
    for home in homes.values():
        f.decide_on(office, home, on=MARCH)
    worked(office, APRIL)
    for name, income in (("rising", 480_000), ("risen", 2_700_000), ("stopping", 9_900_000)):
        declare(homes[name], f.family(told[name].members, income_fen=income), acting_user=office.caseworker, on=APRIL)
        f.decide_on(office, homes[name], on=APRIL)
    newcomer = f.granted(office, on=APRIL).household
    run = worked(office, MAY)
    found = {line.household_id: (line.change, line.previous_fen, line.amount_fen) for line in run.lines.changed()}
    assert found == {
        homes["rising"].pk: (Change.UP, 135_500, 185_500),
        homes["risen"].pk: (Change.PHASE_OUT, 135_500, 101_625),
        homes["grown"].pk: (Change.BIRTHDAY, 20_000 + 27_500, 20_000),  # 18 in April: the supplement ends in May
        newcomer.pk: (Change.NEW, None, 135_500),
    }
    april = MonthRun.objects.get(month=date(2022, 4, 1))
    stopped = CalcLine.objects.stopped_before(run, april)
    assert [line.household_id for line in stopped] == [homes["stopping"].pk]


def test_a_standard_back_dated_over_paid_months_is_named_and_not_a_birthday(office: f.Office) -> None:
    """550: 750 + 275 + 330 = 1355.00 in April; from March 560, adopted late in April: 780 + 280 + 336 = 1396.00."""
    calm = f.granted(office, on=MARCH).household
    worked(office, APRIL)
    late = date(2022, 4, 20)
    change = proposed_standard(
        office.chief, on=late, start=date(2022, 3, 1), content=[value("560")], ground="省厅文件晚到"
    )
    approve_standard(change, acting_user=office.reviewer, on=late)
    line = worked(office, MAY).lines.changed().get()
    assert (line.household_id, line.change) == (calm.pk, Change.STANDARD)
    assert (line.previous_fen, line.amount_fen) == (135_500, 139_600)


def test_a_new_standard_and_the_second_year_of_phase_out_are_named(office: f.Office) -> None:
    november = date(2023, 1, 20)
    told = f.family()
    falling, calm = f.on_file(office, told, on=date(2022, 12, 5)), f.granted(office, on=date(2022, 12, 5)).household
    f.decide_on(office, falling, on=date(2022, 12, 5))
    declare(falling, f.family(told.members, income_fen=2_700_000), acting_user=office.caseworker, on=november)
    f.decide_on(office, falling, on=november)
    changes = {}
    for month in (Month(2023, 1) + i for i in range(14)):
        run = worked(office, month.first())
        changes |= {(line.household_id, str(month)): line.change for line in run.lines.changed()}
    assert changes == {
        (falling.pk, "2023-01"): Change.NEW,
        (calm.pk, "2023-01"): Change.NEW,
        (falling.pk, "2023-02"): Change.PHASE_OUT,
        (calm.pk, "2024-01"): Change.STANDARD,  # 550 → 560
        (falling.pk, "2024-02"): Change.PHASE_OUT_STEP,
    }


def test_a_chunk_costs_the_same_statements_whatever_its_size(office: f.Office, settings) -> None:
    costs = []
    for size, month in ((1, APRIL), (1, MAY), (6, date(2022, 6, 5))):
        for _ in range(size):
            f.granted(office, on=month - timedelta(days=30))
        run = open_month(month, acting_user=office.maker, on=month)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            calculate_chunk(run.chunks.get().pk, acting_user=User.objects.system(), on=month)
        costs.append(len(queries))
        run = f.calculate(run, on=month)
        confirm_month(run, acting_user=office.checker, on=month)
        seal_month(run, acting_user=office.maker, on=month)
    assert costs[1] == costs[2]
    assert costs[0] < costs[1]  # there is no month before to carry over from
