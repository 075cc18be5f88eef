"""What the families of a register receive: assessment by the rules of that day, decision, award."""

from collections.abc import Sequence
from datetime import date

from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.actions.decisions import Plan
from apps.awards.enums import DecisionKind
from apps.awards.models import Award, AwardMember, Decision, Recognition
from apps.awards.terms import by_person, facts_of
from apps.awards.wording import sentence_of
from apps.eligibility.actions import assessment_of
from apps.eligibility.contract import read_case
from apps.eligibility.law import law_in_force
from apps.eligibility.models import Assessment
from apps.eligibility.policy.enums import Category
from apps.eligibility.policy.review import months_later, review_due, review_interval
from apps.eligibility.policy.standards import Law
from apps.households.models import Household
from apps.takeover.register.entry import Entry
from apps.takeover.register.granted import request_for, terms_of

SENTENCE_LENGTH = 300


class NothingDue(Exception):
    """A family of a register is due nothing: the register was made wrongly."""


def write_awards(entries: Sequence[Entry], *, within: Record) -> None:
    """Assess every family as of its day, decide, and start its awards; one statement a table, one record a family."""
    law = law_in_force()
    for entry in entries:
        assess(entry, law)
    Assessment.objects.bulk_create(entry.assessment for entry in entries)
    Record.objects.bulk_create(_record(entry, within) for entry in entries)
    decisions = Decision.objects.bulk_create(_decision(entry, law) for entry in entries)
    awards = [
        (_award(entry, plan, decision), plan)
        for entry, decision in zip(entries, decisions, strict=True)
        for plan in entry.plans
    ]
    Award.objects.bulk_create(award for award, _ in awards)
    AwardMember.objects.bulk_create(
        AwardMember(award=award, person_id=person, first_month=award.first_month, last_month=award.last_month)
        for award, plan in awards
        for person in plan.persons
    )
    Recognition.objects.bulk_create(
        Recognition(household=entry.household, category=Category.LOW_INCOME, decision=decision, since=entry.decided_on)
        for entry, decision in zip(entries, decisions, strict=True)
        if entry.assessment.category == Category.LOW_INCOME
    )
    for entry in entries:
        schedule(entry, law, within.on)
    Household.objects.bulk_update((entry.household for entry in entries), ["review_class", "review_due_on"])


def assess(entry: Entry, law: Law) -> None:
    """The rules' answer, kept as it is; and the terms: the old register's, or the rules' own."""
    request = request_for(entry)
    refs = dict(zip(entry.family.names(), [person.pk for person in entry.people], strict=True))
    entry.assessment = assessment_of(
        entry.declaration, request, refs, as_of=entry.decided_on, made_by=entry.decided_by, law=law
    )
    terms = entry.assessment.terms
    if entry.grants:
        terms = [award.to_json() for award in terms_of(entry, read_case(request, law))]
    if not terms:
        raise NothingDue(entry.number)
    named = [by_person(one, refs) for one in terms]
    entry.plans = [Plan(facts_of(one), one) for one in named]


def schedule(entry: Entry, law: Law, on: date) -> None:
    """When the family is next reviewed: as of a register that was kept, reviews before ``on`` were held when due."""
    found = review_due([plan.facts for plan in entry.plans], entry.decided_on, law)
    if found is None:
        return
    kind, due = found
    months, rounds = review_interval(kind, max(on, due), law), 1
    while (day := months_later(entry.decided_on, rounds * months)) <= on:
        rounds += 1
    entry.household.review_class, entry.household.review_due_on = kind, day


def _record(entry: Entry, within: Record) -> Record:
    return Record(
        on=within.on,
        user_id=within.user_id,
        verb=Verb.DECIDE_AWARD,
        subject_type=entry.household._meta.label_lower,
        subject_id=entry.household.pk,
        subject_label=f"{entry.number} {entry.head.name}"[:120],
        area=entry.township,
        within=within,
    )


def _decision(entry: Entry, law: Law) -> Decision:
    facts = [plan.facts for plan in entry.plans]
    sentence = sentence_of(DecisionKind.START, entry.effective, facts, entry.assessment.category, law)
    if entry.grants:
        sentence = f"承接原登记册：{sentence}"
    return Decision(
        household=entry.household,
        kind=DecisionKind.START,
        decided_on=entry.decided_on,
        effective_month=entry.effective.first(),
        decided_by=entry.decided_by,
        assessment=entry.assessment,
        sentence=sentence[:SENTENCE_LENGTH],
    )


def _award(entry: Entry, plan: Plan, decision: Decision) -> Award:
    return Award(
        household=entry.household,
        person_id=plan.unit,
        township=entry.township,
        scheme=plan.facts.scheme,
        decision=decision,
        first_month=decision.effective_month,
        last_month=_last(plan),
        terms=plan.terms,
    )


def _last(plan: Plan) -> date | None:
    last = plan.facts.last_month
    return None if last is None else last.first()
