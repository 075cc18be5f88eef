"""The day by which the money of a month has to be in the accounts, and whether it is."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.applications.counting import Counting
from apps.applications.deadlines import PAYMENT, Deadline, counted
from apps.applications.transitions import State
from apps.audit.verbs import Verb
from apps.awards.models import Award, MonthRun
from apps.core.month import Month
from apps.payments.enums import BatchState, InstructionState, Purpose
from apps.payments.models import Batch, Instruction

# Whose work brings the money of a month to the families.
BRINGING_MONEY = (Verb.OPEN_MONTH, Verb.CONFIRM_MONTH, Verb.APPROVE_BATCH, Verb.RELEASE_BATCH)
ARRIVED = (BatchState.RETURNED, BatchState.RECONCILED, BatchState.CLOSED)


@dataclass(frozen=True)
class PayDay:
    """A month whose money is still to come, and how it stands with its day."""

    month: Month
    stands: Deadline


def pay_day(on: date) -> PayDay | None:
    """The earlier of last month and this one that the bank has not answered for; None when it has for both."""
    this = Month.of(on)
    before = MonthRun.objects.standing().filter(month=(this - 1).first()).exists()
    if before and not _arrived(this - 1):
        return _counted(this - 1, on)
    if Award.objects.due_in(this.first()).exists() and not _arrived(this):
        return _counted(this, on)
    return None


def pay_day_of(user: Any, on: date) -> PayDay | None:
    """The same for those whose work it is; None for all others."""
    return pay_day(on) if any(user.may(verb, on=on) for verb in BRINGING_MONEY) else None


def _counted(month: Month, on: date) -> PayDay:
    return PayDay(month, counted(PAYMENT.what.label, pay_by(month), on))


def pay_by(month: Month) -> date:
    """The day of the month on which its money has to be there."""
    return month.first().replace(day=PAYMENT.length)


def _arrived(month: Month) -> bool:
    states = Batch.objects.filter(month=month.first(), purpose=Purpose.REGULAR).exclude(state=BatchState.CANCELLED)
    found = set(states.values_list("state", flat=True))
    return bool(found) and found <= set(ARRIVED)


def first_money(case: Any) -> list[Counting]:
    """Until when the first payment of a confirmed case has to arrive; nothing once it has."""
    if case.state != State.CONFIRMED or case.decision is None:
        return []
    first = case.decision.started.order_by("first_month").values_list("first_month", flat=True).first()
    paid = Instruction.objects.filter(entitlement__household=case.household_id, state=InstructionState.PAID)
    if first is None or paid.filter(entitlement__month__gte=first).exists():
        return []
    due = pay_by(Month.of(first))
    return [Counting(PAYMENT.what.label, str(PAYMENT), None, due, (), provisional=False, binding=True)]
