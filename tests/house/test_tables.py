"""Every customer table, policy, index, function and grant, read from the catalogue of a real migrated database."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import Installation

Catalogue = psycopg.Connection[tuple[object, ...]]

UGLY_BUT_LISTED = {("transfer", "unbound_totals"): "the operator's totals: sums of money, no person's data"}
"""Every policy beyond the three of each table, with its reason. Add here only what an auditor would accept."""

REACHED_BY_NARROW_KEYS = {"parcel", "event", "top_up", "transfer", "book"}
"""Tables where a key that is confined to one object finds anything at all."""


@pytest.fixture
def catalogue(installation: Installation) -> Iterator[Catalogue]:
    with psycopg.connect(installation.administrator) as connection:
        yield connection


def ask(catalogue: Catalogue, sql: str) -> list[tuple[object, ...]]:
    return catalogue.execute(sql).fetchall()  # type: ignore[arg-type]


def test_there_are_customer_tables_to_judge(catalogue: Catalogue) -> None:
    assert len(ask(catalogue, "select 1 from pg_tables where schemaname = 'vault'")) >= 16


def test_every_customer_table_forces_row_security(catalogue: Catalogue) -> None:
    sql = """select relname from pg_class where relnamespace = 'vault'::regnamespace and relkind in ('r', 'p')
             and not (relrowsecurity and relforcerowsecurity)"""
    assert ask(catalogue, sql) == []


def test_every_customer_table_has_its_policies_and_no_other(catalogue: Catalogue) -> None:
    """One that grants, one restrictive floor that checks the context itself, and a third where narrow keys reach."""
    sql = """select c.relname, p.polname, p.polpermissive, pg_get_expr(p.polqual, p.polrelid),
               pg_get_expr(p.polwithcheck, p.polrelid)
             from pg_class c left join pg_policy p on p.polrelid = c.oid
             where c.relnamespace = 'vault'::regnamespace and c.relkind in ('r', 'p')"""
    found: dict[object, dict[object, tuple[object, str, str]]] = {}
    for table, policy, permissive, using, check in ask(catalogue, sql):
        if (table, policy) not in UGLY_BUT_LISTED:
            found.setdefault(table, {})[policy] = (permissive, str(using), str(check))
    for table, policies in found.items():
        narrow = {"narrow"} if table in REACHED_BY_NARROW_KEYS else set()
        assert policies.keys() == {"own", "floor"} | narrow, table
        assert [policies[p][0] for p in sorted(map(str, policies))] == [False] * (1 + len(narrow)) + [True], table
        floor = "account" if narrow else "whole"
        for expression in policies["floor"][1:]:
            assert expression == f"(account_id = ( SELECT vault.{floor}() AS {floor}))", table
        for expression in policies["narrow"][1:] if narrow else ():
            assert expression.startswith("((account_id = ( SELECT vault.whole() AS whole)) OR ((account_id, "), table
            assert expression.count(" OR ") == expression.count("vault.confined(") == 1, table


def test_account_id_comes_first_and_is_never_null(catalogue: Catalogue) -> None:
    sql = """select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum = 1
             where c.relnamespace = 'vault'::regnamespace and c.relkind in ('r', 'p')
             and not (a.attname = 'account_id' and a.attnotnull and a.atttypid = 'bigint'::regtype)"""
    assert ask(catalogue, sql) == []


def test_every_index_begins_with_the_account(catalogue: Catalogue) -> None:
    sql = """select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid
             join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
             where c.relnamespace = 'vault'::regnamespace and a.attname <> 'account_id'"""
    assert ask(catalogue, sql) == []


def test_every_foreign_key_carries_the_account(catalogue: Catalogue) -> None:
    sql = """select conname from pg_constraint k where k.contype = 'f' and k.connamespace = 'vault'::regnamespace
             and not exists (select from unnest(k.conkey, k.confkey) u (here, there)
               join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.here and a.attname = 'account_id'
               join pg_attribute b on b.attrelid = k.confrelid and b.attnum = u.there and b.attname = 'account_id')"""
    assert ask(catalogue, sql) == []


def test_customer_tables_have_no_triggers(catalogue: Catalogue) -> None:
    sql = """select tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
             where c.relnamespace = 'vault'::regnamespace and not t.tgisinternal"""
    assert ask(catalogue, sql) == []


def test_views_run_with_their_callers_rights(catalogue: Catalogue) -> None:
    sql = """select relname from pg_class where relnamespace in ('vault'::regnamespace, 'gate'::regnamespace,
             'journal'::regnamespace) and (relkind = 'm'
             or relkind = 'v' and not coalesce(reloptions::text like '%security_invoker=true%', false))"""
    assert ask(catalogue, sql) == []


def test_definer_functions_pin_their_search_path(catalogue: Catalogue) -> None:
    sql = """select proname from pg_proc where pronamespace in ('vault'::regnamespace, 'gate'::regnamespace,
             'journal'::regnamespace) and prosecdef and not coalesce(proconfig::text like '%search_path=pg_catalog%', false)"""
    assert ask(catalogue, sql) == []


def test_definer_functions_do_not_belong_to_a_superuser(catalogue: Catalogue) -> None:
    sql = """select proname from pg_proc p join pg_roles r on r.oid = p.proowner
             where pronamespace in ('vault'::regnamespace, 'gate'::regnamespace, 'journal'::regnamespace)
             and prosecdef and (r.rolsuper or r.rolbypassrls)"""
    assert ask(catalogue, sql) == []


def test_no_function_of_ours_is_for_everybody(catalogue: Catalogue) -> None:
    sql = """select p.oid::regprocedure::text from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
             where pronamespace in ('vault'::regnamespace, 'gate'::regnamespace, 'journal'::regnamespace)
             and a.grantee = 0"""
    assert ask(catalogue, sql) == []


def test_our_roles_own_no_power(catalogue: Catalogue) -> None:
    sql = """select rolname from pg_roles where rolname like 'pillarbox%'
             and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)"""
    assert ask(catalogue, sql) == []


def test_roles_that_log_in_own_nothing(catalogue: Catalogue) -> None:
    sql = """select c.relname from pg_class c join pg_roles r on r.oid = c.relowner where r.rolcanlogin and not r.rolsuper
             union all select p.proname from pg_proc p join pg_roles r on r.oid = p.proowner
             where r.rolcanlogin and not r.rolsuper"""
    assert ask(catalogue, sql) == []


def test_the_application_reaches_no_table_outside_the_vault_and_its_own_journal_lines(catalogue: Catalogue) -> None:
    sql = """select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in ('gate', 'journal', 'jobs', 'deploy', 'public') and c.relkind in ('r', 'p', 'v')
             and (has_table_privilege('pillarbox_app', c.oid, 'select') or has_table_privilege('pillarbox_app', c.oid, 'insert'))"""
    assert {row[0] for row in ask(catalogue, sql)} == {"journal.line", "journal.field_set"}


def test_journal_lines_are_shown_by_one_policy_to_their_owner(catalogue: Catalogue) -> None:
    sql = """select polname, polcmd::text from pg_policy where polrelid = 'journal.line'::regclass"""
    assert ask(catalogue, sql) == [("owner_sees", "r")]


def test_the_account_function_is_not_parallel_safe(catalogue: Catalogue) -> None:
    sql = "select proparallel::text, provolatile::text from pg_proc where oid = 'vault.account()'::regprocedure"
    assert ask(catalogue, sql) == [("r", "s")]


def test_no_login_of_ours_lets_contents_into_the_servers_log(catalogue: Catalogue) -> None:
    """Whatever server it is, and however it logs: no DETAIL lines, no failing statements, no bound values."""
    sql = """select rolname from pg_roles where rolname like 'pillarbox%' and rolcanlogin and not coalesce(rolconfig, '{}') @>
             '{log_error_verbosity=terse,log_min_error_statement=panic,log_parameter_max_length=0,
               log_parameter_max_length_on_error=0}'"""
    assert ask(catalogue, sql) == []


def test_nobody_takes_the_locks_that_everybody_waits_for(catalogue: Catalogue) -> None:
    """Migrations run under an advisory lock; one that a customer took would outlive the transaction, too."""
    sql = """select p.oid::regprocedure::text from pg_proc p where pronamespace = 'pg_catalog'::regnamespace
             and (proname like 'pg%advisory%' or proname in ('pg_stat_get_activity', 'pg_stat_get_backend_activity'))
             and (has_function_privilege('pillarbox_app', p.oid, 'execute')
                  or has_function_privilege('pillarbox_worker', p.oid, 'execute'))"""
    assert ask(catalogue, sql) == []
