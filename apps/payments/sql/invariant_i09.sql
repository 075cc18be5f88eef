-- Nobody is paid whose death, or whose loss of the benefit, stood in the books when the batch was frozen, but for whom two
-- persons let through; nor a price subsidy for them.
WITH frozen AS (
    SELECT b.id, b.month, b.number, max(r.at) AS at, max(r."on") AS "on"
    FROM payments_batch b
    JOIN audit_record r ON r.subject_type = 'payments.batch' AND r.subject_id = b.id AND r.verb = 'FREEZE_BATCH'
    WHERE b.state NOT IN ('DRAFT', 'CANCELLED')
    GROUP BY b.id
), dead AS (
    SELECT p.id, p.died_on, min(h.history_date) AS known
    FROM households_person p
    JOIN households_historicalperson h ON h.id = p.id AND h.died_on = p.died_on
    WHERE p.died_on IS NOT NULL
    GROUP BY p.id
), doubtful AS (
    SELECT i.batch_id, i.id, e.id AS entitlement, '的本人在送审前已登记死亡' AS why, d.known, NULL::date AS decided_on
    FROM dead d
    JOIN payments_entitlement e ON e.person_id = d.id AND d.died_on < e.month
    JOIN payments_instruction i ON i.entitlement_id = e.id AND i.state <> 'CANCELLED'
    UNION ALL
    SELECT i.batch_id, i.id, e.id, '的收款人在送审前已登记死亡', d.known, NULL
    FROM dead d
    JOIN households_bankaccount a ON a.holder_id = d.id
    JOIN payments_instruction i ON i.account_id = a.id AND i.state <> 'CANCELLED'
    JOIN payments_entitlement e ON e.id = i.entitlement_id AND d.died_on < e.month
    UNION ALL
    SELECT i.batch_id, i.id, e.id, '的补贴含送审前已登记死亡的人', d.known, NULL
    FROM dead d
    JOIN payments_subsidyline s ON s.person_id = d.id AND d.died_on < s.month
    JOIN payments_instruction i ON i.entitlement_id = s.entitlement_id AND i.state <> 'CANCELLED'
    JOIN payments_entitlement e ON e.id = i.entitlement_id
    UNION ALL
    SELECT i.batch_id, i.id, e.id, '的待遇在送审前已停发', NULL, d.decided_on
    FROM awards_award a
    JOIN awards_decision d ON d.id = a.ended_by_id
    JOIN awards_calcline l ON l.award_id = a.id AND l.month > a.last_month
    JOIN payments_entitlement e ON e.calc_line_id = l.id
    JOIN payments_instruction i ON i.entitlement_id = e.id AND i.state <> 'CANCELLED'
    UNION ALL
    SELECT i.batch_id, i.id, e.id, '的补贴所依的待遇在送审前已停发', NULL, d.decided_on
    FROM awards_award a
    JOIN awards_decision d ON d.id = a.ended_by_id
    JOIN awards_calcline l ON l.award_id = a.id AND l.month > a.last_month
    JOIN awards_monthrun r ON r.id = l.run_id AND r.state = 'SEALED'
    JOIN payments_entitlement e ON e.household_id = l.household_id AND e.person_id IS NOT DISTINCT FROM l.person_id
        AND e.month = l.month AND e.kind = 'SUBSIDY'
    JOIN payments_instruction i ON i.entitlement_id = e.id AND i.state <> 'CANCELLED'
)
SELECT b.month, 'batch' AS kind, b.id, concat(b.number, '：应发 ', d.entitlement, ' ', d.why) AS what
FROM doubtful d
JOIN frozen b ON b.id = d.batch_id AND (d.known < b.at OR d.decided_on < b."on")
WHERE NOT EXISTS (
    SELECT FROM payments_finding f
    WHERE f.instruction_id = d.id AND f.kind IN ('DECEASED', 'NOT_DUE') AND f.state = 'CLEARED'
        AND f.cleared_by_id <> f.second_by_id
)
