"""What must always hold between months, batches, files and ledger: queries that must answer nothing.

Each finds whatever contradicts it, over everything or over one month.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from apps.payments.correction_invariants import CORRECTION_INVARIANTS


@dataclass(frozen=True)
class Broken:
    """An invariant that does not hold: its code, what it says, and up to ten things that break it."""

    code: str
    text: str
    where: tuple[str, ...]


# A month whose calculation has ended: every unit of its snapshot has a line or was left out with a ground.
_SNAPSHOT_IS_WHOLE = """
    SELECT concat('run ', r.id) FROM awards_monthrun r
    WHERE r.state IN ('CALCULATED', 'CONFIRMED', 'SEALED')
        AND (%(month)s::date IS NULL OR r.month = %(month)s::date)
        AND (r.units <> (SELECT count(*) FROM awards_calcline l WHERE l.run_id = r.id)
                + (SELECT count(*) FROM awards_setaside a WHERE a.run_id = r.id AND a.state = 'EXCLUDED')
            OR EXISTS (SELECT FROM awards_chunk c WHERE c.run_id = r.id AND c.state <> 'DONE'))
"""

_OWED_AS_CALCULATED = """
    WITH line AS (
        SELECT l.run_id, l.township_id, l.scheme, sum(l.amount_fen) AS fen
        FROM awards_calcline l JOIN awards_monthrun r ON r.id = l.run_id
        WHERE r.state = 'SEALED' AND (%(month)s::date IS NULL OR r.month = %(month)s::date) GROUP BY 1, 2, 3
    ), owed AS (
        SELECT l.run_id, e.township_id, e.scheme, sum(e.amount_fen) AS fen
        FROM payments_entitlement e JOIN awards_calcline l ON l.id = e.calc_line_id
        WHERE e.kind = 'REGULAR' AND (%(month)s::date IS NULL OR e.month = %(month)s::date) GROUP BY 1, 2, 3
    )
    SELECT concat_ws(' ', 'run', run_id, 'township', township_id, scheme)
    FROM line FULL JOIN owed USING (run_id, township_id, scheme) WHERE coalesce(line.fen, 0) <> coalesce(owed.fen, 0)
"""

_BATCH_AS_APPROVED = """
    SELECT b.number FROM payments_batch b
    LEFT JOIN payments_instruction i ON i.batch_id = b.id AND i.state <> 'CANCELLED'
    LEFT JOIN payments_bankfile f ON f.batch_id = b.id
    WHERE b.state NOT IN ('DRAFT', 'CANCELLED') AND (%(month)s::date IS NULL OR b.month = %(month)s::date)
    GROUP BY b.id, f.id
    HAVING count(i.id) <> b.expected_count OR coalesce(sum(i.amount_fen), 0) <> b.expected_total_fen
        OR b.state NOT IN ('FROZEN', 'APPROVED')
            AND (f.line_count, f.total_fen) IS DISTINCT FROM (b.expected_count, b.expected_total_fen)
"""

_PAID_ONCE = """
    SELECT concat('entitlement ', e.id) FROM payments_entitlement e
    JOIN payments_instruction i ON i.entitlement_id = e.id
    WHERE (%(month)s::date IS NULL OR e.month = %(month)s::date) GROUP BY e.id
    HAVING coalesce(sum(i.amount_fen) FILTER (WHERE i.state = 'PAID'), 0) > e.amount_fen
        OR count(*) FILTER (WHERE i.state IN ('QUEUED', 'SUBMITTED', 'UNKNOWN', 'PAID')) > 1
