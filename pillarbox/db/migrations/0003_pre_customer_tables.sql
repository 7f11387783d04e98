-- Customer tables. The rules that Citus and isolation ask for: account_id first in every key and index, composite
-- foreign keys, no triggers, account_id never updated; what people wrote is sealed bytes under the account's own key.

set role pillarbox_owner;

create table vault.person (
  account_id bigint not null, person_id uuid not null,
  profile bytea not null,
  primary key (account_id, person_id)
);

create table vault.setting (
  account_id bigint not null, setting_id uuid not null, name text not null,
  content bytea not null,
  primary key (account_id, setting_id),
  unique (account_id, name)
);

create table vault.counter (
  account_id bigint not null, name text not null, last bigint not null default 0,
  primary key (account_id, name)
);

create table vault.api_key (
  account_id bigint not null, key_id uuid not null,
  name bytea not null, scopes text[] not null, live boolean not null, ending text not null,
  created_at timestamptz not null default now(), revoked_at timestamptz,
  primary key (account_id, key_id)
);

create table vault.file (
  account_id bigint not null, file_id uuid not null,
  purpose text not null, size integer not null check (size >= 0), created_at timestamptz not null default now(),
  primary key (account_id, file_id)
);

create table vault.file_piece (
  account_id bigint not null, file_id uuid not null, seq integer not null check (seq >= 0),
  content bytea not null,
  primary key (account_id, file_id, seq),
  foreign key (account_id, file_id) references vault.file (account_id, file_id) on delete cascade
);
comment on table vault.file_piece is 'Sealed pieces of at most a megabyte, each bound to its place in its file.';
alter table vault.file_piece alter column content set storage external;  -- sealed bytes do not compress

create table vault.import (
  account_id bigint not null, import_id uuid not null, file_id uuid not null,
  created_at timestamptz not null default now(),
  status text not null check (status in ('uploaded', 'running', 'done', 'failed')),
  file_digest bytea not null, shop text, encoding text not null, delimiter text not null,
  settings bytea not null,
  rows_total integer not null default 0, rows_read integer not null default 0,
  orders_made integer not null default 0, duplicates integer not null default 0, problems integer not null default 0,
  finished_at timestamptz, failure text,
  primary key (account_id, import_id),
  foreign key (account_id, file_id) references vault.file (account_id, file_id)
);
comment on column vault.import.problems is 'Orders and rows still left out, duplicates apart; mending one takes it off.';
create index import_by_digest on vault.import (account_id, file_digest);

create table vault.import_problem (
  account_id bigint not null, import_id uuid not null, seq integer not null,
  line integer not null, code text not null, field text, content bytea not null,
  primary key (account_id, import_id, seq),
  foreign key (account_id, import_id) references vault.import (account_id, import_id) on delete cascade
);
create index import_problem_by_line on vault.import_problem (account_id, import_id, line);

create table vault.order (
  account_id bigint not null, order_id uuid not null, number bigint not null,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
  state text not null default 'new'
    check (state in ('new', 'label_generated', 'despatched', 'manifested', 'cancelled', 'refunded')),
  shop text, import_id uuid,
  country text not null check (length(country) = 2),
  format text, weight_g integer check (weight_g between 1 and 30000),
  length_mm integer, width_mm integer, height_mm integer,
  value_pence bigint, service_code text, customs_missing boolean not null default false,
  reference_token bytea,
  recipient bytea not null, contents bytea not null,
  primary key (account_id, order_id),
  unique (account_id, number),
  foreign key (account_id, import_id) references vault.import (account_id, import_id)
);
create index order_by_state on vault.order (account_id, state, number desc);
create index order_by_reference on vault.order (account_id, reference_token) where reference_token is not null;

create table vault.token (
  account_id bigint not null, token bytea not null, object_id uuid not null,
  primary key (account_id, token, object_id)
);
comment on table vault.token is 'Exact-word search over sealed data: MAC of the word under the account''s own key.';
create index token_of_object on vault.token (account_id, object_id);

