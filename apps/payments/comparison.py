"""A month's batch beside last month's: how count and total differ, and why, to the last fen."""

from dataclasses import dataclass

from django.db import connection

from apps.awards.enums import Change
from apps.core.month import Month
from apps.payments.enums import Purpose
from apps.payments.models import Batch

# Unit by unit: what this batch pays for the month against what last month's regular batches paid for theirs.
_COMPARED = """
    WITH now AS (
        SELECT e.household_id, coalesce(e.person_id, 0) AS person, sum(i.amount_fen) AS fen, min(l.change) AS change
        FROM payments_instruction i JOIN payments_entitlement e ON e.id = i.entitlement_id
        JOIN awards_calcline l ON l.id = e.calc_line_id
        WHERE i.batch_id = %(batch)s AND i.state <> 'CANCELLED' AND e.month = %(month)s GROUP BY 1, 2
    ), was AS (
        SELECT e.household_id, coalesce(e.person_id, 0) AS person, sum(i.amount_fen) AS fen
        FROM payments_instruction i JOIN payments_entitlement e ON e.id = i.entitlement_id
        JOIN payments_batch b ON b.id = i.batch_id AND b.purpose = 'REGULAR' AND b.month = %(before)s
        WHERE i.state <> 'CANCELLED' AND e.month = %(before)s AND e.kind = 'REGULAR' GROUP BY 1, 2
    ), other AS (
        SELECT count(*) AS n, coalesce(sum(i.amount_fen), 0) AS fen
        FROM payments_instruction i JOIN payments_entitlement e ON e.id = i.entitlement_id
        WHERE i.batch_id = %(batch)s AND i.state <> 'CANCELLED'
            AND (e.month <> %(month)s OR e.calc_line_id IS NULL)
    )
    SELECT CASE WHEN was.fen IS NULL THEN 'JOINED' WHEN now.fen IS NOT NULL THEN
            CASE WHEN now.fen = was.fen THEN 'SAME' ELSE now.change END
        WHEN EXISTS (SELECT 1 FROM payments_entitlement e WHERE e.household_id = was.household_id
            AND coalesce(e.person_id, 0) = was.person AND e.month = %(month)s AND e.kind = 'REGULAR')
        THEN 'LEFT_OUT' ELSE 'STOPPED' END,
        count(*), count(now.fen) - count(was.fen), coalesce(sum(now.fen), 0) - coalesce(sum(was.fen), 0)
    FROM now FULL JOIN was USING (household_id, person) GROUP BY 1
    UNION ALL SELECT 'OTHER', n, n, fen FROM other WHERE n > 0
"""

_LABELS = {
    "SAME": "金额不变",
    "JOINED": "上月没有发、本月新进",
    "STOPPED": "本月停发",
    "LEFT_OUT": "本月应发、没进这一批",
    **{change.value: f"金额变化：{change.label}" for change in Change if change != Change.SAME},
    "OTHER": "其他月份的补发、更正",
}


@dataclass(frozen=True)
class Difference:
    """One reason: how many units, and what it makes of count and total."""

    label: str
    units: int
    count: int
    fen: int


@dataclass(frozen=True)
class Comparison:
    """Everything that makes up the difference to the month before."""

    before: Month
    rows: tuple[Difference, ...]

    @property
    def count(self) -> int:
        """More payments than last month, or less."""
        return sum(row.count for row in self.rows)

    @property
    def fen(self) -> int:
        """More money than last month, or less."""
        return sum(row.fen for row in self.rows)


def compared(batch: Batch) -> Comparison | None:
    """The regular batch of a month against the month before; None for other batches, and after a month without any."""
    before = Month.of(batch.month) - 1
    earlier = Batch.objects.filter(purpose=Purpose.REGULAR)
    first = not earlier.filter(month=batch.month, pk__lt=batch.pk).exclude(state="CANCELLED").exists()
    if batch.purpose != Purpose.REGULAR or not first or not earlier.filter(month=before.first()).exists():
        return None
    with connection.cursor() as cursor:
        cursor.execute(_COMPARED, {"batch": batch.pk, "month": batch.month, "before": before.first()})
        found = {key: Difference(_LABELS[key], units, count, int(fen)) for key, units, count, fen in cursor.fetchall()}
    return Comparison(before, tuple(found[key] for key in _LABELS if key in found))
