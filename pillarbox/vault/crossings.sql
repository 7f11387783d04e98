-- Functions of the gate that a verb calls inside its own bound transaction.

-- name: register_tracking
-- Enter a label of this account in the directory of tracking numbers.
select gate.register_tracking(array[:number::text], array[:label_id::uuid])

-- name: register_payment
-- Tie a provider's reference to this account's top-up.
select gate.register_payment(:provider, :reference, :top_up)

-- name: enqueue
-- Put a job of this account in the queue, in this transaction.
select gate.enqueue(:task, :object, :run_lock)

-- name: sign_out_everywhere
-- End every session of the person who is here.
select gate.sign_out_everywhere()

-- name: issue_key
-- A new API key of this account; the secret comes back once.
select gate.issue_key(:key, :scopes::text[])

-- name: revoke_key
-- End an API key of this account.
select gate.revoke_key(:key)

-- name: operator_totals
-- The operator's books by day and reason; staff only.
select day, reason, bookings, pence from gate.operator_totals(:first_day, :last_day)

-- name: confirm_price
-- A member of staff confirms a doubtful price table.
select gate.confirm_price(:table_key, :fingerprint)

-- name: confirmed_prices
-- Which doubtful price tables the operator has confirmed, as they stand in the database now.
select table_key, fingerprint from gate.confirmed_prices()
