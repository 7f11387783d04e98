-- Labels bought: one row is label and parcel at once, its contents sealed so that it can be drawn again.

-- name: label_of_order
-- The label an order has now, and the one that was bought with an idempotency key.
select account_id, parcel_id, order_id, batch_id, tracking_number, service_code, format, weight_g, country, price_pence,
  vat_pence, vat, cover_pence, bought_at, printed_at, voided_at, status, status_at, first_scan_at, delivered_at,
  idempotency_key
from vault.parcel where account_id = :account and order_id = :order_id
  and (voided_at is null or idempotency_key = :idempotency_key)

-- name: labels_of_order
-- Every label an order ever had, newest first.
select account_id, parcel_id, order_id, batch_id, tracking_number, service_code, format, weight_g, country, price_pence,
  vat_pence, vat, cover_pence, bought_at, printed_at, voided_at, status, status_at, first_scan_at, delivered_at,
  idempotency_key
from vault.parcel where account_id = :account and order_id = :order_id order by bought_at desc, parcel_id

-- name: label_by_id
-- One label without what is written on it.
select account_id, parcel_id, order_id, batch_id, tracking_number, service_code, format, weight_g, country, price_pence,
  vat_pence, vat, cover_pence, bought_at, printed_at, voided_at, status, status_at, first_scan_at, delivered_at,
  idempotency_key
from vault.parcel where account_id = :account and parcel_id = :label_id

-- name: label_for_change
-- One label, locked until the transaction ends.
select account_id, parcel_id, order_id, batch_id, tracking_number, service_code, format, weight_g, country, price_pence,
  vat_pence, vat, cover_pence, bought_at, printed_at, voided_at, status, status_at, first_scan_at, delivered_at,
  idempotency_key
from vault.parcel where account_id = :account and parcel_id = :label_id for update

-- name: lease_number
-- Lease places of a number range of the gate, for labels of this account; the owner is the one that is bound.
select vault.account(), :label_id::uuid, l.first_serial, l.size, l.first_place, l.specimen
from gate.lease_s10(:indicator, 'GB', :wanted::integer) l

-- name: insert_label
-- A label bought.
insert into vault.parcel (account_id, parcel_id, order_id, batch_id, idempotency_key, tracking_number, service_code,
  format, weight_g, country, price_pence, vat_pence, vat, price_table, cover_pence, bought_at, status_at, label)
values (:account, :label_id, :order_id, :batch_id, :idempotency_key, :tracking_number, :service_code, :format, :weight_g,
  :country, :price_pence, :vat_pence, :vat, :price_table, :cover_pence, :now, :now, :label)
returning account_id, parcel_id, order_id, batch_id, tracking_number, service_code, format, weight_g, country,
  price_pence, vat_pence, vat, cover_pence, bought_at, printed_at, voided_at, status, status_at, first_scan_at,
  delivered_at, idempotency_key

-- name: void_label
-- Cancel a label that is live and was never scanned.
update vault.parcel set voided_at = :now, status = 'label_cancelled', status_at = :now
where account_id = :account and parcel_id = :label_id and voided_at is null and first_scan_at is null
returning account_id, parcel_id, order_id, batch_id, tracking_number, service_code, format, weight_g, country,
  price_pence, vat_pence, vat, cover_pence, bought_at, printed_at, voided_at, status, status_at, first_scan_at,
  delivered_at, idempotency_key

-- name: reopen_order
-- An order whose label was cancelled can be changed and bought again.
update vault.order set updated_at = now(), state = 'new'
where account_id = :account and order_id = :order_id and state in ('label_generated', 'despatched')

-- name: print_sheets
-- What is written on labels, and the mark that they were printed, which the first time sets.
update vault.parcel set printed_at = coalesce(printed_at, :now)
where account_id = :account and parcel_id = any (:label_ids::uuid[])
returning account_id, parcel_id, order_id, voided_at, first_scan_at, label

-- name: label_page
-- A page of labels, newest first, below one where one is given; only those waiting for the printer where asked.
select account_id, parcel_id, order_id, batch_id, tracking_number, service_code, format, weight_g, country, price_pence,
  vat_pence, vat, cover_pence, bought_at, printed_at, voided_at, status, status_at, first_scan_at, delivered_at,
  idempotency_key, label
from vault.parcel
where account_id = :account and (not :waiting::boolean or (printed_at is null and voided_at is null))
  and (bought_at, parcel_id) < (
    case when :before::uuid is null then 'infinity'::timestamptz else (
      select b.bought_at from vault.parcel b where b.account_id = :account and b.parcel_id = :before::uuid) end,
    coalesce(:before::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
order by bought_at desc, parcel_id desc limit :most

-- name: label_counts
-- How many labels there are, and how many are live and were never printed.
select account_id, count(*), count(*) filter (where printed_at is null and voided_at is null)
from vault.parcel where account_id = :account group by account_id

-- name: labels_of_batch
-- The live labels of a batch, in the order of its items.
select p.account_id, p.parcel_id, p.order_id, p.tracking_number
from vault.batch_item i
join vault.parcel p on p.account_id = :account and p.order_id = i.order_id and p.batch_id = i.batch_id
where i.account_id = :account and i.batch_id = :batch_id and p.voided_at is null order by i.seq

-- name: insert_number_token
-- Let an order be found by the number of its label.
insert into vault.token (account_id, token, object_id) values (:account, :token, :order_id) on conflict do nothing

-- name: ship_from
-- The address that the account posts from, as its settings keep it.
select account_id, setting_id, name, content from vault.setting where account_id = :account and name = 'ship_from'
