"""Arbitrary SQL inside one customer's request: what it may reach is that customer's own box, and nothing else.

Every attack runs as the application's own role on a bound (or unbound) transaction, against a real server.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest

from pillarbox.main.house import conninfo
from tests.conftest import Installation, People, Person
from tests.gate.conftest import Attacker

pytestmark = pytest.mark.anyio
Orders = Callable[[Person], UUID]

CUSTOMER_TABLES = [
    "api_key",
    "batch",
    "batch_item",
    "book",
    "counter",
    "event",
    "file",
    "import",
    "import_problem",
    "order",
    "parcel",
    "person",
    "setting",
    "token",
    "top_up",
    "transfer",
]


def refused(attack: Attacker, sql: str, *values: object) -> str:
    with pytest.raises(psycopg.Error) as caught:
        attack.sql.execute(sql, values or None)
    return caught.value.sqlstate or ""


async def test_the_owner_sees_her_own_order(attacker: Attacker, people: People, an_order: Orders) -> None:
    attacker.enter(people.owner)
    rows = attacker.sql.execute('select account_id, order_id from vault."order"').fetchall()
    assert {row[0] for row in rows} == {people.owner.account}
    assert an_order(people.owner) in {row[1] for row in rows}


async def test_the_stranger_sees_none_of_it(attacker: Attacker, people: People, an_order: Orders) -> None:
    attacker.enter(people.stranger)
    for sql in (
        'select * from vault."order" where order_id = %s',
        'select * from vault."order" where order_id = %s or true limit 0',
        "update vault.\"order\" set state = 'cancelled' where order_id = %s returning 1",
        'delete from vault."order" where order_id = %s returning 1',
        "select * from vault.token where object_id = %s",
        'select 1 from vault."order" o join vault.token t on true where o.order_id = %s',
    ):
        assert attacker.sql.execute(sql, [an_order(people.owner)]).fetchall() == []


@pytest.mark.parametrize("table", CUSTOMER_TABLES)
async def test_an_unbound_query_is_an_error_and_never_an_empty_list(
    table: str, attacker: Attacker, people: People, an_order: Orders
) -> None:
    rows_exist = table in {"order", "token", "counter"}
    if rows_exist:
        assert refused(attacker, f'select * from vault."{table}"') == "PB001"
    else:
        assert (
            refused(attacker, f'select vault.account() from vault."{table}" union all select vault.account()')
            == "PB001"
        )


@pytest.mark.parametrize(
    "forged",
    ["{victim}.....{mac}", "{victim}.....", "{victim}", ".", "{victim}.....0000000000000000", "x" * 200],
)
async def test_a_forged_context_opens_nothing(
    forged: str, attacker: Attacker, people: People, an_order: Orders
) -> None:
    text = forged.format(victim=people.owner.account, mac="0" * 64)
    attacker.sql.execute("select set_config('pillarbox.context', %s, true)", [text])
    assert refused(attacker, 'select * from vault."order"') == "PB001"


async def test_a_context_of_ones_own_cannot_be_bent(attacker: Attacker, people: People, an_order: Orders) -> None:
    attacker.enter(people.stranger)
    (context,) = attacker.sql.execute("select current_setting('pillarbox.context')").fetchone() or ("",)
    bent = str(context).replace(str(people.stranger.account), str(people.owner.account))
    attacker.sql.execute("select set_config('pillarbox.context', %s, true)", [bent])
    assert refused(attacker, 'select * from vault."order"') == "PB001"


async def test_the_narrowness_of_a_context_cannot_be_bent(attacker: Attacker, people: People, an_order: Orders) -> None:
    attacker.enter(people.owner)
    (context,) = attacker.sql.execute("select current_setting('pillarbox.context')").fetchone() or ("",)
    *head, narrow, mac = str(context).split(".")
    assert narrow == ""
    text = ".".join([*head, "00000000-0000-0000-0000-000000000001", mac])
    attacker.sql.execute("select set_config('pillarbox.context', %s, true)", [text])
    for sql in ("select vault.account()", "select vault.whole()", "select * from vault.confined('{session}')"):
        with attacker.sql.transaction():
            attacker.sql.execute("savepoint here")
            assert refused(attacker, sql) == "PB001"
            attacker.sql.execute("rollback to here")


async def test_a_copied_context_opens_nothing_in_another_backend_or_a_later_transaction(
    attacker: Attacker, second: Attacker, people: People, an_order: Orders
) -> None:
    attacker.enter(people.owner)
    (context,) = attacker.sql.execute("select current_setting('pillarbox.context')").fetchone() or ("",)
    second.sql.execute("select set_config('pillarbox.context', %s, true)", [context])
    assert refused(second, 'select * from vault."order"') == "PB001"
    attacker.sql.commit()
    attacker.sql.execute("select set_config('pillarbox.context', %s, true)", [context])
    assert refused(attacker, 'select * from vault."order"') == "PB001"


async def test_a_transaction_is_bound_once(attacker: Attacker, people: People) -> None:
    attacker.enter(people.stranger)
    assert refused(attacker, "select gate.enter(%s, 'pages')", attacker.secret(people.owner)) == "PB002"


async def test_the_binding_ends_with_the_transaction(attacker: Attacker, people: People, an_order: Orders) -> None:
    attacker.enter(people.owner)
    attacker.sql.commit()
    assert refused(attacker, 'select * from vault."order"') == "PB001"


@pytest.mark.parametrize("secret", [b"", b"x", b"\x00" * 32, b"'; select 1 --"])
async def test_an_unknown_secret_is_refused(secret: bytes, attacker: Attacker, people: People) -> None:
    assert refused(attacker, "select gate.enter(%s, 'pages')", secret) == "PB001"


@pytest.mark.parametrize(
    "sql",
    [
        "select * from gate.credential",
        "select * from gate.mac_key",
        "select * from gate.data_key",
        "select * from gate.person",
        "select * from gate.account",
        "select * from gate.tracked",
        "select * from gate.payment",
        "select * from gate.job",
        "select * from gate.switch",
        "select * from gate.s10_range",
        "select * from jobs.procrastinate_jobs",
        "select * from journal.batch",
        "select * from journal.delivered",
        "select * from pg_authid",
        "select * from pg_stat_activity",
        "select * from pg_stats",
        "select * from pg_statistic",
        "select pg_read_file('/etc/passwd')",
        "select pg_ls_dir('.')",
        "copy (select 1) to program 'true'",
        "copy vault.\"order\" to '/tmp/x'",
        "select lo_create(0)",
        "select lo_from_bytea(0, 'x')",
        "select pg_terminate_backend(1)",
        "set role pillarbox_owner",
        "set role pillarbox_doorman",
        "set role pillarbox_scribe",
        "set role pillarbox_unbound_totals",
        "set role postgres",
        "set session authorization postgres",
        'alter table vault."order" disable row level security',
        'alter table vault."order" no force row level security',
        'create policy p on vault."order" using (true)',
        'drop policy own on vault."order"',
        'truncate vault."order"',
        "create schema mine",
        "do $$ begin perform 1; end $$",
        "select pg_advisory_lock(1)",
        "select pg_advisory_xact_lock(7274527)",
        "select query from pg_stat_get_activity(null)",
        "create table vault.mine (x int)",
        "create table public.mine (x int)",
        "create temporary table mine (x int)",
        "create view vault.mine as select 1",
        "create function vault.mine() returns int language sql as 'select 1'",
        "create function public.mine() returns int language sql as 'select 1'",
        "create operator public.=== (leftarg = int, rightarg = int, function = int4eq)",
        "alter function vault.account() security invoker",
        "alter role pillarbox_app bypassrls",
        "alter role pillarbox_app superuser",
        "select gate.bind(1, null, null, 'session', null)",
        "select gate.context_mac('x')",
        "select gate.keyring(1)",
        "select gate.bound()",
        "select gate.staff_only()",
        "select gate.enter_job(1, 1)",
        "select gate.open_account(1, 'merchant', '{}', '{}', '{}', '{}')",
        "select gate.add_person(1, gen_random_uuid(), '', '', '', '{}')",
        "select gate.issue_network_key(1, gen_random_uuid())",
        "select gate.throw_switch('platform', '{}', '')",
        "select journal.append(gen_random_uuid(), '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')",
        "insert into journal.line select * from journal.line",
        "update journal.line set surface = ''",
        "delete from journal.line",
        "update vault.transfer set pence = 1",
        "delete from vault.transfer",
        "delete from vault.parcel",
        "delete from vault.book",
        "delete from vault.event",
    ],
)
async def test_what_the_application_may_not_do_at_all(sql: str, attacker: Attacker, people: People) -> None:
    attacker.enter(people.stranger)
    assert refused(attacker, sql) in {"42501", "0LP01", "42P17"}, "refused for another reason than a missing right"


async def test_row_security_cannot_be_switched_off(attacker: Attacker, people: People, an_order: Orders) -> None:
    attacker.enter(people.stranger)
    attacker.sql.execute("set local row_security = off")
    assert refused(attacker, 'select * from vault."order"') == "42501"


async def test_rows_cannot_be_written_into_or_moved_to_another_account(
    attacker: Attacker, people: People, an_order: Orders
) -> None:
    attacker.enter(people.stranger)
    with attacker.sql.transaction():
        sql = "insert into vault.counter (account_id, name) values (%s, 'x')"
        with attacker.sql.transaction(force_rollback=True), pytest.raises(psycopg.errors.InsufficientPrivilege):
            attacker.sql.execute(sql, [people.owner.account])
    for sql in (
        'update vault."order" set account_id = %s',
        "update vault.token set account_id = %s",
        "update vault.counter set account_id = %s",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), attacker.sql.transaction():
            attacker.sql.execute(sql, [people.owner.account])


async def test_a_row_cannot_point_into_another_account(attacker: Attacker, people: People, an_order: Orders) -> None:
    attacker.enter(people.stranger)
    sql = (
        "insert into vault.parcel (account_id, parcel_id, order_id, idempotency_key, tracking_number, service_code, format,"
        " weight_g, country, price_pence, vat_pence, vat, price_table, status_at, label)"
        " values (%s, gen_random_uuid(), %s, 'k', 'n', 's', 'f', 1, 'GB', 0, 0, 'v', 't', now(), '')"
    )
    assert refused(attacker, sql, people.stranger.account, an_order(people.owner)) == "23503"


async def test_copy_obeys_row_security_out_and_is_refused_in(
    attacker: Attacker, people: People, an_order: Orders
) -> None:
    attacker.enter(people.stranger)
    with attacker.sql.cursor().copy('copy (select account_id from vault."order") to stdout') as copy:
        assert {int(bytes(line)) for line in copy} == {people.stranger.account}
    with pytest.raises(psycopg.Error), attacker.sql.cursor().copy("copy vault.token from stdin") as copy:
        copy.write("1\tx\ty\n")


async def test_an_error_in_a_condition_does_not_tell_of_others_rows(
    attacker: Attacker, people: People, an_order: Orders
) -> None:
    attacker.enter(people.stranger)
    sql = 'select count(*) from vault."order" where 1 / (case when account_id = %s then 0 else 1 end) = 1'
    assert attacker.sql.execute(sql, [people.owner.account]).fetchone() is not None
    assert refused(attacker, sql, people.stranger.account) == "22012", "the condition itself does work"


async def test_unique_rules_are_no_oracle(attacker: Attacker, people: People, an_order: Orders) -> None:
    attacker.enter(people.stranger)
    sql = "insert into vault.\"order\" (account_id, order_id, number, country, recipient, contents) values (%s, %s, 77, 'GB', '', '')"
    attacker.sql.execute(sql, [people.stranger.account, an_order(people.owner)])
    attacker.sql.rollback()


async def test_a_parallel_plan_loses_no_rows_and_gains_none(
    attacker: Attacker, people: People, an_order: Orders
) -> None:
    attacker.enter(people.owner)
    plain = attacker.sql.execute('select count(*) from vault."order"').fetchone()
    for setting in (
        "debug_parallel_query = on",
        "parallel_setup_cost = 0",
        "parallel_tuple_cost = 0",
        "min_parallel_table_scan_size = 0",
    ):
        attacker.sql.execute(f"set local {setting}")
    assert attacker.sql.execute('select count(*) from vault."order"').fetchone() == plain


async def test_a_search_path_of_ones_own_changes_no_function(attacker: Attacker, people: People) -> None:
    attacker.sql.execute("set search_path = public, vault, gate")
    attacker.enter(people.owner)
    row = attacker.sql.execute("select vault.account()").fetchone()
    assert row == (people.owner.account,)


@pytest.mark.parametrize("role", ["app", "worker", "journal", "admin"])
async def test_nobody_builds_a_temporary_schema(role: str, installation: Installation) -> None:
    with psycopg.connect(conninfo(installation.settings, installation.secrets, role)) as connection:
        for sql in ("create temporary table mine (x integer)", "create domain pg_temp.text as pg_catalog.text"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(sql)  # type: ignore[arg-type]


async def test_shadows_in_a_temporary_schema_would_change_nothing(
    installation: Installation, attacker: Attacker, people: People, an_order: Orders
) -> None:
    """Even where somebody may hold temporary tables and types, which are found first where nothing is pinned."""
    name = psycopg.conninfo.conninfo_to_dict(installation.administrator)["dbname"]
    database = psycopg.sql.Identifier(str(name))
    with psycopg.connect(installation.administrator, autocommit=True) as admin:
        admin.execute(psycopg.sql.SQL("grant temporary on database {} to pillarbox_app").format(database))
        try:
            for sql in (
                "create domain pg_temp.uuid as pg_catalog.uuid",
                "create domain pg_temp.text as pg_catalog.text",
                "create table pg_temp.mac_key (ipad bytea, opad bytea)",
                "create table pg_temp.credential (digest bytea)",
                "create table pg_temp.int8 (x integer)",
                'create table pg_temp."order" (x integer)',
                "set search_path = pg_temp, vault, gate, pg_catalog",
            ):
                attacker.sql.execute(sql)  # type: ignore[arg-type]
        finally:
            admin.execute(psycopg.sql.SQL("revoke temporary on database {} from pillarbox_app").format(database))
    with pytest.raises(psycopg.errors.InsufficientPrivilege), attacker.sql.transaction():
        attacker.sql.execute("create function pg_temp.sha256(bytea) returns bytea language sql as 'select $1'")
    attacker.enter(people.stranger)
    seen = attacker.sql.execute('select distinct account_id from vault."order"').fetchall()
    assert seen == [(people.stranger.account,)]
    assert (
        refused(attacker, "insert into vault.counter (account_id, name) values (%s, 'x')", people.owner.account)
        == "42501"
    )


async def test_a_broken_rule_does_not_quote_the_row(attacker: Attacker, people: People) -> None:
    attacker.enter(people.owner)
    sql = "insert into vault.\"order\" (account_id, order_id, number, country, recipient, contents) values (%s, gen_random_uuid(), 1, 'GBX', '', '')"
    with pytest.raises(psycopg.errors.CheckViolation) as broken:
        attacker.sql.execute(sql, [people.owner.account])
    assert broken.value.diag.message_detail is None


async def test_a_key_asks_for_no_more_than_its_person_holds(attacker: Attacker, people: People) -> None:
    attacker.enter(people.mate)
    sql = "select gate.issue_key(gen_random_uuid(), %s)"
    assert refused(attacker, sql, ["orders:read", "money:write"]) == "PB004"


async def test_revoking_reaches_only_ones_own_keys(
    attacker: Attacker, people: People, installation: Installation
) -> None:
    with psycopg.connect(installation.administrator) as admin:
        key = admin.execute(
            "select credential_id from gate.credential where account_id = %s and kind = 'key' limit 1",
            [people.owner.account],
        ).fetchone()
        attacker.enter(people.stranger)
        attacker.sql.execute("select gate.revoke_key(%s)", key)
        attacker.sql.commit()
        row = admin.execute("select revoked_at from gate.credential where credential_id = %s", key).fetchone()
    assert row == (None,)


async def test_staff_functions_are_for_staff(attacker: Attacker, people: People) -> None:
    attacker.enter(people.owner)
    assert refused(attacker, "select * from gate.operator_totals('2026-01-01', '2026-12-31')") == "PB004"
    attacker.sql.rollback()
    attacker.enter(people.owner)
    assert refused(attacker, "select gate.confirm_price('a', 'b')") == "PB004"
    attacker.sql.rollback()
    attacker.enter(people.staff)
    attacker.sql.execute("select * from gate.operator_totals('2026-01-01', '2026-12-31')")


async def test_expired_revoked_and_suspended_credentials_are_refused(
    attacker: Attacker, newcomer: Callable[..., object], installation: Installation
) -> None:
    person = await newcomer("leaving")  # type: ignore[misc]
    secret = attacker.secret(person)
    with psycopg.connect(installation.administrator, autocommit=True) as admin:
        for undo, do in (
            ("expires_at = 'infinity'", "expires_at = now()"),
            ("revoked_at = null", "revoked_at = now()"),
        ):
            admin.execute(f"update gate.credential set {do} where digest = sha256(%s)", [secret])
            assert refused(attacker, "select gate.enter(%s, 'pages')", secret) == "PB001"
            attacker.sql.rollback()
            admin.execute(f"update gate.credential set {undo} where digest = sha256(%s)", [secret])
        scope = f"account:{person.account}"
        admin.execute("select gate.throw_switch(%s, '{session}', 'test')", [scope])
        assert refused(attacker, "select gate.enter(%s, 'pages')", secret) == "PB003"
        attacker.sql.rollback()
        admin.execute("select gate.throw_switch(%s, '{}', 'test')", [scope])
    attacker.enter(person)
