-- Money: the account's own ledger, double entry in one row, and the top-ups that feed it. The prepaid book is always
-- taken first, so that two bookings of one account wait for each other instead of embracing.

-- name: books
-- The running totals of the account's books.
select account_id, book, pence from vault.book where account_id = :account

-- name: pay
-- Take a price from the prepaid balance, net to postage and the rest to VAT; touches nothing if the balance is too low.
with paid as (
  update vault.book b set pence = b.pence - (:net_pence::bigint + :vat_pence::bigint)
  where b.account_id = :account and b.book = 'prepaid' and b.pence >= :net_pence::bigint + :vat_pence::bigint
  returning b.pence
), parts as (
  select r.place, r.book, r.reason, r.transfer_id, r.pence, paid.pence + r.still_to_go as balance
  from paid, (values (1, 'postage', 'postage', :net_transfer::uuid, :net_pence::bigint, :vat_pence::bigint),
                     (2, 'vat', 'postage_vat', :vat_transfer::uuid, :vat_pence::bigint, 0::bigint))
             as r (place, book, reason, transfer_id, pence, still_to_go)
  where r.pence > 0
), took as (
  insert into vault.book as b (account_id, book, pence) select :account, book, pence from parts order by place
  on conflict (account_id, book) do update set pence = b.pence + excluded.pence where b.account_id = :account
)
insert into vault.transfer (account_id, transfer_id, at, from_book, to_book, pence, reason, subject, balance_pence)
select :account, transfer_id, clock_timestamp(), 'prepaid', book, pence, reason, :subject::uuid, balance
from parts order by place

-- name: give_back
-- Answer the bookings of a purchase by their opposites, exactly and once; touches nothing if there are none.
with bought as (
  select t.reason, t.to_book, t.pence, sum(t.pence) over (order by t.reason) as so_far, sum(t.pence) over () as together
  from vault.transfer t
  where t.account_id = :account and t.subject = :subject::uuid and t.reason in ('postage', 'postage_vat')
), credited as (
  update vault.book b set pence = b.pence + (select max(together) from bought)
  where b.account_id = :account and b.book = 'prepaid' and exists (select from bought)
  returning b.pence
), returned as (
  update vault.book b set pence = b.pence - bought.pence from bought, credited
  where b.account_id = :account and b.book = bought.to_book
)
insert into vault.transfer (account_id, transfer_id, at, from_book, to_book, pence, reason, subject, balance_pence)
select :account, case reason when 'postage' then :net_transfer::uuid else :vat_transfer::uuid end, clock_timestamp(),
  to_book, 'prepaid', bought.pence, case reason when 'postage' then 'void' else 'void_vat' end, :subject::uuid,
  credited.pence - together + so_far
from bought, credited order by reason

-- name: pay_in
-- Credit a top-up to the prepaid balance.
with prepaid as (
  insert into vault.book as b (account_id, book, pence) values (:account, 'prepaid', :pence)
  on conflict (account_id, book) do update set pence = b.pence + excluded.pence where b.account_id = :account
  returning b.pence
), paid_in as (
  insert into vault.book as b (account_id, book, pence) select :account, 'paid_in', -:pence::bigint from prepaid
  on conflict (account_id, book) do update set pence = b.pence + excluded.pence where b.account_id = :account
)
insert into vault.transfer (account_id, transfer_id, at, from_book, to_book, pence, reason, subject, balance_pence)
select :account, :transfer_id, clock_timestamp(), 'paid_in', 'prepaid', :pence, 'top_up', :subject, prepaid.pence
from prepaid

-- name: insert_top_up
-- A new top-up; touches nothing if this account has used the idempotency key before.
insert into vault.top_up (account_id, top_up_id, pence, provider, idempotency_key)
values (:account, :top_up_id, :pence, :provider, :idempotency_key)
on conflict (account_id, idempotency_key) do nothing

-- name: top_up_by_key
-- The top-up begun with an idempotency key, locked until the transaction ends.
select account_id, top_up_id, pence, provider, reference, status, created_at, settled_at, paid_pence
from vault.top_up where account_id = :account and idempotency_key = :idempotency_key for update

-- name: top_up_by_id
-- One top-up.
select account_id, top_up_id, pence, provider, reference, status, created_at, settled_at, paid_pence
from vault.top_up where account_id = :account and top_up_id = :top_up_id

-- name: top_up_by_reference
-- The top-up that a provider's reference names, locked until the transaction ends.
select account_id, top_up_id, pence, provider, reference, status, created_at, settled_at, paid_pence
from vault.top_up where account_id = :account and reference = :reference for update

-- name: set_top_up_reference
-- Remember how the provider calls a top-up.
update vault.top_up set reference = :reference where account_id = :account and top_up_id = :top_up_id

-- name: settle_top_up
-- Write down how a top-up ended and what was paid.
update vault.top_up set status = :status, paid_pence = :paid_pence, settled_at = now()
where account_id = :account and top_up_id = :top_up_id

-- name: ledger_page
-- A page of the ledger, newest first, below an entry where one is given: each purchase and refund as one line with its
-- VAT, positive when money came into the balance.
with page as materialized (
  select t.* from vault.transfer t
  where t.account_id = :account and t.reason in ('top_up', 'postage', 'void')
    and (t.at, t.transfer_id) < (
      case when :before::uuid is null then 'infinity'::timestamptz else (
        select b.at from vault.transfer b where b.account_id = :account and b.transfer_id = :before::uuid) end,
      coalesce(:before::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
  order by t.at desc, t.transfer_id desc limit :most
)
select t.account_id, t.transfer_id, t.at, t.reason,
  (case t.to_book when 'prepaid' then 1 else -1 end * (t.pence + coalesce(v.pence, 0)))::bigint,
  coalesce(v.pence, 0), coalesce(v.balance_pence, t.balance_pence),
  p.parcel_id, p.order_id, p.tracking_number, p.service_code, case t.reason when 'top_up' then t.subject end
from page t
left join vault.transfer v
  on v.account_id = :account and v.subject = t.subject and v.reason = t.reason || '_vat'
left join vault.parcel p on p.account_id = :account and p.parcel_id = t.subject
order by t.at desc, t.transfer_id desc

-- name: ledger_count
-- How many lines the ledger has.
select account_id, count(*) from vault.transfer
where account_id = :account and reason in ('top_up', 'postage', 'void') group by account_id

-- name: receipt
-- What the receipt of one purchase or refund says.
select t.account_id, t.transfer_id, p.parcel_id, p.order_id, t.at, t.reason, p.service_code, p.format, p.weight_g,
  p.country, p.tracking_number, t.pence, coalesce(v.pence, 0), p.vat
from vault.transfer t
join vault.parcel p on p.account_id = :account and p.parcel_id = t.subject
left join vault.transfer v
  on v.account_id = :account and v.subject = t.subject and v.reason = t.reason || '_vat'
where t.account_id = :account and t.transfer_id = :transfer_id and t.reason in ('postage', 'void')

-- name: prepaid_for_spending
-- The balance, locked until the transaction ends, so that what is decided by it can be paid.
select account_id, pence from vault.book where account_id = :account and book = 'prepaid' for update
