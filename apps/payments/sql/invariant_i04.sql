-- Whoever is owed something has at most one payment that is on its way or paid, and none pays more than is owed.
SELECT e.month, 'entitlement' AS kind, e.id, concat('应发 ', e.id, '：有 ', i.live, ' 笔在途或到账的支付') AS what
FROM (
    SELECT entitlement_id, count(*) AS live FROM payments_instruction
    WHERE state IN ('QUEUED', 'SUBMITTED', 'UNKNOWN', 'PAID') GROUP BY entitlement_id HAVING count(*) > 1
) i JOIN payments_entitlement e ON e.id = i.entitlement_id
UNION ALL
SELECT e.month, 'entitlement', e.id, concat('应发 ', e.id, '：到账 ', i.amount_fen, ' 分，应发 ', e.amount_fen, ' 分')
FROM payments_entitlement e JOIN payments_instruction i ON i.entitlement_id = e.id
WHERE i.state = 'PAID' AND i.amount_fen > e.amount_fen
UNION ALL
SELECT e.month, 'entitlement', e.id, concat('应发 ', e.id, '：已撤销，却有在途或到账的支付')
FROM payments_annulment a
JOIN payments_entitlement e ON e.id = a.entitlement_id
JOIN payments_instruction i ON i.entitlement_id = e.id AND i.state IN ('QUEUED', 'SUBMITTED', 'UNKNOWN', 'PAID')
