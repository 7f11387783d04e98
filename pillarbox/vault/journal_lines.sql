-- The disclosure journal as the owner of what was shown may read it.

-- name: lines
-- Lines about this account, newest first, before a line; of these objects only, where some are named.
select l.owner_account, l.at, l.line_no, l.request, l.owner_account, l.viewer_account, l.viewer_person, l.viewer_credential, l.viewer_kind,
  l.device, l.surface, f.names, l.outcome, l.ids
from journal.line l join journal.field_set f using (field_set)
where l.owner_account = :account and l.at <= :before_at
  and (l.at, l.line_no) < (:before_at::timestamptz, :before_line::bigint)
  and (:objects::uuid[] is null or l.ids && :objects::uuid[])
  and (:readings::boolean or l.viewer_account <> l.owner_account
       or f.names not like 'journal:%' and f.names not like '%frame%')
order by l.at desc, l.line_no desc limit :most

-- name: outsiders
-- How often anybody outside the account was shown something or was stopped, by what they came with.
select owner_account, viewer_kind, outcome, count(*) from journal.line
where owner_account = :account and viewer_account <> owner_account group by owner_account, viewer_kind, outcome

-- name: first_line
-- When the record of this account begins.
select owner_account, min(at) from journal.line where owner_account = :account group by owner_account

-- name: delivered
-- Which of these requests were handed over whole.
select journal.delivered_among(:requests::uuid[])

-- name: objects_of_order
-- An order and every label it ever had.
select o.account_id, o.order_id, o.number, array(
  select p.parcel_id from vault.parcel p where p.account_id = :account and p.order_id = o.order_id)
from vault.order o where o.account_id = :account and o.order_id = :order_id

-- name: orders_named
-- The numbers by which people know these orders.
select account_id, order_id, number from vault.order
where account_id = :account and order_id = any (:ids::uuid[])

-- name: labels_named
-- The tracking numbers of these labels.
select account_id, parcel_id, tracking_number from vault.parcel
where account_id = :account and parcel_id = any (:ids::uuid[])

-- name: lines_total
-- How many lines there are about this account, or about these objects of it: without its own readings of the record and heads of
-- pages, and with them.
select l.owner_account, count(*) filter (where l.viewer_account <> l.owner_account
       or f.names not like 'journal:%' and f.names not like '%frame%'), count(*)
from journal.line l join journal.field_set f using (field_set)
where l.owner_account = :account and (:objects::uuid[] is null or l.ids && :objects::uuid[])
group by l.owner_account
