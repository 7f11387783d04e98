"""Rows of imports: an order file on its way to orders, and what was left out of it with the reason.

What a file says about people is sealed: its name, its first rows, every row that could not be used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec

from pillarbox.db.column import Column, bigints, booleans, byteas, integers, texts, uuids
from pillarbox.db.statement import Statement, load
from pillarbox.kernel.ids import Id, Kind
from pillarbox.postage.orderfile import Defaults, DraftOrder, FileShape, Mapping, Problem
from pillarbox.vault.orders import NewRow
from pillarbox.vault.shape import Names, Sealed

SQL: Final = load("pillarbox.vault", "imports.sql")
Call = tuple[Statement, dict[str, Any]]


class ImportSettings(msgspec.Struct, frozen=True, gc=False):
    """How one file is read: its name and shape, the columns and parcel chosen, whether sent orders are taken too."""

    name: str
    shape: FileShape
    mapping: Mapping
    parcel: Defaults = Defaults()
    take_sent: bool = False


class ImportRow(msgspec.Struct, frozen=True, gc=False):
    """One import with its progress. `rows_total` is an estimate until it is done; `failure` is an error's code."""

    import_id: Annotated[Id, Names(Kind.IMPORT)]
    file_id: Annotated[Id, Names(Kind.FILE)]
    created_at: datetime
    status: str
    shop: str | None
    encoding: str
    delimiter: str
    rows_total: int
    rows_read: int
    orders_made: int
    duplicates: int
    problems: int
    finished_at: datetime | None
    failure: str | None
    settings: Annotated[ImportSettings, Sealed("settings")]


class SeenBefore(msgspec.Struct, frozen=True, gc=False):
    """An earlier import of the very same file."""

    import_id: Annotated[Id, Names(Kind.IMPORT)]
    created_at: datetime
    status: str
    orders_made: int


class OrderAlike(msgspec.Struct, frozen=True, gc=False):
    """An order that carries the same reference, or was made of the same rows."""

    order_id: Annotated[Id, Names(Kind.ORDER)]
    number: int
    shop: str | None
    import_id: Annotated[Id | None, Names(Kind.IMPORT)]
    reference_token: bytes


class LeftOut(msgspec.Struct, frozen=True, gc=False):
    """One thing wrong with one order: where, why, all lines of the order, and with its first problem the draft."""

    problem: Problem
    lines: tuple[int, ...]
    draft: DraftOrder | None = None


class ProblemRow(msgspec.Struct, frozen=True, gc=False):
    """A problem as it is kept; `line` is where its order begins."""

    import_id: Annotated[Id, Names(Kind.IMPORT)]
    seq: int
    line: int
    code: str
    field: str | None
    content: Annotated[LeftOut, Sealed("problem")]


class ProblemCount(msgspec.Struct, frozen=True, gc=False):
    """How many orders were left out for one cause, and the first of them."""

    import_id: Annotated[Id, Names(Kind.IMPORT)]
    code: str
    field: str | None
    lines: int
    first_seq: int


def _raw(ids: Sequence[Id]) -> Column:
    return uuids([each.raw for each in ids])


_PACK: Final[dict[str, Callable[[Any], Column]]] = {
    "order_id": _raw, "shop": texts, "country": texts, "format": texts, "weight_g": integers, "length_mm": integers,
    "width_mm": integers, "height_mm": integers, "value_pence": bigints, "service_code": texts,
    "customs_missing": booleans, "reference_token": byteas, "recipient": byteas, "contents": byteas,
}  # fmt: skip


def store_many(import_id: Id, before: int, rows: Sequence[NewRow], tokens: Sequence[tuple[bytes, bytes]]) -> list[Call]:
    """Return the calls that store orders, numbered upwards from `before`, with their search tokens in any order.

    Tokens are stored sorted, so that the index is filled from left to right: it costs half of what it would.
    """
    columns: dict[str, Any] = {
        name: _PACK[name](values) for name, values in zip(NewRow._fields, zip(*rows, strict=True), strict=True)
    }
    ordered = sorted(tokens)
    return [
        (SQL["insert_orders"], {**columns, "before": before, "import_id": import_id}),
        (
            SQL["insert_tokens_of_many"],
            {"tokens": byteas([t for t, _ in ordered]), "objects": uuids([o for _, o in ordered])},
        ),
    ]
