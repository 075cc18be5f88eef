"""Deadlines in law, counted from the dates in law (57号第22条, 28号): pure, with the day passed in.

``LIMITS`` is the whole table. A case's next deadline is counted by ``next_due`` and stored with the case at every act
(``actions.moving``); pages show the stored one through ``deadline``. A paused clock counts no day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

from apps.applications.enums import Due
from apps.applications.transitions import OPEN, State
from apps.core.month import Month, day_label
from apps.core.workdays import add_workdays, is_provisional, is_workday, workdays_between

SOON = 3
TEKUN = "TEKUN"
_DAY = timedelta(days=1)


class Unit(Enum):
    """In what a limit is counted; only working days stand still while the clock is paused."""

    WORKDAYS = "个工作日"
    MONTHS = "个月"
    DAY_OF_MONTH = "日（当月）"


@dataclass(frozen=True)
class Limit:
    """One row: what must be done within how long of which date; ``why`` says when this row and not its neighbour."""

    what: Due
    length: int
    since: str
    unit: Unit = Unit.WORKDAYS
    why: str = ""

    def __str__(self) -> str:
        if self.unit == Unit.DAY_OF_MONTH:
            return f"{self.since} {self.length} 日前"
        return f"{self.since}后 {self.length} {self.unit.value}内{f'（{self.why}）' if self.why else ''}"


INVESTIGATION = Limit(Due.INVESTIGATION, 3, "受理")
CHECK = Limit(Due.CHECK, 3, "发出核对请求")
COUNTY = Limit(Due.COUNTY, 10, "县级收到")
REFUSAL = Limit(Due.REFUSAL, 3, "作出决定")
WHOLE = Limit(Due.WHOLE, 30, "受理")
WHOLE_DELEGATED = Limit(Due.WHOLE, 20, "受理", why="委托乡镇确认")
WHOLE_SPECIAL = Limit(Due.WHOLE, 45, "受理", why="特殊情形")
TEKUN_SURVEY = Limit(Due.SURVEY, 15, "受理", why="特困")
TEKUN_RESURVEY = Limit(Due.RESURVEY, 15, "退回重新调查", why="特困")
TEKUN_COUNTY = Limit(Due.COUNTY, 15, "县级收到", why="特困")
DEATH = Limit(Due.DEATH, 3, "死亡", unit=Unit.MONTHS)
PAYMENT = Limit(Due.PAYMENT, 10, "发放当月", unit=Unit.DAY_OF_MONTH)

LIMITS = (
    INVESTIGATION,
    CHECK,
    COUNTY,
    REFUSAL,
    WHOLE,
    WHOLE_DELEGATED,
    WHOLE_SPECIAL,
    TEKUN_SURVEY,
    TEKUN_RESURVEY,
    TEKUN_COUNTY,
    DEATH,
    PAYMENT,
)


@dataclass(frozen=True)
class Span:
    """Days on which a clock stood still: from ``since`` until (not including) ``until``; None: it still stands."""

    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def days(self, *, through: date) -> Iterator[date]:
        """Its days up to and with that one."""
        last = through if self.until is None else min(through, self.until - _DAY)
        return (self.since + _DAY * n for n in range((last - self.since).days + 1))


def spans_of(case: Any) -> list[Span]:
    """When the clock of a case stood still."""
    return [Span(pause.since, pause.until) for pause in case.pauses.all()]


@dataclass(frozen=True)
class Clock:
    """A limit that runs in a case, from its date in law."""

    limit: Limit
    since: date

    def due(self, pauses: Iterable[Span] = ()) -> date | None:
        """The last day; None while an open pause keeps the clock from reaching it."""
        return due_date(self.limit, self.since, pauses)


def due_date(limit: Limit, since: date, pauses: Iterable[Span] = ()) -> date | None:
    """The last day of a limit; ``since`` itself is not counted, nor is a working day on which the clock stood still."""
    if limit.unit == Unit.MONTHS:
        month = Month.of(since) + limit.length
        return min(month.first() + _DAY * (since.day - 1), month.last())
    if limit.unit == Unit.DAY_OF_MONTH:
        return since.replace(day=limit.length)
    spans, day, left = tuple(pauses), since, limit.length
    while left:
        day += _DAY
        held = [span for span in spans if span.holds(day)]
        if any(span.until is None for span in held):
            return None
        left -= is_workday(day) and not held
    return day


def clocks(case: Any) -> Iterator[Clock]:
    """The clocks that run in a case as it stands, its stage's first, then that of the whole procedure."""
    tekun = case.scheme == TEKUN
    if case.state not in RUNNING or case.accepted_on is None:
        return
    if case.state == State.PUBLICISED:
        # The county has the case when the notice is over.
        yield Clock(TEKUN_COUNTY if tekun else COUNTY, case.notice_ends_on + _DAY)
    elif tekun:
        again = case.sent_back_on
        yield Clock(TEKUN_RESURVEY, again) if again else Clock(TEKUN_SURVEY, case.accepted_on)
    elif case.state == State.ACCEPTED and case.sent_back_on is None:
        yield Clock(INVESTIGATION, case.accepted_on)
    if case.check_asked_on is not None:
        yield Clock(CHECK, case.check_asked_on)
    if not tekun:
        yield Clock(whole_of(case), case.accepted_on)


