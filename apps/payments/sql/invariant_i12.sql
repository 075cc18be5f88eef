-- What is still to be given back is what was paid too much less what came back, was offset or written off, in the register
-- and in the ledger; what a correction found is what was owed anew, annulled and asked back for it.
SELECT NULL::date AS month, 'receivable' AS kind, r.id, concat(r.number, '：应收与多发、退还、核销不一致') AS what
FROM payments_receivable r
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_fen), 0) AS fen FROM payments_overpayment WHERE receivable_id = r.id
) o
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_fen), 0) AS fen FROM payments_repayment WHERE receivable_id = r.id
) p
WHERE r.amount_fen <> o.fen OR r.amount_fen < p.fen + r.written_off_fen
    OR (r.state IN ('CLOSED', 'WRITTEN_OFF')) <> (r.amount_fen = p.fen + r.written_off_fen)
UNION ALL
SELECT NULL, 'township', s.township_id, concat(s.scheme, '：应收余额与总账相差 ', abs(sum(s.fen)), ' 分')
FROM (
    SELECT township_id, scheme, amount_fen - written_off_fen AS fen FROM payments_receivable
    UNION ALL
    SELECT r.township_id, r.scheme, -p.amount_fen
    FROM payments_repayment p JOIN payments_receivable r ON r.id = p.receivable_id
    UNION ALL
    SELECT township_id, scheme, -amount_fen FROM payments_ledgerentry WHERE account = 'RECEIVABLE'
) s
GROUP BY s.township_id, s.scheme
HAVING sum(s.fen) <> 0
UNION ALL
SELECT l.month, 'correction', l.correction_id, concat('重算明细 ', l.id, '：差额与补发、撤销、应收不一致')
FROM payments_correctionline l
JOIN payments_correction c ON c.id = l.correction_id
WHERE CASE WHEN c.state = 'CONFIRMED' AND NOT c.leaves THEN l.now_fen - l.was_fen ELSE 0 END
    <> coalesce((SELECT sum(e.amount_fen) FROM payments_entitlement e WHERE e.correction_line_id = l.id), 0)
        - coalesce((SELECT sum(e.amount_fen) FROM payments_annulment a
            JOIN payments_entitlement e ON e.id = a.entitlement_id WHERE a.correction_line_id = l.id), 0)
        - coalesce((SELECT sum(o.amount_fen) FROM payments_overpayment o WHERE o.line_id = l.id), 0)
