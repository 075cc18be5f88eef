-- A bank answers only about what it was sent; all its answers together are what was sent.
SELECT b.month, 'batch' AS kind, b.id,
    concat(b.number, '：送出 ', b.expected_count, ' 笔，有结果 ', coalesce(i.count, 0), ' 笔，未定 ', coalesce(i.unknown, 0)) AS what
FROM payments_batch b
LEFT JOIN (
    SELECT b.month, i.batch_id, count(*) AS count, sum(i.amount_fen) AS fen,
        count(*) FILTER (WHERE i.state = 'UNKNOWN') AS unknown
    FROM payments_instruction i JOIN payments_batch b ON b.id = i.batch_id
    WHERE i.state IN ('PAID', 'RETURNED', 'REJECTED', 'UNKNOWN') GROUP BY b.month, i.batch_id
) i ON i.batch_id = b.id AND i.month = b.month
WHERE b.state IN ('RETURNED', 'RECONCILED', 'CLOSED')
    AND ((coalesce(i.count, 0), coalesce(i.fen, 0)) <> (b.expected_count, b.expected_total_fen)
        OR b.state <> 'RETURNED' AND i.unknown > 0)
UNION ALL
SELECT b.month, 'return_file', f.id, concat(b.number, '：回盘第 ', l.line_no, ' 行不是本批次送出的支付')
FROM payments_returnline l
JOIN payments_returnfile f ON f.id = l.return_file_id
JOIN payments_instruction i ON i.id = l.instruction_id
JOIN payments_batch b ON b.id = f.batch_id
WHERE i.batch_id <> f.batch_id OR i.amount_fen <> l.amount_fen OR f.outcome <> 'APPLIED'
UNION ALL
SELECT b.month, 'batch', b.id, concat(b.number, '：到账后退回的登记与支付的状态不一致')
FROM payments_latereturn r
JOIN payments_instruction i ON i.id = r.instruction_id
JOIN payments_batch b ON b.id = i.batch_id
WHERE r.state = 'APPROVED' AND (i.state <> 'RETURNED' OR r.batch_id <> i.batch_id)
