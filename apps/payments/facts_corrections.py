"""What recalculations and receivables wait for: for the worklist, and how long a family may speak."""

from collections.abc import Callable
from datetime import date
from typing import Any

from apps.audit.verbs import Verb
from apps.eligibility.law import law_in_force
from apps.households.models import Household
from apps.payments.enums import ReceivableState
from apps.payments.models import Difference, Receivable

HEARING = "overpayment_hearing"
Task = tuple[str, str, Verb, Callable[[], int], str]


def recalculation_tasks(user: Any) -> list[Task]:
    """Label, unit, who may, how many, and where: in the order of the work."""
    untold = Receivable.objects.visible_to(user).filter(state=ReceivableState.OPEN)
    return [
        ("待重算", "户", Verb.PROPOSE_RECALCULATION, lambda: families_to_recalculate(user), "recalculation-list"),
        ("多发待告知", "笔", Verb.NOTIFY_RECEIVABLE, untold.count, "receivable-list"),
    ]


def families_to_recalculate(user: Any) -> int:
    """Families with months that differ and that nobody has proposed."""
    return Difference.objects.visible_to(user).waiting().values("household").distinct().count()


def nobody_left(receivable: Receivable) -> bool:
    """Whether nobody is left in the family that owes it back."""
    return Household.objects.died_out().filter(pk=receivable.household_id).exists()


def hearing_days(on: date) -> int:
    """Working days in which a family may speak before anything is agreed, for a notice delivered that day."""
    return int(law_in_force().row(HEARING, on).value or 0)
