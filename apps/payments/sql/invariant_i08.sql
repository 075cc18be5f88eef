-- No more was sent to the bank than was approved.
SELECT b.month, 'batch' AS kind, b.id,
    concat(b.number, '：送出 ', sum(e.amount_fen), ' 分，批准 ', b.expected_total_fen, ' 分') AS what
FROM payments_ledgertransaction t
JOIN payments_batch b ON b.id = t.batch_id
JOIN payments_ledgerentry e ON e.transaction_id = t.id AND e.amount_fen > 0
WHERE t.event = 'SUBMITTED'
GROUP BY b.month, b.id
HAVING sum(e.amount_fen) > b.expected_total_fen
