"""Arbitrary SQL inside a worker's job: it holds jobs that wait or run, and can make none up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

import psycopg
import pytest

from pillarbox.main.house import conninfo
from tests.conftest import Installation, Person
from tests.gate.conftest import Attacker

pytestmark = pytest.mark.anyio
Newcomer = Callable[..., Awaitable[Person]]
Worker = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def worker(installation: Installation) -> Iterator[Worker]:
    with psycopg.connect(conninfo(installation.settings, installation.secrets, "worker")) as connection:
        yield connection


@pytest.fixture
async def job(attacker: Attacker, newcomer: Newcomer) -> int:
    attacker.enter(await newcomer("busy"))
    (number,) = attacker.sql.execute("select gate.enqueue('red', gen_random_uuid(), 'lock')").fetchone() or (0,)
    attacker.sql.commit()
    return int(str(number))


@pytest.mark.parametrize(
    "sql",
    [
        "update jobs.procrastinate_jobs set status = 'doing', worker_id = null",
        "update jobs.procrastinate_jobs set task_name = 'other'",
        "insert into jobs.procrastinate_jobs (id, queue_name, task_name, status) values (1, 'desk', 'red', 'doing')",
        "delete from jobs.procrastinate_jobs",
        "insert into jobs.procrastinate_workers default values",
        "select nextval('jobs.procrastinate_jobs_id_seq')",
        "select jobs.procrastinate_defer_jobs_v1('{}')",
        "select jobs.procrastinate_cancel_job_v1(1, true, true)",
        "select * from gate.job",
        "set role pillarbox_doorman",
        "create function jobs.mine() returns int language sql as 'select 1'",
    ],
)
async def test_a_worker_makes_no_job_up(sql: str, worker: Worker) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        worker.execute(sql)  # type: ignore[arg-type]


async def test_a_job_opens_its_account_to_whoever_holds_it_and_to_nobody_else(worker: Worker, job: int) -> None:
    with pytest.raises(psycopg.Error, match="does not hold"), worker.transaction():
        worker.execute("select gate.enter_job(%s, 1)", [job])
    (mine,) = worker.execute("select * from jobs.procrastinate_register_worker_v1()").fetchone() or (0,)
    while True:
        row = worker.execute("select id from jobs.procrastinate_fetch_job_v2('{desk}', %s)", [mine]).fetchone()
        assert row is not None
        assert row[0] is not None, "the job was not among those that wait"
        if row[0] == job:
            break
    with worker.transaction(force_rollback=True):
        worker.execute("select gate.enter_job(%s, %s)", [job, mine])
    worker.execute("select jobs.procrastinate_finish_job_v1(%s, 'succeeded', true)", [job])
    with pytest.raises(psycopg.Error, match="does not hold"):
        worker.execute("select gate.enter_job(%s, %s)", [job, mine])
    worker.rollback()


async def test_a_number_written_again_opens_nothing(worker: Worker, job: int, installation: Installation) -> None:
    with psycopg.connect(installation.administrator) as admin:
        admin.execute("delete from jobs.procrastinate_jobs where id = %s", [job])
        (mine,) = admin.execute("insert into jobs.procrastinate_workers default values returning id").fetchone() or (0,)
        admin.execute(
            "insert into jobs.procrastinate_jobs (id, queue_name, task_name, status, worker_id)"
            " values (%s, 'none', 'red', 'doing', %s)",
            [job, mine],
        )
        with pytest.raises(psycopg.Error, match="does not hold"):
            admin.execute("select gate.enter_job(%s, %s)", [job, mine])


async def test_the_lock_of_a_job_is_its_accounts_own(job: int, installation: Installation) -> None:
    with psycopg.connect(installation.administrator) as admin:
        sql = "select lock = account_id || ':lock' from jobs.procrastinate_jobs join gate.job on job_id = id where id = %s"
        assert admin.execute(sql, [job]).fetchone() == (True,)
        admin.execute("delete from jobs.procrastinate_jobs where id = %s", [job])
