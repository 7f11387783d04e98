-- The gate: who may enter, as the database itself checks it. No application role can read a table of this schema.

set role pillarbox_doorman;

create table gate.mac_key (
  only_one boolean primary key default true check (only_one),
  ipad bytea not null,
  opad bytea not null
);
comment on table gate.mac_key is 'HMAC-SHA256 key of transaction contexts, already padded (RFC 2104); never leaves.';

do $$
declare
  k bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
          || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  i bytea := k;
  o bytea := k;
begin
  for n in 0..63 loop
    i := set_byte(i, n, get_byte(k, n) # 54);
    o := set_byte(o, n, get_byte(k, n) # 92);
  end loop;
  insert into gate.mac_key (ipad, opad) values (i, o);
end $$;

create table gate.account (
  account_id bigint primary key,
  kind text not null check (kind in ('merchant', 'operator', 'canary')),
  opened_at timestamptz not null default now()
);

create table gate.data_key (
  account_id bigint not null references gate.account,
  key_no smallint not null,
  retention text not null,
  period text not null,
  wrapped bytea not null,
  primary key (account_id, key_no)
);
comment on table gate.data_key is 'Data keys, wrapped by the master key that stays outside the database.';

create table gate.person (
  person_id uuid primary key,
  account_id bigint not null references gate.account,
  email_digest bytea not null unique,
  salt bytea not null,
  verifier bytea not null,
  scopes text[] not null,
  frozen boolean not null default false
);
comment on table gate.person is 'Sign-in: the e-mail as a keyed digest, the salt, and the digest of the argon2id output.';

create table gate.credential (
  digest bytea primary key,
  credential_id uuid not null,
  account_id bigint not null references gate.account,
  person_id uuid,
  kind text not null check (kind in ('session', 'key', 'network', 'support')),
  scopes text[] not null,
  narrow uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default 'infinity',
  revoked_at timestamptz,
  unique (account_id, credential_id)  -- of the account: a rule for all would tell whose ids exist
);

create table gate.switch (
  scope text not null,
  kinds text[] not null,
  reason text not null,
  thrown_at timestamptz not null default now(),
  primary key (scope)
);
comment on table gate.switch is 'Suspensions in force: platform, account:<id> or surface:<name>, and the credential kinds each stops.';

create table gate.tracked (
  number text primary key,
  account_id bigint not null,
  parcel_id uuid not null
);
comment on table gate.tracked is 'Which parcel a tracking number names: the directory of the two tracking crossings.';

create table gate.payment (
  provider text not null,
  reference text not null,
  account_id bigint not null,
  top_up_id uuid not null,
  primary key (provider, reference)
);

create table gate.s10_range (
  indicator text not null check (indicator ~ '^[A-Z]{2}$'),
  country text not null check (country ~ '^[A-Z]{2}$'),
  first_serial integer not null,
  size integer not null check (size > 0),
  used integer not null default 0 check (used between 0 and size),
  specimen boolean not null,
  primary key (indicator, country, first_serial)
);

create table gate.job (
  job_id bigint primary key,
  account_id bigint not null,
  task text not null,
  object_id uuid
);
comment on table gate.job is 'The account a job belongs to, stamped from the bound transaction that enqueued it.';

create table gate.price_confirmation (
  table_key text not null,
  fingerprint text not null,
  confirmed_at timestamptz not null default now(),
  person_id uuid not null,
  primary key (table_key, fingerprint)
);
comment on table gate.price_confirmation is 'Doubtful prices that the operator''s staff have confirmed against their own tariff.';

create table gate.settings (
  only_one boolean primary key default true check (only_one),
  epoch bigint not null default 1
);
insert into gate.settings default values;

-- The context of a bound transaction: account.person.credential.kind.narrow.mac, where the MAC also covers this
-- backend and this transaction's start, so a copied context opens nothing anywhere else or later.
create function gate.context_mac(body text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select encode(sha256(k.opad || sha256(k.ipad || convert_to(body, 'UTF8') || int4send(pg_backend_pid())
                || timestamptz_send(transaction_timestamp()))), 'hex')
  from gate.mac_key k
$$;
revoke all on function gate.context_mac(text) from public;

create function gate.bind(account bigint, person uuid, credential uuid, kind text, narrow uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  body text;
begin
  if coalesce(current_setting('pillarbox.context', true), '') <> '' then
    raise exception 'this transaction is already bound' using errcode = 'PB002';
  end if;
  body := account || '.' || coalesce(person::text, '') || '.' || coalesce(credential::text, '') || '.' || kind
       || '.' || coalesce(narrow::text, '');
  perform set_config('pillarbox.context', body || '.' || gate.context_mac(body), true);
end $$;
revoke all on function gate.bind(bigint, uuid, uuid, text, uuid) from public;

create function gate.check_switches(account bigint, kind text, surface text) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from gate.switch s
             where s.scope in ('platform', 'account:' || account, 'surface:' || surface) and kind = any (s.kinds)) then
    raise exception 'suspended' using errcode = 'PB003';
  end if;
end $$;
revoke all on function gate.check_switches(bigint, text, text) from public;

create function gate.keyring(account bigint) returns bytea[]
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select array_agg(int2send(key_no) || wrapped order by key_no) from gate.data_key where account_id = account
$$;
revoke all on function gate.keyring(bigint) from public;

create type gate.entry as (
  account_id bigint, person_id uuid, credential_id uuid, kind text, scopes text[], narrow uuid, keyring bytea[]
);

-- One query and one setting: this is on the way of every request, and each nested call would cost as much as the look-up.
create function gate.enter(secret bytea, surface text) returns gate.entry
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  c record;
  body text;
begin
  if coalesce(current_setting('pillarbox.context', true), '') <> '' then
    raise exception 'this transaction is already bound' using errcode = 'PB002';
  end if;
  select d.account_id, d.person_id, d.credential_id, d.kind, d.scopes, d.narrow, k.ipad, k.opad,
         (select array_agg(int2send(w.key_no) || w.wrapped order by w.key_no)
            from gate.data_key w where w.account_id = d.account_id) as keyring,
         exists (select from gate.switch s where d.kind = any (s.kinds) and s.scope in
                 ('platform', 'account:' || d.account_id, 'surface:' || enter.surface)) as suspended
    into c
    from gate.credential d, gate.mac_key k
   where d.digest = sha256(secret) and d.expires_at > now() and d.revoked_at is null and d.kind <> 'network';
  if not found then
    raise exception 'no such credential' using errcode = 'PB001';
  end if;
  if c.suspended then
    raise exception 'suspended' using errcode = 'PB003';
  end if;
  body := c.account_id || '.' || coalesce(c.person_id::text, '') || '.' || c.credential_id || '.' || c.kind
       || '.' || coalesce(c.narrow::text, '');
  perform set_config('pillarbox.context', body || '.' || encode(sha256(c.opad || sha256(c.ipad
    || convert_to(body, 'UTF8') || int4send(pg_backend_pid()) || timestamptz_send(transaction_timestamp()))), 'hex'), true);
  return (c.account_id, c.person_id, c.credential_id, c.kind, c.scopes, c.narrow, c.keyring)::gate.entry;
end $$;
revoke all on function gate.enter(bytea, text) from public;
grant execute on function gate.enter(bytea, text) to pillarbox_customer;

reset role;

-- What customer tables' policies call. Raises when unbound: an unbound query is an error, never an empty list.
-- PARALLEL RESTRICTED, because a parallel worker does not see the leader's setting and would lose rows silently.
create function vault.account() returns bigint
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
declare
  context text := current_setting('pillarbox.context', true);
  cut integer := length(context) - 65;
  body text;
begin
  if context is null or context = '' then
    raise exception 'no key' using errcode = 'PB001';
  end if;
  body := left(context, cut);
  -- gate.context_mac, written out: this runs several times a statement, and a nested call doubles its cost.
  perform from gate.mac_key k
    where cut > 0 and substr(context, cut + 2) = encode(sha256(k.opad || sha256(k.ipad || convert_to(body, 'UTF8')
          || int4send(pg_backend_pid()) || timestamptz_send(transaction_timestamp()))), 'hex');
  if not found then
    raise exception 'bad key' using errcode = 'PB001';
  end if;
  return split_part(body, '.', 1)::bigint;
end $$;
alter function vault.account() owner to pillarbox_doorman;
revoke all on function vault.account() from public;
grant execute on function vault.account() to pillarbox_customer, pillarbox_owner, pillarbox_doorman, pillarbox_scribe;

-- The account of a whole key, and null for a narrow one; raises like vault.account(). Account and narrowness are read
-- in one call on purpose: each (select ...) of a policy is worked out once, at its own moment, and SQL can change the
-- context in the middle of its statement, from one that is valid to another that is.
create function vault.whole() returns bigint
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
declare
  context text := current_setting('pillarbox.context', true);
  cut integer := length(context) - 65;
  body text;
begin
  if context is null or context = '' then
    raise exception 'no key' using errcode = 'PB001';
  end if;
  body := left(context, cut);
  perform from gate.mac_key k
    where cut > 0 and substr(context, cut + 2) = encode(sha256(k.opad || sha256(k.ipad || convert_to(body, 'UTF8')
          || int4send(pg_backend_pid()) || timestamptz_send(transaction_timestamp()))), 'hex');
  if not found then
    raise exception 'bad key' using errcode = 'PB001';
  end if;
  if split_part(body, '.', 5) <> '' then
    return null;
  end if;
  return split_part(body, '.', 1)::bigint;
end $$;

-- The account and the one object of a narrow key of these kinds, and nulls for any other key. One call, as above.
create function vault.confined(kinds text[], out account_id bigint, out object uuid)
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
declare
  mine bigint := vault.account();
  context text := current_setting('pillarbox.context', true);
begin
  if split_part(context, '.', 5) <> '' and split_part(context, '.', 4) = any (kinds) then
    account_id := mine;
    object := split_part(context, '.', 5)::uuid;
  end if;
end $$;
alter function vault.whole() owner to pillarbox_doorman;
alter function vault.confined(text[]) owner to pillarbox_doorman;
revoke all on function vault.whole(), vault.confined(text[]) from public;
grant execute on function vault.whole(), vault.confined(text[])
  to pillarbox_customer, pillarbox_owner, pillarbox_doorman, pillarbox_scribe;

-- What the context says, unchecked: the account, and the one object that a narrow key is confined to (or null). They
-- choose rows and plans and decide nothing: the restrictive floor of every table checks the context by itself.
create function vault.claimed_account() returns bigint
language sql stable parallel restricted
as $$ select nullif(split_part(current_setting('pillarbox.context', true), '.', 1), '')::bigint $$;
alter function vault.claimed_account() owner to pillarbox_owner;
create function vault.narrow() returns uuid
language sql stable parallel restricted
as $$ select nullif(split_part(current_setting('pillarbox.context', true), '.', 5), '')::uuid $$;
alter function vault.narrow() owner to pillarbox_owner;
revoke all on function vault.claimed_account(), vault.narrow() from public;
grant execute on function vault.claimed_account(), vault.narrow() to pillarbox_customer, pillarbox_owner, pillarbox_doorman, pillarbox_scribe;
