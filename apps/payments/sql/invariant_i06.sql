-- Every voucher balances, and each event is in the ledger once, with the sum the payments themselves tell.
SELECT coalesce(r.month, b.month) AS month, 'transaction' AS kind, t.id, concat('凭证 ', t.id, ' 借贷不平衡') AS what
FROM payments_ledgertransaction t
LEFT JOIN (
    SELECT transaction_id, sum(amount_fen) AS fen FROM payments_ledgerentry GROUP BY transaction_id
) e ON e.transaction_id = t.id
LEFT JOIN awards_monthrun r ON r.id = t.run_id
LEFT JOIN payments_returnfile f ON f.id = t.return_file_id
LEFT JOIN payments_batch b ON b.id = coalesce(t.batch_id, f.batch_id)
WHERE e.fen IS DISTINCT FROM 0
UNION ALL
SELECT s.month, CASE WHEN s.event = 'ENTITLED' THEN 'run' ELSE 'batch' END, s.source,
    concat(to_char(s.month, 'YYYY-MM'), ' ', s.event, '：总账与支付明细相差 ', abs(sum(s.fen)), ' 分')
FROM (
    -- What the payments say happened: owed by run, sent, paid and failed by batch.
    SELECT e.month, 'ENTITLED' AS event, r.id AS source, sum(e.amount_fen) AS fen
    FROM payments_entitlement e JOIN awards_monthrun r ON r.month = e.month AND r.state <> 'VOID'
    WHERE e.kind = 'REGULAR' GROUP BY e.month, r.id
    UNION ALL
    SELECT i.month, v.event, i.batch_id, i.fen
    FROM (
        SELECT b.month, i.batch_id, i.state, sum(i.amount_fen) AS fen
        FROM payments_instruction i JOIN payments_batch b ON b.id = i.batch_id GROUP BY b.month, i.batch_id, i.state
    ) i
    JOIN (VALUES ('SUBMITTED', 'SUBMITTED'), ('SUBMITTED', 'UNKNOWN'), ('SUBMITTED', 'PAID'),
        ('SUBMITTED', 'RETURNED'), ('SUBMITTED', 'REJECTED'), ('PAID', 'PAID'), ('FAILED', 'RETURNED'),
        ('FAILED', 'REJECTED')) AS v(event, state) ON v.state = i.state
    UNION ALL
    -- What was posted.
    SELECT coalesce(r.month, b.month), t.event, coalesce(t.run_id, t.batch_id, f.batch_id), -sum(e.amount_fen)
    FROM payments_ledgertransaction t
    JOIN payments_ledgerentry e ON e.transaction_id = t.id AND e.amount_fen > 0
    LEFT JOIN payments_returnfile f ON f.id = t.return_file_id
    LEFT JOIN payments_batch b ON b.id = coalesce(t.batch_id, f.batch_id)
    LEFT JOIN awards_monthrun r ON r.id = t.run_id
    GROUP BY 1, 2, 3
) s
GROUP BY s.month, s.event, s.source
HAVING sum(s.fen) <> 0
