"""When a family on benefit is examined again (57号第31条)."""

import calendar
import datetime as dt
from collections.abc import Iterable

from apps.core.month import Month

from .ages import age_on
from .disability import is_severe
from .enums import ReviewClass, Scheme
from .facts import AwardFacts, Member
from .household import ADULT
from .standards import Law

VERY_OLD = 70
PARAMETER = "review_interval"


def review_due(awards: Iterable[AwardFacts], decided_on: dt.date, law: Law) -> tuple[ReviewClass, dt.date] | None:
    """The class of a family with these awards and the day its next review falls due; None when it receives nothing.

    The interval in force on the day of the decision counts from that day; of a decision older than the first interval,
    from the day on which that came into force.
    """
    running = list(awards)
    if not running:
        return None
    people = tuple(person for award in running for person in award.people)
    found = review_class(people, any(award.scheme is Scheme.TEKUN for award in running), decided_on)
    since = min(row.start for row in law.rows if row.parameter == PARAMETER)
    counted_from = max(decided_on, since)
    return found, months_later(counted_from, review_interval(found, counted_from, law))


def review_interval(found: ReviewClass, day: dt.date, law: Law) -> int:
    """How many months lie between two reviews of that class."""
    return int(law.row(PARAMETER, day, key=found.value).value or 0)


def review_class(people: tuple[Member, ...], tekun: bool, day: dt.date) -> ReviewClass:
    """有特困、重残、重病、七十周岁以上或未成年成员的家庭是重点对象，情况变化不大，核查间隔较长。"""
    if tekun or any(is_steady(person, age_on(person.birth_date, day)) for person in people):
        return ReviewClass.PRIORITY
    return ReviewClass.GENERAL


def is_steady(person: Member, age: int) -> bool:
    """Whether this person's circumstances hardly change."""
    return is_severe(person.disability) or person.serious_illness or age >= VERY_OLD or age < ADULT


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months on; the last of the month where it has no such day."""
    month = Month.of(day) + months
    return dt.date(month.year, month.month, min(day.day, calendar.monthrange(month.year, month.month)[1]))
