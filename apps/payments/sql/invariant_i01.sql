-- In a calculated month every unit of its snapshot has a line or was left out with a ground; no portion of it is open,
-- and what the portions wrote is there, but for the lines that were taken out.
SELECT r.month, 'run' AS kind, r.id,
    concat(to_char(r.month, 'YYYY-MM'), '：名册 ', r.units, ' 户，明细 ', coalesce(l.lines, 0), ' 户，不列入 ', a.excluded,
        ' 户，未完成 ', c.open, ' 组') AS what
FROM awards_monthrun r
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state <> 'DONE') AS open, coalesce(sum(rows), 0) AS rows,
        coalesce(sum(total_fen), 0) AS fen
    FROM awards_chunk WHERE run_id = r.id
) c
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'EXCLUDED') AS excluded, count(taken_fen) AS taken,
        coalesce(sum(taken_fen), 0) AS taken_fen
    FROM awards_setaside WHERE run_id = r.id
) a
LEFT JOIN (
    SELECT run_id, month, count(*) AS lines, sum(amount_fen) AS fen FROM awards_calcline GROUP BY run_id, month
) l ON l.run_id = r.id AND l.month = r.month
WHERE r.state IN ('CALCULATED', 'CONFIRMED', 'SEALED')
    AND (c.open > 0
        OR (coalesce(l.lines, 0) + a.excluded, coalesce(l.fen, 0)) <> (r.units, r.total_fen)
        OR (c.rows - a.taken, c.fen - a.taken_fen) <> (coalesce(l.lines, 0), coalesce(l.fen, 0)))
