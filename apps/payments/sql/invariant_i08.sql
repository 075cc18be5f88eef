-- No more was sent to the bank than was set aside for it, and no more is set aside than was appropriated.
SELECT b.month, 'batch' AS kind, b.id,
    concat(b.number, '：送出 ', sum(e.amount_fen), ' 分，占用指标 ', coalesce(max(held.fen), 0), ' 分') AS what
FROM payments_ledgertransaction t
JOIN payments_batch b ON b.id = t.batch_id
JOIN payments_ledgerentry e ON e.transaction_id = t.id AND e.amount_fen > 0
LEFT JOIN (
    SELECT batch_id, sum(amount_fen) AS fen FROM payments_fundentry
    WHERE event IN ('RESERVED', 'RELEASED') GROUP BY batch_id
) held ON held.batch_id = b.id
WHERE t.event = 'SUBMITTED'
GROUP BY b.month, b.id
HAVING sum(e.amount_fen) > coalesce(max(held.fen), 0)
UNION ALL
-- What a scheme's own appropriations do not cover is taken from those for all schemes.
SELECT NULL, 'fund', max(taken.id), concat('占用超过已下达指标 ', sum(greatest(taken.fen - coalesce(given.fen, 0), 0)) - coalesce(max(shared.fen), 0), ' 分')
FROM (SELECT scheme, max(id) AS id, sum(amount_fen) AS fen FROM payments_fundentry GROUP BY scheme) taken
LEFT JOIN (
    SELECT scheme, sum(amount_fen) AS fen FROM payments_appropriation WHERE state = 'APPROVED' GROUP BY scheme
) given ON given.scheme = taken.scheme
CROSS JOIN (
    SELECT coalesce(sum(amount_fen), 0) AS fen FROM payments_appropriation WHERE state = 'APPROVED' AND scheme = ''
) shared
HAVING sum(greatest(taken.fen - coalesce(given.fen, 0), 0)) > coalesce(max(shared.fen), 0)
