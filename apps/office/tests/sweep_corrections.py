"""What the sweep finds of months that turned out otherwise: on either side a family paid too much, step by step."""

from datetime import date
from functools import cache
from typing import Any

from apps.applications.tests import factories as f
from apps.applications.transitions import State
from apps.awards.actions import confirm_month
from apps.awards.models import MonthRun
from apps.eligibility.actions import approve_standard
from apps.eligibility.tests.builders_standards import proposed_standard, value
from apps.office.tests.sweep_scene import Scene, Subject, desk_of
from apps.payments.actions import (
    agree_plan,
    cancel,
    confirm_correction,
    draw_up,
    hear,
    notify,
    propose_correction,
    propose_write_off,
)
from apps.payments.enums import BatchState
from apps.payments.examination import look_through
from apps.payments.models import Batch, Correction, CorrectionLine, Difference, Receivable


def to_recalculate(s: Scene, side: str) -> dict[str, Any]:
    """A family whose paid June turns out too high: a lower standard was adopted late."""
    household = s.case(side, State.CONFIRMED).household
    if not Difference.objects.exists():
        if not Batch.objects.exists():
            f.batch_at(s.o, BatchState.RECONCILED)
        lower = {"start": f.JUNE, "content": [value("540")], "ground": "文件晚到"}
        change = proposed_standard(s.o.chief, on=f.PAY_DAY, **lower)
        approve_standard(change, acting_user=s.o.reviewer, on=f.PAY_DAY)
        look_through()
    return {"uuid": household.uuid}


def recalculated(s: Scene, side: str) -> dict[str, Any]:
    """Not in the address: such a family on either side."""
    to_recalculate(s, side)
    return {}


def correction(s: Scene, side: str) -> dict[str, Any]:
    """Its correction, waiting for the chief."""
    to_recalculate(s, side)
    household = s.case(side, State.CONFIRMED).household
    line = CorrectionLine.objects.filter(household=household).first()
    if line is not None:
        return {"pk": line.correction_id}
    rows = Difference.objects.filter(household=household)
    return {"pk": propose_correction(rows, text="标准晚到。", acting_user=s.o.reviewer, on=f.PAY_DAY).pk}


@cache
def receivable(state: str = "OPEN") -> Subject:
    """What it owes back, as far as wanted."""

    def found(s: Scene, side: str) -> dict[str, Any]:
        household = s.case(side, State.CONFIRMED).household
        standing = Receivable.objects.filter(household=household).first()
        if standing is None:
            pk = correction(s, side)["pk"]
            confirm_correction(Correction.objects.get(pk=pk), acting_user=s.o.chief, on=f.PAY_DAY)
            standing = _brought_to(state, Receivable.objects.get(household=household), desk_of(s, side), s.o)
        return {"pk": standing.pk}

    return found


def to_offset(s: Scene, side: str) -> dict[str, Any]:
    """What is agreed to be given back, with July's money drawn up and then let go: of that a part can be kept."""
    found, july = receivable("AGREED")(s, side), date(2024, 7, 1)
    if not MonthRun.objects.filter(month=july).exists():
        run = confirm_month(f.calculated(s.o, july, on=july), acting_user=s.o.checker, on=july)
        batch = draw_up(run, acting_user=s.o.maker, on=july)
        cancel(batch, reason="等家庭的书面同意", acting_user=s.o.maker, on=july)
    return found


def _brought_to(state: str, row: Receivable, desk: f.Office, o: f.Office) -> Receivable:
    doing = {"acting_user": desk.caseworker, "on": f.PAY_DAY}
    if state == "PROPOSED":
        return propose_write_off(row, ground="OFFICE_ERROR", text="文件晚到。", acting_user=o.maker, on=f.PAY_DAY)
    if state in ("NOTIFIED", "HEARD", "AGREED"):
        row = notify(row, delivered_on=f.PAY_DAY, how="入户送达", **doing)
    if state in ("HEARD", "AGREED"):
        row = hear(row, heard_on=f.PAY_DAY, said="没有意见。", **doing)
    return agree_plan(row, plan=[(f.PAY_DAY, row.balance)], **doing) if state == "AGREED" else row
