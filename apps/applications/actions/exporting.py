"""A list of names leaves the system."""

from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import record
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import said


def export(
    subject: Any,
    *,
    what: str,
    conditions: dict[str, str],
    rows: int,
    reason: str,
    acting_user: User,
    on: date,
) -> Record:
    """Note that a list of names leaves the system: who takes how many rows of what, by which conditions, and why."""
    require(acting_user, Verb.EXPORT, on=on)
    reason = said(reason, field="reason", ask="请写明导出的用途。")
    return record(
        Verb.EXPORT,
        acting_user=acting_user,
        on=on,
        subject=subject,
        reason=reason,
        what=what,
        conditions=conditions,
        rows=rows,
    )
