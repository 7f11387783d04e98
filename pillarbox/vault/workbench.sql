-- The list of orders that people work at: whole rows, filtered, searched, counted.

-- name: work_page
-- A page of orders below a number: in a state, of an import, or in need of mending where one of these is asked for.
select o.account_id, o.order_id, o.number, o.created_at, o.updated_at, o.state, o.shop, o.country, o.format, o.weight_g,
  o.length_mm, o.width_mm, o.height_mm, o.value_pence, o.service_code, o.customs_missing,
  p.parcel_id, p.tracking_number, p.status, p.price_pence, o.recipient, o.contents
from vault.order o
left join lateral (select q.* from vault.parcel q
  where q.account_id = :account and q.order_id = o.order_id and q.voided_at is null limit 1) p on true
where o.account_id = :account and o.number < :before and (:state::text is null or o.state = :state)
  and (:import_id::uuid is null or o.import_id = :import_id)
  and (not :mend::boolean or o.weight_g is null or o.customs_missing)
order by o.number desc limit :most

-- name: work_found
-- The same among the orders that carry every one of the search tokens.
select o.account_id, o.order_id, o.number, o.created_at, o.updated_at, o.state, o.shop, o.country, o.format, o.weight_g,
  o.length_mm, o.width_mm, o.height_mm, o.value_pence, o.service_code, o.customs_missing,
  p.parcel_id, p.tracking_number, p.status, p.price_pence, o.recipient, o.contents
from vault.order o
left join lateral (select q.* from vault.parcel q
  where q.account_id = :account and q.order_id = o.order_id and q.voided_at is null limit 1) p on true
where o.account_id = :account and o.number < :before and (:state::text is null or o.state = :state)
  and (:import_id::uuid is null or o.import_id = :import_id)
  and (not :mend::boolean or o.weight_g is null or o.customs_missing)
  and o.order_id in (select t.object_id from vault.token t where t.account_id = :account and t.token = any (:tokens::bytea[])
                     group by t.object_id having count(*) = cardinality(:tokens::bytea[]))
order by o.number desc limit :most

-- name: found_total
-- How many orders carry every one of the search tokens, in a state where one is asked for.
select o.account_id, count(*) from vault.order o
where o.account_id = :account and (:state::text is null or o.state = :state)
  and (:import_id::uuid is null or o.import_id = :import_id)
  and (not :mend::boolean or o.weight_g is null or o.customs_missing)
  and o.order_id in (select t.object_id from vault.token t where t.account_id = :account and t.token = any (:tokens::bytea[])
                     group by t.object_id having count(*) = cardinality(:tokens::bytea[]))
group by o.account_id

-- name: import_total
-- How many orders came of an import, in a state where one is asked for.
select o.account_id, count(*) from vault.order o
where o.account_id = :account and o.import_id = :import_id and (:state::text is null or o.state = :state)
  and (not :mend::boolean or o.weight_g is null or o.customs_missing)
group by o.account_id

-- name: mend_total
-- How many new orders lack a weight or a customs declaration.
select account_id, count(*) from vault.order
where account_id = :account and state = 'new' and (weight_g is null or customs_missing) group by account_id
