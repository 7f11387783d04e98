"""A pool that remembers which statements went through it, with which parameters and which replies."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from pillarbox.db.pool import Call, Pool, Transaction
from pillarbox.db.statement import Statement
from pillarbox.db.wire import Reply


@dataclass(frozen=True, slots=True)
class Heard:
    """One statement as it was run."""

    statement: Statement
    given: dict[str, Any]
    reply: Reply


@dataclass
class Tapped:
    """A transaction whose calls are written down; everything is still done by the real one."""

    inner: Transaction
    heard: list[Heard]

    async def run(self, *calls: Call, last: bool = False) -> list[Reply]:
        replies = await self.inner.run(*calls, last=last)
        self.heard += [Heard(s, dict(given), r) for (s, given), r in zip(calls, replies, strict=True)]
        return replies

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@dataclass
class Tap:
    """Lends what the real pool lends, tapped."""

    pool: Pool
    heard: list[Heard] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def lend(self) -> AsyncIterator[Any]:
        async with self.pool.lend() as tx:
            yield Tapped(tx, self.heard)
