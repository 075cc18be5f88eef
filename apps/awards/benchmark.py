"""How long a rehearsal of the whole register takes, beside a plain COPY of the same columns in the same run."""

import io
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from apps.awards.models import Award
from apps.awards.rehearsal import COLUMNS, rehearse, rehearse_register
from apps.core.month import Month
from apps.eligibility.law import amended, law_in_force
from apps.eligibility.parameters import proposed_rows
from apps.eligibility.policy.enums import AreaKind
from apps.eligibility.policy.standards import Law

ROUNDS = 5
_RAISED = "999"


def what_if(month: Month) -> dict[str, Any]:
    """Seconds for what ``manage.py whatif`` does and for the COPY, median of five; microseconds a unit; their ratio."""
    law = law_in_force()
    raised = [
        {"parameter": "dibao_standard", "area": area.value, "key": "", "value": _RAISED, "months": 1}
        for area in AreaKind
    ]
    draft = amended(law, proposed_rows(raised, start=month.first(), source="测量", confirmed=False))
    tally = rehearse_register(month, law, draft)
    copied = _median(lambda: _copy(month))
    rehearsed = _median(lambda: rehearse_register(month, law, draft))
    units = tally.total().units
    return {
        "units": units,
        "changed": tally.total().changed,
        "copy_ms": copied // 1000,
        "what_if_ms": rehearsed // 1000,
        "what_if_us_a_unit": rehearsed // max(units, 1),
        "what_if_to_copy": round(rehearsed / max(copied, 1), 1),
        "parts_ms": _parts(month, law, draft),
    }


def _parts(month: Month, law: Law, draft: Law) -> dict[str, int]:
    """Where the time goes: fetching the rows, and calculating with rows at hand."""
    query = Award.objects.due_in(month.first()).order_by("pk").values_list(*COLUMNS)
    fetched = _median(lambda: sum(1 for _ in query.iterator(chunk_size=2000)))
    rows = list(query)
    calculated = _median(lambda: rehearse(rows, month, law, draft))
    return {"fetch_and_decode": fetched // 1000, "calculate_twice": calculated // 1000}


def _copy(month: Month) -> int:
    """The same columns of the same rows, as text, read to the end."""
    query = Award.objects.due_in(month.first()).order_by("pk").values_list(*COLUMNS)
    with connection.cursor() as cursor:
        statement = cursor.mogrify(*query.query.sql_with_params()).decode()
        sink = io.StringIO()
        cursor.copy_expert(f"COPY ({statement}) TO STDOUT", sink)
        return sink.tell()


def _median(work: Callable[[], Any]) -> int:
    """Microseconds, the median of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter_ns()
        work()
        taken.append((time.perf_counter_ns() - begun) // 1000)
    return int(statistics.median(taken))
