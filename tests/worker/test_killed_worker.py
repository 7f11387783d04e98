import signal

import psycopg
import pytest

from pillarbox.desk.read_import import read_import
from pillarbox.desk.start_import import start_import
from pillarbox.desk.upload_file import upload_order_file

pytestmark = pytest.mark.anyio
ROWS = 12_000
HEADER = "Order reference,First Name,Last Name,Address Line 1,City,Postcode,Country,Email,Weight"


def _file():
    lines = [HEADER]
    for n in range(ROWS):
        postcode = "NOWHERE" if n % 1000 == 500 else "YO1 7HH"
        lines.append(f"K-{n},Ann,Hart,{n} High St,York,{postcode},United Kingdom,a{n}@example.com,0.450")
    return "\r\n".join(lines).encode()


def _stored(installation, account):
    count = """select count(*), count(distinct reference_token), min(number), max(number),
        (select count(*) from vault.token t where t.account_id = o.account_id),
        (select count(*) from vault.import_problem p where p.account_id = o.account_id),
        (select count(distinct line) from vault.import_problem p where p.account_id = o.account_id)
        from vault.order o where account_id = %s group by account_id"""
    with psycopg.connect(installation.administrator) as connection:
        return connection.execute(count, [account]).fetchone()


async def _started(ask, person):
    row = await ask(person, upload_order_file, "orders.csv", _file())
    return await ask(person, start_import, row.import_id)


def _has_read(ask, person, row, least):
    async def look():
        found = await ask(person, read_import, row.import_id)
        return found if found.rows_read >= least else None

    return look


async def test_a_killed_import_goes_on_with_nothing_lost_and_nothing_doubled(
    ask, newcomer, installation, program, working, until
):
    person = await newcomer()
    row = await _started(ask, person)
    with program() as process:
        row = await until(_has_read(ask, person, row, 1))
        process.send_signal(signal.SIGKILL)
        process.wait()
    row = await ask(person, read_import, row.import_id)
    assert 0 < row.rows_read < ROWS, "killed in the middle, or the test says nothing"
    assert row.status == "running"
    assert _stored(installation, person.account)[0] == row.orders_made
    async with working():
        row = await until(_has_read(ask, person, row, ROWS))
    bad = ROWS // 1000
    assert (row.rows_read, row.orders_made, row.problems, row.duplicates) == (ROWS, ROWS - bad, bad, 0)
    good = ROWS - bad
    # Six words each: reference, postcode, e-mail, two names.
    assert _stored(installation, person.account) == (good, good, 1, good, good * 5, bad, bad)


async def test_a_worker_asked_to_end_leaves_the_import_to_the_next(ask, newcomer, program, working, until):
    person = await newcomer()
    row = await _started(ask, person)
    with program() as process:
        await until(_has_read(ask, person, row, 1))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    row = await ask(person, read_import, row.import_id)
    assert row.status == "running"
    assert row.rows_read < ROWS
    async with working():
        row = await until(_has_read(ask, person, row, ROWS))
    assert row.orders_made + row.problems == ROWS
