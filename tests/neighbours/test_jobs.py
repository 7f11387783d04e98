"""Every task of the worker, put in the queue by a stranger on an object of the owner's, and run by the real worker.

First the owner's own job on that object must do something. The stranger's must end like one on an object that is not
there: nothing of the owner's is read, nothing is touched, and no word of the owner's is in what is logged.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from pillarbox.desk.buy_many import start_batch
from pillarbox.desk.create_order import create_order
from pillarbox.desk.new_order import NewOrder, ParcelFields, check_order
from pillarbox.desk.start_import import start_import
from pillarbox.desk.upload_file import upload_order_file
from pillarbox.gate.admit import Gate, Knock
from pillarbox.kernel.ids import Id
from pillarbox.main.compose import counter_of
from pillarbox.main.house import House, build, conninfo
from pillarbox.worker.hands import Hands
from pillarbox.worker.loop import work
from pillarbox.worker.tasks import TASKS
from tests.conftest import Installation, Person
from tests.neighbours.conftest import ADDRESS, CANARY, FILE
from tests.neighbours.scene import Scene
from tests.neighbours.tap import Heard, Tap

pytestmark = pytest.mark.anyio
Newcomer = Callable[..., Awaitable[Person]]
Worker = psycopg.Connection[tuple[Any, ...]]
PARCEL = """insert into vault.parcel (account_id, parcel_id, order_id, idempotency_key, tracking_number, service_code,
  format, weight_g, country, price_pence, vat_pence, vat, price_table, first_scan_at, status_at, label)
  values (%s, %s, %s, 'k', 'n', 's', 'f', 1, 'GB', 100, 0, 'v', 't', now(), now(), '')"""


@dataclass(slots=True)
class Working:
    """A worker process's inside, overheard: what its statements gave, and the queue as the administrator sees it."""

    scene: Scene
    heard: list[Heard]

    def enqueue(self, who: Person, task: str, thing: UUID) -> int:
        """As somebody's own bound transaction would, by the statement itself."""
        with self.scene.app.transaction():
            self.scene.app.execute("select gate.enter(%s, 'pages')", [self.scene.secret(who.session)])
            row = self.scene.app.execute("select gate.enqueue(%s, %s, %s)", [task, thing, uuid4().hex]).fetchone()
        assert row is not None
        return int(row[0])

    async def ended(self, job: int) -> str:
        """How a job ended: `gone` when it succeeded, for then it is deleted; never `todo` or `doing` again."""
        sql = "select status || ' ' || coalesce(scheduled_at > now(), false) from jobs.procrastinate_jobs where id = %s"
        for _ in range(500):
            found = self.scene.one(sql, job)
            if found not in {"todo false", "doing false"}:
                return "gone" if found is None else str(found)
            await asyncio.sleep(0.02)
        raise AssertionError("the job did not end")

    def read(self) -> set[Any]:
        """Every value that the worker's statements have given since this was last asked."""
        values: set[Any] = set()
        for each in self.heard:
            for row in each.reply.rows:
                for value in row:
                    values.update(value if isinstance(value, list) else [value])
        self.heard.clear()
        return values


@pytest.fixture
def working(scene: Scene, installation: Installation, anyio_backend: str) -> Callable[[], Any]:
    """`async with working() as inside` runs the worker's own loop with all its tasks on this run's queue."""
    settings, keys = installation.settings, installation.secrets

    @contextlib.asynccontextmanager
    async def run() -> AsyncIterator[Working]:
        async with build(settings, keys, "worker") as house:
            real = house.gate
            tap = Tap(real._pool)
            gate = Gate(tap, real._keyrings, house.tags, real._release)  # type: ignore[arg-type]
            hands = Hands(gate, counter_of(settings, keys))
            running = asyncio.create_task(work(hands, conninfo(settings, keys, "worker")))
            try:
                yield Working(scene, tap.heard)
            finally:
                hands.stopping.set()
                await running

    return run


@pytest.fixture
def worker(installation: Installation) -> Any:
    """A connection as the worker's role with a number of its own, which holds nothing."""
    settings, keys = installation.settings, installation.secrets
    with psycopg.connect(conninfo(settings, keys, "worker"), autocommit=True) as connection:
        yield connection


