"""From an assessment to awards: what begins, what goes on, what ends, always from the next month."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Q

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions.recognition import recognise
from apps.awards.actions.reviewing import schedule_review
from apps.awards.enums import AwardState, DecisionKind
from apps.awards.facts import current_of
from apps.awards.models import Award, AwardMember, Decision
from apps.awards.models.recognition import RECOGNISED
from apps.awards.terms import by_person, facts_of
from apps.awards.transitions import AWARD_MOVES
from apps.awards.wording import sentence_of
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.eligibility.law import law_in_force
from apps.eligibility.models import Assessment
from apps.eligibility.policy.due import amount_due
from apps.eligibility.policy.enums import Category, Scheme
from apps.eligibility.policy.facts import AwardFacts
from apps.eligibility.policy.standards import Law
from apps.households.models import Household, Person

Unit = int | None
OF_ONE_PERSON = frozenset({Scheme.TEKUN, Scheme.DIBAO_SINGLE})


@dataclass(frozen=True)
class Plan:
    """An award about to begin."""

    facts: AwardFacts
    terms: dict[str, Any]

    @property
    def unit(self) -> Unit:
        """The person of a single person's award; None for the household."""
        return int(self.facts.people[0].ref) if self.facts.scheme in OF_ONE_PERSON else None

    @property
    def persons(self) -> list[int]:
        """Ids of those paid for."""
        return [int(ref) for ref in self.facts.refs]


def apply_decision(
    household: Household, *, assessment: Assessment, acting_user: User, on: date, verb: Verb = Verb.CONFIRM
) -> Decision:
    """Give the household what its assessment says, from the month after ``on`` (57号第21条, 28号 §5).

    ``verb`` is the act by which it was decided: the acting user must be allowed it.

    Whatever ran ends with the month of ``on``; of several decisions in one month the last one counts. Refused when
    something is unknown ("assessment_incomplete"), when the assessment is of another family or month or the family's
    awards moved since ("assessment_outdated"), when somebody to be paid for has died ("member_died") or is already paid
    for elsewhere ("already_paid").
    """
    require(acting_user, verb, on=on, area=household.township)
    with act(Verb.DECIDE_AWARD, acting_user=acting_user, on=on, subject=household):
        household = Household.objects.select_for_update(no_key=True, of=("self",)).get(pk=household.pk)
        _refuse_unfit(household, assessment, on)
        effective = Month.of(on).next()
        standing = list(household.awards.due_from(effective.first()).select_for_update(of=("self",)).order_by("pk"))
        plans = [Plan(facts_of(terms), terms) for terms in (by_person(t, assessment.refs) for t in assessment.terms)]
        refuse_dead(plans)
        law = law_in_force()
        kind = _kind(_dues(standing, effective, law), _planned(plans, effective, law), assessment.category)
        decision = Decision.objects.create(
            household=household,
            kind=kind,
            decided_on=on,
            effective_month=effective.first(),
            decided_by=acting_user,
            assessment=assessment,
            sentence=sentence_of(kind, effective, [plan.facts for plan in plans], assessment.category, law),
        )
        end(standing, decision, Month.of(on).first())
        refuse_paid_elsewhere(plans, effective)
        for plan in plans:
            begin(plan, decision, household)
        recognise(decision, assessment.category)
        schedule_review(decision)
        return decision


def _refuse_unfit(household: Household, assessment: Assessment, on: date) -> None:
    if assessment.category == Category.INCOMPLETE:
        raise Refused("assessment_incomplete", "家庭情况还没有查清，不能作出决定：请先补齐后重新测算。")
    outdated = Refused("assessment_outdated", "测算之后情况已经变化，请重新测算后再确认。")
    if assessment.household_id != household.pk or Month.of(assessment.as_of) != Month.of(on):
        raise outdated
    names = {pk: name for name, pk in assessment.refs.items()}
    if assessment.facts.get("current") != current_of(household, Month.of(on), names=names):
        raise outdated


Dues = dict[Unit, tuple[str, int]]


def _dues(awards: list[Award], month: Month, law: Law) -> Dues:
    """Scheme and amount of each unit for the month, as things stand."""
    found: Dues = {}
    for award in awards:
        if due := amount_due(facts_of(award.terms), month, law):
            found[award.person_id] = (award.scheme, due.total)
    return found


def _planned(plans: list[Plan], month: Month, law: Law) -> Dues:
    return {plan.unit: (plan.facts.scheme.value, amount_due(plan.facts, month, law).total) for plan in plans}


def _kind(before: Dues, after: Dues, category: str) -> DecisionKind:
    if not before and not after and category in RECOGNISED:
        return DecisionKind.RECOGNISE
    if before == after:
        return DecisionKind.KEEP
    if not before:
        return DecisionKind.START
    if not after:
        return DecisionKind.STOP
    if after.get(None, ("",))[0] == Scheme.DIBAO_PHASE_OUT and before.get(None, ("",))[0] == Scheme.DIBAO:
        return DecisionKind.PHASE_OUT
    return DecisionKind.CHANGE


def end(awards: list[Award], decision: Decision, last_month: date) -> None:
    """End the awards with this month; those not yet begun become empty. Inside the decision's own act."""
    for award in awards:
        AWARD_MOVES.target(Verb.END_AWARD, award.state)
    ids = [award.pk for award in awards]
    Award.objects.filter(pk__in=ids).update(last_month=last_month, ended_by=decision, state=AwardState.ENDED)
    AwardMember.objects.filter(award__in=ids).filter(Q(last_month=None) | Q(last_month__gt=last_month)).update(
        last_month=last_month
    )


def refuse_dead(plans: list[Plan]) -> None:
    """Refused("member_died") when somebody to be paid for has died."""
    persons = [person for plan in plans for person in plan.persons]
    if dead := Person.objects.filter(pk__in=persons, died_on__isnull=False).first():
        raise Refused("member_died", f"{dead.name} 已登记死亡：请退回，按现在的家庭成员重新登记后再办。")


def refuse_paid_elsewhere(plans: list[Plan], effective: Month) -> None:
    """Refused("already_paid") when somebody to be paid for is in another award of the same months."""
    persons = [person for plan in plans for person in plan.persons]
    still = Q(last_month=None) | Q(last_month__gte=effective.first())
    elsewhere = AwardMember.objects.filter(still, person__in=persons).exclude(last_month__lt=F("first_month"))
    if found := elsewhere.select_related("person").first():
        raise _already_paid(found.person)


def _already_paid(person: Person | None) -> Refused:
    who = person.name if person else "家庭中有人"
    return Refused("already_paid", f"{who}同一月份已在另一份待遇中，请先核实并终止原待遇。")


def begin(plan: Plan, decision: Decision, household: Household) -> None:
    """Start an award with its people from the decision's first month. Inside the decision's own act."""
    first, last = decision.effective_month, plan.facts.last_month
    last_month = None if last is None else last.first()
    try:
        award = Award.objects.create(
            household=household,
            person_id=plan.unit,
            township_id=household.township_id,
            scheme=plan.facts.scheme,
            decision=decision,
            first_month=first,
            last_month=last_month,
            terms=plan.terms,
        )
        AwardMember.objects.bulk_create(
            AwardMember(award=award, person_id=person, first_month=first, last_month=last_month)
            for person in plan.persons
        )
    except IntegrityError as error:
        if "nobody_is_paid_twice" in str(error):
            raise _already_paid(None) from error
        raise
