"""How a deadline was counted, day by day, in words: for whoever asks why it is that day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from apps.applications.deadlines import DEATH, Clock, Span, Unit, clocks
from apps.applications.enums import Due
from apps.applications.transitions import OPEN
from apps.core.month import day_label
from apps.core.workdays import holiday_name, is_provisional, is_workday

_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Counting:
    """One clock of a case: its limit, from when, to when, and what was left out on the way."""

    what: str
    limit: str
    since: date | None
    due: date | None
    skipped: tuple[str, ...]
    provisional: bool
    binding: bool = False


def countings(case: Any, pauses: Iterable[Span]) -> list[Counting]:
    """All clocks that run in a case; the one whose day is stored with the case is the binding one."""
    spans = tuple(pauses)
    running = [counting(clock, spans, binding=case.due_what == clock.limit.what) for clock in clocks(case)]
    if case.settle_by is not None and case.state in OPEN:
        told = {"what": Due.DEATH.label, "limit": str(DEATH), "binding": case.due_what == Due.DEATH}
        running.append(Counting(since=None, due=case.settle_by, skipped=(), provisional=False, **told))
    return running


def counting(clock: Clock, pauses: tuple[Span, ...] = (), *, binding: bool = False) -> Counting:
    """How this clock comes to its day."""
    due = clock.due(pauses)
    return Counting(
        what=clock.limit.what.label,
        limit=str(clock.limit),
        since=clock.since,
        due=due,
        skipped=tuple(_left_out(clock, due, pauses)) if clock.limit.unit == Unit.WORKDAYS else (),
        provisional=due is not None and is_provisional(due),
        binding=binding,
    )


def _left_out(clock: Clock, due: date | None, pauses: tuple[Span, ...]) -> Iterator[str]:
    end = due or max(span.since for span in pauses)
    days = [clock.since + _DAY * n for n in range(1, (end - clock.since).days + 1)]
    for off, run in groupby(days, key=lambda day: not is_workday(day)):
        yield from _in_words(list(run), off)
    for span in pauses:
        lost = [day for day in days if is_workday(day) and span.holds(day)]
        if span.until is None:
            yield f"{day_label(span.since)}起计时暂停"
        elif lost:
            yield f"{day_label(span.since)}至{day_label(span.until)}前计时暂停，{len(lost)} 个工作日不计"


def _in_words(run: list[date], off: bool) -> Iterator[str]:
    if not off:
        yield from (f"{day_label(day)}调休上班，照计" for day in run if day.weekday() >= SATURDAY)
        return
    names = dict.fromkeys(name for day in run if (name := holiday_name(day)))
    through = f"{day_label(run[0])}" if len(run) == 1 else f"{day_label(run[0])}至{day_label(run[-1])}"
    yield f"{through}{'、'.join(names) or '周末'}不计"
