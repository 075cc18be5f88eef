"""Working days by the national calendar with its moved weekends (调休); deadlines of 57号第22条.

A year whose calendar is not published counts Monday–Friday; screens show such a date as 暂定.
"""

import datetime as dt

import chinese_calendar  # type: ignore[import-untyped]

_DAY = dt.timedelta(days=1)
NOTICE_DAYS = 7


def is_provisional(day: dt.date) -> bool:
    """Whether the year's calendar is not published, so that counted dates may still move (暂定)."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return True
    return False


def is_workday(day: dt.date) -> bool:
    """Whether offices work on that day."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def holiday_name(day: dt.date) -> str:
    """The holiday a day off belongs to, e.g. 春节; empty for other days and for years not published."""
    if is_provisional(day):
        return ""
    off, name = chinese_calendar.get_holiday_detail(day)
    return str(chinese_calendar.Holiday(name).chinese) if off and name else ""


def add_workdays(start: dt.date, count: int) -> dt.date:
    """The count-th working day after start, start itself not counted; ValueError for a negative count."""
    if count < 0:
        raise ValueError("工作日数不能为负")
    day = start
    while count:
        day += _DAY
        count -= is_workday(day)
    return day


def workdays_between(start: dt.date, end: dt.date) -> int:
    """Working days after start through end (days left until a deadline); negative when end lies before start."""
    if end < start:
        return -workdays_between(end, start)
    return sum(is_workday(start + _DAY * offset) for offset in range(1, (end - start).days + 1))


def notice_ends(posted_on: dt.date) -> dt.date:
    """Last day of a public notice: the seventh day after posting or, when that is a day off, the next working day."""
    day = posted_on + _DAY * NOTICE_DAYS
    while not is_workday(day):
        day += _DAY
    return day
