-- The payments in a batch, what was approved and the trailer of the sealed file say the same.
SELECT b.month, 'batch' AS kind, b.id,
    concat(b.number, '：支付 ', coalesce(i.count, 0), ' 笔 ', coalesce(i.fen, 0), ' 分，批准 ', b.expected_count, ' 笔 ',
        b.expected_total_fen, ' 分，文件 ', coalesce(f.line_count::text, '无'), ' 笔 ', coalesce(f.total_fen, 0), ' 分') AS what
FROM payments_batch b
LEFT JOIN (
    SELECT b.month, i.batch_id, count(*) AS count, sum(i.amount_fen) AS fen
    FROM payments_instruction i JOIN payments_batch b ON b.id = i.batch_id
    WHERE i.state <> 'CANCELLED' GROUP BY b.month, i.batch_id
) i ON i.batch_id = b.id AND i.month = b.month
LEFT JOIN payments_bankfile f ON f.batch_id = b.id
WHERE b.state NOT IN ('DRAFT', 'CANCELLED')
    AND ((coalesce(i.count, 0), coalesce(i.fen, 0)) <> (b.expected_count, b.expected_total_fen)
        OR b.state NOT IN ('FROZEN', 'APPROVED')
            AND (f.line_count, f.total_fen) IS DISTINCT FROM (b.expected_count, b.expected_total_fen))
