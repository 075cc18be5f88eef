-- What the bank's statement says left the account on a day is what the ledger says was paid on it.
SELECT date_trunc('month', s.day)::date AS month, 'statement' AS kind, s.id,
    concat(s.day, '：对账单 ', s.paid_out_fen - s.paid_in_fen, ' 分，总账 ', l.fen, ' 分') AS what
FROM payments_bankstatement s
CROSS JOIN LATERAL (
    SELECT coalesce(-sum(e.amount_fen), 0) AS fen
    FROM payments_ledgertransaction t JOIN payments_ledgerentry e ON e.transaction_id = t.id
    WHERE t."on" = s.day AND e.account = 'CASH'
) l
WHERE s.checked_by_id IS NOT NULL AND s.paid_out_fen - s.paid_in_fen <> l.fen
