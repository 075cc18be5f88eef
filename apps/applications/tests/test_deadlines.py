"""Deadlines counted by hand on the calendar: 春节, moved weekends, and a year not yet published."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from apps.applications.deadlines import Deadline, deadline, next_due, spans_of
from apps.applications.transitions import State
from apps.core.workdays import add_workdays, is_provisional, is_workday, notice_ends, workdays_between

KEPT = {"special_ground": "", "delegated": False}
UNDATED = dict.fromkeys(
    ("accepted_on", "notice_ends_on", "sent_back_on", "decided_on", "pause", "check_asked_on", "settle_by")
)


def case(state: State, **told: Any) -> Any:
    """A case with its deadline counted, as every act counts it."""
    made = SimpleNamespace(**{"state": state, "scheme": "DIBAO", "pauses": NO_PAUSE, **UNDATED, **KEPT, **told})
    what, made.due_on = next_due(made, spans_of(made))
    made.due_what = what or ""
    return made


NO_PAUSE = SimpleNamespace(all=list)


def shown(of: Any, today: date) -> tuple[str, str, str]:
    found = deadline(of, today=today)
    assert found is not None
    return found.sub, found.label, found.tone


# 2024: 春节 10–17 February off; Sunday 4 and Sunday 18 February worked.
@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 2, 4), True),
        (date(2024, 2, 9), True),
        (date(2024, 2, 10), False),
        (date(2024, 2, 17), False),
        (date(2024, 2, 18), True),
        (date(2024, 2, 24), False),
        (date(2024, 5, 1), False),
        (date(2024, 4, 28), True),
        (date(2024, 5, 11), True),
        (date(2024, 5, 12), False),
    ],
)
def test_the_national_calendar(day: date, works: bool) -> None:
    assert is_workday(day) == works


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        # Wed 7 Feb: Thu 8, Fri 9, then the holiday, Sun 18 worked.
        (date(2024, 2, 7), date(2024, 2, 18)),
        # Fri 2 Feb: Sun 4 worked, Mon 5, Tue 6.
        (date(2024, 2, 2), date(2024, 2, 6)),
        # Mon 20 May: Tue 21, Wed 22, Thu 23.
        (date(2024, 5, 20), date(2024, 5, 23)),
        # Tue 30 April: 1–5 May off; Mon 6, Tue 7, Wed 8.
        (date(2024, 4, 30), date(2024, 5, 8)),
    ],
)
def test_the_investigation_begins_within_three_working_days(accepted: date, due: date) -> None:
    found = deadline(case(State.ACCEPTED, accepted_on=accepted), today=accepted)
    said = f"启动调查 · {due.month}月{due.day}日"
    assert found == Deadline("还剩 3 个工作日", said, "warn", due, 3)


def test_the_days_left_are_counted_down_and_then_up() -> None:
    accepted = case(State.ACCEPTED, accepted_on=date(2024, 2, 7))
    assert shown(accepted, date(2024, 2, 9)) == ("启动调查 · 2月18日", "还剩 1 个工作日", "warn")
    assert shown(accepted, date(2024, 2, 17)) == ("启动调查 · 2月18日", "还剩 1 个工作日", "warn")
    assert shown(accepted, date(2024, 2, 18)) == ("启动调查 · 2月18日", "今天到期", "warn")
    assert shown(accepted, date(2024, 2, 20)) == ("启动调查 · 2月18日", "逾期 2 个工作日", "bad")


def test_overdue_since_before_a_weekend_is_still_overdue() -> None:
    """Due Friday 24 May, looked at on Saturday: late, by no working day yet."""
    accepted = case(State.ACCEPTED, accepted_on=date(2024, 5, 21))
    assert shown(accepted, date(2024, 5, 25)) == ("启动调查 · 5月24日", "已逾期", "bad")


@pytest.mark.parametrize("state", [State.INVESTIGATED, State.PROPOSED])
def test_the_whole_takes_thirty_working_days(state: State) -> None:
    # 7 Feb: 2 days before the holiday, 18–29 Feb: 18,19–23,26–29 = 10, so 12; March 1–22: 16, so 28; 25, 26.
    found = deadline(case(state, accepted_on=date(2024, 2, 7)), today=date(2024, 2, 7))
    assert found == Deadline("还剩 30 个工作日", "全程办结 · 3月26日", "", date(2024, 3, 26), 30)


def test_the_county_confirms_within_ten_working_days_of_receiving_the_case() -> None:
    posted = case(State.PUBLICISED, accepted_on=date(2024, 5, 20), notice_ends_on=date(2024, 5, 28))
    assert shown(posted, date(2024, 5, 22)) == ("5月28日期满", "公示还有 6 天", "info")
    assert shown(posted, date(2024, 5, 28)) == ("5月28日期满", "公示最后一天", "info")
    # Received 29 May; 30, 31 May, 3–7 June, 10 June is 端午, 11, 12, 13.
    assert shown(posted, date(2024, 5, 29)) == ("县级确认 · 6月13日", "还剩 10 个工作日", "")
    assert shown(posted, date(2024, 6, 14)) == ("县级确认 · 6月13日", "逾期 1 个工作日", "bad")


@pytest.mark.parametrize(
    "state", [State.DRAFT, State.SUBMITTED, State.RETURNED, State.CONFIRMED, State.REFUSED, State.WITHDRAWN]
)
def test_elsewhere_the_law_sets_none(state: State) -> None:
    assert deadline(case(state, accepted_on=date(2024, 5, 20)), today=date(2024, 5, 20)) is None


@pytest.mark.parametrize(
    ("posted", "ends"),
    [
        (date(2024, 5, 21), date(2024, 5, 28)),
        # The seventh day is Saturday 25 May: the next working day.
        (date(2024, 5, 18), date(2024, 5, 27)),
        # The seventh day lies in 春节: Sunday 18 February is worked.
        (date(2024, 2, 5), date(2024, 2, 18)),
        # The seventh day is Saturday 11 May, a worked one.
        (date(2024, 5, 4), date(2024, 5, 11)),
    ],
)
def test_a_notice_ends_on_the_seventh_day_or_the_next_working_day(posted: date, ends: date) -> None:
    assert notice_ends(posted) == ends


def test_beyond_the_published_calendar_dates_are_provisional() -> None:
    far = date(2035, 10, 1)
    assert is_provisional(far)
    found = deadline(case(State.ACCEPTED, accepted_on=far), today=far)
    assert found is not None
    assert found.sub == "启动调查 · 10月4日（暂定）"


def test_counting_on_and_back_agree() -> None:
    start = date(2024, 1, 2)
    for count in range(1, 60):
        assert workdays_between(start, add_workdays(start, count)) == count