"""

_ANSWERS_ARE_OURS = """
    SELECT b.number FROM payments_batch b JOIN payments_instruction i ON i.batch_id = b.id
    WHERE b.state IN ('RETURNED', 'RECONCILED', 'CLOSED')
        AND (%(month)s::date IS NULL OR b.month = %(month)s::date)
    GROUP BY b.id
    HAVING count(*) FILTER (WHERE i.state IN ('PAID', 'RETURNED', 'REJECTED', 'UNKNOWN')) <> b.expected_count
        OR coalesce(sum(i.amount_fen) FILTER (WHERE i.state IN ('PAID', 'RETURNED', 'REJECTED', 'UNKNOWN')), 0)
            <> b.expected_total_fen
        OR b.state <> 'RETURNED' AND count(*) FILTER (WHERE i.state = 'UNKNOWN') > 0
    UNION ALL
    SELECT concat('return file ', f.id) FROM payments_returnline l
    JOIN payments_returnfile f ON f.id = l.return_file_id
    JOIN payments_instruction i ON i.id = l.instruction_id
    JOIN payments_batch b ON b.id = f.batch_id
    WHERE (i.batch_id <> f.batch_id OR i.amount_fen <> l.amount_fen OR f.outcome <> 'APPLIED')
        AND (%(month)s::date IS NULL OR b.month = %(month)s::date)
    UNION ALL
    SELECT concat('late return ', r.id) FROM payments_latereturn r
    JOIN payments_instruction i ON i.id = r.instruction_id JOIN payments_batch b ON b.id = i.batch_id
    WHERE r.state = 'APPROVED' AND (i.state <> 'RETURNED' OR r.batch_id <> i.batch_id)
        AND (%(month)s::date IS NULL OR b.month = %(month)s::date)
"""

_LEDGER_BALANCES = """
    SELECT concat('transaction ', t.id) FROM payments_ledgertransaction t
    LEFT JOIN payments_ledgerentry e ON e.transaction_id = t.id
    GROUP BY t.id HAVING count(e.id) = 0 OR sum(e.amount_fen) <> 0
"""

# What the payments say happened, against what was posted: owed by run, sent, paid, failed and come back by batch.
_LEDGER_TELLS_THE_SAME = """
    WITH told AS (
        SELECT 'ENTITLED' AS event, l.run_id AS source, sum(e.amount_fen) AS fen
        FROM payments_entitlement e JOIN awards_calcline l ON l.id = e.calc_line_id
        WHERE (%(month)s::date IS NULL OR e.month = %(month)s::date) GROUP BY 1, 2
        UNION ALL
        SELECT v.event, i.batch_id, sum(i.amount_fen)
        FROM payments_instruction i JOIN payments_batch b ON b.id = i.batch_id
        LEFT JOIN payments_latereturn r ON r.instruction_id = i.id AND r.state = 'APPROVED'
        JOIN (VALUES ('SUBMITTED', 'SUBMITTED'), ('SUBMITTED', 'UNKNOWN'), ('SUBMITTED', 'PAID'),
            ('SUBMITTED', 'RETURNED'), ('SUBMITTED', 'REJECTED'), ('PAID', 'PAID'), ('FAILED', 'RETURNED'),
            ('FAILED', 'REJECTED'), ('SUBMITTED', 'CAME_BACK'), ('PAID', 'CAME_BACK'), ('REVERSED', 'CAME_BACK'))
            AS v(event, state) ON v.state = CASE WHEN r.id IS NULL THEN i.state ELSE 'CAME_BACK' END
        WHERE (%(month)s::date IS NULL OR b.month = %(month)s::date) GROUP BY 1, 2
    ), posted AS (
        SELECT t.event, coalesce(t.run_id, t.batch_id, f.batch_id, r.batch_id, si.batch_id) AS source,
            sum(e.amount_fen) AS fen
        FROM payments_ledgertransaction t
        JOIN payments_ledgerentry e ON e.transaction_id = t.id AND e.amount_fen > 0
        LEFT JOIN payments_returnfile f ON f.id = t.return_file_id
        LEFT JOIN payments_latereturn r ON r.id = t.late_return_id
        LEFT JOIN payments_settlement s ON s.id = t.settlement_id
        LEFT JOIN payments_instruction si ON si.id = s.instruction_id
        LEFT JOIN payments_batch b ON b.id = coalesce(t.batch_id, f.batch_id, r.batch_id, si.batch_id)
        LEFT JOIN awards_monthrun m ON m.id = t.run_id
        WHERE t.event IN ('ENTITLED', 'SUBMITTED', 'PAID', 'FAILED', 'REVERSED')
            AND (%(month)s::date IS NULL OR coalesce(m.month, b.month) = %(month)s::date) GROUP BY 1, 2
    )
    SELECT concat_ws(' ', event, source) FROM told FULL JOIN posted USING (event, source)
    WHERE coalesce(told.fen, 0) <> coalesce(posted.fen, 0)
