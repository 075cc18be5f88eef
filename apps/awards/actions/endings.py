"""Awards that end without another answer of the rules: taken back, or no longer called for."""

from datetime import date

from django.db.models import Q

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions.decisions import end
from apps.awards.enums import DecisionKind
from apps.awards.models import Award, Decision
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.households.models import Household


def end_awards(
    household: Household, *, ids: list[int], kind: DecisionKind, sentence: str, acting_user: User, on: date
) -> Decision:
    """End these awards of the household with the month of ``on``; one that has not begun is then never due.

    A part of an act that was permitted (a revocation, an ending). What was paid stays as it is.
    Refused("already_ended") when another decision ended one of them from the same or an earlier month.
    """
    with act(Verb.DECIDE_AWARD, acting_user=acting_user, on=on, subject=household):
        household = Household.objects.select_for_update(no_key=True, of=("self",)).get(pk=household.pk)
        effective = Month.of(on).next().first()
        running = household.awards.due_from(effective).filter(pk__in=ids)
        awards: list[Award] = list(running.select_for_update(of=("self",)).order_by("pk"))
        if len(awards) != len(ids):
            raise Refused("already_ended", "这份待遇已由另一项决定终止，请刷新后再看。")
        decision = Decision.objects.create(
            household=household,
            person_id=awards[0].person_id if len(awards) == 1 else None,
            kind=kind,
            decided_on=on,
            effective_month=effective,
            decided_by=acting_user,
            sentence=sentence,
        )
        end(awards, decision, Month.of(on).first())
        return decision


def withdraw_recognitions(decision: Decision, *, acting_user: User, on: date) -> None:
    """End what a decision recognised the family as; a part of an act that was permitted."""
    with act(Verb.DECIDE_AWARD, acting_user=acting_user, on=on, subject=decision.household):
        decision.recognitions.filter(Q(until=None) | Q(until__gt=on)).update(until=on)
