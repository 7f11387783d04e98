"""Let somebody in, do their work in a box, and let the answer out.

Every way in is a method here, each on one function of the database: a session or key, a scan of the operator's
network, the public tracking page, a payment callback, a job. The application never says which account it is; it
presents a credential and the database decides.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from pillarbox.db.errors import NoSuchCredential
from pillarbox.db.pool import Pool
from pillarbox.db.statement import load
from pillarbox.gate.key import key_of
from pillarbox.gate.release import Release
from pillarbox.journal.line import Viewer
from pillarbox.kernel.errors import PillarboxError
from pillarbox.kernel.ids import Credential, IdUnreadable, TagKey
from pillarbox.vault.box import Box
from pillarbox.vault.entry import Entry, EntryCall
from pillarbox.vault.keys import Keyrings
from pillarbox.vault.owned import Owned
from pillarbox.vault.public import Public

_SQL: Final = load("pillarbox.gate", "gate.sql")
R = TypeVar("R")
Result = Owned[Any] | Public[Any]
Work = Callable[[Box], Awaitable[Result]]


@dataclass(frozen=True, slots=True)
class Knock:
    """One request as it stands at the door. `credential` is the raw text of the cookie or header."""

    surface: str
    credential: str | None = field(default=None, repr=False)
    device: bytes | None = None
    request: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    check_first: bool = False
    """Check the scope in a round trip of its own before the work: for work with effects outside the database."""


class Gate:
    """The door itself: one for each process, made by `main`."""

    def __init__(self, pool: Pool, keyrings: Keyrings, tags: TagKey, release: Release) -> None:
        """`pool` is of the role of this process."""
        self._pool = pool
        self._keyrings = keyrings
        self._tags = tags
        self._release = release

    def place(self, credential: str | None) -> str:
        """Return the path segment of the account that a credential says it belongs to; nothing is opened by it.

        Raises `NoSuchCredential` for what is not one of ours.
        """
        return self._tags.place(self._read(credential).account_id)

    async def delivered(self, request: bytes) -> None:
        """Note that an answer was handed to the network whole; for doors to call after its last byte."""
        self._release.delivered(request)

    async def serve(self, knock: Knock, scope: str, work: Work) -> Any:
        """Admit a session or API key, run `work` in its box, release and commit. Returns the value that may leave."""
        credential = self._read(knock.credential)
        call = EntryCall(_SQL["enter"], {"secret": credential.secret, "surface": knock.surface}, credential.account_id)
        return await self._serve(call, knock, scope, work, None)

    async def serve_scan(self, knock: Knock, number: str, work: Work) -> Any:
        """Admit a scan of the operator's network to the one parcel of this number."""
        credential = self._read(knock.credential)
        call = EntryCall(_SQL["enter_scan"], {"secret": credential.secret, "number": number}, 0)
        return await self._serve(call, knock, "network", work, credential.account_id)

    async def serve_tracking(self, knock: Knock, number: str, work: Work) -> Any:
        """Admit anybody to the public part of the one parcel of this number."""
        return await self._serve(EntryCall(_SQL["enter_tracking"], {"number": number}, 0), knock, "public", work, 0)

    async def serve_payment(self, knock: Knock, provider: str, reference: str, work: Work) -> Any:
        """Admit a verified payment callback to the one top-up that its reference names."""
        call = EntryCall(_SQL["enter_payment"], {"provider": provider, "reference": reference}, 0)
        return await self._serve(call, knock, "payment", work, 0)

    @contextlib.asynccontextmanager
    async def job(self, job: int, worker: int, pool: Pool | None = None) -> AsyncIterator[tuple[Box, bytes | None]]:
        """Enter the account of a held job for one transaction; commits when the block ends well.

        Yields the box and the 16 bytes of the job's object. A long job enters once for each of its steps.
        """
        call = EntryCall(_SQL["enter_job"], {"job": job, "worker": worker}, 0)
        async with (pool or self._pool).lend() as tx:
            box = Box(tx, call, self._keyrings, self._tags)
            try:
                entry = await box.enter()
                yield box, entry.job_object
            except BaseException:
                box.shut()
                await tx.give_up()
                raise
            await box.finish(commit=True)

    async def pre_advice(self, credential: str | None, after: str, most: int) -> list[str]:
        """Return tracking numbers after `after` that the operator's network is to expect."""
        given = {"secret": self._read(credential).secret, "after": after, "most": most}
        async with self._pool.lend() as tx:
            (reply,) = await tx.run((_SQL["pre_advice"], given))
            await tx.finish(commit=True)
        return [row[0] for row in reply.rows]

    async def confirmed_prices(self) -> frozenset[str]:
        """Return the fingerprints of doubtful price tables that the operator's staff have confirmed."""
        async with self._pool.lend() as tx:
            (reply,) = await tx.run((_SQL["confirmed_prices"], {}))
            await tx.finish(commit=True)
        return frozenset(fingerprint for _, fingerprint in reply.rows)

    def _read(self, text: str | None) -> Credential:
        try:
            return self._tags.open_credential(text or "")
        except IdUnreadable as error:
            raise NoSuchCredential from error

    async def _serve(self, call: EntryCall, knock: Knock, scope: str, work: Work, viewer_account: int | None) -> Any:
        async with self._pool.lend() as tx:
            box = Box(tx, call, self._keyrings, self._tags)
            try:
                if knock.check_first:
                    key_of(await box.enter()).require(scope)
                result = await _work(box, scope, work)
                entry = await box.enter()
                key_of(entry).require(scope)
                viewer = _viewer(entry, viewer_account, knock.device)
                value, durable = await self._release.check(
                    result, entry.account_id, viewer, knock.surface, knock.request
                )
            except BaseException:
                box.shut()
                await tx.give_up()
                raise
            await box.finish(commit=True)
        if durable is not None:
            await durable
        return value


async def _work(box: Box, scope: str, work: Work) -> Result:
    """Run the work; where it fails, a missing scope is the answer to give, not what the work stumbled upon."""
    try:
        return await work(box)
    except PillarboxError:
        if box.entered is not None:
            key_of(box.entered).require(scope)
        raise


def _viewer(entry: Entry, account: int | None, device: bytes | None) -> Viewer:
    return Viewer(
        entry.account_id if account is None else account,
        entry.person.raw if entry.person else None,
        entry.credential.raw if entry.credential else None,
        entry.kind,
        device,
    )
