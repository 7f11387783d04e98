"""Who has seen this account's data: the disclosure record, with names that its owner knows.

The record holds ids; what they are called is looked up in the owner's own box. Reading the record is itself written
down, as one line for each page that names the reader and not every line read again; such lines are left out of the
record as it is shown, unless asked for or made by anybody outside the account.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import msgspec

from pillarbox.desk.seen_words import fields_in_words, kind_of, surface_in_words, thing_in_words
from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.box import Box
from pillarbox.vault.journal_lines import SQL, JournalLine, LabelNamed, ObjectsOfOrder, OrderNamed
from pillarbox.vault.keys_list import SQL as KEYS
from pillarbox.vault.keys_list import ApiKeyRow
from pillarbox.vault.owned import Owned
from pillarbox.vault.persons import SQL as PERSONS
from pillarbox.vault.persons import PersonRow

MOST: Final = 200


class LinesUnusable(BadInput):
    """A page has 1 to 200 lines."""


class Who(StrEnum):
    """What kind of viewer it was."""

    PERSON = "person"
    KEY = "key"
    NETWORK = "network"
    PUBLIC = "public"
    PAYMENT = "payment"
    SUPPORT = "support"
    STRANGER = "stranger"


_OUTSIDERS: Final = {
    "network": (Who.NETWORK, "the operator's network"),
    "public": (Who.PUBLIC, "public tracking page"),
    "payment": (Who.PAYMENT, "the payment provider's answer"),
    "support": (Who.SUPPORT, "the operator's support"),
}


class Before(msgspec.Struct, frozen=True, gc=False):
    """Where a page begins: before this line of the record."""

    at: datetime
    line: int


NEWEST: Final = Before(datetime(9999, 1, 1, tzinfo=UTC), 2**62)


class SeenThing(msgspec.Struct, frozen=True, gc=False):
    """One object that was shown; `name` is what its owner calls it (`Order 10443`)."""

    id: Id
    name: str


class Sight(msgspec.Struct, frozen=True, gc=False):
    """One line: who saw which fields of which objects, when (UTC) and by which door.

    `outcome` is `delivered` (handed over whole), `offered` (it left, and nobody told us that it arrived) or `refused`
    (stopped at the door; nothing was shown). `device` tells browsers apart and says nothing else.
    """

    at: datetime
    who: Who
    name: str
    outside: bool
    device: str
    surface: str
    fields: str
    things: tuple[SeenThing, ...]
    outcome: str
    request: str


class Outsiders(msgspec.Struct, frozen=True, gc=False):
    """How often anybody outside the account was shown something, ever; `strangers` are all but the first three."""

    network: int
    public: int
    payment: int
    strangers: int
    refused: int


class SeenPage(msgspec.Struct, frozen=True, gc=False):
    """A page of the record, newest first; `older` is where the next begins, None at the end.

    `since` is when the record begins, None while it is empty.
    """

    sights: tuple[Sight, ...]
    older: Before | None
    since: datetime | None
    outsiders: Outsiders


async def who_has_seen(
    box: Box, order_id: Id | None = None, before: Before = NEWEST, most: int = 50, *, readings: bool = False
) -> Owned[SeenPage]:
    """Return a page of the record: of one order and its labels, or of the whole account.

    `readings` also lists when the account's own people read this record, and the heads of their pages. Raises
    `NotFound` for an order that is not there, `LinesUnusable`.
    """
    if not 1 <= most <= MOST:
        raise LinesUnusable(field="limit")
    given = {"before_at": before.at, "before_line": before.line, "objects": None, "readings": readings}
    if order_id is not None:
        given["objects"] = await _objects(box, order_id)
    rows = box.open(await box.figures(SQL["lines"], "journal:lines", most=most + 1, **given))
    lines = [JournalLine(*row) for row in rows[:most]]
    page = SeenPage(
        await _sights(box, lines),
        Before(lines[-1].at, lines[-1].line) if len(rows) > most else None,
        await _since(box),
        await _outsiders(box),
    )
    entry = await box.enter()
    reader = entry.person or entry.credential
    return box.own(page, "journal:lines", (reader,) if reader else ())


async def _objects(box: Box, order_id: Id) -> list[Id]:
    found = box.open(await box.one(SQL["objects_of_order"], ObjectsOfOrder, order_id=order_id))
    return [order_id, *(Id(Kind.LABEL, raw) for raw in found.labels)]


async def _sights(box: Box, lines: Sequence[JournalLine]) -> tuple[Sight, ...]:
    people, keys = await box.both((PERSONS["people"], PersonRow), (KEYS["api_keys"], ApiKeyRow))
    names = {row.person_id.raw: row.profile.name for row in box.open(people)}
    names |= {row.key_id.raw: f"API key {row.key_name.words}" for row in box.open(keys)}
    things = await _things(box, lines)
    requests = list({line.request.hex() for line in lines})
    delivered = {bytes(row[0]) for row in await box.ask_all(SQL["delivered"], requests=requests)}
    return tuple(_sight(line, names, things, delivered=line.request in delivered) for line in lines)


async def _things(box: Box, lines: Sequence[JournalLine]) -> dict[bytes, str]:
    """Return what orders and labels of these lines are called."""
    wanted: dict[Kind | None, set[bytes]] = {}
    for line in lines:
        wanted.setdefault(kind_of(line.fields), set()).update(line.ids)
    orders = await box.all(SQL["orders_named"], OrderNamed, ids=_ids(Kind.ORDER, wanted))
    labels = await box.all(SQL["labels_named"], LabelNamed, ids=_ids(Kind.LABEL, wanted))
    called = {row.order_id.raw: f"Order {row.number}" for row in box.open(orders)}
    return called | {row.label_id.raw: f"Label {row.tracking_number}" for row in box.open(labels)}


def _ids(kind: Kind, wanted: dict[Kind | None, set[bytes]]) -> list[Id]:
    return [Id(kind, raw) for raw in wanted.get(kind, ())]


def _sight(line: JournalLine, names: dict[bytes, str], things: dict[bytes, str], *, delivered: bool) -> Sight:
    who, name, outside = _viewer(line, names)
    kind = kind_of(line.fields)
    shown = (
        tuple(SeenThing(Id(kind, i), things.get(i) or names.get(i) or thing_in_words(kind)) for i in line.ids)
        if kind
        else ()
    )
    return Sight(
        at=line.at,
        who=who,
        name=name,
        outside=outside,
        device=line.device.hex()[:8] if line.device else "",
        surface=surface_in_words(line.surface),
        fields=fields_in_words(line.fields),
        things=shown,
        outcome="delivered" if delivered and line.outcome == "offered" else line.outcome,
        request=line.request.hex(),
    )


def _viewer(line: JournalLine, names: dict[bytes, str]) -> tuple[Who, str, bool]:
    """Say who it was. Another customer is never named to this one; what happened is, to the day and the field."""
    if line.viewer_kind in _OUTSIDERS:
        return *_OUTSIDERS[line.viewer_kind], True
    if line.viewer_account != line.owner_account:
        return Who.STRANGER, "somebody outside your account", True
    if line.viewer_kind == "key":
        return Who.KEY, names.get(line.credential or b"", "an API key"), False
    return Who.PERSON, names.get(line.person or b"", "somebody of your account"), False


async def _since(box: Box) -> datetime | None:
    rows = box.open(await box.figures(SQL["first_line"], "journal:lines"))
    first: datetime | None = rows[0][0] if rows else None
    return first


async def _outsiders(box: Box) -> Outsiders:
    rows = box.open(await box.figures(SQL["outsiders"], "journal:lines"))
    shown: dict[str, int] = {}
    refused = 0
    for kind, outcome, count in rows:
        if outcome == "refused":
            refused += count
        else:
            shown[kind] = shown.get(kind, 0) + count
    network, public, payment = (shown.pop(kind, 0) for kind in ("network", "public", "payment"))
    return Outsiders(network, public, payment, sum(shown.values()), refused)
