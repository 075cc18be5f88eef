"""What must always hold between corrections, what is owed back, and the ledger: queries that must answer nothing."""

# A confirmed line's difference is exactly what was owed anew, annulled and asked back for it.
_LINES_ARE_CARRIED_OUT = """
    SELECT concat('correction line ', l.id) FROM payments_correctionline l
    JOIN payments_correction c ON c.id = l.correction_id
    WHERE (%(month)s::date IS NULL OR l.month = %(month)s::date)
        AND CASE WHEN c.state = 'CONFIRMED' AND NOT c.leaves THEN l.now_fen - l.was_fen ELSE 0 END
        <> coalesce((SELECT sum(e.amount_fen) FROM payments_entitlement e WHERE e.correction_line_id = l.id), 0)
            - coalesce((SELECT sum(e.amount_fen) FROM payments_annulment a
                JOIN payments_entitlement e ON e.id = a.entitlement_id WHERE a.correction_line_id = l.id), 0)
            - coalesce((SELECT sum(o.amount_fen) FROM payments_overpayment o WHERE o.line_id = l.id), 0)
"""

_OWED_BACK_ADDS_UP = """
    WITH each AS (
        SELECT r.*, coalesce((SELECT sum(o.amount_fen) FROM payments_overpayment o WHERE o.receivable_id = r.id), 0)
                AS overpaid,
            coalesce((SELECT sum(p.amount_fen) FROM payments_repayment p WHERE p.receivable_id = r.id), 0) AS repaid
        FROM payments_receivable r
    ), owed AS (
        SELECT township_id, scheme, sum(amount_fen - repaid - written_off_fen) AS fen FROM each GROUP BY 1, 2
    ), booked AS (
        SELECT township_id, scheme, sum(amount_fen) AS fen FROM payments_ledgerentry
        WHERE account = 'RECEIVABLE' GROUP BY 1, 2
    )
    SELECT concat('receivable ', number) FROM each
    WHERE amount_fen <> overpaid OR amount_fen < repaid + written_off_fen
        OR (state IN ('CLOSED', 'WRITTEN_OFF')) <> (amount_fen = repaid + written_off_fen)
    UNION ALL
    SELECT concat_ws(' ', 'receivables of township', township_id, scheme)
    FROM owed FULL JOIN booked USING (township_id, scheme) WHERE coalesce(owed.fen, 0) <> coalesce(booked.fen, 0)
"""

_CORRECTIONS_ARE_POSTED = """
    WITH told AS (
        SELECT 'SUPPLEMENTED' AS event, l.correction_id AS source, sum(e.amount_fen) AS fen
        FROM payments_entitlement e JOIN payments_correctionline l ON l.id = e.correction_line_id GROUP BY 2
        UNION ALL
        SELECT 'ANNULLED', l.correction_id, sum(e.amount_fen) FROM payments_annulment a
        JOIN payments_entitlement e ON e.id = a.entitlement_id
        JOIN payments_correctionline l ON l.id = a.correction_line_id GROUP BY 2
        UNION ALL
        SELECT 'OVERPAID', correction_id, sum(amount_fen) FROM payments_receivable GROUP BY 2
        UNION ALL
        SELECT CASE WHEN kind = 'OFFSET' THEN 'OFFSET' ELSE 'REPAID' END, id, amount_fen FROM payments_repayment
        UNION ALL
        SELECT 'WRITTEN_OFF', id, written_off_fen FROM payments_receivable WHERE written_off_fen > 0
    ), posted AS (
        SELECT t.event, coalesce(t.correction_id, t.repayment_id, t.receivable_id) AS source, sum(e.amount_fen) AS fen
        FROM payments_ledgertransaction t
        JOIN payments_ledgerentry e ON e.transaction_id = t.id AND e.amount_fen > 0
        WHERE t.event IN ('SUPPLEMENTED', 'ANNULLED', 'OVERPAID', 'REPAID', 'OFFSET', 'WRITTEN_OFF') GROUP BY 1, 2
    )
    SELECT concat_ws(' ', event, source) FROM told FULL JOIN posted USING (event, source)
    WHERE coalesce(told.fen, 0) <> coalesce(posted.fen, 0)
"""

_ANNULLED_IS_NOT_PAID = """
    SELECT concat('entitlement ', a.entitlement_id) FROM payments_annulment a
    JOIN payments_instruction i ON i.entitlement_id = a.entitlement_id
    WHERE i.state IN ('QUEUED', 'SUBMITTED', 'UNKNOWN', 'PAID')
"""

CORRECTION_INVARIANTS: dict[str, tuple[str, str]] = {
    "I4b": ("撤销的应发没有在途或到账的支付", _ANNULLED_IS_NOT_PAID),
    "I6c": ("总账与补发、撤销、多发、退款、抵扣、核销逐项一致", _CORRECTIONS_ARE_POSTED),
    "I12": ("应收余额等于多发减退款、抵扣和核销，与总账一致", _OWED_BACK_ADDS_UP),
    "I12b": ("已确认重算的差额与补发、撤销、应收逐月一致", _LINES_ARE_CARRIED_OUT),
}
