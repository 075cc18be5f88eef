"""What the families of a register receive: assessment by the rules of that day, decision, award."""

from collections.abc import Sequence
from datetime import date

from apps.awards.actions.decisions import Plan
from apps.awards.enums import DecisionKind
from apps.awards.models import Award, AwardMember, Decision
from apps.awards.terms import by_person, facts_of
from apps.awards.wording import sentence_of
from apps.core.month import Month
from apps.eligibility.actions import assessed
from apps.eligibility.law import law_in_force
from apps.eligibility.models import Assessment
from apps.eligibility.policy.review import months_later, review_due, review_interval
from apps.eligibility.policy.standards import Law
from apps.households.models import Household
from apps.office.register.entry import Entry


class NothingDue(Exception):
    """A family of a register is due nothing: the register was made wrongly."""


def write_awards(entries: Sequence[Entry], *, on: date) -> None:
    """Assess every family as of its day, decide, and start its award the month after; one statement a table.

    The register is taken over on a day as one that was kept: reviews before it were held when they fell due.
    """
    law = law_in_force()
    for entry in entries:
        _assess(entry, law)
    Assessment.objects.bulk_create(entry.assessment for entry in entries)
    decisions = Decision.objects.bulk_create(_decision(entry, law) for entry in entries)
    awards = []
    for entry, decision in zip(entries, decisions, strict=True):
        entry.plans = [Plan(facts_of(terms), terms) for terms in _terms(entry)]
        awards += [(_award(entry, plan, decision), plan) for plan in entry.plans]
    Award.objects.bulk_create(award for award, _ in awards)
    AwardMember.objects.bulk_create(
        AwardMember(award=award, person_id=person, first_month=award.first_month, last_month=award.last_month)
        for award, plan in awards
        for person in plan.persons
    )
    for entry in entries:
        _schedule(entry, law, on)
    Household.objects.bulk_update((entry.household for entry in entries), ["review_class", "review_due_on"])


def _schedule(entry: Entry, law: Law, on: date) -> None:
    found = review_due([plan.facts for plan in entry.plans], entry.decided_on, law)
    if found is None:
        return
    kind, due = found
    months, rounds = review_interval(kind, max(on, due), law), 1
    while (day := months_later(entry.decided_on, rounds * months)) <= on:
        rounds += 1
    entry.household.review_class, entry.household.review_due_on = kind, day


def _assess(entry: Entry, law: Law) -> None:
    people = [person.pk for person in entry.people]
    entry.assessment = assessed(
        entry.declaration,
        entry.family,
        people,
        as_of=entry.decided_on,
        current=None,
        made_by=entry.decided_by,
        law=law,
    )
    if not entry.assessment.terms:
        raise NothingDue(entry.number)


def _terms(entry: Entry) -> list[dict[str, object]]:
    return [by_person(terms, entry.assessment.refs) for terms in entry.assessment.terms]


def _decision(entry: Entry, law: Law) -> Decision:
    effective = Month.of(entry.decided_on).next()
    facts = [facts_of(terms) for terms in entry.assessment.terms]
    return Decision(
        household=entry.household,
        kind=DecisionKind.START,
        decided_on=entry.decided_on,
        effective_month=effective.first(),
        decided_by=entry.decided_by,
        assessment=entry.assessment,
        sentence=sentence_of(DecisionKind.START, effective, facts, entry.assessment.category, law),
    )


def _award(entry: Entry, plan: Plan, decision: Decision) -> Award:
    last = plan.facts.last_month
    return Award(
        household=entry.household,
        person_id=plan.unit,
        township=entry.township,
        scheme=plan.facts.scheme,
        decision=decision,
        first_month=decision.effective_month,
        last_month=None if last is None else last.first(),
        terms=plan.terms,
    )
