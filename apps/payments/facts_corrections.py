"""What recalculations and receivables wait for: for the worklist, and how long a family may speak."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from apps.audit.verbs import Verb
from apps.eligibility.law import law_in_force
from apps.households.models import Household
from apps.payments.enums import OVERDUE, ReceivableState
from apps.payments.models import Difference, Entitlement, PriceIndex, Receivable
from apps.payments.subsidy_excess import overpaid_lately

HEARING = "overpayment_hearing"
REMINDERS = (Verb.RECORD_REPAYMENT, Verb.AGREE_REPAYMENT)
Task = tuple[str, str, Verb, Callable[[], int], str]


def recalculation_tasks(user: Any, on: date) -> list[Task]:
    """Label, unit, who may, how many, and where (with the filter that lists these): in the order of the work."""
    rows = Receivable.objects.visible_to(user)
    untold, late = rows.filter(state=ReceivableState.OPEN), rows.overdue(on)
    # Whoever enters what comes in sees it first; where that is another's work, whoever agreed on the plan.
    reminds = next((verb for verb in REMINDERS if user.may(verb, on=on)), REMINDERS[0])
    excess = overpaid_lately(on) if user.scope().whole_county and user.may(Verb.PROPOSE_RECALCULATION, on=on) else []
    return [
        ("待重算", "户", Verb.PROPOSE_RECALCULATION, lambda: families_to_recalculate(user), "recalculation-list"),
        *((f"{one.paid_label}价格补贴多发", "人", *_here(one, people)) for one, people in excess),
        ("多发待告知", "笔", Verb.NOTIFY_RECEIVABLE, untold.count, f"receivable-list?state={ReceivableState.OPEN}"),
        ("分期退还逾期", "笔", reminds, late.count, f"receivable-list?state={OVERDUE}"),
    ]


def claims_to_offset(receivable: Receivable, user: Any) -> QuerySet[Entitlement]:
    """What the family is still owed and no batch has taken up: of it a part may be kept when the family asks."""
    owed = Entitlement.objects.visible_to(user).never_sent()
    return owed.filter(household=receivable.household_id, township=receivable.township_id)


def _here(index: PriceIndex, people: int) -> tuple[Verb, Callable[[], int], str]:
    """It is put right on the page of the publication, which lists the people."""
    return Verb.PROPOSE_RECALCULATION, lambda: people, index.get_absolute_url()


def families_to_recalculate(user: Any) -> int:
    """Families with months that differ and that nobody has proposed."""
    return Difference.objects.visible_to(user).waiting().values("household").distinct().count()


def nobody_left(receivable: Receivable) -> bool:
    """Whether nobody is left in the family that owes it back."""
    return Household.objects.died_out().filter(pk=receivable.household_id).exists()


def hearing_days(on: date) -> int:
    """Working days in which a family may speak before anything is agreed, for a notice delivered that day."""
    return int(law_in_force().row(HEARING, on).value or 0)
