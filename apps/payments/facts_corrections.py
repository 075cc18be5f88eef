"""What waits of recalculations and receivables, for the worklist."""

from collections.abc import Callable
from typing import Any

from apps.audit.verbs import Verb
from apps.payments.enums import CorrectionState, ReceivableState
from apps.payments.models import Correction, Difference, Receivable

Task = tuple[str, str, Verb, Callable[[], int], str]


def recalculation_tasks(user: Any) -> list[Task]:
    """Label, unit, who may, how many, and where: in the order of the work."""
    corrections = Correction.objects.visible_to(user).filter(state=CorrectionState.PROPOSED).exclude(proposed_by=user)
    owed_back = Receivable.objects.visible_to(user).open()
    proposed = owed_back.filter(write_off_proposed_by__isnull=False).exclude(write_off_proposed_by=user)
    return [
        ("待重算", "户", Verb.PROPOSE_RECALCULATION, lambda: families_to_recalculate(user), "recalculation-list"),
        ("重算待确认", "件", Verb.CONFIRM_RECALCULATION, corrections.count, "recalculation-list"),
        (
            "多发待告知",
            "笔",
            Verb.NOTIFY_RECEIVABLE,
            owed_back.filter(state=ReceivableState.OPEN).count,
            "receivable-list",
        ),
        ("核销待决定", "笔", Verb.APPROVE_WRITE_OFF, proposed.count, "receivable-list"),
    ]


def families_to_recalculate(user: Any) -> int:
    """Families with months that differ and that nobody has proposed."""
    return Difference.objects.visible_to(user).waiting().values("household").distinct().count()
