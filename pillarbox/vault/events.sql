-- Tracking: what the network reported of a parcel, and where the parcel stands because of it.

-- name: parcel_in_hand
-- The one parcel of a narrow key; a key that is not narrow finds none.
select account_id, parcel_id, tracking_number, service_code, country, bought_at, voided_at, status, first_scan_at
from vault.parcel where account_id = :account and parcel_id = (select vault.narrow())

-- name: parcel_in_hand_for_scan
-- The same, locked, so that two scans of one parcel are settled one after the other.
select account_id, parcel_id, tracking_number, service_code, country, bought_at, voided_at, status, first_scan_at
from vault.parcel where account_id = :account and parcel_id = (select vault.narrow()) for update

-- name: insert_event
-- A report of the network; one whose key is there already changes nothing.
insert into vault.event (account_id, parcel_id, event_key, at, received_at, code, status, place, note)
values (:account, :label_id, :event_key, :at, :received_at, :code, :status, :place, :note) on conflict do nothing

-- name: events_of_parcel
-- Everything the network reported of one parcel.
select account_id, parcel_id, event_key, at, received_at, code, status, place, note
from vault.event where account_id = :account and parcel_id = :label_id order by at, event_key

-- name: settle_parcel
-- Where one parcel stands after its events were settled.
update vault.parcel set status = :status, status_at = :status_at, first_scan_at = :first_scan_at,
  delivered_at = :delivered_at
where account_id = :account and parcel_id = :label_id

-- name: despatch_order
-- The order of a scanned, living label becomes despatched if it was waiting for that.
update vault.order set updated_at = now(), state = 'despatched'
where account_id = :account and state = 'label_generated' and order_id = (
  select p.order_id from vault.parcel p
  where p.account_id = :account and p.parcel_id = :label_id and p.voided_at is null and p.first_scan_at is not null)

-- name: tracked_parcel
-- One parcel with the order it belongs to.
select p.account_id, p.order_id, p.parcel_id, o.number, p.tracking_number, p.service_code, p.country, p.bought_at,
  p.voided_at, p.status, p.status_at, p.first_scan_at, p.delivered_at, o.recipient
from vault.parcel p join vault.order o on o.account_id = :account and o.order_id = p.order_id
where p.account_id = :account and p.parcel_id = :label_id

-- name: tracked_page
-- A page of parcels, latest news first, of some statuses; a cancelled label is shown only when it was used all the same.
select p.account_id, p.order_id, p.parcel_id, o.number, p.tracking_number, p.service_code, p.country, p.bought_at,
  p.voided_at, p.status, p.status_at, p.first_scan_at, p.delivered_at, o.recipient
from vault.parcel p join vault.order o on o.account_id = :account and o.order_id = p.order_id
where p.account_id = :account and (p.status_at, p.parcel_id) < (:before_at::timestamptz, :before_id::uuid)
  and ((p.voided_at is null and (:statuses::text[] is null or p.status = any (:statuses::text[])))
    or (:misused::boolean and p.voided_at is not null and p.first_scan_at is not null))
order by p.status_at desc, p.parcel_id desc limit :most

-- name: tracked_counts
-- How many labels there are in each status, and how many cancelled ones were used all the same.
select account_id, status, count(*) filter (where voided_at is null),
  count(*) filter (where voided_at is not null and first_scan_at is not null)
from vault.parcel where account_id = :account group by account_id, status

-- name: recipient_on_label
-- Whom the one label of a narrow key is addressed to.
select account_id, parcel_id, label from vault.parcel
where account_id = :account and parcel_id = (select vault.narrow())
