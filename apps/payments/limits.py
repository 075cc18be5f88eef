"""The office's own limits on payments: from which amount a second look is asked for."""

from datetime import date

CAP, SECOND_APPROVAL = "CAP", "SECOND_APPROVAL"
# What counts while the office has adopted no figure of its own.
_SHIPPED = {CAP: 10_000_00, SECOND_APPROVAL: 5_000_000_00}


def limit(kind: str, on: date) -> int:
    """The limit in fen that counts on a day."""
    return _SHIPPED[kind]


def approvals_needed(total_fen: int, on: date) -> int:
    """How many people besides maker and releaser must approve a batch of this size."""
    return 2 if total_fen >= limit(SECOND_APPROVAL, on) else 1