async def an_import(ask: Any, scene: Scene, who: Person) -> UUID:
    row = await ask(upload_order_file, "orders.csv", FILE)
    await ask(start_import, row.import_id)
    return _uuid(row.import_id)


async def a_batch(ask: Any, scene: Scene, who: Person) -> UUID:
    parcel = ParcelFields(weight_g=400, format="small parcel")
    order = await ask(create_order, check_order(NewOrder(recipient=ADDRESS, reference=CANARY, parcel=parcel)))
    counter = counter_of(*ask.installed)
    return _uuid((await ask(start_batch, counter, [order.order_id], "OLP2", "batch")).batch_id)


async def a_scanned_label(ask: Any, scene: Scene, who: Person) -> UUID:
    order = await ask(create_order, check_order(NewOrder(recipient=ADDRESS, reference=CANARY)))
    label, order_id = uuid4(), _uuid(order.order_id)
    scene.admin.execute("update vault.order set state = 'label_generated' where order_id = %s", [order_id])
    scene.admin.execute(PARCEL, [who.account, label, order_id])
    return label


OBJECTS = {"import_orders": an_import, "buy_batch": a_batch, "despatch": a_scanned_label}
"""For each task an object of the owner's on which it has something to do."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Does verbs as one person."""

    gate: Gate
    who: Person
    installed: tuple[Any, Any]

    async def __call__(self, verb: Any, *given: Any) -> Any:
        knock = Knock("pages", self.who.session, check_first=True)
        return await self.gate.serve(knock, "orders:write", lambda box: verb(box, *given))


def _uuid(thing: Id) -> UUID:
    return UUID(bytes=thing.raw)


@pytest.fixture(params=OBJECTS)
async def prepared(
    request: pytest.FixtureRequest, scene: Scene, house: House, newcomer: Newcomer, installation: Installation
) -> tuple[str, Person, UUID]:
    """A task, an owner with an object for it, and that object; the job that the verb itself left is taken away."""
    scene.admin.execute("delete from jobs.procrastinate_jobs")
    owner = await newcomer("job-owner")
    ask = Asking(house.gate, owner, (installation.settings, installation.secrets))
    thing = await OBJECTS[request.param](ask, scene, owner)
    scene.strike_jobs(owner.account)
    return request.param, owner, thing


def test_every_task_is_met() -> None:
    assert OBJECTS.keys() == TASKS.keys()


