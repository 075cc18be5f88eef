"""A month calculated again, in bulk and in flat memory; nothing is written.

On what was known then (its snapshot and the law it was begun with) it must come out the same to the letter; on what is
known now it tells what the family files and the law would make of that month today.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby, islice, repeat
from typing import Any, NamedTuple

from django.db.models import F

from apps.awards.calculation import CannotCalculate, Running, due_under, lines_of
from apps.awards.facts import lines_before
from apps.awards.models import Award, CalcLine, Chunk, MonthRun
from apps.core.month import Month
from apps.eligibility.law import law_in_force, law_of
from apps.eligibility.policy.standards import Law

AT_ONCE = 2_000
# So many differences are kept to be listed; all are counted.
LISTED = 500
# The household as such comes before single persons of it.
BY_UNIT = ("household_id", F("person_id").asc(nulls_first=True))


class Said(NamedTuple):
    """What a line says about a unit; without an amount when there is no answer, and ``rest`` says why."""

    unit: tuple[int, int]
    award_id: int
    amount_fen: int | None
    rest: str = ""


@dataclass(frozen=True)
class Difference:
    """A unit about which the two disagree; fen, None where one knows of nothing; ``why_not``: it has no answer now."""

    household_id: int
    person_id: int | None
    award_id: int
    before_fen: int | None
    after_fen: int | None
    why_not: str = ""

    @property
    def difference_fen(self) -> int:
        """How much more (or less) the second one says."""
        return (self.after_fen or 0) - (self.before_fen or 0)


@dataclass
class Comparison:
    """Two calculations of one month beside each other."""

    before_units: int = 0
    after_units: int = 0
    before_fen: int = 0
    after_fen: int = 0
    different: int = 0
    differences: list[Difference] = field(default_factory=list)
    uncalculable: int = 0
    unanswered: list[Difference] = field(default_factory=list)
    listed: int | None = LISTED
    before_sha256: str = ""
    after_sha256: str = ""

    @property
    def is_same(self) -> bool:
        """Whether both say the same, about every unit."""
        return not self.different and not self.uncalculable

    def count(self, before: Said | None, after: Said | None, *, whole: bool) -> None:
        """Take in what both say about one unit; unless looked at ``whole``, no line is as good as nothing due."""
        left, right = (said.amount_fen if said else None for said in (before, after))
        self.before_units, self.after_units = (
            self.before_units + (left is not None),
            self.after_units + (right is not None),
        )
        self.before_fen, self.after_fen = self.before_fen + (left or 0), self.after_fen + (right or 0)
        if after is not None and right is None:
            # No answer is not nothing due: it is no difference in money, and the months do not agree either.
            self.uncalculable += 1
            self._list(self.unanswered, after, left, None, after.rest)
        elif before != after if whole else (left or 0) != (right or 0):
            self.different += 1
            self._list(self.differences, after or before, left, right)

    def _list(
        self, where: list[Difference], said: Said | None, left: int | None, right: int | None, why_not: str = ""
    ) -> None:
        if said is not None and (self.listed is None or len(where) < self.listed):
            household, person = said.unit
            where.append(Difference(household, person or None, said.award_id, left, right, why_not))


def sealed(run: MonthRun) -> Iterator[Said]:
    """What the lines of a run say, by unit."""
    rows = CalcLine.objects.filter(run=run).order_by(*BY_UNIT)
    columns = ("household_id", "person_id", "award_id", "amount_fen", "parts", "previous_fen", "change")
    for household, person, award, amount, *rest in rows.values_list(*columns).iterator(chunk_size=AT_ONCE):
        yield Said((household, person or 0), award, amount, _told(*rest))


def as_known_then(run: MonthRun) -> Iterator[Said]:
    """The run's snapshot calculated again under the law it was begun with, by unit."""
    law = law_of(run.law_digest)
    if law is None:
        raise LookupError(f"{run.label}: no law {run.law_digest}")
    snapshot = CalcLine.objects.filter(run=run).values("award")
    for awards in _portions(Award.objects.filter(pk__in=snapshot)):
        before = lines_before(run, [award.household_id for award in awards])
        lines, failed = lines_of(Chunk(run=run), Month.of(run.month), awards, before, law)
        if failed:
            raise failed[0]
        for line in lines:
            rest = _told(line.parts, line.previous_fen, line.change)
            yield Said((line.household_id, line.person_id or 0), line.award_id, line.amount_fen, rest)


def as_known_now(run: MonthRun) -> Iterator[Said]:
    """Who would be due what for the run's month by the files and the law of today, by unit."""
    law = law_in_force()
    for awards in _portions(Award.objects.due_in(run.month)):
        for award in awards:
            amount, why_not = _amount(award, Month.of(run.month), law)
            yield Said((award.household_id, award.person_id or 0), award.pk, amount, why_not)


def _amount(award: Running, month: Month, law: Law) -> tuple[int | None, str]:
    try:
        return due_under(award.pk, award.terms, month, law)[1].total, ""
    except CannotCalculate as refusal:
        return None, refusal.why


def _portions(awards: Any) -> Iterator[list[Running]]:
    rows = awards.to_calculate(Running._fields).order_by(*BY_UNIT).iterator(chunk_size=AT_ONCE)
    while portion := list(map(Running._make, islice(rows, AT_ONCE))):
        yield portion


def _told(parts: Any, previous_fen: int | None, change: str) -> str:
    return json.dumps([parts, previous_fen, str(change)], ensure_ascii=False, sort_keys=True)


def compare(before: Iterator[Said], after: Iterator[Said], *, whole: bool, listed: int | None = LISTED) -> Comparison:
    """Both beside each other, unit by unit; ``whole``: parts and changes too, not only the amounts."""
    found, digests = Comparison(listed=listed), (hashlib.sha256(), hashlib.sha256())
    sides = (zip(repeat(side), said) for side, said in enumerate((before, after)))
    for _, of_unit in groupby(merge(*sides, key=_unit), key=_unit):
        pair: list[Said | None] = [None, None]
        for side, said in of_unit:
            pair[side] = said
            digests[side].update(repr(tuple(said)).encode())
        found.count(*pair, whole=whole)
    found.before_sha256, found.after_sha256 = (digest.hexdigest() for digest in digests)
    return found


def _unit(sided: tuple[int, Said]) -> tuple[int, int]:
    return sided[1].unit
