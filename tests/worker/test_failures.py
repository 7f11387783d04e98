import asyncio
import json
import logging
import re
from pathlib import Path

import psycopg
import pytest

import pillarbox.desk
from pillarbox.db.errors import NoSuchCredential
from pillarbox.desk.read_import import read_import
from pillarbox.desk.start_import import start_import
from pillarbox.desk.upload_file import upload_order_file
from pillarbox.kernel.errors import BadInput, Unavailable
from pillarbox.main.house import conninfo
from pillarbox.worker.tasks import TASKS

pytestmark = pytest.mark.anyio
FILE = b"Order reference,Name,Address Line 1,City,Postcode,Weight\r\n1,Ann,1 High St,York,YO1 7HH,0.4\r\n"
SECRET = "Ann of 1 High St"


async def _job(ask, person):
    row = await ask(person, upload_order_file, "orders.csv", FILE)
    await ask(person, start_import, row.import_id)
    return row


def _jobs(installation, sql):
    with psycopg.connect(installation.administrator, autocommit=True) as connection:
        return connection.execute("set search_path = jobs, pg_catalog") and connection.execute(sql).fetchall()


def test_every_job_the_desk_enqueues_has_a_task():
    texts = [path.read_text() for path in Path(pillarbox.desk.__path__[0]).glob("*.py")]
    named = {name for text in texts for name in re.findall(r'^TASK(?:: Final)? = "(\w+)"', text, re.MULTILINE)}
    written = {name for text in texts for name in re.findall(r'task="(\w+)"', text)}
    assert named == set(TASKS)
    assert written <= named


@pytest.mark.parametrize(
    ("error", "again"),
    [(Unavailable("x"), True), (ValueError(SECRET), True), (BadInput(SECRET), False), (NoSuchCredential(), False)],
    ids=["away", "our own fault", "the customer's", "not ours to do"],
)
async def test_only_what_may_get_better_is_tried_again_and_nobody_is_named(
    error, again, ask, newcomer, installation, working, until, caplog
):
    seen = []

    async def fail(hands, held):
        seen.append(held)
        async with hands.gate.job(held.job, held.worker) as (_, thing):
            assert thing is not None
        raise error

    await _job(ask, await newcomer())
    with caplog.at_level(logging.DEBUG):

        async def ended():
            return seen and _jobs(
                installation,
                f"select status, scheduled_at > now() from procrastinate_jobs where id = {seen[0].job} "
                "and status <> 'doing'",
            )

        async with working(tasks={"import_orders": fail}):
            ((status, later),) = await until(ended)
    assert (status, later) == (("todo", True) if again else ("failed", None))
    assert caplog.text
    assert SECRET not in caplog.text
    assert SECRET not in json.dumps([str(r.__dict__) for r in caplog.records])
    _jobs(installation, "delete from procrastinate_jobs returning 1")


async def test_a_worker_cannot_enter_a_job_it_does_not_hold(ask, newcomer, installation, working, until):
    tried = []

    async def pry(hands, held):
        for job, worker in ((held.job, held.worker + 1), (held.job + 1, held.worker), (held.job - 1, held.worker)):
            with pytest.raises(NoSuchCredential):
                async with hands.gate.job(job, worker):
                    pass
            tried.append(job)

    await _job(ask, await newcomer())
    async with working(tasks={"import_orders": pry}):

        async def done():
            return len(tried) == 3

        await until(done)


async def test_an_import_whose_file_cannot_be_read_says_so(ask, newcomer, installation, working, until):
    person = await newcomer()
    data = FILE.replace(b"1,Ann", b"1,Ann", 1)
    row = await ask(person, upload_order_file, "orders.csv", data + b"2,Bob,2 High St,York,YO1 7HH,0.4\r\n" * 250_001)
    await ask(person, start_import, row.import_id)

    async def failed():
        found = await ask(person, read_import, row.import_id)
        return found if found.status == "failed" else None

    async with working():
        found = await until(failed)
    assert (found.failure, found.orders_made) == ("order-file-too-many-rows", 0)


async def test_a_worker_that_lost_its_job_does_not_end_it(ask, newcomer, installation, working, until):
    held_by_us, went_on = [], []

    async def sleep(hands, held):
        held_by_us.append(held)
        while not went_on:
            await asyncio.sleep(0.02)
        async with hands.gate.job(held.job, held.worker):
            went_on.append("let in")

    await _job(ask, await newcomer())
    async with working(tasks={"import_orders": sleep}):

        async def begun():
            return held_by_us

        ((job, worker),) = [(held.job, held.worker) for held in await until(begun)]
        ((other,),) = _jobs(installation, "insert into procrastinate_workers default values returning id")
        _jobs(installation, f"update procrastinate_jobs set worker_id = {other} where id = {job} returning 1")
        went_on.append("woken")
    assert other != worker
    assert went_on == ["woken"]
    assert _jobs(installation, f"select status, worker_id from procrastinate_jobs where id = {job}") == [
        ("doing", other)
    ]
    _jobs(installation, "delete from procrastinate_jobs returning 1")


async def test_nobody_ends_a_job_by_a_notice(ask, newcomer, working, until, installation):
    """Any role may NOTIFY, the application's too; procrastinate would take such a notice for an order to abort."""
    begun, ended = [], []

    async def slow(_hands, held):
        begun.append(held.job)
        await asyncio.sleep(1.0)
        ended.append(held.job)

    await _job(ask, await newcomer())
    async with working(tasks={"import_orders": slow}):

        async def has_begun():
            return begun

        (job,) = await until(has_begun)
        with psycopg.connect(conninfo(installation.settings, installation.secrets, "app"), autocommit=True) as app:
            notice = f'{{"type": "abort_job_requested", "job_id": {job}}}'
            for _ in range(8):  # whoever listens may not have begun to at once
                app.execute("select pg_notify('procrastinate_queue_v1#desk', %s)", [notice])
                await asyncio.sleep(0.1)

        async def has_ended():
            return ended

        assert await until(has_ended, seconds=5.0) == [job]
        assert begun == [job], "it was interrupted and had to begin again"
    _jobs(installation, "delete from procrastinate_jobs returning 1")
