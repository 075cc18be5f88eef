"""When a letter has to be in the family's hands: pure, like ``deadlines``."""

from datetime import date
from typing import Any

from apps.applications.deadlines import REFUSAL
from apps.applications.transitions import RevocationState, State
from apps.awards.enums import DecisionKind
from apps.core.workdays import add_workdays

DELIVERY = "送达通知书"


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


def delivery_due(case: Any) -> tuple[str, date] | None:
    """The last day to tell a refusal, a stop or a revocation in writing (57号第21条); None where the law sets no day.

    Says nothing of whether it was done: ``Application.objects.awaiting_delivery()`` does.
    """
    stopped = case.state == State.CONFIRMED and case.decision.kind == DecisionKind.STOP
    if stopped or case.state in (State.REFUSED, State.REVOKED):
        return DELIVERY, told_by(decided_on(case))
    return None
