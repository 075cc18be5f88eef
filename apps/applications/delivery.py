"""When a letter has to be in the family's hands, and until when it can be appealed: pure, like ``deadlines``."""

from datetime import date, timedelta
from typing import Any

from apps.applications.deadlines import REFUSAL
from apps.applications.transitions import RevocationState, State
from apps.awards.enums import DecisionKind
from apps.core.workdays import add_workdays, is_workday

DELIVERY = "送达通知书"
RECONSIDERATION_DAYS = 60


def decided_on(case: Any) -> date:
    """The day of the decision a case rests on now: of a revoked one, of the revocation."""
    if case.state == State.REVOKED:
        found: date = case.revocations.get(state=RevocationState.APPROVED).decided_on
        return found
    decided: date = case.decided_on
    return decided


def told_by(decided: date) -> date:
    """The last day to hand over the letter of a decision taken that day (57号第21条)."""
    return add_workdays(decided, REFUSAL.length)


def reconsideration_until(delivered: date) -> date:
    """The last day to ask for 行政复议: sixty days after the letter, to a working day.

    Counted in the office only to tell: whether a late one is heard is not the office's to say.
    """
    day = delivered + timedelta(days=RECONSIDERATION_DAYS)
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def delivery_due(case: Any) -> tuple[str, date] | None:
    """The last day to tell a refusal, a stop or a revocation in writing (57号第21条); None where the law sets no day.

    Says nothing of whether it was done: ``Application.objects.awaiting_delivery()`` does.
    """
    stopped = case.state == State.CONFIRMED and case.decision.kind == DecisionKind.STOP
    if stopped or case.state in (State.REFUSED, State.REVOKED):
        return DELIVERY, told_by(decided_on(case))
    return None
