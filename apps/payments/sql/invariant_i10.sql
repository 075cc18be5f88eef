-- An account in use receives the money of one family only, unless it was registered as shared by two persons.
SELECT NULL::date AS month, 'account' AS kind, min(a.id) AS id,
    concat('同一账号在 ', count(DISTINCT a.household_id), ' 户使用，没有登记为共用') AS what
FROM households_bankaccount a
WHERE a.state = 'APPROVED'
GROUP BY a.number_index
HAVING count(DISTINCT a.household_id) > 1 AND NOT EXISTS (
    SELECT FROM payments_sharedaccount s WHERE s.number_index = a.number_index AND s.state = 'APPROVED'
)
