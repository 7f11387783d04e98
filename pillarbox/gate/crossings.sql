-- The crossings: every way into the database that does not begin with a customer's own session or API key, and every
-- act of the gate itself. One object each, all in this file; there is no other way. pillarbox/db/migrate.py lays
-- this file anew whenever it has changed. Errors: PB001 no such credential or object, PB002 already bound,
-- PB003 suspended, PB004 not allowed.

set role pillarbox_doorman;

-- name: sign_in_parameters
-- The salt for an e-mail digest; a believable constant one for an e-mail that nobody has.
create or replace function gate.sign_in_parameters(email bytea) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select coalesce(
    (select p.salt from gate.person p, gate.mac_key k where p.email_digest = sha256(k.ipad || email)),
    (select substr(sha256(k.opad || email), 1, 16) from gate.mac_key k))
$$;

-- name: sign_in
-- Compares the digest of the argon2id output that the application computed, and opens a session of twelve hours.
create or replace function gate.sign_in(email bytea, proof bytea, session uuid, out account_id bigint, out secret bytea)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  p gate.person;
begin
  select q.* into p from gate.person q, gate.mac_key k
   where q.email_digest = sha256(k.ipad || email) and q.verifier = sha256(proof) and not q.frozen;
  if not found then
    raise exception 'no such person' using errcode = 'PB001';
  end if;
  perform gate.check_switches(p.account_id, 'session', 'pages');
  secret := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  insert into gate.credential (digest, credential_id, account_id, person_id, kind, scopes, expires_at)
  values (sha256(secret), session, p.account_id, p.person_id, 'session', p.scopes, now() + interval '12 hours');
  account_id := p.account_id;
end $$;

