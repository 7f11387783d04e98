-- The disclosure journal: append-only, partitioned by day, hash-chained per writer. Lines hold ids, never contents.

set role pillarbox_scribe;

create table journal.field_set (
  field_set integer primary key generated always as identity,
  names text not null unique
);
comment on table journal.field_set is 'Interned lists of what was shown: order:recipient,contents and the like.';

create sequence journal.line_no;

create table journal.line (
  at timestamptz not null,
  line_no bigint not null,
  viewer_account bigint not null,
  viewer_person uuid,
  viewer_credential uuid,
  viewer_kind text not null,
  device bytea,
  owner_account bigint not null,
  surface text not null,
  field_set integer not null,
  request uuid not null,
  outcome text not null check (outcome in ('offered', 'refused')),
  ids uuid[] not null
) partition by range (at);
create index line_at on journal.line using brin (at);
create index line_of_owner on journal.line (owner_account, at);
create index line_foreign on journal.line (owner_account, at, viewer_account) where viewer_account <> owner_account;

create table journal.delivered (
  at timestamptz not null,
  request uuid not null
);
create index delivered_request on journal.delivered (request);

create table journal.batch (
  chain uuid not null, seq bigint not null, at timestamptz not null,
  first_line bigint not null, last_line bigint not null, previous bytea not null, hash bytea not null,
  primary key (chain, seq)
);

-- Made beside the table and attached: making it in place would need the table for itself, and wait for every reader.
create function journal.partition_for(day date) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  name text := 'line_' || to_char(day, 'YYYYMMDD');
begin
  if to_regclass('journal.' || name) is not null then
    return;
  end if;
  lock table journal.line in share update exclusive mode;  -- one maker at a time; readers and writers go on
  if to_regclass('journal.' || name) is null then
    execute format('create table journal.%I (like journal.line including constraints)', name);
    execute format('alter table journal.line attach partition journal.%I for values from (%L) to (%L)',
                   name, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
  end if;
end $$;
revoke all on function journal.partition_for(date) from public;

create function journal.intern(names text) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  n integer;
begin
  select f.field_set into n from journal.field_set f where f.names = intern.names;
  if n is null then
    insert into journal.field_set (names) values (intern.names) on conflict do nothing;
    select f.field_set into n from journal.field_set f where f.names = intern.names;
  end if;
  return n;
end $$;
revoke all on function journal.intern(text) from public;
grant execute on function journal.intern(text) to pillarbox_journal;

-- One call per group commit. Arrays of one length; ids come as array literals because lines differ in number of ids.
create function journal.append(
  chain uuid, viewer_account bigint[], viewer_person uuid[], viewer_credential uuid[], viewer_kind text[], device bytea[],
  owner_account bigint[], surface text[], field_set integer[], request uuid[], outcome text[], ids text[], delivered uuid[]
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
  set timezone = 'UTC' set datestyle = 'ISO, YMD' set bytea_output = 'hex'
as $$
declare
  t timestamptz := clock_timestamp();
  n integer := coalesce(array_length(owner_account, 1), 0);
  last journal.batch;
  body text;
  -- Each batch numbers its lines within a block of its own, so that no other writer's line lies between them.
  block bigint := nextval('journal.line_no') << 20;
  lo bigint;
  hi bigint;
begin
  if n >= 1 << 20 then
    raise exception 'too many lines at once' using errcode = 'PB004';
  end if;
  if n > 0 then
    perform journal.partition_for((t at time zone 'UTC')::date);
    with added as (
      insert into journal.line
      select t, block + a.nth, va, vp, vc, vk, d, oa, s, f, r, o, i::uuid[] from unnest(
        viewer_account, viewer_person, viewer_credential, viewer_kind, device, owner_account, surface, field_set,
        request, outcome, ids) with ordinality as a (va, vp, vc, vk, d, oa, s, f, r, o, i, nth)
      returning line.*
    )
    select min(line_no), max(line_no), string_agg(added::text, E'\n' order by line_no) into lo, hi, body from added;
    select * into last from journal.batch b where b.chain = append.chain order by seq desc limit 1;
    insert into journal.batch values (
      append.chain, coalesce(last.seq, 0) + 1, t, lo, hi, coalesce(last.hash, ''::bytea),
      sha256(coalesce(last.hash, ''::bytea) || convert_to(body, 'UTF8')));
  end if;
  if array_length(delivered, 1) > 0 then
    insert into journal.delivered select t, unnest(delivered);
  end if;
end $$;
revoke all on function journal.append(uuid, bigint[], uuid[], uuid[], text[], bytea[], bigint[], text[], integer[], uuid[],
  text[], text[], uuid[]) from public;
grant execute on function journal.append(uuid, bigint[], uuid[], uuid[], text[], bytea[], bigint[], text[], integer[], uuid[],
  text[], text[], uuid[]) to pillarbox_journal;

-- Recomputes a chain from its lines: every batch that no longer says what it said, or null rows when all is well.
create function journal.broken_batches(chain uuid) returns table (seq bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
  set timezone = 'UTC' set datestyle = 'ISO, YMD' set bytea_output = 'hex'
as $$
  select b.seq from (
    select b.*, lag(b.hash, 1, ''::bytea) over (order by b.seq) as expected_previous, lag(b.seq, 1, 0::bigint) over (order by b.seq) as before
    from journal.batch b where b.chain = broken_batches.chain) b
  where b.previous <> b.expected_previous or b.seq <> b.before + 1
     or b.hash <> sha256(b.previous || convert_to(
          coalesce((select string_agg(l::text, E'\n' order by l.line_no) from journal.line l
                    where l.at = b.at and l.line_no between b.first_line and b.last_line), ''), 'UTF8'))
$$;
revoke all on function journal.broken_batches(uuid) from public;
grant execute on function journal.broken_batches(uuid) to pillarbox_admin;
grant usage on schema journal to pillarbox_admin;

alter table journal.line enable row level security;
create policy owner_sees on journal.line for select to pillarbox_customer
  using (owner_account = (select vault.whole()));
grant select on journal.line, journal.field_set to pillarbox_customer;

-- Which of these requests were handed over whole. Whoever asks must already hold the sixteen random bytes of each.
create function journal.delivered_among(requests uuid[]) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select distinct d.request from journal.delivered d where d.request = any (requests) $$;
revoke all on function journal.delivered_among(uuid[]) from public;
grant execute on function journal.delivered_among(uuid[]) to pillarbox_customer;

reset role;
