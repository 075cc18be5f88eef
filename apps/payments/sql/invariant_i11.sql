-- Whoever made it does not check it, whoever checked it does not release it; who let an account in does not pay into it.
SELECT month, 'batch' AS kind, id, concat(number, '：编制、复核、放行不是三个人') AS what
FROM payments_batch
WHERE approved_by_id = drawn_by_id OR released_by_id IN (drawn_by_id, approved_by_id)
UNION ALL
SELECT month, 'run', id, concat(to_char(month, 'YYYY-MM'), '：发起与确认是同一人')
FROM awards_monthrun
WHERE confirmed_by_id = started_by_id
UNION ALL
SELECT date_trunc('month', day)::date, 'statement', id, concat(day, '：对账单登记与复核是同一人')
FROM payments_bankstatement
WHERE checked_by_id = entered_by_id
UNION ALL
SELECT b.month, 'batch', b.id, concat(b.number, '：', count(*), ' 笔的收款账户由经办这个批次的人核准')
FROM payments_batch b
JOIN payments_instruction i ON i.batch_id = b.id AND i.state <> 'CANCELLED'
JOIN households_bankaccount a ON a.id = i.account_id
WHERE a.decided_by_id IN (b.drawn_by_id, b.approved_by_id, b.released_by_id)
GROUP BY b.month, b.id
