"""Every limit of the law by its own arithmetic, over 春节, a moved weekend and a year without a calendar; pauses."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.applications import deadlines as d
from apps.applications.counting import counting, countings
from apps.applications.deadlines import LIMITS, Clock, Limit, Span, Unit, due_date, next_due
from apps.applications.delivery import DELIVERY, delivery_due
from apps.applications.enums import Due
from apps.applications.transitions import State
from apps.core.workdays import add_workdays, is_workday

NEW_YEAR = date(2024, 2, 7)  # Wednesday; 10–17 February off, Sunday 18 worked
MOVED = date(2024, 4, 25)  # Thursday; Sunday 28 April worked, 1–5 May off, Saturday 11 May worked
FAR = date(2034, 12, 27)  # Wednesday of a year nobody has published: Monday to Friday only


def test_the_table_has_one_row_for_every_limit_of_the_rules() -> None:
    """RULES §10, read row by row."""
    assert {(limit.what, limit.length, limit.why) for limit in LIMITS} == {
        (Due.INVESTIGATION, 3, ""),
        (Due.CHECK, 3, ""),
        (Due.COUNTY, 10, ""),
        (Due.REFUSAL, 3, ""),
        (Due.WHOLE, 30, ""),
        (Due.WHOLE, 20, "委托乡镇确认"),
        (Due.WHOLE, 45, "特殊情形"),
        (Due.SURVEY, 15, "特困"),
        (Due.RESURVEY, 15, "特困"),
        (Due.COUNTY, 15, "特困"),
        (Due.DEATH, 3, ""),
        (Due.PAYMENT, 10, ""),
    }


# By hand on the calendar.
# 2024-02-07: 8, 9 | 18, 19–23, 26–29 | 1, 4–8, 11–15, 18–22, 25–29 March | 1–3, 7, 8–12, 15–17 April (4–6 清明).
# 2024-04-25: 26, 28, 29, 30 | 6–11 May | 13–17, 20–24, 27–31 | 3–7 June | 10 June 端午.
# 2034-12-27: 28, 29 | 1–5 January (nothing known of 元旦), 8–12, 15–19, 22–26, 29–31.
@pytest.mark.parametrize(
    ("limit", "over_new_year", "over_a_moved_weekend", "into_an_unknown_year"),
    [
        (d.INVESTIGATION, date(2024, 2, 18), date(2024, 4, 29), date(2035, 1, 1)),
        (d.CHECK, date(2024, 2, 18), date(2024, 4, 29), date(2035, 1, 1)),
        (d.REFUSAL, date(2024, 2, 18), date(2024, 4, 29), date(2035, 1, 1)),
        (d.COUNTY, date(2024, 2, 27), date(2024, 5, 11), date(2035, 1, 10)),
        (d.TEKUN_SURVEY, date(2024, 3, 5), date(2024, 5, 17), date(2035, 1, 17)),
        (d.TEKUN_RESURVEY, date(2024, 3, 5), date(2024, 5, 17), date(2035, 1, 17)),
        (d.TEKUN_COUNTY, date(2024, 3, 5), date(2024, 5, 17), date(2035, 1, 17)),
        (d.WHOLE_DELEGATED, date(2024, 3, 12), date(2024, 5, 24), date(2035, 1, 24)),
        (d.WHOLE, date(2024, 3, 26), date(2024, 6, 7), date(2035, 2, 7)),
        (d.WHOLE_SPECIAL, date(2024, 4, 17), date(2024, 7, 1), date(2035, 2, 28)),
        (d.DEATH, date(2024, 5, 7), date(2024, 7, 25), date(2035, 3, 27)),
        (d.PAYMENT, date(2024, 2, 10), date(2024, 4, 10), date(2034, 12, 10)),
    ],
    ids=lambda value: str(value) if isinstance(value, Limit) else "",
)
def test_every_limit_on_the_calendar(
    limit: Limit, over_new_year: date, over_a_moved_weekend: date, into_an_unknown_year: date
) -> None:
    assert due_date(limit, NEW_YEAR) == over_new_year
    assert due_date(limit, MOVED) == over_a_moved_weekend
    assert due_date(limit, FAR) == into_an_unknown_year


def test_three_months_after_the_last_of_a_month_end_with_the_month() -> None:
    assert due_date(d.DEATH, date(2024, 11, 30)) == date(2025, 2, 28)


def case(state: State, scheme: str = "DIBAO", **told: Any) -> Any:
    dates = dict.fromkeys(
        ("accepted_on", "notice_ends_on", "sent_back_on", "decided_on", "check_asked_on", "settle_by")
    )
    kept = {"special_ground": "", "delegated": False, "due_what": ""}
    return SimpleNamespace(**{"state": state, "scheme": scheme, **dates, **kept, **told})


ACCEPTED = date(2024, 5, 20)  # Monday: 21–24, 27–31 May, 3–7 June, 11–14 (10 端午), 17–21, 24–28, 1–5 July …


@pytest.mark.parametrize(
    ("found", "what", "due"),
    [
        (case(State.ACCEPTED, accepted_on=ACCEPTED), Due.INVESTIGATION, date(2024, 5, 23)),
        (case(State.ACCEPTED, accepted_on=ACCEPTED, sent_back_on=date(2024, 6, 3)), Due.WHOLE, date(2024, 7, 2)),
        (case(State.INVESTIGATED, accepted_on=ACCEPTED), Due.WHOLE, date(2024, 7, 2)),
        (case(State.PROPOSED, accepted_on=ACCEPTED, delegated=True), Due.WHOLE, date(2024, 6, 18)),
        (case(State.PROPOSED, accepted_on=ACCEPTED, special_ground="OBJECTION"), Due.WHOLE, date(2024, 7, 23)),
        # A special case takes its 45 days whoever decides it.
        (
            case(State.PROPOSED, accepted_on=ACCEPTED, special_ground="ABSENCE", delegated=True),
            Due.WHOLE,
            date(2024, 7, 23),
        ),
        # Received 29 May: ten days end on 13 June, before the whole does.
        (
            case(State.PUBLICISED, accepted_on=ACCEPTED, notice_ends_on=date(2024, 5, 28)),
            Due.COUNTY,
            date(2024, 6, 13),
        ),
        # Received 24 June: ten days would end on 8 July, but the thirty are over on the 2nd.
        (case(State.PUBLICISED, accepted_on=ACCEPTED, notice_ends_on=date(2024, 6, 23)), Due.WHOLE, date(2024, 7, 2)),
        (case(State.ACCEPTED, "TEKUN", accepted_on=ACCEPTED), Due.SURVEY, date(2024, 6, 11)),
        (case(State.PROPOSED, "TEKUN", accepted_on=ACCEPTED), Due.SURVEY, date(2024, 6, 11)),
        # Sent back on 3 June: 4–7, 11–14, 17–21, 24, 25.
        (
            case(State.ACCEPTED, "TEKUN", accepted_on=ACCEPTED, sent_back_on=date(2024, 6, 3)),
            Due.RESURVEY,
            date(2024, 6, 25),
        ),
        (
            case(State.PUBLICISED, "TEKUN", accepted_on=ACCEPTED, notice_ends_on=date(2024, 5, 28)),
            Due.COUNTY,
            date(2024, 6, 20),
        ),
        # Asked on 27 May, answers due by the 30th; asked on the day of acceptance the survey begins by then too.
        (
            case(State.INVESTIGATED, accepted_on=ACCEPTED, check_asked_on=date(2024, 5, 27)),
            Due.CHECK,
            date(2024, 5, 30),
        ),
        (
            case(State.ACCEPTED, accepted_on=ACCEPTED, check_asked_on=ACCEPTED),
            Due.INVESTIGATION,
            date(2024, 5, 23),
        ),
        # A death is settled in three months, whether the case has been accepted or not.
        (case(State.DRAFT, settle_by=date(2024, 8, 20)), Due.DEATH, date(2024, 8, 20)),
        (case(State.ACCEPTED, accepted_on=ACCEPTED, settle_by=date(2024, 5, 21)), Due.DEATH, date(2024, 5, 21)),
        (case(State.CONFIRMED, decided_on=ACCEPTED, settle_by=date(2024, 8, 20)), None, None),
        (case(State.REFUSED, decided_on=ACCEPTED), None, None),
        (case(State.SUBMITTED), None, None),
    ],
)
def test_which_deadline_comes_first(found: Any, what: Due | None, due: date | None) -> None:
    assert next_due(found) == (what, due)


def test_a_refusal_is_handed_over_in_three_working_days() -> None:
    assert delivery_due(case(State.REFUSED, decided_on=ACCEPTED)) == (DELIVERY, date(2024, 5, 23))


def test_a_pause_over_the_holiday_costs_only_the_working_days_in_it() -> None:
    """Accepted 7 February; 8 counts; paused from the 9th through 春节, resumed on the 20th: 9, 18 and 19 do not count.

    So 8, 20, 21 instead of 8, 9, 18.
    """
    pause = Span(date(2024, 2, 9), date(2024, 2, 20))
    assert due_date(d.INVESTIGATION, NEW_YEAR, [pause]) == date(2024, 2, 21)


def test_a_pause_of_days_off_moves_nothing() -> None:
    assert due_date(d.INVESTIGATION, NEW_YEAR, [Span(date(2024, 2, 10), date(2024, 2, 18))]) == date(2024, 2, 18)


def test_a_clock_that_stands_reaches_no_day_unless_it_had_run_out_before() -> None:
    clock = Clock(d.INVESTIGATION, ACCEPTED)
    assert clock.due([Span(date(2024, 5, 23))]) is None
    assert clock.due([Span(date(2024, 5, 24))]) == date(2024, 5, 23)


def test_a_pause_moves_working_days_only_not_months() -> None:
    assert due_date(d.DEATH, ACCEPTED, [Span(ACCEPTED, date(2024, 6, 20))]) == date(2024, 8, 20)


days = st.dates(date(2019, 1, 1), date(2034, 12, 31))
limits = st.sampled_from([limit for limit in LIMITS if limit.unit == Unit.WORKDAYS])
gaps = st.lists(st.tuples(st.integers(0, 25), st.integers(0, 20)), max_size=4)


@given(since=days, limit=limits, gaps=gaps)
def test_the_day_with_pauses_is_the_day_without_plus_the_working_days_paused(
    since: date, limit: Limit, gaps: list[tuple[int, int]]
) -> None:
    pauses, at = [], since
    for wait, length in gaps:
        begin = at + timedelta(days=wait)
        at = begin + timedelta(days=length)
        pauses.append(Span(begin, at))
    plain, due = due_date(limit, since), due_date(limit, since, pauses)
    assert plain is not None
    assert due is not None
    through = [since + timedelta(days=n) for n in range(1, (due - since).days + 1)]
    paused = sum(is_workday(day) and any(pause.holds(day) for pause in pauses) for day in through)
    assert due == add_workdays(plain, paused)
    assert is_workday(due)
    assert not any(pause.holds(due) for pause in pauses)


def test_how_a_day_was_counted_is_told_in_words() -> None:
    told = counting(Clock(d.COUNTY, NEW_YEAR), (Span(date(2024, 2, 19), date(2024, 2, 21)),))
    assert (told.what, told.limit, told.due) == ("县级确认", "县级收到后 10 个工作日内", date(2024, 2, 29))
    assert told.skipped == (
        "2月10日至2月17日春节不计",
        "2月18日调休上班，照计",
        "2月24日至2月25日周末不计",
        "2月19日至2月21日前计时暂停，2 个工作日不计",
    )
    standing = counting(Clock(d.WHOLE, ACCEPTED), (Span(date(2024, 5, 22)),))
    assert (standing.due, standing.skipped) == (None, ("5月22日起计时暂停",))
    assert counting(Clock(d.WHOLE, FAR)).provisional


def test_all_running_clocks_are_told_and_the_first_is_marked() -> None:
    both = countings(case(State.ACCEPTED, accepted_on=ACCEPTED, due_what=Due.INVESTIGATION), ())
    assert [(one.what, one.due, one.binding) for one in both] == [
        ("启动调查", date(2024, 5, 23), True),
        ("全程办结", date(2024, 7, 2), False),
    ]
