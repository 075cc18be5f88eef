-- What a sealed month came to is what is owed for it, township by township and scheme by scheme.
SELECT s.month, 'run' AS kind, max(r.id) AS id,
    concat(to_char(s.month, 'YYYY-MM'), ' ', max(a.name), ' ', s.scheme, '：核定与应发相差 ', abs(sum(s.fen)), ' 分，',
        abs(sum(s.rows)), ' 笔') AS what
FROM (
    SELECT l.month, l.township_id, l.scheme, sum(l.amount_fen) AS fen, count(*) AS rows
    FROM awards_calcline l JOIN awards_monthrun r ON r.id = l.run_id AND r.month = l.month
    WHERE r.state = 'SEALED' AND l.amount_fen > 0
    GROUP BY l.month, l.township_id, l.scheme
    UNION ALL
    SELECT e.month, e.township_id, e.scheme, -sum(e.amount_fen), -count(*)
    FROM payments_entitlement e WHERE e.kind = 'REGULAR'
    GROUP BY e.month, e.township_id, e.scheme
) s
JOIN accounts_area a ON a.id = s.township_id
LEFT JOIN awards_monthrun r ON r.month = s.month AND r.state <> 'VOID'
GROUP BY s.month, s.township_id, s.scheme
HAVING sum(s.fen) <> 0 OR sum(s.rows) <> 0