-- name: sign_out
-- Ends the session or key whose secret is presented; saying it twice is not an error.
create or replace function gate.sign_out(secret bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  update gate.credential set revoked_at = now() where digest = sha256(secret) and revoked_at is null
$$;

-- name: bound_person
-- The person and kind of the bound transaction; raises when unbound or tampered with.
create or replace function gate.bound(out account_id bigint, out person_id uuid, out kind text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
  account_id := vault.account();
  person_id := nullif(split_part(current_setting('pillarbox.context', true), '.', 2), '')::uuid;
  kind := split_part(current_setting('pillarbox.context', true), '.', 4);
end $$;

-- name: whole_account
-- The account of the bound transaction for acts that a narrow key has no part in; raises for one.
create or replace function gate.whole_account() returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  account bigint := vault.whole();
begin
  if account is null then
    raise exception 'not allowed' using errcode = 'PB004';
  end if;
  return account;
end $$;

-- name: sign_out_everywhere
-- Ends every session of the person who is bound, this one too; API keys stay.
create or replace function gate.sign_out_everywhere() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  b record;
begin
  select * into b from gate.bound();
  if b.kind <> 'session' or b.person_id is null then
    raise exception 'not allowed' using errcode = 'PB004';
  end if;
  update gate.credential set revoked_at = now()
   where person_id = b.person_id and account_id = b.account_id and kind = 'session' and revoked_at is null;
end $$;

-- name: issue_key
-- A new API key of the bound account, within the scopes of the session that asks. The secret is returned once.
create or replace function gate.issue_key(key uuid, wanted text[]) returns bytea
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  b record;
  secret bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  held text[];
begin
  select * into b from gate.bound();
  select p.scopes into held from gate.person p where p.person_id = b.person_id and p.account_id = b.account_id;
  if b.kind <> 'session' or held is null or not wanted <@ held then
    raise exception 'not allowed' using errcode = 'PB004';
  end if;
  insert into gate.credential (digest, credential_id, account_id, person_id, kind, scopes)
  values (sha256(secret), key, b.account_id, b.person_id, 'key', wanted);
  return secret;
end $$;

-- name: revoke_key
-- Ends an API key of the bound account; one that is not there or not ours changes nothing. Who may not change the
-- account's settings ends keys of her own only.
create or replace function gate.revoke_key(key uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  b record;
begin
  select * into b from gate.bound();
  if b.kind <> 'session' then
    raise exception 'not allowed' using errcode = 'PB004';
  end if;
  update gate.credential c set revoked_at = now()
   where c.credential_id = key and c.account_id = b.account_id and c.kind = 'key' and c.revoked_at is null
     and (c.person_id = b.person_id or exists (
       select from gate.person p
        where p.person_id = b.person_id and p.account_id = b.account_id and 'settings' = any (p.scopes)));
end $$;

-- name: enter_scan
-- The operator's network: its credential and a tracking number together open a narrow box on that one parcel.
create or replace function gate.enter_scan(secret bytea, number text) returns gate.entry
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  c gate.credential;
  t gate.tracked;
begin
  select * into c from gate.credential
   where digest = sha256(secret) and kind = 'network' and expires_at > now() and revoked_at is null;
  if not found then
    raise exception 'no such credential' using errcode = 'PB001';
  end if;
  perform gate.check_switches(c.account_id, c.kind, 'network');
  select * into t from gate.tracked where tracked.number = enter_scan.number;
  if not found then
    raise exception 'no such parcel' using errcode = 'PB005';
  end if;
  perform gate.bind(t.account_id, null, c.credential_id, 'network', t.parcel_id);
  return (t.account_id, null, c.credential_id, 'network', '{network}'::text[], t.parcel_id, gate.keyring(t.account_id))::gate.entry;
end $$;

-- name: enter_tracking
-- Anybody with a tracking number: a narrow box on that one parcel, for the public page.
create or replace function gate.enter_tracking(number text) returns gate.entry
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  t gate.tracked;
begin
  select * into t from gate.tracked where tracked.number = enter_tracking.number;
  if not found then
    raise exception 'no such parcel' using errcode = 'PB001';
  end if;
  perform gate.check_switches(t.account_id, 'public', 'tracking');
  perform gate.bind(t.account_id, null, null, 'public', t.parcel_id);
  return (t.account_id, null, null, 'public', '{public}'::text[], t.parcel_id, gate.keyring(t.account_id))::gate.entry;
end $$;

-- name: enter_payment
-- A payment provider's callback: opens a narrow box on the one top-up that its reference names. Whether the
-- callback is genuine was checked by the adapter's signature; what it can reach is that top-up and its booking.
create or replace function gate.enter_payment(provider text, reference text) returns gate.entry
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  p gate.payment;
begin
  select * into p from gate.payment where payment.provider = enter_payment.provider and payment.reference = enter_payment.reference;
  if not found then
    raise exception 'no such payment' using errcode = 'PB001';
  end if;
  perform gate.check_switches(p.account_id, 'payment', 'payments');
  perform gate.bind(p.account_id, null, null, 'payment', p.top_up_id);
  return (p.account_id, null, null, 'payment', '{payment}'::text[], p.top_up_id, '{}'::bytea[])::gate.entry;  -- money is not sealed: no keys
end $$;

-- name: register_payment
-- Ties a provider's reference to a top-up of the bound account, before the customer is sent to the provider.
create or replace function gate.register_payment(provider text, reference text, top_up uuid) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  insert into gate.payment (provider, reference, account_id, top_up_id)
  values (register_payment.provider, register_payment.reference, gate.whole_account(), top_up)
$$;

-- name: lease_s10
-- Leases `wanted` places of a number range to the bound account and says where they begin; the application turns
-- places into serials by its keyed permutation, so that a serial tells nothing of anyone's volume.
create or replace function gate.lease_s10(
  service_indicator text, issuing_country text, wanted integer,
  out first_serial integer, out size integer, out first_place integer, out specimen boolean)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  r gate.s10_range;
begin
  perform gate.whole_account();
  if wanted is null or wanted < 1 or wanted > 1000 then
    raise exception 'between 1 and 1000 numbers' using errcode = 'PB004';
  end if;
  select * into r from gate.s10_range g
   where g.indicator = service_indicator and g.country = issuing_country and g.used + wanted <= g.size
   order by g.specimen, g.first_serial limit 1 for update;
  if not found then
    raise exception 'no numbers left for %', service_indicator using errcode = 'PB006';
  end if;
  update gate.s10_range g set used = used + wanted
   where g.indicator = r.indicator and g.country = r.country and g.first_serial = r.first_serial;
  first_serial := r.first_serial;
  size := r.size;
  first_place := r.used;
  specimen := r.specimen;
end $$;

-- name: register_tracking
-- Enters parcels of the bound account in the directory of tracking numbers.
create or replace function gate.register_tracking(numbers text[], parcels uuid[]) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  insert into gate.tracked (number, account_id, parcel_id)
  select n, gate.whole_account(), p from unnest(numbers, parcels) as u (n, p)
$$;

-- name: pre_advice
-- The numbers that the operator's network is to expect, in the order of their numbers, nothing else.
create or replace function gate.pre_advice(secret bytea, after text, most integer) returns setof text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  network bigint := (select c.account_id from gate.credential c where c.digest = sha256(secret) and c.kind = 'network'
                     and c.expires_at > now() and c.revoked_at is null);
begin
  if network is null then
    raise exception 'no such credential' using errcode = 'PB001';
  end if;
  perform gate.check_switches(network, 'network', 'network');
  return query select t.number from gate.tracked t where t.number > after order by t.number limit least(most, 10000);
end $$;

-- name: enqueue
-- A job of the bound account on one object, written in the same transaction. The account is stamped here, on its lock
-- too, so that nobody's jobs wait for another's. A narrow key has no jobs, but that a scan leaves one for its parcel.
create or replace function gate.enqueue(task text, object uuid, run_lock text) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, jobs, pg_temp
as $$
declare
  job bigint;
  account bigint := vault.account();
begin
  if vault.whole() is null and object is distinct from (select c.object from vault.confined('{network}') c) then
    raise exception 'not allowed' using errcode = 'PB004';
  end if;
  job := (jobs.procrastinate_defer_jobs_v1(array[
    row('desk', task, 0, account || ':' || run_lock, null, '{}'::jsonb, null)::jobs.procrastinate_job_to_defer_v1]))[1];
  insert into gate.job (job_id, account_id, task, object_id) values (job, account, task, object);
  return job;
end $$;

-- name: enter_job
-- A worker that holds a job enters the account that was stamped on it; no other way leads from a job to an account.
create or replace function gate.enter_job(job bigint, worker bigint, out entry gate.entry, out object uuid)
language plpgsql volatile security definer set search_path = pg_catalog, jobs, pg_temp
as $$
declare
  j gate.job;
begin
  select g.* into j from gate.job g join jobs.procrastinate_jobs q on q.id = g.job_id
   where g.job_id = job and q.status = 'doing' and q.worker_id = worker and q.task_name = g.task;
  if not found then
    raise exception 'this worker does not hold that job' using errcode = 'PB001';
  end if;
  perform gate.check_switches(j.account_id, 'job', 'jobs');
  perform gate.bind(j.account_id, null, null, 'job', null);
  entry := (j.account_id, null, null, 'job', '{job}'::text[], null, gate.keyring(j.account_id))::gate.entry;
  object := j.object_id;
end $$;

-- name: confirm_price
-- A member of the operator's staff confirms a doubtful price table against the operator's own tariff.
create or replace function gate.confirm_price(table_key text, fingerprint text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform gate.staff_only();
  insert into gate.price_confirmation (table_key, fingerprint, person_id)
  select confirm_price.table_key, confirm_price.fingerprint, b.person_id from gate.bound() b on conflict do nothing;
end $$;

-- name: confirmed_prices
-- Which doubtful price tables have been confirmed, as they stood then. Not customers' data.
create or replace function gate.confirmed_prices() returns table (table_key text, fingerprint text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select c.table_key, c.fingerprint from gate.price_confirmation c $$;

reset role;

-- name: staff_only
-- Raises unless the bound transaction is a session of the operator's staff.
create or replace function gate.staff_only() returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  b record;
begin
  select * into b from gate.bound();
  if b.kind <> 'session' or not exists (
      select from gate.person p join gate.account a using (account_id)
       where p.person_id = b.person_id and p.account_id = b.account_id and a.kind = 'operator' and 'staff' = any (p.scopes)) then
    raise exception 'not allowed' using errcode = 'PB004';
  end if;
end $$;
alter function gate.staff_only() owner to pillarbox_doorman;
grant execute on function gate.staff_only() to pillarbox_unbound_totals;

-- name: operator_totals
-- The operator's books by London day and reason: counts and pence, no account and no person. Staff only.
create or replace function gate.operator_totals(first_day date, last_day date)
returns table (day date, reason text, bookings bigint, pence bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform gate.staff_only();
  return query
    select (t.at at time zone 'Europe/London')::date, t.reason, count(*), sum(t.pence)::bigint
    from vault.transfer t
    where t.at >= first_day::timestamp at time zone 'Europe/London'
      and t.at < (last_day + 1)::timestamp at time zone 'Europe/London'
    group by 1, 2 order by 1, 2;
end $$;
alter function gate.operator_totals(date, date) owner to pillarbox_unbound_totals;

-- name: open_account
-- A new account with its wrapped data keys: number 0 for search tokens, 1 and up for sealing. Command line only.
create or replace function gate.open_account(account bigint, account_kind text, numbers smallint[], wrapped bytea[], retention text[], period text[])
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into gate.account (account_id, kind) values (account, account_kind);
  insert into gate.data_key (account_id, key_no, wrapped, retention, period)
  select account, u.* from unnest(open_account.numbers, open_account.wrapped, open_account.retention, open_account.period) as u (n, w, r, p);
end $$;
alter function gate.open_account(bigint, text, smallint[], bytea[], text[], text[]) owner to pillarbox_doorman;

-- name: add_person
-- A person who can sign in to an account. Run by the operator's command line only.
create or replace function gate.add_person(account bigint, person uuid, email bytea, person_salt bytea, proof bytea, person_scopes text[])
returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  insert into gate.person (person_id, account_id, email_digest, salt, verifier, scopes)
  select person, account, sha256(k.ipad || email), person_salt, sha256(proof), person_scopes from gate.mac_key k
$$;
alter function gate.add_person(bigint, uuid, bytea, bytea, bytea, text[]) owner to pillarbox_doorman;

-- name: issue_network_key
-- A credential for the operator's scanning network. Run by the operator's command line only.
create or replace function gate.issue_network_key(account bigint, key uuid) returns bytea
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  secret bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
begin
  insert into gate.credential (digest, credential_id, account_id, kind, scopes)
  select sha256(secret), key, a.account_id, 'network', '{network}' from gate.account a
   where a.account_id = account and a.kind = 'operator';
  if not found then
    raise exception 'only the operator has a network' using errcode = 'PB004';
  end if;
  return secret;
end $$;
alter function gate.issue_network_key(bigint, uuid) owner to pillarbox_doorman;

-- name: add_s10_range
-- A leased range of S10 serials. Run by the operator's command line only; specimen ranges have no postal value.
create or replace function gate.add_s10_range(service_indicator text, issuing_country text, first integer, places integer, only_specimen boolean)
returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  insert into gate.s10_range (indicator, country, first_serial, size, specimen)
  values (service_indicator, issuing_country, first, places, only_specimen) on conflict do nothing
$$;
alter function gate.add_s10_range(text, text, integer, integer, boolean) owner to pillarbox_doorman;

-- name: throw_switch
-- Suspends a scope for credential kinds, or lifts it with no kinds. Command line and incidents only.
create or replace function gate.throw_switch(switch_scope text, stopped text[], why text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  delete from gate.switch where scope = switch_scope;
  if cardinality(stopped) > 0 then
    insert into gate.switch (scope, kinds, reason) values (switch_scope, stopped, why);
  end if;
end $$;
alter function gate.throw_switch(text, text[], text) owner to pillarbox_doorman;

-- name: leave
-- What a used connection may not leave behind: true when the next customer would meet something of this one.
create or replace function gate.leaves_traces() returns boolean
language sql volatile set search_path = pg_catalog, pg_temp
as $$
  select exists (select from pg_prepared_statements where from_sql) or exists (select from pg_cursors where is_holdable)
      or pg_my_temp_schema() <> 0 or exists (select from pg_listening_channels()) or current_user <> session_user
$$;

revoke all on all functions in schema gate from public;
-- Who may knock, function by function.
grant execute on function gate.sign_in_parameters(bytea), gate.sign_in(bytea, bytea, uuid), gate.sign_out(bytea),
  gate.sign_out_everywhere(), gate.issue_key(uuid, text[]), gate.revoke_key(uuid), gate.enter_scan(bytea, text), gate.enter_tracking(text),
  gate.enter_payment(text, text), gate.register_payment(text, text, uuid), gate.lease_s10(text, text, integer),
  gate.register_tracking(text[], uuid[]), gate.pre_advice(bytea, text, integer), gate.enqueue(text, uuid, text),
  gate.confirm_price(text, text), gate.confirmed_prices(), gate.operator_totals(date, date), gate.leaves_traces()
  to pillarbox_customer;
grant execute on function gate.leaves_traces() to pillarbox_journal, pillarbox_admin;
grant execute on function gate.enter_job(bigint, bigint) to pillarbox_worker;
grant execute on function gate.open_account(bigint, text, smallint[], bytea[], text[], text[]), gate.issue_network_key(bigint, uuid),
  gate.add_person(bigint, uuid, bytea, bytea, bytea, text[]), gate.add_s10_range(text, text, integer, integer, boolean),
  gate.throw_switch(text, text[], text) to pillarbox_admin;
grant execute on function gate.bound() to pillarbox_doorman;
