"""The words behind an amount of a corrected month: its parts with names, how they moved, and the clauses applied."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.awards.facts import names_of
from apps.awards.terms import facts_of
from apps.awards.wording import amount_text, difference, part_text
from apps.core.month import Month
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.clause import listening, steps_of
from apps.eligibility.policy.due import amount_due
from apps.eligibility.policy.outcome import Step
from apps.eligibility.policy.standards import Law, NoParameterInForce
from apps.payments.models import CorrectionLine, Difference


@dataclass(frozen=True)
class Explained:
    """A unit's month before and now, in words."""

    line: Any
    was: tuple[str, ...]
    now: tuple[str, ...]
    moved: str
    steps: tuple[Step, ...]

    @property
    def by_fen(self) -> int:
        """How much it is off, whichever way."""
        return abs(self.line.difference_fen)


def explained(lines: Iterable[Difference | CorrectionLine]) -> list[Explained]:
    """The lines with what stands behind both amounts, in a handful of statements however many there are."""
    rows = list(lines)
    law = law_in_force()
    names = names_of(
        {int(part["member"]) for row in rows for part in (*row.was_parts, *row.now_parts) if part.get("member")}
    )
    return [_explained(row, names, law) for row in rows]


def _explained(row: Difference | CorrectionLine, names: Mapping[int, str], law: Law) -> Explained:
    return Explained(
        row,
        parts_in_words(row.was_parts, names),
        parts_in_words(row.now_parts, names),
        difference(row.was_parts, row.now_parts, names) if row.was_parts and row.now_parts else "",
        steps_behind(row.now_terms, Month.of(row.month), law),
    )


def parts_in_words(parts: Iterable[Mapping[str, Any]], names: Mapping[int, str]) -> tuple[str, ...]:
    """Each part with its amount: 重残增发（钱二） 336.00."""
    return tuple(f"{part_text(part, names)} {amount_text(part)}" for part in parts)


def steps_behind(terms: Mapping[str, Any] | None, month: Month, law: Law) -> tuple[Step, ...]:
    """The clauses by which an award's terms give a month's amount; none when nothing is due or the law is silent."""
    if not terms:
        return ()
    try:
        facts = facts_of(dict(terms))
        in_force = law.on(month.first(), facts.area)
        with listening(month.first(), True) as said:
            amount_due(facts, month, law)
    except NoParameterInForce:
        return ()
    return steps_of(said, in_force.unconfirmed)
