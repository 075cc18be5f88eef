"""What a decision says of months already paid: facts found late were true before it was made."""

from datetime import date

from apps.accounts.models import User
from apps.applications.models import Application, Cause
from apps.applications.models.application import COMPLAINED
from apps.applications.transitions import State
from apps.payments.actions import back_date, back_date_correction
from apps.payments.enums import RecalculationGround as Ground

# Two families are paid otherwise from the decision on; what each had before was its own.
NEVER = (Cause.REGROUPING,)


def reach_back(case: Application, *, acting_user: User, on: date) -> None:
    """Write down since when the decision of a case should have stood; inside the act that made it.

    A correction reaches back to the first decision on the wrong facts, a change or a death to its day, a case taken up
    again after a complaint to the day of the decision complained of.
    """
    decision, declaration = case.decision, case.declaration
    if decision is None or declaration is None or case.cause in NEVER:
        return
    if case.corrects is not None:
        back_date_correction(decision, wrong=case.corrects, declaration=declaration, acting_user=acting_user, on=on)
    elif found := _since(case):
        ground, day = found
        back_date(decision, ground=ground, reckoned_on=day, declaration=declaration, acting_user=acting_user, on=on)


def _since(case: Application) -> tuple[Ground, date] | None:
    if case.cause in COMPLAINED and case.follows is not None and case.follows.decided_on is not None:
        ground = Ground.LATE if case.follows.state == State.REFUSED else Ground.CORRECTION
        return ground, case.follows.decided_on
    if dead := _first_death(case):
        return Ground.DEATH, dead
    if case.changed_on is not None and case.declaration is not None:
        return Ground.CHANGE, max(case.changed_on, case.declaration.effective_on)
    return None


def _first_death(case: Application) -> date | None:
    """The first death among those who were still paid for, whatever the case was opened for."""
    if case.decision is None:
        return None
    ended = case.decision.ended.filter(members__person__died_on__isnull=False)
    return min(ended.values_list("members__person__died_on", flat=True), default=None)
