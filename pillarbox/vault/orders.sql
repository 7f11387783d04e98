-- Orders: created, read, listed, searched, changed while no label is bought.

-- name: insert_order
-- A new order, numbered within its own account.
with numbered as (
  insert into vault.counter as c (account_id, name, last) values (:account, 'order', 1)
  on conflict (account_id, name) do update set last = c.last + 1 where c.account_id = :account
  returning last
)
insert into vault.order (account_id, order_id, number, shop, country, format, weight_g, length_mm, width_mm, height_mm,
  value_pence, service_code, customs_missing, reference_token, recipient, contents)
select :account, :order_id, last, :shop, :country, :format, :weight_g, :length_mm, :width_mm, :height_mm,
  :value_pence, :service_code, :customs_missing, :reference_token, :recipient, :contents
from numbered
returning account_id, order_id, number, created_at

-- name: insert_tokens
-- The search tokens of one object.
insert into vault.token (account_id, token, object_id)
select :account, unnest(:tokens::bytea[]), :object_id on conflict do nothing

-- name: delete_tokens
-- Forget how one object is found, before its words change.
delete from vault.token where account_id = :account and object_id = :object_id

-- name: order_by_id
-- One order, whole, with its live label if it has one.
select o.account_id, o.order_id, o.number, o.created_at, o.updated_at, o.state, o.shop, o.country, o.format, o.weight_g,
  o.length_mm, o.width_mm, o.height_mm, o.value_pence, o.service_code, o.customs_missing,
  p.parcel_id, p.tracking_number, p.status, p.price_pence, o.recipient, o.contents
from vault.order o
left join lateral (select q.* from vault.parcel q
  where q.account_id = :account and q.order_id = o.order_id and q.voided_at is null limit 1) p on true
where o.account_id = :account and o.order_id = :order_id

-- name: order_for_change
-- One order, locked until the transaction ends.
select o.account_id, o.order_id, o.number, o.created_at, o.updated_at, o.state, o.shop, o.country, o.format, o.weight_g,
  o.length_mm, o.width_mm, o.height_mm, o.value_pence, o.service_code, o.customs_missing,
  null::uuid, null::text, null::text, null::bigint, o.recipient, o.contents
from vault.order o where o.account_id = :account and o.order_id = :order_id for update

-- name: order_page
-- A page of orders, newest first, before a number.
select o.account_id, o.order_id, o.number, o.created_at, o.state, o.shop, o.country, o.format, o.weight_g, o.value_pence,
  o.service_code, o.customs_missing, p.parcel_id, p.tracking_number, p.status, p.price_pence, o.recipient
from vault.order o
left join lateral (select q.* from vault.parcel q
  where q.account_id = :account and q.order_id = o.order_id and q.voided_at is null limit 1) p on true
where o.account_id = :account and o.number < :before
order by o.number desc limit :most

-- name: order_page_in_state
-- A page of the orders in one state, newest first, before a number.
select o.account_id, o.order_id, o.number, o.created_at, o.state, o.shop, o.country, o.format, o.weight_g, o.value_pence,
  o.service_code, o.customs_missing, p.parcel_id, p.tracking_number, p.status, p.price_pence, o.recipient
from vault.order o
left join lateral (select q.* from vault.parcel q
  where q.account_id = :account and q.order_id = o.order_id and q.voided_at is null limit 1) p on true
where o.account_id = :account and o.number < :before and o.state = :state
order by o.number desc limit :most

-- name: order_page_found
-- A page of orders that carry every one of the search tokens, newest first.
select o.account_id, o.order_id, o.number, o.created_at, o.state, o.shop, o.country, o.format, o.weight_g, o.value_pence,
  o.service_code, o.customs_missing, p.parcel_id, p.tracking_number, p.status, p.price_pence, o.recipient
from vault.order o
left join lateral (select q.* from vault.parcel q
  where q.account_id = :account and q.order_id = o.order_id and q.voided_at is null limit 1) p on true
where o.account_id = :account and o.number < :before and (:state::text is null or o.state = :state)
  and o.order_id in (select t.object_id from vault.token t where t.account_id = :account and t.token = any (:tokens::bytea[])
                     group by t.object_id having count(*) = cardinality(:tokens::bytea[]))
order by o.number desc limit :most

-- name: order_counts
-- How many orders there are in each state.
select account_id, state, count(*) from vault.order where account_id = :account group by account_id, state

-- name: update_order
-- Change an order that has no label; touches nothing in any other state.
update vault.order set updated_at = now(), country = :country, format = :format, weight_g = :weight_g,
  length_mm = :length_mm, width_mm = :width_mm, height_mm = :height_mm, value_pence = :value_pence,
  service_code = :service_code, customs_missing = :customs_missing, reference_token = :reference_token,
  recipient = :recipient, contents = :contents
where account_id = :account and order_id = :order_id and state = 'new'

-- name: set_order_state
-- Move an order from one state to another; touches nothing if it is not in the first.
update vault.order set updated_at = now(), state = :after
where account_id = :account and order_id = :order_id and state = :before
