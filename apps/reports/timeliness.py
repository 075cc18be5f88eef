"""How long cases took, in working days: pure."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from apps.core.workdays import add_workdays, is_workday

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Handled:
    """Cases accepted on one day and decided on another; ``due_on`` where the case has a due day of its own."""

    accepted_on: dt.date
    decided_on: dt.date
    count: int = 1
    due_on: dt.date | None = None


@dataclass(slots=True)
class Workdays:
    """Working days between two days, counted once for all: the calendar is asked a day at a time."""

    counted: dict[dt.date, int] = field(default_factory=dict)

    @classmethod
    def through(cls, first: dt.date, last: dt.date) -> "Workdays":
        """Ready for all days from first through last."""
        counted, passed = {}, 0
        for offset in range((last - first).days + 1):
            day = first + _DAY * offset
            passed += is_workday(day)
            counted[day] = passed
        return cls(counted)

    def between(self, start: dt.date, end: dt.date) -> int:
        """Working days after start through end."""
        return self.counted[end] - self.counted[start]


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How many were decided, how many of them in time, and the working days half and nine tenths of them took."""

    decided: int = 0
    in_time: int = 0
    median: int | None = None
    ninetieth: int | None = None

    @property
    def late(self) -> int:
        """Decided after the legal days."""
        return self.decided - self.in_time

    @property
    def percent(self) -> int | None:
        """The share in time; only all of them are 100."""
        return self.in_time * 100 // self.decided if self.decided else None


def is_late(one: Handled, legal_days: int) -> bool:
    """Whether the decision came after the case's own due day or, without one, after the legal working days."""
    return one.decided_on > (one.due_on or add_workdays(one.accepted_on, legal_days))


def timeliness(handled: Iterable[Handled], legal_days: int) -> Timeliness:
    """The figures of some cases."""
    handled = list(handled)
    if not handled:
        return Timeliness()
    calendar = Workdays.through(
        min(one.accepted_on for one in handled), max(max(one.decided_on, one.accepted_on) for one in handled)
    )
    took = sorted((calendar.between(one.accepted_on, one.decided_on), one.count) for one in handled)
    decided = sum(one.count for one in handled)
    in_time = sum(one.count for one in handled if not is_late(one, legal_days))
    return Timeliness(decided, in_time, _percentile(took, decided, 50), _percentile(took, decided, 90))


def _percentile(took: list[tuple[int, int]], decided: int, percent: int) -> int:
    """The smallest number of days within which so many percent were decided."""
    passed = 0
    for days, count in took:
        passed += count
        if passed * 100 >= percent * decided:
            return days
    raise ValueError("no cases")