create table vault.batch (
  account_id bigint not null, batch_id uuid not null,
  created_at timestamptz not null default now(), finished_at timestamptz,
  status text not null check (status in ('waiting', 'running', 'done')),
  idempotency_key text not null, service_code text not null,
  total integer not null check (total > 0), bought integer not null default 0, failed integer not null default 0,
  charged_pence bigint not null default 0,
  primary key (account_id, batch_id),
  unique (account_id, idempotency_key)
);

create table vault.batch_item (
  account_id bigint not null, batch_id uuid not null, seq integer not null, order_id uuid not null,
  status text not null default 'waiting' check (status in ('waiting', 'bought', 'failed')),
  code text, problem bytea,
  primary key (account_id, batch_id, seq),
  foreign key (account_id, batch_id) references vault.batch (account_id, batch_id) on delete cascade,
  foreign key (account_id, order_id) references vault.order (account_id, order_id)
);
create index batch_item_waiting on vault.batch_item (account_id, batch_id, seq) where status = 'waiting';

create table vault.parcel (
  account_id bigint not null, parcel_id uuid not null, order_id uuid not null, batch_id uuid,
  idempotency_key text not null,
  tracking_number text not null, service_code text not null, format text not null,
  weight_g integer not null check (weight_g > 0), country text not null,
  price_pence bigint not null check (price_pence >= 0), vat_pence bigint not null check (vat_pence >= 0), vat text not null,
  price_table text not null, cover_pence bigint,
  bought_at timestamptz not null default now(), printed_at timestamptz, voided_at timestamptz,
  status text not null default 'label_created', status_at timestamptz not null, first_scan_at timestamptz,
  delivered_at timestamptz,
  label bytea not null,
  primary key (account_id, parcel_id),
  unique (account_id, tracking_number),
  unique (account_id, order_id, idempotency_key),
  foreign key (account_id, order_id) references vault.order (account_id, order_id),
  foreign key (account_id, batch_id) references vault.batch (account_id, batch_id)
);
comment on column vault.parcel.label is 'Sealed snapshot of what the label says: a reprint draws it again, byte for byte.';
create unique index parcel_live_of_order on vault.parcel (account_id, order_id) where voided_at is null;
create index parcel_by_time on vault.parcel (account_id, bought_at desc, parcel_id desc);
create index parcel_by_status_time on vault.parcel (account_id, status_at desc, parcel_id desc);
create index parcel_under_way on vault.parcel (account_id, status_at) where voided_at is null and delivered_at is null;

create table vault.event (
  account_id bigint not null, parcel_id uuid not null, event_key text not null,
  at timestamptz not null, received_at timestamptz not null default now(),
  code text not null, status text, place text, note bytea,
  primary key (account_id, parcel_id, event_key),
  foreign key (account_id, parcel_id) references vault.parcel (account_id, parcel_id)
);
comment on column vault.event.note is 'What the network added in its own words, sealed: it may name a neighbour.';

create table vault.book (
  account_id bigint not null, book text not null
    check (book in ('prepaid', 'paid_in', 'postage', 'vat')),
  pence bigint not null default 0,
  primary key (account_id, book),
  check (book <> 'prepaid' or pence >= 0)
);
comment on table vault.book is 'Running totals of the account''s own ledger: what came in (negative), the prepaid balance, postage and VAT.';

create table vault.transfer (
  account_id bigint not null, transfer_id uuid not null,
  at timestamptz not null default now(),
  from_book text not null, to_book text not null, pence bigint not null check (pence > 0),
  reason text not null check (reason in ('top_up', 'postage', 'postage_vat', 'void', 'void_vat')),
  subject uuid not null,
  balance_pence bigint,
  primary key (account_id, transfer_id),
  unique (account_id, subject, reason),
  check (from_book <> to_book),
  foreign key (account_id, from_book) references vault.book (account_id, book),
  foreign key (account_id, to_book) references vault.book (account_id, book)
);
comment on table vault.transfer is
  'Double entry in one row: an unbalanced booking cannot be written down, and a subject is booked once per reason.';