async def test_a_strangers_job_on_the_owners_object_is_one_on_nothing(
    prepared: tuple[str, Person, UUID], working: Callable[[], Any], scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    task, owner, thing = prepared
    stranger = scene.people.stranger
    before, hers = scene.holdings(owner.account), _in_the_vault(scene, stranger)
    async with working() as inside:
        with caplog.at_level(logging.DEBUG):
            absent = await inside.ended(inside.enqueue(stranger, task, uuid4()))
            assert stranger.account in inside.read()
            foreign = await inside.ended(inside.enqueue(stranger, task, thing))
        assert foreign == absent
        read = inside.read()
        assert stranger.account in read, "the worker did enter, as the stranger"
        assert owner.account not in read
        assert scene.holdings(owner.account) == before
        assert _in_the_vault(scene, stranger) == hers
        said = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
        assert task in said
        assert not [word for word in (CANARY, str(thing), thing.hex, str(owner.account)) if word in said]
        own = await inside.ended(inside.enqueue(owner, task, thing))
        assert own == "gone", "the owner's own job comes to its end"
        assert owner.account in inside.read()
    assert scene.holdings(owner.account) != before, "and does something"
    scene.strike_jobs(stranger.account)


def _in_the_vault(scene: Scene, who: Person) -> dict[str, str]:
    return {table: digest for table, digest in scene.holdings(who.account).items() if not table.startswith("gate.")}


# -- the worker's role -------------------------------------------------------------------------------------------------


def _number(worker: Worker) -> int:
    row = worker.execute("select * from jobs.procrastinate_register_worker_v1()").fetchone()
    assert row is not None
    return int(row[0])


def _refusal(worker: Worker, sql: str, *given: Any) -> str | None:
    try:
        with worker.transaction(force_rollback=True):
            worker.execute(sql, given)
    except psycopg.Error as error:
        return error.sqlstate
    return None


@pytest.fixture
def two_jobs(scene: Scene, newcomer: Newcomer) -> Any:
    """One job of the owner's and one of the stranger's, that wait in the queue."""
    scene.admin.execute("delete from jobs.procrastinate_jobs")
    inside = Working(scene, [])
    owner = inside.enqueue(scene.people.owner, "despatch", scene.named["label_id"])
    yield owner, inside.enqueue(scene.people.stranger, "despatch", uuid4())
    scene.admin.execute("delete from jobs.procrastinate_jobs")


ENTER = "select (entry).account_id, object from gate.enter_job(%s, %s)"


def test_who_does_not_hold_a_job_learns_nothing_of_it(two_jobs: tuple[int, int], worker: Worker, scene: Scene) -> None:
    """The owner's job, while it waits and while another worker does it, is like one that is not there."""
    owners, _ = two_jobs
    me, other = _number(worker), _number(worker)
    for status, holder in (("todo", None), ("doing", other), ("doing", None), ("failed", me)):
        scene.admin.execute(
            "update jobs.procrastinate_jobs set status = %s::jobs.procrastinate_job_status, worker_id = %s where id = %s",
            [status, holder, owners],
        )
        for job in (owners, owners + 1_000_000):
            assert _refusal(worker, ENTER, job, me) == "PB001"
            assert _refusal(worker, ENTER, job, None) == "PB001"
    scene.admin.execute(
        "update jobs.procrastinate_jobs set status = 'doing', worker_id = %s where id = %s", [me, owners]
    )
    assert worker.execute(ENTER, [owners, me]).fetchone() == (scene.people.owner.account, scene.named["label_id"])


@pytest.mark.parametrize(
    "sql",
    [
        "update gate.job set account_id = (select account_id from gate.job where job_id = %(owners)s) where job_id = %(hers)s",
        "update gate.job set job_id = %(hers)s where job_id = %(owners)s",
        "update gate.job set object_id = null",
        "insert into gate.job values (%(hers)s, %(account)s, 'despatch', %(label)s)",
        "delete from gate.job where job_id = %(owners)s",
        "update jobs.procrastinate_jobs set id = %(owners)s where id = %(hers)s",
        "update jobs.procrastinate_jobs set task_name = 'import_orders' where id = %(owners)s",
        "update jobs.procrastinate_jobs set args = '{}', lock = 'x' where id = %(owners)s",
        "update jobs.procrastinate_jobs set status = 'doing', worker_id = 1 where id = %(owners)s",
        "insert into jobs.procrastinate_jobs (id, queue_name, task_name, status) values (%(owners)s, 'desk', 'despatch', 'doing')",
        "delete from jobs.procrastinate_jobs where id = %(owners)s",
    ],
)
def test_the_workers_role_swaps_no_account(sql: str, two_jobs: tuple[int, int], worker: Worker, scene: Scene) -> None:
    owners, hers = two_jobs
    account = scene.people.owner.account
    given = {"owners": owners, "hers": hers, "account": account, "label": scene.named["label_id"]}
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        worker.execute(sql, given)


def test_a_job_that_was_swapped_all_the_same_is_refused(
    two_jobs: tuple[int, int], worker: Worker, scene: Scene
) -> None:
    """Had somebody with more rights turned a job into one of another task, its stamp would open nothing."""
    owners, _ = two_jobs
    me = _number(worker)
    sql = "update jobs.procrastinate_jobs set status = 'doing', worker_id = %s, task_name = %s where id = %s"
    scene.admin.execute(sql, [me, "import_orders", owners])
    assert _refusal(worker, ENTER, owners, me) == "PB001"
    scene.admin.execute(sql, [me, "despatch", owners])
    assert _refusal(worker, ENTER, owners, me) is None


def test_a_job_binds_once(two_jobs: tuple[int, int], worker: Worker, scene: Scene) -> None:
    owners, hers = two_jobs
    me = _number(worker)
    scene.admin.execute("update jobs.procrastinate_jobs set status = 'doing', worker_id = %s", [me])
    with worker.transaction(force_rollback=True):
        worker.execute(ENTER, [hers, me])
        assert _refusal(worker, ENTER, owners, me) == "PB002"
        assert _refusal(worker, "select gate.enter_tracking(%s)", scene.things["number"]) == "PB002"
        assert (
            worker.execute("select 1 from vault.parcel where parcel_id = %s", [scene.named["label_id"]]).fetchall()
            == []
        )
