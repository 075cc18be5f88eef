"""One chunk of a month: from awards and last month's lines to this month's, without any query of its own."""

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from apps.awards.enums import Cause, Change
from apps.awards.models import Chunk
from apps.awards.terms import Json, facts_of
from apps.core.month import Month
from apps.eligibility.policy.due import amount_due, same_through
from apps.eligibility.policy.enums import Scheme
from apps.eligibility.policy.facts import AwardFacts
from apps.eligibility.policy.outcome import Due, parts_to_json
from apps.eligibility.policy.standards import Law, NoParameterInForce

log = logging.getLogger(__name__)

Unit = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Before:
    """The unit's line of the month before."""

    award_id: int
    scheme: str
    amount_fen: int


class Running(NamedTuple):
    """What a calculation reads of an award; a month has a million, so they are no model instances."""

    pk: int
    household_id: int
    person_id: int | None
    township_id: int
    scheme: str
    terms: Json
    terms_digest: UUID

    @property
    def unit(self) -> Unit:
        """Who is paid."""
        return self.household_id, self.person_id


class Line(NamedTuple):
    """A ``CalcLine`` to be written."""

    run_id: int
    chunk_id: int
    award_id: int
    household_id: int
    person_id: int | None
    township_id: int
    scheme: str
    month: dt.date
    amount_fen: int
    parts: list[dict[str, str]]
    previous_fen: int | None
    terms_digest: UUID
    steady_until: dt.date | None
    change: Change


class CannotCalculate(Exception):
    """An award whose amount cannot be worked out; trying again will not help."""

    def __init__(self, award_id: int, cause: Cause, why: str) -> None:
        self.award_id, self.cause, self.why = award_id, cause, why
        super().__init__(f"待遇 {award_id}：{why}")


# What a mistake in one unit's data, or in the rules, can raise. What comes from outside the calculation (the database,
# a time limit) is not among them: it says nothing about the unit.
_UNREADABLE = (LookupError, ValueError, TypeError)
_DEFECTS = (ArithmeticError, AssertionError, AttributeError, MemoryError, NameError, RuntimeError)
TROUBLE = (*_UNREADABLE, *_DEFECTS)


def lines_of(
    chunk: Chunk, month: Month, awards: Iterable[Running], before: Mapping[Unit, Before], law: Law
) -> tuple[list[Line], list[CannotCalculate]]:
    """The lines of a chunk's awards for the month, and those that have no answer: they never stop the others."""
    lines, failed = [], []
    for award in awards:
        try:
            lines.append(_line(chunk, month, award, before.get(award.unit), law))
        except TROUBLE as error:
            failed.append(_told(award.pk, error))
    return lines, failed


def _line(chunk: Chunk, month: Month, award: Running, before: Before | None, law: Law) -> Line:
    facts = facts_of(award.terms)
    due = amount_due(facts, month, law)
    return Line(
        run_id=chunk.run_id,
        chunk_id=chunk.pk,
        award_id=award.pk,
        household_id=award.household_id,
        person_id=award.person_id,
        township_id=award.township_id,
        scheme=award.scheme,
        month=month.first(),
        amount_fen=due.total,
        parts=parts_to_json(due.parts),
        previous_fen=before.amount_fen if before else None,
        terms_digest=award.terms_digest,
        steady_until=_first_day(same_through(facts, month, law)) if due else None,
        change=change_of(award, facts, due.total, before, month, law),
    )


def _first_day(month: Month | None) -> dt.date | None:
    return None if month is None else month.first()


def due_under(award_id: int, terms: Json, month: Month, law: Law) -> tuple[AwardFacts, Due]:
    """The award as the policy reads it and what it is due for the month; CannotCalculate when there is no answer."""
    try:
        facts = facts_of(terms)
        return facts, amount_due(facts, month, law)
    except TROUBLE as error:
        raise _told(award_id, error) from error


def _told(award_id: int, error: Exception) -> CannotCalculate:
    """The trouble with its cause and a reason fit for the page: no values of the family."""
    if isinstance(error, NoParameterInForce):
        return CannotCalculate(award_id, Cause.PARAMETER, str(error))
    if isinstance(error, _UNREADABLE):
        return CannotCalculate(award_id, Cause.FACTS, f"待遇资料不完整（{type(error).__name__}）")
    log.error("award %s: %s", award_id, type(error).__name__, exc_info=error)
    return CannotCalculate(award_id, Cause.DEFECT, f"计算出错（{type(error).__name__}）")


def change_of(
    award: Running, facts: AwardFacts, amount_fen: int, before: Before | None, month: Month, law: Law
) -> Change:
    """How the line differs from the month before, and why."""
    if before is None:
        return Change.NEW
    if award.scheme == Scheme.DIBAO_PHASE_OUT and before.scheme != Scheme.DIBAO_PHASE_OUT:
        return Change.PHASE_OUT
    if amount_fen == before.amount_fen:
        return Change.SAME
    if award.pk != before.award_id:
        return Change.UP if amount_fen > before.amount_fen else Change.DOWN
    if award.scheme == Scheme.DIBAO_PHASE_OUT:
        return Change.PHASE_OUT_STEP
    now, then = law.on(month.first(), facts.area), law.on((month - 1).first(), facts.area)
    # A standard back-dated since then: both months are under it now, but last month's line was not.
    back_dated = amount_due(facts, month - 1, law).total != before.amount_fen
    return Change.STANDARD if now != then or back_dated else Change.BIRTHDAY
