"""The measured month: five months in one run, and a floor that leaves what the office leaves."""

from typing import Any

import pytest
from django.db.models import Count, Sum

from apps.audit.models import Record
from apps.awards.models import CalcLine, Chunk, MonthRun
from apps.office.measuring import month as measuring
from apps.payments.models import Batch, Entitlement, Instruction, LedgerEntry, Signature
from jiaohe_aid.testing.own import OwnDatabase

pytestmark = pytest.mark.slow
FAMILIES = 60


def left(month: Any) -> dict[str, Any]:
    """What a month has left in the tables: how many rows, how much money."""
    run = MonthRun.objects.get(month=month.first())
    batch = Batch.objects.get(month=run.month)
    payments = Instruction.objects.filter(batch=batch)
    return {
        "state": (run.state, batch.state, run.units),
        "chunks": Chunk.objects.filter(run=run).values_list("state").annotate(n=Count("pk"), units=Sum("rows"))[0],
        "lines": CalcLine.objects.filter(run=run).aggregate(n=Count("pk"), units=Count("award", distinct=True)),
        "owed": Entitlement.objects.filter(month=run.month).count(),
        "payments": payments.count(),
        "versions": Instruction.history.filter(id__in=payments.values("pk"), history_type="+").count(),
        "ledger": LedgerEntry.objects.filter(transaction__run=run).count() > 0,
        "signed": Signature.objects.filter(batch=batch).count(),
        "calculated": Record.objects.filter(
            verb="CALCULATE", subject_id__in=Chunk.objects.filter(run=run).values("pk")
        ).count(),
    }


def test_the_floor_leaves_what_the_office_leaves(own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = own_database.start_worker(beat=True)
    monkeypatch.setattr(measuring._Measuring, "worker", lambda self: worker)
    told = measuring.month(FAMILIES)
    assert left(measuring.FLOOR) == left(measuring.QUIET) == left(measuring.AGAIN)
    assert told["households"] == FAMILIES
    assert told["all"]["recalculated"] == FAMILIES
    assert told["quiet"]["recalculated"] < 5
    assert told["ratio_all"] > 0
    assert told["quiet"]["worker_mb"] > 0
