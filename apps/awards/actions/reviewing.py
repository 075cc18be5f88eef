"""When a family is examined again: set by whatever decides on what it receives."""

from apps.awards.enums import DecisionKind
from apps.awards.models import Decision
from apps.awards.terms import facts_of
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.review import review_due
from apps.households.models import Household

# These leave the rest of the family as it was last examined.
NO_EXAMINATION = (DecisionKind.DEATH,)


def schedule_review(decision: Decision) -> None:
    """Count the interval from this decision, or clear it when nothing is paid any more; inside the decision's act."""
    household = decision.household
    running = household.awards.ever_due().due_from(decision.effective_month)
    awards = [facts_of(terms) for terms in running.values_list("terms", flat=True)]
    found = review_due(awards, decision.decided_on, law_in_force())
    if found is None:
        _set(household, "", None)
    elif decision.kind not in NO_EXAMINATION:
        _set(household, *found)


def _set(household: Household, review_class: str, due_on: object) -> None:
    Household.objects.filter(pk=household.pk).update(review_class=review_class, review_due_on=due_on)
