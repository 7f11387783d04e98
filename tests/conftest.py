"""One real PostgreSQL for the whole test run, one database for each xdist worker, and a fixed cast.

Async tests carry `pytestmark = pytest.mark.anyio`; all of one worker run on one event loop. Fixtures, all of the
session: `installation` (settings, secrets, the administrator's connection string), `house` (built for the role `app`),
`office` (the operator's own acts), `people` (owner, mate of the same account with fewer scopes, stranger, staff, and
the operator's network, each with its credentials). Rows stay between tests: open an account of your own with
`newcomer` where that matters. Types come from `from tests.conftest import People, Person`.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest

from pillarbox.db.database import ensure, prepare
from pillarbox.db.embedded import EmbeddedServer
from pillarbox.db.statement import load
from pillarbox.gate import Box, Public, Source
from pillarbox.gate.admit import Knock
from pillarbox.gate.key import KEY_SCOPES, MERCHANT_SCOPES, STAFF_SCOPES
from pillarbox.gate.open_account import Accounts
from pillarbox.kernel.ids import Id, Kind
from pillarbox.main.house import House, build
from pillarbox.main.house import office as build_office
from pillarbox.main.secrets import Secrets, read_or_make
from pillarbox.main.settings import Settings
from pillarbox.postage.s10 import indicator_kinds

TEMPLATE = "template"
_ISSUE_KEY = load("pillarbox.vault", "crossings.sql")["issue_key"]
MATE_SCOPES = ("orders:read", "labels")


@dataclass(frozen=True, slots=True)
class Installation:
    """`administrator` is the superuser's connection string to this worker's own database."""

    settings: Settings
    secrets: Secrets
    administrator: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in; `session` and `api_key` are credentials, `api_key` empty for staff."""

    account: int
    person: Id
    email: str
    password: str
    scopes: tuple[str, ...]
    session: str
    api_key: str


@dataclass(frozen=True, slots=True)
class People:
    """The fixed cast. `network` is the credential of the operator's scanning network."""

    owner: Person
    mate: Person
    stranger: Person
    staff: Person
    network: str


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Installation]:
    shared = tmp_path_factory.getbasetemp()
    shared = shared if worker_id == "master" else shared.parent
    with _server(shared) as (server, secrets):
        name = f"w_{worker_id}"
        ensure(server.superuser_conninfo(), name, template=TEMPLATE)
        data = tmp_path_factory.mktemp("data")
        url = server.superuser_conninfo(name)
        yield Installation(Settings(data=data, database_url=url), secrets, url)


@contextlib.contextmanager
def _server(shared: Path) -> Iterator[tuple[EmbeddedServer, Secrets]]:
    """The server of this run. Whoever started it waits until nobody uses it, since it cannot outlive that process."""
    with (shared / "server.users").open("w") as users, (shared / "server.making").open("a+") as making:
        fcntl.flock(making, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        making.seek(0)
        root = Path(making.read() or tempfile.mkdtemp(prefix="pbx-", dir="/tmp"))
        root.chmod(0o755)
        server = EmbeddedServer(root / "db", durable=False, settings={"max_connections": "200"})
        attached = server.start().attached
        secrets = read_or_make(root / "keys.json", data_exists=attached)
        if not attached:
            ensure(server.superuser_conninfo(), TEMPLATE)
            crossings = files("pillarbox.gate").joinpath("crossings.sql")
            prepare(server.superuser_conninfo(TEMPLATE), secrets.passwords, repeatable=[crossings])
            making.truncate(0)
            making.write(str(root))
            making.flush()
        fcntl.flock(making, fcntl.LOCK_UN)
        try:
            yield server, secrets
        finally:
            if not attached:
                fcntl.flock(users, fcntl.LOCK_UN)
                fcntl.flock(making, fcntl.LOCK_EX)  # whoever comes later starts one of its own
                fcntl.flock(users, fcntl.LOCK_EX)
                server.stop()
                making.truncate(0)
                shutil.rmtree(root)


@pytest.fixture(scope="session")
async def house(installation: Installation, anyio_backend: str) -> AsyncIterator[House]:
    async with build(installation.settings, installation.secrets, "app") as built:
        yield built


@pytest.fixture(scope="session")
async def office(installation: Installation, anyio_backend: str) -> AsyncIterator[Accounts]:
    async with build_office(installation.settings, installation.secrets) as accounts:
        yield accounts


@pytest.fixture(scope="session")
def newcomer(house: House, office: Accounts) -> Callable[..., Awaitable[Person]]:
    """`await newcomer()` opens a merchant's account with one person; `account=` adds a person to one that is there."""
    numbers = itertools.count(1)

    async def arrive(
        name: str = "newcomer",
        *,
        account: int | None = None,
        kind: str = "merchant",
        scopes: tuple[str, ...] = MERCHANT_SCOPES,
    ) -> Person:
        email, password = f"{name}-{next(numbers)}@post.example", f"a long password of {name}"
        where = await office.open(kind) if account is None else account
        person = await office.add_person(where, email, password, scopes)
        session = await house.sign_in.sign_in(email, password)
        held = tuple(scope for scope in scopes if scope in KEY_SCOPES)
        key = await _issue_key(house, session, held) if held else ""
        return Person(where, person, email, password, scopes, session, key)

    return arrive


async def _issue_key(house: House, session: str, scopes: tuple[str, ...]) -> str:
    async def work(box: Box) -> Public[tuple[bytes, int]]:
        entry = await box.enter()
        row = await box.ask(_ISSUE_KEY, key=box.mint(Kind.API_KEY), scopes=list(scopes))
        return Public((bytes(row[0]), entry.account_id), Source.ECHO)

    secret, account = await house.gate.serve(Knock("pages", session), scopes[0], work)
    return house.tags.seal_credential("pbk_live", account, secret)


@pytest.fixture(scope="session")
async def people(newcomer: Callable[..., Awaitable[Person]], office: Accounts, anyio_backend: str) -> People:
    owner = await newcomer("owner")
    mate = await newcomer("mate", account=owner.account, scopes=MATE_SCOPES)
    stranger = await newcomer("stranger")
    staff = await newcomer("staff", kind="operator", scopes=STAFF_SCOPES)
    for indicator in sorted(set(indicator_kinds().values())):
        await office.add_s10_range(indicator, "GB", 90_000_000, 1_000_000, specimen=True)
    return People(owner, mate, stranger, staff, await office.issue_network_key(staff.account))
