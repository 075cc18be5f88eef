"""What a proposed standard would cost, told before it is approved: month by month from its start, nothing is kept.

An estimate: the awards are taken as they are known now. Of a big register every so many-th is worked out and stands for
the others, so that the page answers in a moment whatever the county's size.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from apps.awards.calculation import CannotCalculate, due_under
from apps.awards.enums import RunState
from apps.awards.models import Award, MonthRun
from apps.awards.rehearsal import AT_ONCE
from apps.core.month import Month, months
from apps.eligibility.law import amended, law_in_force
from apps.eligibility.models import ParameterChange
from apps.eligibility.policy.standards import Law

# So many amounts are worked out for one page, and so many months are told at most, the latest.
AT_MOST = 20_000
LATEST = 24


@dataclass(frozen=True)
class Foreseen:
    """A month under the draft against the law in force: families touched, fen more and fen less."""

    month: date
    settled: bool
    families: int
    up_fen: int
    down_fen: int
    unknown: int

    @property
    def difference_fen(self) -> int:
        """What it costs more, or less."""
        return self.up_fen - self.down_fen


@dataclass(frozen=True)
class Forecast:
    """The months a draft touches up to now, and of how many awards one was worked out."""

    months: list[Foreseen]
    one_of: int

    @property
    def settled(self) -> list[Foreseen]:
        """The months that have to be recalculated by hand."""
        return [one for one in self.months if one.settled]

    @property
    def going_on(self) -> Foreseen:
        """The newest month: what each following one costs."""
        return self.months[-1]

    @property
    def arrears_fen(self) -> int:
        """What settled months were paid too little."""
        return sum(one.up_fen for one in self.settled)

    @property
    def overpaid_fen(self) -> int:
        """What settled months were paid too much."""
        return sum(one.down_fen for one in self.settled)


def forecast(change: ParameterChange, *, on: date) -> Forecast:
    """What a draft does to running awards, from its start to the month that is going on or to its first."""
    if change.start is None:
        raise TypeError("a proposal of a person has a start")
    law = law_in_force()
    draft, start = amended(law, change.rows()), Month.of(change.start)
    told = list(months(start, max(start, Month.of(on))))[-LATEST:]
    units = Award.objects.due_in(told[-1].first()).count()
    one_of = max(1, -(-units * len(told) // AT_MOST))
    settled = set(MonthRun.objects.filter(state=RunState.SEALED).values_list("month", flat=True))
    return Forecast([_foreseen(month, month.first() in settled, one_of, law, draft) for month in told], one_of)


def _foreseen(month: Month, settled: bool, one_of: int, law: Law, draft: Law) -> Foreseen:
    changed: set[int] = set()
    up = down = unknown = 0
    for household, change in _changes(month, one_of, law, draft):
        if change is None:
            unknown += 1
        elif change:
            changed.add(household)
            up, down = up + max(0, change), down + max(0, -change)
    return Foreseen(month.first(), settled, *(number * one_of for number in (len(changed), up, down, unknown)))


def _changes(month: Month, one_of: int, law: Law, draft: Law) -> Iterator[tuple[int, int | None]]:
    """The household of each award looked at with its change in fen; None for what cannot be worked out."""
    rows = Award.objects.due_in(month.first()).annotate(nth=F("pk") % one_of).filter(nth=0)
    for pk, household, terms in rows.values_list("pk", "household_id", "terms").iterator(chunk_size=AT_ONCE):
        try:
            before, after = (due_under(pk, terms, month, one)[1].total for one in (law, draft))
        except CannotCalculate:
            yield household, None
        else:
            yield household, after - before
