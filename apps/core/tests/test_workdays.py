"""Deadlines in working days, through national holidays and moved weekends."""

import datetime as dt

import pytest

from apps.core.workdays import add_workdays, is_provisional, is_workday, notice_ends, workdays_between

D = dt.date


def test_holidays_and_moved_weekends():
    assert not is_workday(D(2024, 5, 1))
    assert is_workday(D(2024, 5, 11)), "a Saturday worked for the May holiday"
    assert not is_workday(D(2024, 5, 12))


def test_the_first_day_is_not_counted():
    assert add_workdays(D(2024, 5, 20), 0) == D(2024, 5, 20)
    assert add_workdays(D(2024, 5, 20), 3) == D(2024, 5, 23)
    assert add_workdays(D(2024, 4, 30), 3) == D(2024, 5, 8)


def test_days_left():
    assert workdays_between(D(2024, 4, 30), D(2024, 5, 8)) == 3
    assert workdays_between(D(2024, 5, 8), D(2024, 4, 30)) == -3
    assert workdays_between(D(2024, 5, 8), D(2024, 5, 8)) == 0


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="工作日"):
        add_workdays(D(2024, 5, 20), -1)


def test_years_without_a_calendar_are_provisional():
    assert is_provisional(D(2099, 1, 1))
    assert not is_provisional(D(2024, 1, 1))
    assert is_workday(D(2099, 1, 1)), "a Thursday, until the calendar says otherwise"
    assert not is_workday(D(2099, 1, 3))


@pytest.mark.parametrize(
    ("posted", "ends"),
    [
        (D(2024, 5, 20), D(2024, 5, 27)),
        (D(2024, 5, 18), D(2024, 5, 27)),  # the 25th is a Saturday
        (D(2024, 4, 24), D(2024, 5, 6)),  # the 1st opens the May holiday
        (D(2024, 5, 4), D(2024, 5, 11)),  # a worked Saturday is an ordinary end
    ],
)
def test_a_notice_ends_on_a_working_day(posted, ends):
    assert notice_ends(posted) == ends
