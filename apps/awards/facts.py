"""What a family receives now, and which month waits: questions that others ask of awards."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Min, Sum, Value
from django.db.models.functions import Greatest

from apps.awards.calculation import Before, Unit
from apps.awards.enums import DecisionKind, RunState
from apps.awards.models import Award, CalcLine, MonthRun
from apps.awards.terms import by_name, facts_of
from apps.core.month import Month, months
from apps.eligibility.facts import family_of
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.due import amount_due, ended_phase_out
from apps.eligibility.policy.due import current_of as policy_current_of
from apps.eligibility.policy.enums import Scheme
from apps.eligibility.policy.facts import Current, EarlierPhaseOut
from apps.eligibility.policy.outcome import Due, parts_to_json
from apps.eligibility.policy.standards import Law
from apps.households.models import Household, Person


def current_of(
    household: Household,
    month: Month | dt.date,
    *,
    names: Mapping[int, str] | None = None,
    law: Law | None = None,
) -> dict[str, Any] | None:
    """What the household as such receives for the month, in the contract's ``current`` shape; None when not on 低保.

    ``names`` says how the assessment calls each person id (without it: as the household's newest declaration does); a
    supplement of somebody it does not call is left out. Single persons' awards (特困, 单人户) are not "being on 低保".
    """
    month = month if isinstance(month, Month) else Month.of(month)
    running = household.awards.due_in(month.first()).filter(person=None)
    awards = [facts_of(terms) for terms in running.values_list("terms", flat=True)]
    if not awards:
        return None
    current = policy_current_of(awards, month, law or law_in_force(), earlier_phase_out(household, month))
    return None if current is None else _as_contract(current, _names_in_use(household) if names is None else names)


def _names_in_use(household: Household) -> dict[int, str]:
    declaration = household.declarations.order_by("-pk").first()
    if declaration is None:
        return {}
    family = family_of(declaration)
    return dict(zip((member.person_id for member in family.members), family.names(), strict=True))


def earlier_phase_out(household: Household, month: Month) -> EarlierPhaseOut | None:
    """The last 渐退 of the household that was over by a month; None when there was none."""
    over = household.awards.ever_due().filter(scheme=Scheme.DIBAO_PHASE_OUT, last_month__lt=month.first())
    last = over.order_by("-first_month").first()
    if last is None or last.last_month is None:
        return None
    return ended_phase_out(facts_of(last.terms), Month.of(last.last_month).next())


def _as_contract(current: Current, names: Mapping[int, str]) -> dict[str, Any]:
    parts = by_name(list(parts_to_json(current.parts)), names)
    shape: dict[str, Any] = {"scheme": current.scheme.value, "parts": parts}
    if current.phase_out_from is not None:
        shape |= {"phase_out_from": str(current.phase_out_from), "phase_out_months": current.phase_out_months}
    if (earlier := current.earlier_phase_out) is not None:
        shape["earlier_phase_out"] = {"ended": str(earlier.ended), "used": earlier.used, "months": earlier.months}
    return shape


def due_of(award: Award, month: Month, law: Law) -> Due:
    """What the award is due for a month by a law; nothing outside its months."""
    inside = award.first_month <= month.first() and (award.last_month is None or month.first() <= award.last_month)
    return amount_due(facts_of(award.terms), month, law) if inside else Due()


@dataclass(frozen=True)
class Stretch:
    """Months of a 渐退 that pay the same."""

    first: Month
    last: Month
    amount_fen: int
    over: bool


def phase_out_of(award: Award, month: Month, law: Law) -> tuple[list[Stretch], int]:
    """How a 渐退 falls, and how many months are left after ``month``; empty for other awards or without an end."""
    if not award.is_phase_out or award.last_month is None or award.was_never_due:
        return [], 0
    last = Month.of(award.last_month)
    paid = [(one, due_of(award, one, law).total) for one in months(Month.of(award.first_month), last)]
    stretches = []
    for amount, group in groupby(paid, key=lambda pair: pair[1]):
        alike = [one for one, _ in group]
        stretches.append(Stretch(alike[0], alike[-1], amount, over=alike[-1] < month))
    return stretches, sum(one > month for one, _ in paid)


@dataclass(frozen=True)
class Falling:
    """A 渐退 on one line of time: its months with where today is, its steps, and how many months are left."""

    award: Award
    months: list[tuple[Month, int, str]]
    steps: list[tuple[Stretch, int]]
    left: int


def falling_of(award: Award, month: Month, law: Law) -> Falling | None:
    """The 渐退 month by month and step by step (per cent of the frozen base); None for other awards."""
    stretches, left = phase_out_of(award, month, law)
    if not stretches:
        return None
    base = sum(part.amount for part in facts_of(award.terms).base)
    line = [
        (one, stretch.amount_fen, "over" if one < month else "now" if one == month else "next")
        for stretch in stretches
        for one in months(stretch.first, stretch.last)
    ]
    steps = [(stretch, (stretch.amount_fen * 100 + base // 2) // base) for stretch in stretches]
    return Falling(award, line, steps, left)


@dataclass(frozen=True)
class Touched:
    """A month that was, or is about to be, paid on facts that have turned out otherwise."""

    month: Month
    amount_fen: int
    calculated: bool


def months_already_paid(household: Household, since: Month) -> list[Touched]:
    """What the family was calculated from a month on: what a late change or a correction touches, oldest first."""
    lines = CalcLine.objects.filter(household=household, month__gte=since.first()).exclude(run__state=RunState.VOID)
    sums = lines.values_list("month").annotate(amount=Sum("amount_fen")).order_by("month")
    return [Touched(Month.of(month), amount, calculated=True) for month, amount in sums]


def months_after_death(household: Household, person: Person, law: Law) -> list[Touched]:
    """What is paid for this person alone after the month of death, to the month with which the decision ended it."""
    if person.died_on is None:
        return []
    since = Month.of(person.died_on).next()
    ended = household.awards.filter(ended_by__kind=DecisionKind.DEATH, ended_by__person=person).ever_due()
    lines = CalcLine.objects.filter(award__in=ended).exclude(run__state=RunState.VOID)
    # What was calculated then, not what a standard back-dated since would make of it.
    then = {(award, day): fen for award, day, fen in lines.values_list("award_id", "month", "amount_fen")}
    touched = []
    for award in ended.order_by("pk"):
        for month in months(max(since, Month.of(award.first_month)), Month.of(award.last_month)):
            known = then.get((award.pk, month.first()))
            amount_fen = due_of(award, month, law).total if known is None else known
            touched.append(Touched(month, amount_fen, known is not None))
    return touched


def month_to_open(on: dt.date) -> Month | None:
    """The month whose calculation should begin now; None while one is under way or all are done.

    Money never moves by itself: the pages show that the month waits, a person begins it.
    """
    last = MonthRun.objects.standing().order_by("-month").first()
    if last is None:
        return first_due_month(Month(1, 1), until=Month.of(on))
    return first_due_month(Month.of(last.month).next(), until=Month.of(on)) if last.state == RunState.SEALED else None


def month_in_the_way(on: dt.date) -> tuple[Month, MonthRun] | None:
    """The month that is due but cannot be begun yet, and the earlier one that has to be finished first."""
    last = MonthRun.objects.standing().order_by("-month").first()
    if last is None or last.state == RunState.SEALED:
        return None
    following = first_due_month(Month.of(last.month).next(), until=Month.of(on))
    return None if following is None else (following, last)


def first_due_month(since: Month, *, until: Month) -> Month | None:
    """The first month in which anybody is due something; months in which nobody is are passed over."""
    awards = Award.objects.ever_due().due_from(since.first()).filter(first_month__lte=until.first())
    found = awards.aggregate(first=Min(Greatest("first_month", Value(since.first()))))["first"]
    return None if found is None else Month.of(found)


def lines_before(run: MonthRun, household_ids: list[int]) -> dict[Unit, Before]:
    """The lines of these households in the month before a run, by unit."""
    previous = (Month.of(run.month) - 1).first()
    lines = CalcLine.objects.filter(household__in=household_ids, month=previous).exclude(run__state=RunState.VOID)
    rows = lines.values_list("household_id", "person_id", "award_id", "scheme", "amount_fen")
    return {(household, person): Before(*line) for household, person, *line in rows}


def names_of(person_ids: set[int]) -> dict[int, str]:
    """Names of persons by id, for showing parts."""
    return dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "name"))
