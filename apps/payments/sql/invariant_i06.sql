-- Every voucher balances, and each event is in the ledger once, with the sum the payments and corrections tell.
SELECT coalesce(m.month, p.month, b.month) AS month, 'transaction' AS kind, t.id, concat('凭证 ', t.id, ' 借贷不平衡') AS what
FROM payments_ledgertransaction t
LEFT JOIN (
    SELECT transaction_id, sum(amount_fen) AS fen FROM payments_ledgerentry GROUP BY transaction_id
) e ON e.transaction_id = t.id
LEFT JOIN awards_monthrun m ON m.id = t.run_id
LEFT JOIN payments_subsidyrun p ON p.id = t.subsidy_run_id
LEFT JOIN payments_returnfile f ON f.id = t.return_file_id
LEFT JOIN payments_batch b ON b.id = coalesce(t.batch_id, f.batch_id)
WHERE e.fen IS DISTINCT FROM 0
UNION ALL
SELECT s.month, s.kind, s.source, concat(to_char(s.month, 'YYYY-MM'), ' ', s.event, '：总账与支付明细相差 ', abs(sum(s.fen)), ' 分')
FROM (
    -- What the payments say happened: owed by run; sent, paid, failed and come back by batch.
    SELECT e.month, 'run' AS kind, 'ENTITLED' AS event, r.id AS source, sum(e.amount_fen) AS fen
    FROM payments_entitlement e JOIN awards_monthrun r ON r.month = e.month AND r.state <> 'VOID'
    WHERE e.kind = 'REGULAR' GROUP BY e.month, r.id
    UNION ALL
    SELECT e.month, 'subsidy', 'SUBSIDISED', e.subsidy_run_id, sum(e.amount_fen)
    FROM payments_entitlement e WHERE e.kind = 'SUBSIDY' GROUP BY e.month, e.subsidy_run_id
    UNION ALL
    SELECT i.month, 'batch', v.event, i.batch_id, i.fen
    FROM (
        SELECT b.month, i.batch_id, CASE WHEN r.id IS NULL THEN i.state ELSE 'CAME_BACK' END AS state,
            sum(i.amount_fen) AS fen
        FROM payments_instruction i JOIN payments_batch b ON b.id = i.batch_id
        LEFT JOIN payments_latereturn r ON r.instruction_id = i.id AND r.state = 'APPROVED'
        GROUP BY 1, 2, 3
    ) i
    JOIN (VALUES ('SUBMITTED', 'SUBMITTED'), ('SUBMITTED', 'UNKNOWN'), ('SUBMITTED', 'PAID'),
        ('SUBMITTED', 'RETURNED'), ('SUBMITTED', 'REJECTED'), ('PAID', 'PAID'), ('FAILED', 'RETURNED'),
        ('FAILED', 'REJECTED'), ('SUBMITTED', 'CAME_BACK'), ('PAID', 'CAME_BACK'), ('REVERSED', 'CAME_BACK'))
        AS v(event, state) ON v.state = i.state
    UNION ALL
    -- What was posted.
    SELECT coalesce(m.month, p.month, b.month),
        CASE t.event WHEN 'ENTITLED' THEN 'run' WHEN 'SUBSIDISED' THEN 'subsidy' ELSE 'batch' END, t.event,
        coalesce(t.run_id, t.subsidy_run_id, b.id), -sum(e.amount_fen)
    FROM payments_ledgertransaction t
    JOIN payments_ledgerentry e ON e.transaction_id = t.id AND e.amount_fen > 0
    LEFT JOIN payments_returnfile f ON f.id = t.return_file_id
    LEFT JOIN payments_latereturn r ON r.id = t.late_return_id
    LEFT JOIN payments_settlement s ON s.id = t.settlement_id
    LEFT JOIN payments_instruction i ON i.id = s.instruction_id
    LEFT JOIN payments_batch b ON b.id = coalesce(t.batch_id, f.batch_id, r.batch_id, i.batch_id)
    LEFT JOIN awards_monthrun m ON m.id = t.run_id
    LEFT JOIN payments_subsidyrun p ON p.id = t.subsidy_run_id
    WHERE t.event IN ('ENTITLED', 'SUBSIDISED', 'SUBMITTED', 'PAID', 'FAILED', 'REVERSED')
    GROUP BY 1, 2, 3, 4
) s
GROUP BY s.month, s.kind, s.event, s.source
HAVING sum(s.fen) <> 0
UNION ALL
SELECT NULL, s.kind, s.source, concat(s.event, '：总账与更正、追回的登记相差 ', abs(sum(s.fen)), ' 分')
FROM (
    -- What corrections and receivables say happened.
    SELECT 'correction' AS kind, 'SUPPLEMENTED' AS event, l.correction_id AS source, sum(e.amount_fen) AS fen
    FROM payments_entitlement e JOIN payments_correctionline l ON l.id = e.correction_line_id GROUP BY l.correction_id
    UNION ALL
    SELECT 'correction', 'ANNULLED', l.correction_id, sum(e.amount_fen)
    FROM payments_annulment a
    JOIN payments_entitlement e ON e.id = a.entitlement_id
    JOIN payments_correctionline l ON l.id = a.correction_line_id
    GROUP BY l.correction_id
    UNION ALL
    SELECT 'correction', 'OVERPAID', correction_id, sum(amount_fen) FROM payments_receivable GROUP BY correction_id
    UNION ALL
    SELECT 'repayment', CASE WHEN kind = 'OFFSET' THEN 'OFFSET' ELSE 'REPAID' END, id, amount_fen
    FROM payments_repayment
    UNION ALL
    SELECT 'receivable', 'WRITTEN_OFF', id, written_off_fen FROM payments_receivable WHERE written_off_fen > 0
    UNION ALL
    -- What was posted.
    SELECT CASE WHEN t.correction_id IS NOT NULL THEN 'correction' WHEN t.repayment_id IS NOT NULL THEN 'repayment'
        ELSE 'receivable' END, t.event, coalesce(t.correction_id, t.repayment_id, t.receivable_id), -sum(e.amount_fen)
    FROM payments_ledgertransaction t
    JOIN payments_ledgerentry e ON e.transaction_id = t.id AND e.amount_fen > 0
    WHERE t.event IN ('SUPPLEMENTED', 'ANNULLED', 'OVERPAID', 'REPAID', 'OFFSET', 'WRITTEN_OFF')
    GROUP BY 1, 2, 3
) s
GROUP BY s.kind, s.event, s.source
HAVING sum(s.fen) <> 0
