"""A list of names leaves the system."""

from datetime import date

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import record
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused


def export_claims(reason: str, *, conditions: dict[str, str], rows: int, acting_user: User, on: date) -> Record:
    """Note who takes the list of claims, how many rows, by which conditions, and why."""
    require(acting_user, Verb.EXPORT, on=on)
    if not reason.strip():
        raise Refused("reason_needed", "请写明导出的用途。", field="reason")
    return record(
        Verb.EXPORT,
        acting_user=acting_user,
        on=on,
        reason=reason.strip(),
        what="专项救助名单",
        conditions=conditions,
        rows=rows,
    )
