"""When a letter has to be in the family's hands: pure, like ``deadlines``."""

from datetime import date
from typing import Any

from apps.applications.transitions import RevocationState, State
from apps.awards.enums import DecisionKind
from apps.core.workdays import add_workdays

TOLD_WITHIN = 3
DELIVERY = "送达通知书"


def delivery_due(case: Any) -> tuple[str, date] | None:
    """The last day to tell a refusal, a stop or a revocation in writing (57号第21条); None where the law sets no day.

    Says nothing of whether it was done: ``Application.objects.awaiting_delivery()`` does.
    """
    if case.state == State.REFUSED:
        return DELIVERY, add_workdays(case.decided_on, TOLD_WITHIN)
    if case.state == State.CONFIRMED and case.decision.kind == DecisionKind.STOP:
        return DELIVERY, add_workdays(case.decided_on, TOLD_WITHIN)
    if case.state == State.REVOKED:
        taken_back = case.revocations.get(state=RevocationState.APPROVED)
        return DELIVERY, add_workdays(taken_back.decided_on, TOLD_WITHIN)
    return None
