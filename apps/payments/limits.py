"""The office's own limits on payments: from which amount a second look is asked for."""

from datetime import date

from apps.payments.enums import LimitKind
from apps.payments.models import Limit

CAP, SECOND_APPROVAL = LimitKind.CAP, LimitKind.SECOND_APPROVAL
# What counts while the office has adopted no figure of its own.
_SHIPPED = {CAP: 10_000_00, SECOND_APPROVAL: 5_000_000_00}


def limit(kind: LimitKind, on: date) -> int:
    """The limit in fen that counts on a day: the latest adopted one that has begun."""
    adopted = Limit.objects.approved().filter(kind=kind, since__lte=on).order_by("-since", "-pk").first()
    return adopted.amount_fen if adopted else _SHIPPED[kind]


def approvals_needed(total_fen: int, on: date) -> int:
    """How many people besides maker and releaser must approve a batch of this size."""
    return 2 if total_fen >= limit(SECOND_APPROVAL, on) else 1
