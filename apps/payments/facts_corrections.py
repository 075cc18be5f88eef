"""What waits of recalculations and receivables, for the worklist."""

from collections.abc import Callable
from typing import Any

from apps.audit.verbs import Verb
from apps.payments.enums import ReceivableState
from apps.payments.models import Difference, Receivable

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
