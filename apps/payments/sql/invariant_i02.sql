-- What a sealed month came to is what is owed for it, township by township and scheme by scheme; so is what its price
-- subsidies came to, as they were confirmed.
SELECT s.month, 'run' AS kind, max(r.id) AS id,
    concat(to_char(s.month, 'YYYY-MM'), ' ', max(a.name), ' ', s.scheme, '：核定与应发相差 ', abs(sum(s.fen)), ' 分，',
        abs(sum(s.rows)), ' 笔') AS what
FROM (
    SELECT l.month, l.township_id, l.scheme, sum(l.amount_fen) AS fen, count(*) AS rows
    FROM awards_calcline l JOIN awards_monthrun r ON r.id = l.run_id AND r.month = l.month
    WHERE r.state = 'SEALED' AND l.amount_fen > 0
    GROUP BY l.month, l.township_id, l.scheme
    UNION ALL
    SELECT l.month, l.township_id, 'PRICE_SUBSIDY', sum(l.owed_fen - l.before_fen), count(DISTINCT l.entitlement_id)
    FROM payments_subsidyline l WHERE l.run_id IS NOT NULL
    GROUP BY l.month, l.township_id
    UNION ALL
    SELECT e.month, e.township_id, e.scheme, -sum(e.amount_fen), -count(*)
    FROM payments_entitlement e WHERE e.kind IN ('REGULAR', 'SUBSIDY')
    GROUP BY e.month, e.township_id, e.scheme
) s
JOIN accounts_area a ON a.id = s.township_id
LEFT JOIN awards_monthrun r ON r.month = s.month AND r.state <> 'VOID'
GROUP BY s.month, s.township_id, s.scheme
HAVING sum(s.fen) <> 0 OR sum(s.rows) <> 0
UNION ALL
SELECT r.month, 'subsidy', r.id,
    concat(to_char(r.month, 'YYYY-MM'), ' 价格补贴：确认 ', r.people, ' 人、', r.total_fen, ' 分，明细 ',
        coalesce(l.people, 0), ' 人、', coalesce(l.fen, 0), ' 分')
FROM payments_subsidyrun r
LEFT JOIN (
    SELECT run_id, count(*) AS people, sum(owed_fen - before_fen) AS fen
    FROM payments_subsidyline WHERE run_id IS NOT NULL GROUP BY run_id
) l ON l.run_id = r.id
WHERE r.state = 'APPROVED' AND (r.people, r.total_fen) IS DISTINCT FROM (l.people, l.fen)
