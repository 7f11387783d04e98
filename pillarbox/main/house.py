"""Put the house together for one process: pools, journal, gate and sign-in, all of one database role.

Every process builds its own and takes it down again; nothing in it is reached in any other way than by being handed on.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Literal

from pillarbox.db.database import at_socket
from pillarbox.db.pool import Pool
from pillarbox.db.roles import conninfo_for
from pillarbox.gate.admit import Gate
from pillarbox.gate.keyring import keyrings_from
from pillarbox.gate.open_account import Accounts
from pillarbox.gate.release import Release
from pillarbox.gate.sign_in import SignIn
from pillarbox.incidents.detect import Detect
from pillarbox.journal.writer import Journal
from pillarbox.kernel.clock import utc_now
from pillarbox.kernel.ids import TagKey
from pillarbox.main.place import Place
from pillarbox.main.secrets import Secrets
from pillarbox.main.settings import Settings

Role = Literal["app", "worker"]
CONNECTIONS: Final[dict[Role, int]] = {"app": 8, "worker": 4}
"""Connections of one process; its journal writer has one more."""
IMPORT_CONNECTIONS: Final = 2
"""For imports, which build a temporary table: each connection is closed after its use."""


@dataclass(frozen=True, slots=True)
class House:
    """What one process hands to its doors or its jobs. `imports` is for the worker's imports alone."""

    gate: Gate
    sign_in: SignIn
    journal: Journal
    tags: TagKey
    imports: Pool | None


def conninfo(settings: Settings, secrets: Secrets, role: str) -> str:
    """Return the connection string of a role (`app`, `worker`, `import`, `journal`, `admin`); never log it."""
    address = settings.database_url or at_socket(Place(settings.data).socket)
    name = f"pillarbox_{role}"
    return conninfo_for(address, name, secrets.passwords[name])


@contextlib.asynccontextmanager
async def build(settings: Settings, secrets: Secrets, role: Role) -> AsyncIterator[House]:
    """Open what a process of this role needs, yield it, and close it again with every journal line written.

    Raises `DatabaseAway` when the database does not answer within ten seconds.
    """
    detect = Detect(Place(settings.data).incidents, utc_now)
    tags = TagKey(secrets.tag)

    def pool(of: str, size: int, *, single_use: bool = False) -> Pool:
        return Pool(conninfo(settings, secrets, of), size=size, on_traces=detect.traces, single_use=single_use)

    async with contextlib.AsyncExitStack() as stack:
        own, lines = pool(role, CONNECTIONS[role]), pool("journal", 1)
        imports = pool("import", IMPORT_CONNECTIONS, single_use=True) if role == "worker" else None
        for each in (own, lines, imports):
            if each is not None:
                stack.push_async_callback(each.close)
                await each.open()
        journal = Journal(lines)
        stack.push_async_callback(journal.stop)
        await journal.start()
        gate = Gate(own, keyrings_from(secrets.master), tags, Release(journal, detect))
        yield House(gate, SignIn(own, tags), journal, tags, imports)


@contextlib.asynccontextmanager
async def office(settings: Settings, secrets: Secrets) -> AsyncIterator[Accounts]:
    """Open the operator's own acts, as the role that may call those few functions and read nothing."""
    detect = Detect(Place(settings.data).incidents, utc_now)
    pool = Pool(conninfo(settings, secrets, "admin"), size=1, on_traces=detect.traces)
    try:
        await pool.open()
        yield Accounts(pool, keyrings_from(secrets.master), TagKey(secrets.tag))
    finally:
        await pool.close()
