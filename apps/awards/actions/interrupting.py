"""What ends or interrupts awards without asking the rules: a death, a suspension and its end, a wish, a merger."""

from collections.abc import Sequence
from datetime import date

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions.decisions import Plan, begin, end, refuse_dead, refuse_paid_elsewhere
from apps.awards.actions.reviewing import schedule_review
from apps.awards.enums import DecisionKind
from apps.awards.models import Award, Decision
from apps.awards.terms import facts_of
from apps.awards.wording import sentence_of
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.eligibility.law import law_in_force
from apps.households.models import Household, Person


def end_for_death(household: Household, *, person: Person, acting_user: User, on: date) -> Decision | None:
    """End what is paid for this person alone, from the month after ``on``; None when there is no such award.

    The month of death is paid in full. A death found late stops the next month; what was paid after it is another
    matter. An award that pays for others too goes on until their review settles it.
    """
    if person.died_on is None:
        raise ValueError("the death is on file before awards end for it")
    first = Month.of(on).next()
    awards = household.awards.due_from(first.first()).prefetch_related("members")
    alone = [one for one in awards if {member.person_id for member in one.members.all()} == {person.pk}]
    if not alone:
        return None
    schemes = "、".join(dict.fromkeys(one.get_scheme_display() for one in alone))
    late = Month.of(person.died_on) < Month.of(on)
    after = f"{Month.of(person.died_on).next().label()}起多发的部分另行核查追回。" if late else ""
    sentence = f"{person.name}于{_day(person.died_on)}去世，自{first.label()}起停发{schemes}。{after}"
    return _ended(household, DecisionKind.DEATH, sentence, acting_user=acting_user, on=on, only=alone, person=person)


def suspend(household: Household, *, ground: str, acting_user: User, on: date) -> Decision:
    """Stop paying from next month and keep the terms; Refused("nothing_running") without a running award."""
    sentence = f"因{ground}，自{Month.of(on).next().label()}起暂停发放，待遇条件保留，查清后恢复或终止。"
    return _ended(household, DecisionKind.SUSPEND, sentence, acting_user=acting_user, on=on)


def leave(household: Household, *, signed_on: date, acting_user: User, on: date) -> Decision:
    """End everything from next month at the family's own written wish; Refused("nothing_running")."""
    sentence = f"应家庭{_day(signed_on)}的书面申请，自{Month.of(on).next().label()}起停发全部待遇。"
    return _ended(household, DecisionKind.EXIT, sentence, acting_user=acting_user, on=on)


def end_for_merger(household: Household, *, into: Household, acting_user: User, on: date) -> Decision | None:
    """End what a family received that has become part of another; None when it received nothing."""
    if not household.awards.due_from(Month.of(on).next().first()).exists():
        return None
    sentence = f"已并入{into.head.name}一家（{into.number}），自{Month.of(on).next().label()}起停发原户待遇。"
    return _ended(household, DecisionKind.MERGE, sentence, acting_user=acting_user, on=on)


def resume(household: Household, *, acting_user: User, on: date) -> Decision:
    """Take up again, from next month and on the same terms, what the last decision suspended.

    渐退 keeps counting by the calendar: its months ran on while nothing was paid. Refused("not_suspended") when the
    last decision was another, ("phase_out_over") when no month is left, ("member_died"), ("already_paid").
    """
    with act(Verb.DECIDE_AWARD, acting_user=acting_user, on=on, subject=household):
        household = Household.objects.select_for_update(no_key=True, of=("self",)).get(pk=household.pk)
        effective = Month.of(on).next()
        plans = _suspended(household, effective)
        refuse_dead(plans)
        law = law_in_force()
        facts = [plan.facts for plan in plans]
        ran_on = "渐退月数在暂停期间照常计算。" if any(one.phase_out_from for one in facts) else ""
        said = sentence_of(DecisionKind.RESUME, effective, facts, "", law)
        decision = _decision(household, DecisionKind.RESUME, f"{said}{ran_on}", acting_user=acting_user, on=on)
        # Suspended and taken up again within one month: the suspension never came into effect.
        standing = household.awards.due_from(effective.first())
        if standing.exists():
            raise Refused("already_running", "这个家庭已有自下月起的待遇，不需要恢复。")
        refuse_paid_elsewhere(plans, effective)
        for plan in plans:
            begin(plan, decision, household)
        schedule_review(decision)
        return decision


def _suspended(household: Household, effective: Month) -> list[Plan]:
    last = household.decisions.order_by("-pk").first()
    if last is None or last.kind != DecisionKind.SUSPEND:
        raise Refused("not_suspended", "这个家庭的待遇没有处于暂停状态，不能恢复。")
    plans = [Plan(facts_of(terms), terms) for terms in last.ended.order_by("pk").values_list("terms", flat=True)]
    left = [plan for plan in plans if plan.facts.last_month is None or plan.facts.last_month >= effective]
    if not left:
        raise Refused("phase_out_over", "渐退月数在暂停期间已经用完，没有可以恢复的待遇。")
    return left


def _ended(
    household: Household,
    kind: DecisionKind,
    sentence: str,
    *,
    acting_user: User,
    on: date,
    only: Sequence[Award] | None = None,
    person: Person | None = None,
) -> Decision:
    with act(Verb.DECIDE_AWARD, acting_user=acting_user, on=on, subject=household):
        household = Household.objects.select_for_update(no_key=True, of=("self",)).get(pk=household.pk)
        standing = household.awards.due_from(Month.of(on).next().first())
        if only is not None:
            standing = standing.filter(pk__in=[award.pk for award in only])
        ending = list(standing.select_for_update(of=("self",)).order_by("pk"))
        if not ending:
            raise Refused("nothing_running", "这个家庭目前没有在享待遇。")
        decision = _decision(household, kind, sentence, acting_user=acting_user, on=on, person=person)
        end(ending, decision, Month.of(on).first())
        schedule_review(decision)
        return decision


def _decision(
    household: Household,
    kind: DecisionKind,
    sentence: str,
    *,
    acting_user: User,
    on: date,
    person: Person | None = None,
) -> Decision:
    return Decision.objects.create(
        household=household,
        person=person,
        kind=kind,
        decided_on=on,
        effective_month=Month.of(on).next().first(),
        decided_by=acting_user,
        sentence=sentence,
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
