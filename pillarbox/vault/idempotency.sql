-- Answers kept for a day, so that a request that is sent again under the same key gets the same answer.

-- name: forget_answers
-- Forget some answers that are older than a day; those that somebody is using are left for later.
delete from vault.idempotency where account_id = :account and key_digest in (
  select i.key_digest from vault.idempotency i
  where i.account_id = :account and i.created_at < now() - interval '24 hours'
  order by i.created_at limit 50 for update skip locked)

-- name: claim_key
-- Take a key for this transaction, waiting for another one that holds it; touches nothing if it was used within a day.
insert into vault.idempotency as i (account_id, key_digest, answer_id, request_digest)
values (:account, :key_digest, :answer_id, :request_digest)
on conflict (account_id, key_digest) do update
set answer_id = excluded.answer_id, request_digest = excluded.request_digest, answer = null, created_at = now()
where i.account_id = :account and i.created_at < now() - interval '24 hours'

-- name: keep_answer
-- Keep the answer under the key that this transaction has taken.
update vault.idempotency set answer = :answer where account_id = :account and key_digest = :key_digest

-- name: kept_answer
-- The answer that was given under a key.
select account_id, answer_id, request_digest, answer from vault.idempotency
where account_id = :account and key_digest = :key_digest