create index transfer_by_time on vault.transfer (account_id, at desc, transfer_id desc);

create table vault.top_up (
  account_id bigint not null, top_up_id uuid not null,
  pence bigint not null check (pence > 0), provider text not null, reference text,
  status text not null default 'started' check (status in ('started', 'paid', 'declined', 'mismatched')),
  idempotency_key text not null, paid_pence bigint,
  created_at timestamptz not null default now(), settled_at timestamptz,
  primary key (account_id, top_up_id),
  unique (account_id, idempotency_key)
);

create table vault.idempotency (
  account_id bigint not null, key_digest bytea not null check (length(key_digest) = 16),
  answer_id uuid not null, request_digest bytea not null,
  answer bytea, created_at timestamptz not null default now(),
  primary key (account_id, key_digest)
);
comment on table vault.idempotency is
  'Sealed answers to requests that may be asked again: digests of key, route and body, kept for a day.';
create index idempotency_by_time on vault.idempotency (account_id, created_at);

reset role;

-- Row security on every table of this schema. A whole key reaches its account; a narrow one what this list says, which
-- is for each table how a row names the object, the kinds of narrow keys that may read it, and those that may write.
-- Without an entry a narrow key reaches nothing there.
do $$
declare
  t text;
  -- The floor is checked first and checks the context itself, whatever permissive policy somebody adds later; the
  -- permissive one beside it need not pay for that again.
  claimed text := 'account_id = (select vault.claimed_account())';
  whole text := 'account_id = (select vault.whole())';
  mine text := 'account_id = (select vault.account())';
  confined text := 'account_id = (select vault.whole()) or '
                   '(account_id, %1$s) = (select c.account_id, c.object from vault.confined(%2$L) c)';
  reach jsonb;
  narrows jsonb := jsonb_build_object(
    'parcel', jsonb_build_array('parcel_id', '{public,network,support}', '{network}'),
    'event', jsonb_build_array('parcel_id', '{public,network,support}', '{network}'),
    'top_up', jsonb_build_array('top_up_id', '{payment}', '{payment}'),
    'transfer', jsonb_build_array('subject', '{payment}', '{payment}'),
    -- A payment touches the books of its account, whichever they are: the row names no object to compare with.
    'book', jsonb_build_array('(select vault.narrow())', '{payment}', '{payment}'));
begin
  for t in select tablename from pg_tables where schemaname = 'vault' loop
    reach := narrows -> t;
    execute format('alter table vault.%I enable row level security', t);
    execute format('alter table vault.%I force row level security', t);
    execute format('create policy own on vault.%I as permissive for all to pillarbox_customer, pillarbox_owner using (%s) with check (%s)', t, claimed, claimed);
    if reach is null then
      execute format('create policy floor on vault.%I as restrictive for all to pillarbox_customer, pillarbox_owner using (%s) with check (%s)', t, whole, whole);
    else
      execute format('create policy floor on vault.%I as restrictive for all to pillarbox_customer, pillarbox_owner using (%s) with check (%s)', t, mine, mine);
      execute format('create policy narrow on vault.%I as restrictive for all to pillarbox_customer, pillarbox_owner using (%s) with check (%s)',
                     t, format(confined, reach ->> 0, reach ->> 1), format(confined, reach ->> 0, reach ->> 2));
    end if;
    execute format('grant select, insert, update, delete on vault.%I to pillarbox_customer', t);
  end loop;
end $$;
-- Money and history are only ever added to.
revoke update, delete on vault.transfer, vault.event from pillarbox_customer;
revoke delete on vault.parcel, vault.book, vault.top_up from pillarbox_customer;

-- The one policy that looks across accounts: sums of money for the operator's books, through one definer function
-- (gate.operator_totals) and one table. It cannot see who anybody is: the table holds no person's data.
create policy unbound_totals on vault.transfer as permissive for select to pillarbox_unbound_totals using (true);
grant select on vault.transfer to pillarbox_unbound_totals;