"""

# A confirmed 价格补贴: its people, their lines, what is owed to their units, and what was posted are one sum.
_SUBSIDY_AS_CONFIRMED = """
    SELECT concat('subsidy run ', r.id) FROM payments_subsidyrun r
    LEFT JOIN LATERAL (SELECT count(*) AS people, coalesce(sum(l.owed_fen - l.before_fen), 0) AS fen
        FROM payments_subsidyline l WHERE l.run_id = r.id) line ON true
    LEFT JOIN LATERAL (SELECT coalesce(sum(e.amount_fen), 0) AS fen,
            coalesce(bool_or(e.amount_fen <> (SELECT sum(l.owed_fen - l.before_fen) FROM payments_subsidyline l
                WHERE l.entitlement_id = e.id)), false) AS differs
        FROM payments_entitlement e WHERE e.subsidy_run_id = r.id AND e.kind = 'SUBSIDY') owed ON true
    LEFT JOIN LATERAL (SELECT coalesce(sum(n.amount_fen), 0) AS fen FROM payments_ledgertransaction t
        JOIN payments_ledgerentry n ON n.transaction_id = t.id AND n.amount_fen > 0
        WHERE t.subsidy_run_id = r.id) posted ON true
    WHERE (%(month)s::date IS NULL OR r.month = %(month)s::date) AND (owed.differs
        OR (line.people, line.fen, owed.fen, posted.fen) IS DISTINCT FROM CASE WHEN r.state = 'APPROVED'
            THEN ROW(r.people::bigint, r.total_fen::numeric, r.total_fen::numeric, r.total_fen::numeric)
            ELSE ROW(0::bigint, 0::numeric, 0::numeric, 0::numeric) END)
"""

INVARIANTS: dict[str, tuple[str, str]] = {
    "I1": ("月初名册上的每一户都已核定，或有理由不列入", _SNAPSHOT_IS_WHOLE),
    "I2": ("应发合计与核定合计一致", _OWED_AS_CALCULATED),
    "I2b": ("价格补贴的人数、应发、记账与确认的测算一致", _SUBSIDY_AS_CONFIRMED),
    "I3": ("批次的笔数、金额与复核的内容及银行文件一致", _BATCH_AS_APPROVED),
    "I4": ("每笔应发最多一笔在途或到账，到账不超过应发", _PAID_ONCE),
    "I5": ("回盘只含本批次的支付，各种结果合计等于送出", _ANSWERS_ARE_OURS),
    "I6": ("每张凭证借贷平衡", _LEDGER_BALANCES),
    "I6b": ("总账与应发、送出、到账、退回逐项一致", _LEDGER_TELLS_THE_SAME),
    **CORRECTION_INVARIANTS,
}


def broken_invariants(month: date | None = None) -> list[Broken]:
    """The invariants that do not hold, over everything or over one month; empty is how it must always be."""
    broken = []
    with connection.cursor() as cursor:
        for code, (text, query) in INVARIANTS.items():
            cursor.execute(f"{query} LIMIT 10", {"month": month})
            if rows := cursor.fetchall():
                broken.append(Broken(code, text, tuple(row[0] for row in rows)))
    return broken
