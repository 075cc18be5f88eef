"""What a running award is due for a month: the one function of the month run, the what-if and the timeline.

    amount_due(award: AwardFacts, month: Month, law: Law) -> Due    # Due.parts, Due.total in fen; falsy: nothing due

The award is what `decide` put into `Outcome.awards[i].facts`; store it as `award_to_json(...)`, read it back with
`award_from_json(...)` (both in `facts_json`). Ages are taken on the last day of the month before, standards on the
first day of the month; a 渐退 pays its frozen base by the schedule in force on the day it was decided. When a later
decision takes the award's place is the caller's knowledge, not the award's. NoParameterInForce: the law has no value.
`current_of` turns the household's running award back into the `current` facts of the next decision.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import lru_cache

from apps.core.month import Month

from .ages import age_on
from .clause import applying, changes_between, listening, steps_of
from .dibao import dibao_parts
from .dibao import turning_ages as dibao_ages
from .enums import AreaKind, Scheme
from .facts import AwardFacts, Current, EarlierPhaseOut, Part
from .outcome import NOTHING_DUE, Due, Step
from .phase_out import phase_out_parts
from .single_person import single_person_parts
from .standards import InForce, Law
from .tekun import is_grown_up, tekun_parts
from .tekun import turning_ages as tekun_ages

FOR_EVER = Month(9999, 12)
# The ages at which an amount may change between decisions; a 单人户 is paid whatever the age.
_TURNING: dict[Scheme, Callable[[InForce], tuple[int, ...]]] = {
    Scheme.DIBAO: dibao_ages,
    Scheme.TEKUN: tekun_ages,
    Scheme.DIBAO_SINGLE: lambda law: (),
}


def amount_due(award: AwardFacts, month: Month, law: Law) -> Due:
    """Parts and total due for a month (fen); nothing before the first month, after the last, or once 特困 has ended."""
    decided_on, last = award.decided_on, award.last_month
    if (month.year, month.month) <= (decided_on.year, decided_on.month) or (last is not None and month > last):
        return NOTHING_DUE
    day = decided_on if award.scheme is Scheme.DIBAO_PHASE_OUT else month.first()
    return applying(day, _due, award, month, law.on(day, award.area))


def explained(award: AwardFacts, month: Month, law: Law) -> tuple[Step, ...]:
    """The provisions from which the amount of a month comes, in the order applied."""
    with listening(month.first()) as said:
        amount_due(award, month, law)
    return steps_of(said, law.on(month.first(), award.area).unconfirmed)


def _due(award: AwardFacts, month: Month, law: InForce) -> Due:
    ages_on = _eve(month.year, month.month)
    if award.scheme is Scheme.TEKUN and any(is_grown_up(p, award.decided_on, ages_on) for p in award.people):
        return NOTHING_DUE
    return Due(parts_due(award, month, ages_on, law))


@lru_cache(maxsize=64)
def _eve(year: int, month: int) -> dt.date:
    """The day before a month begins: the same for every award of a month run."""
    return dt.date(year, month, 1) - dt.timedelta(days=1)


def parts_due(award: AwardFacts, month: Month, ages_on: dt.date, law: InForce) -> tuple[Part, ...]:
    """The parts of a month under given parameters, running or not; inside ``listening`` or ``applying``."""
    if award.scheme is Scheme.DIBAO:
        return dibao_parts(award.people, award.income, ages_on, law)
    if award.scheme is Scheme.DIBAO_PHASE_OUT and award.phase_out_from is not None:
        return phase_out_parts(award.base, award.phase_out_from, month, law)
    (person,) = award.people
    return tekun_parts(person, law) if award.scheme is Scheme.TEKUN else single_person_parts(person, law)


def same_through(award: AwardFacts, month: Month, law: Law) -> Month | None:
    """The last month for which the award is due what it is due for ``month``, if it is due anything and the law stays.

    Between decisions an amount follows the law and the ages alone; of the ages only those the rules ask for, each from
    the month after its birthday. None when the amount may change with every month: a 渐退 falls by its schedule.
    """
    if award.scheme is Scheme.DIBAO_PHASE_OUT:
        return None
    ages = _TURNING[award.scheme](law.on(month.first(), award.area))
    ages_on = _eve(month.year, month.month)
    last = FOR_EVER
    for person in award.people:
        born, age = person.birth_date, age_on(person.birth_date, ages_on)
        last = min([last, *(Month(born.year + turning, born.month) for turning in ages if turning > age)])
    return last


def reads_the_same(month: Month, law: Law, then: Law) -> bool:
    """Whether a month reads in ``law`` exactly what the month before read in ``then``: provisions and parameters."""
    day, before = month.first(), (month - 1).first()
    return not changes_between(before, day) and all(law.on(day, area) == then.on(before, area) for area in AreaKind)


def current_of(
    awards: Iterable[AwardFacts], month: Month, law: Law, earlier: EarlierPhaseOut | None = None
) -> Current | None:
    """What the household as such receives for the month of a new decision; None when it is not on 低保 that month."""
    for award in awards:
        if award.scheme is Scheme.DIBAO_PHASE_OUT and amount_due(award, month, law):
            return Current(award.base, Scheme.DIBAO, award.phase_out_from, award.phase_out_months)
        if award.scheme is Scheme.DIBAO and (due := amount_due(award, month, law)):
            return Current(due.parts, Scheme.DIBAO, earlier_phase_out=earlier)
    return None


def ended_phase_out(award: AwardFacts, first_without: Month) -> EarlierPhaseOut | None:
    """How a 渐退 stood when another decision took its place from a month on, or when its months had run out before."""
    if award.phase_out_from is None or award.phase_out_months is None:
        return None
    used = min(first_without - award.phase_out_from, award.phase_out_months)
    return EarlierPhaseOut(award.phase_out_from + used, used, award.phase_out_months)
