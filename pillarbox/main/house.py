"""Put the house together for one process: pools, journal, gate and sign-in, all of one database role.

Every process builds its own and takes it down again; nothing in it is reached in any other way than by being handed on.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
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


class House:
    """What one process hands to its doors or its jobs; `async with` opens it and closes it with every line written."""

    def __init__(self, gate: Gate, sign_in: SignIn, journal: Journal, tags: TagKey, pools: Mapping[str, Pool]) -> None:
        """Made by `build`. Entering raises `DatabaseAway` when the database does not answer within ten seconds."""
        self.gate = gate
        self.sign_in = sign_in
        self.tags = tags
        self._journal = journal
        self._pools = pools
        self._stack = contextlib.AsyncExitStack()

    def delivered(self, request: bytes) -> None:
        """Note that the answer to this request was handed to the network whole."""
        self._journal.delivered(request)

    async def __aenter__(self) -> House:
        """Open the connections, then the journal."""
        async with contextlib.AsyncExitStack() as stack:
            for pool in self._pools.values():
                stack.push_async_callback(pool.close)
            await asyncio.gather(*(pool.open() for pool in self._pools.values()))
            stack.push_async_callback(self._journal.stop)
            await self._journal.start()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Write what the journal still holds, then close the connections."""
        await self._stack.aclose()


def conninfo(settings: Settings, secrets: Secrets, role: str) -> str:
    """Return the connection string of a role (`app`, `worker`, `journal`, `admin`); never log it."""
    address = settings.database_url or at_socket(Place(settings.data).socket)
    name = f"pillarbox_{role}"
    return conninfo_for(address, name, secrets.passwords[name])


def build(settings: Settings, secrets: Secrets, role: Role) -> House:
    """Make the house of a process of this role; nothing is opened before it is entered."""
    detect = Detect(Place(settings.data).incidents, utc_now)
    pools = {
        name: Pool(conninfo(settings, secrets, name), size=size, on_traces=detect.traces)
        for name, size in ((role, CONNECTIONS[role]), ("journal", 1))
    }
    tags, journal = TagKey(secrets.tag), Journal(pools["journal"])
    gate = Gate(pools[role], keyrings_from(secrets.master), tags, Release(journal, detect))
    return House(gate, SignIn(pools[role], tags), journal, tags, pools)


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
