-- An account in use receives the money of one family only.
SELECT NULL::date AS month, 'account' AS kind, min(id) AS id,
    concat('同一账号在 ', count(DISTINCT household_id), ' 户使用') AS what
FROM households_bankaccount
WHERE state = 'APPROVED'
GROUP BY number_index
HAVING count(DISTINCT household_id) > 1
