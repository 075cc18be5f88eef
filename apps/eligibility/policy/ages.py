"""Ages in completed years."""

import datetime as dt


def age_on(birth_date: dt.date, day: dt.date) -> int:
    """Completed years on a day; who is born on 29 February ages on the 28th in common years."""
    years = day.year - birth_date.year
    month, of_month = birth_date.month, birth_date.day
    if month == 2 and of_month == 29 and not _leap(day.year):
        of_month = 28
    if day.month < month or (day.month == month and day.day < of_month):
        return years - 1
    return years


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
