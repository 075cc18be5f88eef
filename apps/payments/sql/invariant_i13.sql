-- What stands in a row is what its history says last: all batches and months, the newest payments, awards and accounts
-- and some of the older ones. The payments are looked at once, before their month is asked for: a plan made when a month
-- was empty did so for each of its payments (28 seconds for 600).
WITH apart AS MATERIALIZED (
    SELECT i.id, i.entitlement_id
    FROM (
        (SELECT * FROM payments_instruction ORDER BY id DESC LIMIT 2000)
        UNION (SELECT * FROM payments_instruction TABLESAMPLE SYSTEM (0.1))
    ) i
    WHERE NOT coalesce(to_jsonb(i) <@ (
        SELECT to_jsonb(h) FROM payments_historicalinstruction h WHERE h.id = i.id ORDER BY h.history_id DESC LIMIT 1
    ), false)
)
SELECT b.month, 'batch' AS kind, b.id, concat(b.number, ' 与其变更历史不一致') AS what
FROM payments_batch b
WHERE NOT coalesce(to_jsonb(b) <@ (
    SELECT to_jsonb(h) FROM payments_historicalbatch h WHERE h.id = b.id ORDER BY h.history_id DESC LIMIT 1), false)
UNION ALL
SELECT r.month, 'run', r.id, concat(to_char(r.month, 'YYYY-MM'), ' 核定与其变更历史不一致')
FROM awards_monthrun r
WHERE NOT coalesce(to_jsonb(r) <@ (
    SELECT to_jsonb(h) FROM awards_historicalmonthrun h WHERE h.id = r.id ORDER BY h.history_id DESC LIMIT 1), false)
UNION ALL
SELECT e.month, 'entitlement', e.id, concat('应发 ', e.id, ' 的支付与其变更历史不一致')
FROM apart i JOIN payments_entitlement e ON e.id = i.entitlement_id
UNION ALL
SELECT NULL, 'award', a.id, concat('待遇 ', a.id, ' 与其变更历史不一致')
FROM (SELECT * FROM awards_award ORDER BY id DESC LIMIT 1000) a
WHERE NOT coalesce(to_jsonb(a) <@ (
    SELECT to_jsonb(h) FROM awards_historicalaward h WHERE h.id = a.id ORDER BY h.history_id DESC LIMIT 1), false)
UNION ALL
SELECT NULL, 'account', a.id, concat('收款账户 ', a.id, ' 与其变更历史不一致')
FROM (SELECT * FROM households_bankaccount ORDER BY id DESC LIMIT 1000) a
WHERE NOT coalesce(to_jsonb(a) <@ (
    SELECT to_jsonb(h) FROM households_historicalbankaccount h WHERE h.id = a.id ORDER BY h.history_id DESC LIMIT 1), false)
