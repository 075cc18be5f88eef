"""Decisions played through month by month: birthdays and standards act between them, 渐退 starts, resumes, ends."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from apps.core.month import Month, months

from .decide import decide
from .due import amount_due, current_of, ended_phase_out
from .enums import Scheme
from .facts import AwardFacts, CaseFacts, EarlierPhaseOut, Member
from .outcome import Due
from .standards import Law

Decision = tuple[dt.date, CaseFacts]
Lines = tuple[tuple[AwardFacts, Due], ...]


@dataclass(frozen=True, slots=True)
class _Standing:
    """The awards in payment after a decision, and the last 渐退 that is over."""

    awards: tuple[AwardFacts, ...] = ()
    earlier: EarlierPhaseOut | None = None


def timeline(decisions: Iterable[Decision], until: Month, law: Law) -> Iterator[tuple[Month, Lines]]:
    """Each month from the one after the first decision through until, with what is due under each award.

    Facts come without `current`, which follows from the decisions before. Of several decisions in one month only the
    last has effect.
    """
    effective = _last_of_each_month(decisions)
    standing = _Standing()
    for number, (day, facts) in enumerate(effective):
        standing = _after(standing, day, facts, law)
        superseded = number + 1 < len(effective)
        last = min(Month.of(effective[number + 1][0]), until) if superseded else until
        for month in months(Month.of(day).next(), last):
            yield month, _lines(standing.awards, month, law)


def _last_of_each_month(decisions: Iterable[Decision]) -> Sequence[Decision]:
    by_month = {Month.of(day): (day, facts) for day, facts in sorted(decisions, key=lambda decision: decision[0])}
    return list(by_month.values())


def _after(before: _Standing, day: dt.date, facts: CaseFacts, law: Law) -> _Standing:
    month = Month.of(day)
    current = current_of(before.awards, month, law, before.earlier)
    known = replace(facts, current=current, members=_with_tekun_known(facts, before.awards, month, law))
    awards = tuple(award.facts for award in decide(known, day, law, explain=False).awards)
    return _Standing(awards, _earlier_after(before, awards, month.next()))


def _with_tekun_known(
    facts: CaseFacts, awards: tuple[AwardFacts, ...], month: Month, law: Law
) -> tuple[Member, ...] | None:
    """Who is on 特困 in the month of the decision is known from the decisions before."""
    paid = {ref for a in awards if a.scheme is Scheme.TEKUN and amount_due(a, month, law) for ref in a.refs}
    return facts.members and tuple(replace(m, was_tekun=True) if m.ref in paid else m for m in facts.members)


def _earlier_after(before: _Standing, awards: tuple[AwardFacts, ...], first: Month) -> EarlierPhaseOut | None:
    if any(award.scheme is Scheme.DIBAO_PHASE_OUT for award in awards):
        return None
    for award in before.awards:
        if award.scheme is Scheme.DIBAO_PHASE_OUT:
            return ended_phase_out(award, first)
    return before.earlier


def _lines(awards: tuple[AwardFacts, ...], month: Month, law: Law) -> Lines:
    dues = [(award, amount_due(award, month, law)) for award in awards]
    return tuple((award, due) for award, due in dues if due)
