"""The box: one account, one transaction, one request, and the only handle on anything a customer owns.

It is handed over as an argument and never looked up. Rows come out `Owned`, stamped with the account of the row;
sealed fields are opened with the row's account in their binding, so another account's row is only ciphertext. When
the answer is out the box is shut, and touching it raises `BoxClosed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import msgspec

from pillarbox.db.pool import Transaction
from pillarbox.db.statement import Statement
from pillarbox.db.wire import Reply, Row
from pillarbox.kernel.errors import NotFound
from pillarbox.kernel.ids import Id, Kind, TagKey
from pillarbox.vault.entry import Entry, EntryCall
from pillarbox.vault.errors import BoxClosed, ForeignOwner
from pillarbox.vault.keys import Keyring, Keyrings
from pillarbox.vault.owned import Mark, Owned, insides
from pillarbox.vault.shape import ENCODER, Shape, binding, shape_of

T = TypeVar("T")


class Box:
    """What one request may touch. Made by the gate; see `gate.admit`."""

    __slots__ = ("_account", "_call", "_closed", "_entry", "_keyring", "_keyrings", "_tags", "_tx")

    def __init__(self, tx: Transaction, call: EntryCall, keyrings: Keyrings, tags: TagKey) -> None:
        """Nothing is sent to the database until the first statement, which travels with the entry."""
        self._tx = tx
        self._call = call
        self._keyrings = keyrings
        self._tags = tags
        self._entry: Entry | None = None
        self._keyring: Keyring | None = None
        self._account = call.account_id
        self._closed = False

    async def enter(self) -> Entry:
        """Let the database check the credential, if no statement has yet done so, and return what it said."""
        if self._entry is None:
            await self._run()
        return self._entered

    @property
    def entered(self) -> Entry | None:
        """What the database said at the door, or None while nobody has knocked."""
        return self._entry

    async def one(self, statement: Statement, row: type[T], *, last: bool = False, **given: Any) -> Owned[T]:
        """Return the one row of a statement. Raises `NotFound` when there is none.

        `last` says that this box asks nothing after it, so that the commit travels along: for reads.
        """
        found = await self.maybe(statement, row, last=last, **given)
        if found is None:
            raise NotFound
        return found

    async def maybe(self, statement: Statement, row: type[T], *, last: bool = False, **given: Any) -> Owned[T] | None:
        """Return the first row of a statement, or None."""
        (reply,) = await self._run((statement, given), last=last)
        if not reply.rows:
            return None
        return self._first(shape_of(row), reply)

    async def all(
        self, statement: Statement, row: type[T], *, last: bool = False, **given: Any
    ) -> Owned[tuple[T, ...]]:
        """Return all rows of a statement; none is an empty tuple of the box's own account."""
        (reply,) = await self._run((statement, given), last=last)
        return self._many(shape_of(row), reply)

    async def both(
        self, first: tuple[Statement, type[T]], *more: tuple[Statement, type[Any]], **given: Any
    ) -> list[Owned[tuple[Any, ...]]]:
        """Run several reads in one round trip; each statement takes what it needs of the parameters."""
        wanted = (first, *more)
        replies = await self._run(*((s, given) for s, _ in wanted))
        return [self._many(shape_of(row), reply) for (_, row), reply in zip(wanted, replies, strict=True)]

    async def one_and_write(
        self, read: tuple[Statement, type[T], dict[str, Any]], *writes: tuple[Statement, dict[str, Any]]
    ) -> tuple[Owned[T], list[int]]:
        """Run a statement that returns one row and changing ones after it, in one round trip."""
        statement, row, given = read
        reply, *written = await self._run((statement, given), *writes)
        if not reply.rows:
            raise NotFound
        return self._first(shape_of(row), reply), [w.count for w in written]

    async def write(self, statement: Statement, **given: Any) -> int:
        """Run a statement that changes rows; return how many."""
        (reply,) = await self._run((statement, given))
        return reply.count

    async def write_all(self, *calls: tuple[Statement, dict[str, Any]]) -> list[int]:
        """Run several changing statements in one round trip."""
        return [reply.count for reply in await self._run(*calls)]

    async def figures(self, statement: Statement, fields: str, **given: Any) -> Owned[tuple[Row, ...]]:
        """Return rows of counts and sums, which name no object; their owners are those of the rows all the same."""
        (reply,) = await self._run((statement, given))
        owners = frozenset(row[0] for row in reply.rows) or frozenset((self._account,))
        marks = tuple(Mark(owner, fields, ()) for owner in owners)
        return Owned(tuple(row[1:] for row in reply.rows), owners, marks)

    async def ask(self, statement: Statement, **given: Any) -> Row:
        """Run a function of the gate in this transaction: a lease, a new key, a job. Not for customers' rows."""
        (reply,) = await self._run((statement, given))
        return reply.rows[0]

    async def ask_all(self, statement: Statement, **given: Any) -> list[Row]:
        """`ask`, for all rows."""
        (reply,) = await self._run((statement, given))
        return reply.rows

    def open(self, owned: Owned[T]) -> T:
        """Look inside a value in order to decide something. Raises `ForeignOwner` if it is not this box's own."""
        self._check_open()
        value, owners, _ = insides(owned)
        if owners != frozenset((self._account,)):
            raise ForeignOwner
        return value

    def own(self, value: T, fields: str, ids: Sequence[Id] = ()) -> Owned[T]:
        """Stamp what was computed inside this box from its own values; the journal will call it `fields`."""
        self._check_open()
        return Owned(value, frozenset((self._account,)), (Mark(self._account, fields, tuple(i.raw for i in ids)),))

    def mint(self, kind: Kind) -> Id:
        """Make an id for a new object of this account."""
        return self._tags.mint(kind, self._account)

    @property
    def place(self) -> str:
        """The account's own unguessable path segment, under which its pages and files lie. Needs an entered box."""
        return self._tags.place(self._entered.account_id)

    def credential(self, prefix: str, secret: bytes) -> str:
        """Write a new credential of this account as its holder will keep it; `secret` is what the gate just issued."""
        return self._tags.seal_credential(prefix, self._account, secret)

    def seal(self, own: Id, purpose: str, value: msgspec.Struct | bytes) -> bytes:
        """Seal a value for storage under this account's key, bound to the object it belongs to."""
        plain = value if isinstance(value, bytes) else ENCODER.encode(value)
        return self._ring.seal(plain, binding(self._account, own.kind, own.raw, purpose))

    def unseal(self, own: Id, purpose: str, sealed: bytes) -> bytes:
        """Open a sealed value of this account. Raises `SealBroken`."""
        return self._ring.open(sealed, binding(self._account, own.kind, own.raw, purpose))

    def token(self, word: str) -> bytes:
        """Return the search token of a normalised word."""
        return self._ring.token(word.encode())

    def tokens(self, words: Iterable[str]) -> list[bytes]:
        """Return the search tokens of normalised words."""
        ring = self._ring
        return [ring.token(word.encode()) for word in words]

    @property
    def _ring(self) -> Keyring:
        self._check_open()
        if self._keyring is None:
            self._keyring = self._keyrings.open(self._entered.account_id, self._entered.keyring)
        return self._keyring

    @property
    def _entered(self) -> Entry:
        if self._entry is None:
            raise BoxClosed("This box has not been entered yet.")
        return self._entry

    def _check_open(self) -> None:
        if self._closed:
            raise BoxClosed

    async def _run(self, *calls: tuple[Statement, dict[str, Any]], last: bool = False) -> list[Reply]:
        self._check_open()
        if self._entry is None and self._account == 0:
            self._admit((await self._tx.run((self._call.statement, self._call.given)))[0])
        calls = tuple((s, {**given, "account": self._account}) for s, given in calls)
        if self._entry is not None:
            return await self._tx.run(*calls, last=last) if calls else []
        entry, *replies = await self._tx.run((self._call.statement, self._call.given), *calls, last=last)
        self._admit(entry)
        return replies

    def _admit(self, reply: Reply) -> None:
        self._entry = self._call.read(reply.rows[0])
        if self._account not in (0, self._entry.account_id):
            raise ForeignOwner
        self._account = self._entry.account_id

    def _first(self, shape: Shape, reply: Reply) -> Owned[Any]:
        value, owner = self._make(shape, reply.rows[0])
        return Owned(value, frozenset((owner,)), (Mark(owner, shape.fields, (reply.rows[0][1 + shape.own],)),))

    def _many(self, shape: Shape, reply: Reply) -> Owned[tuple[Any, ...]]:
        made = [self._make(shape, row) for row in reply.rows]
        owners = frozenset(owner for _, owner in made) or frozenset((self._account,))
        marks = tuple(
            Mark(owner, shape.fields, tuple(row[1 + shape.own] for row in reply.rows if row[0] == owner))
            for owner in owners
        )
        return Owned(tuple(value for value, _ in made), owners, marks)

    def _make(self, shape: Shape, row: Row) -> tuple[Any, int]:
        owner: int = row[0]
        values = list(row[1:])
        own: bytes = values[shape.own]
        for at, purpose, decoder in shape.sealed:
            if values[at] is not None:
                values[at] = decoder.decode(self._ring.open(values[at], binding(owner, shape.kind, own, purpose)))
        for at, kind in shape.ids:
            if values[at] is not None:
                values[at] = Id(kind, values[at])
        return shape.row(*values), owner

    def shut(self) -> None:
        """Shut the box; nothing opens it again."""
        self._closed = True
        self._keyring = None

    async def finish(self, *, commit: bool) -> None:
        """End the transaction and shut the box. Called by the gate, before the first byte leaves."""
        self.shut()
        await self._tx.finish(commit=commit)
