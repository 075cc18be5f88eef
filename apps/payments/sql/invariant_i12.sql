-- While nobody keeps a register of receivables, nothing is booked as one.
SELECT date_trunc('month', t."on")::date AS month, 'transaction' AS kind, t.id,
    concat('凭证 ', t.id, ' 记了应收款，没有对应的追回事项') AS what
FROM payments_ledgertransaction t JOIN payments_ledgerentry e ON e.transaction_id = t.id
WHERE e.account = 'RECEIVABLE'
