-- How the gate speaks to the database. The functions themselves stand in migrations and crossings.sql.

-- name: enter
-- A session or an API key enters its own account.
select * from gate.enter(:secret, :surface)

-- name: enter_scan
-- The operator's network enters one parcel.
select * from gate.enter_scan(:secret, :number)

-- name: enter_tracking
-- Anybody with a tracking number enters one parcel, for the public page.
select * from gate.enter_tracking(:number)

-- name: enter_payment
-- A verified callback enters one top-up.
select * from gate.enter_payment(:provider, :reference)

-- name: enter_job
-- A worker enters the account of the job it holds.
select (entry).account_id, (entry).person_id, (entry).credential_id, (entry).kind, (entry).scopes, (entry).narrow,
  (entry).keyring, object
from gate.enter_job(:job, :worker)

-- name: sign_in_parameters
-- The salt of an e-mail digest, or a believable one.
select gate.sign_in_parameters(:email)

-- name: sign_in
-- Present the argon2id output; get account and session secret.
select account_id, secret from gate.sign_in(:email, :proof, :session)

-- name: sign_out
-- End a session or key.
select gate.sign_out(:secret)

-- name: pre_advice
-- Tracking numbers that the network is to expect.
select gate.pre_advice(:secret, :after, :most::integer)

-- name: confirmed_prices
-- Which doubtful prices the operator has confirmed.
select table_key, fingerprint from gate.confirmed_prices()