RUNNING = (State.ACCEPTED, State.INVESTIGATED, State.PROPOSED, State.PUBLICISED)


def whole_of(case: Any) -> Limit:
    """How long the whole may take: a special case longer, a delegated one shorter."""
    if case.special_ground:
        return WHOLE_SPECIAL
    return WHOLE_DELEGATED if case.delegated else WHOLE


def next_due(case: Any, pauses: Iterable[Span] = ()) -> tuple[Due | None, date | None]:
    """The earliest deadline of a case and what it is for; (None, None) where the law sets none or the clock stands."""
    spans = tuple(pauses)
    reached = [(due, clock.limit.what) for clock in clocks(case) if (due := clock.due(spans)) is not None]
    if case.settle_by is not None and case.state in OPEN:
        # Runs from a death, whatever stage the case is at, and no pause holds it.
        reached.append((case.settle_by, Due.DEATH))
    if not reached:
        return None, None
    due, what = min(reached, key=lambda pair: pair[0])
    return what, due


@dataclass(frozen=True)
class Deadline:
    """What is due by when, as every list and page says it; ``left`` working days remain (negative: overdue)."""

    label: str
    sub: str
    tone: str = ""
    due: date | None = None
    left: int | None = None


def deadline(case: Any, *, today: date) -> Deadline | None:
    """How a case stands with its time today; None where the law sets no day at this stage."""
    due, pause = case.due_on, case.pause
    late = due is not None and today > due
    if pause is not None:
        label = "已逾期，计时暂停" if late else "已暂停"
        sub = f"{pause.get_reason_display()} · {day_label(pause.since)}起"
        return Deadline(label, sub, "bad" if late else "plain", due)
    if due is None:
        return None
    if case.state == State.PUBLICISED and today <= case.notice_ends_on and not late:
        return _on_the_wall(case, today)
    return counted(Due(case.due_what).label, due, today)


def counted(what: str, due: date, today: date) -> Deadline:
    """A day that has to be kept, with the working days left to it."""
    sub = f"{what} · {day_label(due)}{'（暂定）' if is_provisional(due) else ''}"
    if today > due:
        days = workdays_between(due, today)
        return Deadline(f"逾期 {days} 个工作日" if days else "已逾期", sub, "bad", due, -max(days, 1))
    left = workdays_between(today, due)
    if left == 0:
        return Deadline("今天到期", sub, "warn", due, 0)
    return Deadline(f"还剩 {left} 个工作日", sub, "warn" if left <= SOON else "", due, left)


def _on_the_wall(case: Any, today: date) -> Deadline:
    """While the notice hangs nothing can be done but wait."""
    hanging = case.notice_ends_on - today
    sub = f"{day_label(case.notice_ends_on)}期满"
    left = workdays_between(today, case.due_on)
    words = f"公示还有 {hanging.days} 天" if hanging.days else "公示最后一天"
    return Deadline(words, sub, "info", case.due_on, left)


def soon_until(today: date) -> date:
    """The last day that counts as soon."""
    return add_workdays(today, SOON)
