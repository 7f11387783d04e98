-- Roles, schemas and the closing of PUBLIC's doors. Roles that log in get their passwords from pillarbox/db/roles.py.
--
-- pillarbox_owner     owns customer tables; FORCE row security holds for it too.
-- pillarbox_doorman   owns the gate: credentials, keys, directories and the definer functions that read them.
-- pillarbox_scribe    owns the journal.
-- pillarbox_unbound_totals  the one role that reads money across accounts, for the operator's totals alone.
-- pillarbox_customer  what any process may do inside a bound transaction; granted to those below.
-- pillarbox_app, pillarbox_worker, pillarbox_journal, pillarbox_admin  log in.

do $$
declare
  r text;
begin
  foreach r in array array['pillarbox_owner', 'pillarbox_doorman', 'pillarbox_scribe', 'pillarbox_unbound_totals',
                           'pillarbox_customer'] loop
    if not exists (select from pg_roles where rolname = r) then
      execute format('create role %I nologin noinherit', r);
    end if;
  end loop;
  foreach r in array array['pillarbox_app', 'pillarbox_worker', 'pillarbox_journal', 'pillarbox_admin'] loop
    if not exists (select from pg_roles where rolname = r) then
      execute format('create role %I login inherit nosuperuser nobypassrls nocreatedb nocreaterole', r);
    end if;
  end loop;
end $$;

grant pillarbox_customer to pillarbox_app, pillarbox_worker;

do $$ begin
  execute format('revoke all on database %I from public', current_database());
  -- Connect and no more: nobody builds a temporary table, whose name could stand in front of ours.
  execute format('grant connect on database %I to pillarbox_app, pillarbox_worker, pillarbox_journal, pillarbox_admin',
                 current_database());
end $$;

revoke all on schema public from public;
-- Large objects have no row security, and other backends' statements are other people's business.
revoke execute on function lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea), lo_open(oid, integer),
  lo_put(oid, bigint, bytea), lo_get(oid), lo_get(oid, bigint, integer), lo_unlink(oid) from public;
revoke execute on function pg_terminate_backend(integer, bigint), pg_cancel_backend(integer) from public;
revoke all on pg_stat_activity, pg_stat_replication, pg_stats from public;
revoke execute on function pg_stat_get_activity(integer), pg_stat_get_backend_activity(integer) from public;
grant execute on function pg_stat_get_activity(integer), pg_stat_get_backend_activity(integer) to pg_monitor;
-- Whoever holds the lock under which a migration runs stops it, and what a session holds its next user would meet.
do $$
declare
  f regprocedure;
begin
  for f in select oid from pg_proc where pronamespace = 'pg_catalog'::regnamespace and proname ~ '^pg_(try_)?advisory_' loop
    execute format('revoke execute on function %s from public', f);
  end loop;
end $$;

create schema gate authorization pillarbox_doorman;
create schema vault authorization pillarbox_owner;
create schema journal authorization pillarbox_scribe;
create schema jobs authorization pillarbox_doorman;

-- Nobody who logs in writes programs: no DO block that tries numbers until one fits, no function beside ours.
revoke usage on language plpgsql, sql from public;
grant usage on language plpgsql, sql to pillarbox_owner, pillarbox_doorman, pillarbox_scribe, pillarbox_unbound_totals;

alter default privileges in schema gate revoke all on functions from public;
alter default privileges in schema vault revoke all on functions from public;
alter default privileges in schema journal revoke all on functions from public;
alter default privileges in schema jobs revoke all on functions from public;

grant usage on schema gate, vault, journal to pillarbox_customer, pillarbox_admin;
grant usage on schema vault, gate to pillarbox_doorman, pillarbox_scribe, pillarbox_owner, pillarbox_unbound_totals;
grant usage on schema journal, gate to pillarbox_journal;

alter role pillarbox_app set search_path = pg_catalog, vault;
alter role pillarbox_worker set search_path = pg_catalog, vault, jobs;
alter role pillarbox_journal set search_path = pg_catalog, journal;
alter role pillarbox_admin set search_path = pg_catalog, gate;
-- Every statement is keyed by its account and has one good plan; planning anew each time costs more than running.
-- Measured on 2,000 orders: a page of 20 took 3.3 ms with plans of the server's choice, 0.5 ms with generic ones.
alter role pillarbox_app set plan_cache_mode = force_generic_plan;
alter role pillarbox_worker set plan_cache_mode = force_generic_plan;
-- On any server, however it logs: no row of a DETAIL line, no statement and no bound value of ours in its log.
do $$
declare
  r text;
begin
  foreach r in array array['pillarbox_app', 'pillarbox_worker', 'pillarbox_journal', 'pillarbox_admin'] loop
    execute format('alter role %I set log_error_verbosity = terse', r);
    execute format('alter role %I set log_min_error_statement = panic', r);
    execute format('alter role %I set log_parameter_max_length = 0', r);
    execute format('alter role %I set log_parameter_max_length_on_error = 0', r);
  end loop;
end $$;
-- A line of the journal is on disk before the bytes leave, whatever the server does for others.
alter role pillarbox_journal set synchronous_commit = on;
-- And the one good plan follows an index in its order: on a table that has just grown, before its first analyze, the
-- server guesses a few rows and sorts them all (4,196 buffers instead of 103 for a page of 20 of 2,000 orders).
do $$
declare
  r text;
begin
  foreach r in array array['pillarbox_app', 'pillarbox_worker'] loop
    execute format('alter role %I set enable_seqscan = off', r);
    execute format('alter role %I set enable_bitmapscan = off', r);
  end loop;
end $$;
alter role pillarbox_app set statement_timeout = '30s';
alter role pillarbox_app set idle_in_transaction_session_timeout = '15s';
alter role pillarbox_app set transaction_timeout = '60s';
-- A worker that was stopped in the middle of a step must not keep its rows locked; between statements it needs a second.
alter role pillarbox_worker set idle_in_transaction_session_timeout = '30s';
