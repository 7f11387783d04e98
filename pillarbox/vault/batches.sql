-- Batches: many orders bought one after the other, each on its own.

-- name: insert_batch
-- A new batch; touches nothing if this account has used the idempotency key before.
insert into vault.batch (account_id, batch_id, status, idempotency_key, service_code, total)
values (:account, :batch_id, 'waiting', :idempotency_key, :service_code, :total::integer)
on conflict (account_id, idempotency_key) do nothing

-- name: insert_batch_items
-- The orders of a batch in the order they were chosen; those that are not this account's are left out.
insert into vault.batch_item (account_id, batch_id, seq, order_id)
select o.account_id, :batch_id, w.seq, o.order_id
from unnest(:order_ids::uuid[]) with ordinality as w (order_id, seq)
join vault.order o on o.account_id = :account and o.order_id = w.order_id

-- name: batch_by_key
-- The batch begun with an idempotency key.
select account_id, batch_id, created_at, finished_at, status, service_code, total, bought, failed, charged_pence
from vault.batch where account_id = :account and idempotency_key = :idempotency_key

-- name: batch_by_id
-- One batch and how far it has come.
select account_id, batch_id, created_at, finished_at, status, service_code, total, bought, failed, charged_pence
from vault.batch where account_id = :account and batch_id = :batch_id

-- name: batch_for_step
-- One batch, locked until the transaction ends: its steps follow each other.
select account_id, batch_id, created_at, finished_at, status, service_code, total, bought, failed, charged_pence
from vault.batch where account_id = :account and batch_id = :batch_id for update

-- name: waiting_items
-- The next orders of a batch, at most 25, locked in the order of their ids so that two batches cannot block each
-- other. The literal limit lets the planner know that these are few, however large the batch is.
with next as materialized (
  select w.seq, w.order_id from (
    select n.seq, n.order_id from vault.batch_item n
    where n.account_id = :account and n.batch_id = :batch_id and n.status = 'waiting' order by n.seq limit 25) w
  order by w.seq limit :most::integer
)
select o.account_id, o.order_id, next.seq, o.state, o.country, o.format, o.weight_g, o.length_mm, o.width_mm, o.height_mm,
  o.service_code, o.customs_missing, o.recipient, o.contents
from next join vault.order o on o.account_id = :account and o.order_id = next.order_id
order by o.order_id for update of o

-- name: next_item
-- The next order of a batch by its id alone, for when nothing else of it can be read.
select account_id, order_id, seq from vault.batch_item
where account_id = :account and batch_id = :batch_id and status = 'waiting' order by seq limit 1

-- name: order_sales
-- Orders that are about to be bought, for a preview.
select o.account_id, o.order_id, o.number::integer, o.state, o.country, o.format, o.weight_g, o.length_mm, o.width_mm,
  o.height_mm, o.service_code, o.customs_missing, o.recipient, o.contents
from vault.order o where o.account_id = :account and o.order_id = any (:order_ids::uuid[])

-- name: settle_item
-- Write down how one order of a batch fared.
update vault.batch_item set status = :status, code = :code, problem = :problem
where account_id = :account and batch_id = :batch_id and seq = :seq and status = 'waiting'

-- name: advance_batch
-- Count a step of a batch; the last one ends it.
update vault.batch set bought = bought + :bought::integer, failed = failed + :failed::integer,
  charged_pence = charged_pence + :charged_pence::bigint,
  status = case when bought + failed + :bought::integer + :failed::integer >= total then 'done' else 'running' end,
  finished_at = case when bought + failed + :bought::integer + :failed::integer >= total then now() end
where account_id = :account and batch_id = :batch_id

-- name: failed_items
-- The orders of a batch that were not bought, and why.
select i.account_id, i.order_id, i.seq, o.number, i.code, i.problem, o.recipient
from vault.batch_item i
join vault.order o on o.account_id = :account and o.order_id = i.order_id
where i.account_id = :account and i.batch_id = :batch_id and i.status = 'failed' order by i.seq
