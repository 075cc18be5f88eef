"""What a decision makes of a family beside its benefits."""

from datetime import date

from django.db.models import Q

from apps.awards.models import Decision, Recognition
from apps.awards.models.recognition import RECOGNISED
from apps.core.month import Month
from apps.eligibility.policy.enums import Category

EXPENDITURE_MONTHS = 12


def recognise(decision: Decision, category: str) -> None:
    """End what the family was recognised as before, and begin what it is now; inside the decision's own act."""
    day = decision.decided_on
    standing = decision.household.recognitions.filter(Q(until=None) | Q(until__gt=day))
    standing.update(until=day)
    if category in RECOGNISED:
        Recognition.objects.create(
            household=decision.household,
            category=category,
            decision=decision,
            since=day,
            until=_a_year_on(day) if category == Category.EXPENDITURE else None,
        )


def _a_year_on(day: date) -> date:
    """The same day twelve months later; the first of March for the 29th of February."""
    month = Month.of(day) + EXPENDITURE_MONTHS
    return month.first().replace(day=day.day) if day.day <= month.last().day else month.next().first()
