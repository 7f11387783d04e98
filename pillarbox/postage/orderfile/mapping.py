"""Which column holds which field: guessed first, corrected by people, kept for the next file.

A mapping is plain data with the names of columns, not their places, so that it still fits when a shop adds a column.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from pillarbox.postage.orderfile.amounts import Mark, read_amount, unit_of
from pillarbox.postage.orderfile.dates import DateOrder, order_shown
from pillarbox.postage.orderfile.errors import ColumnMissing
from pillarbox.postage.orderfile.shape import FileShape
from pillarbox.postage.orderfile.shops import Option, Shop, names_in, normal, shop_file, synonyms

FIELDS: Final = (
    "reference", "date", "name", "company", "line1", "line2", "line3", "town", "county", "postcode", "country", "phone",
    "email", "format", "service_code", "instructions", "shipping_service", "weight", "total", "currency", "cancelled",
    "despatched", "sku", "title", "quantity", "unit_price", "line_total", "item_weight", "hs_code", "origin",
)  # fmt: skip
"""Every field a column can be given to. `cancelled` and `despatched` say what already happened; `line_total` is the
price of all pieces of a row, `unit_price` of one."""

JOINED: Final = frozenset({"name"})
"""Fields whose several columns are joined with blanks; in all others the first column that is not empty counts."""

PRICES: Final = ("total", "unit_price", "line_total")


class Mapping(msgspec.Struct, frozen=True):
    """Columns by field, and how this file writes figures.

    `date_order`, `decimal` and `weight_unit` are None where nothing is known: then cells that could mean two things
    become problems.
    """

    columns: dict[str, tuple[str, ...]]
    date_order: DateOrder | None = None
    decimal: Mark | None = None
    weight_unit: Literal["kg", "g"] | None = None
    item_weight_unit: Literal["kg", "g"] | None = None


def guess_mapping(shape: FileShape) -> Mapping:
    """Guess the columns of a file by the shop's own names, then by everyday ones, and its figures by its first rows."""
    by_name: dict[str, str] = {}
    for column in shape.header:
        by_name.setdefault(normal(column), column)
    columns: dict[str, tuple[str, ...]] = {}
    if shape.shop:
        for field, options in shop_file(shape.shop).columns.items():
            _give(columns, field, _found(options, by_name, every=field not in JOINED))
    for field, options in synonyms().fields.items():
        if field not in columns and not (shape.shop and field in ("name", "reference", "title")):
            _give(columns, field, _found(options, by_name, every=False), unused=True)
    _settle_prices(columns, shape.shop)
    return _with_figures(columns, shape)


def _found(options: tuple[Option, ...], by_name: dict[str, str], *, every: bool) -> tuple[str, ...]:
    found: list[str] = []
    for option in options:
        present = [by_name[n] for n in map(normal, names_in(option)) if n in by_name]
        found.extend(present)
        if present and not every:
            break
    return tuple(dict.fromkeys(found))


def _give(columns: dict[str, tuple[str, ...]], field: str, found: tuple[str, ...], *, unused: bool = False) -> None:
    taken = {c for names in columns.values() for c in names}
    if found and not (unused and taken & set(found)):
        columns[field] = found


def _settle_prices(columns: dict[str, tuple[str, ...]], shop: Shop | None) -> None:
    """Etsy's order value is the price of an item only in the file that has no prices of items."""
    if shop is Shop.ETSY and "unit_price" in columns:
        columns.pop("line_total", None)


def _with_figures(columns: dict[str, tuple[str, ...]], shape: FileShape) -> Mapping:
    known = shop_file(shape.shop) if shape.shop else None
    return Mapping(
        columns,
        date_order=(known.dates if known else None) or order_shown(_cells(shape, columns, ("date",))),
        decimal=(known.decimal if known else None) or _mark_shown(_cells(shape, columns, PRICES)),
        weight_unit=(known.weight if known else None) or _unit_told(columns.get("weight", ())),
        item_weight_unit=_unit_told(columns.get("item_weight", ())) or (known.weight if known else None),
    )


def _cells(shape: FileShape, columns: dict[str, tuple[str, ...]], fields: tuple[str, ...]) -> list[str]:
    places = [shape.header.index(c) for f in fields for c in columns.get(f, ())]
    return [row[i].strip() for _, row in shape.sample for i in places if i < len(row)]


def _mark_shown(texts: list[str]) -> Mark | None:
    """Tell the decimal mark from prices that can be read only one way; None if they show none or both."""
    shown: set[Mark] = set()
    for text in texts:
        tail = text.rstrip("\u00a0\u202f €£$ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if read_amount(" ".join(text.split()), None)[0] is None:
            continue
        if tail[-3:-2] == ".":
            shown.add(".")
        elif tail[-3:-2] == ",":
            shown.add(",")
    return shown.pop() if len(shown) == 1 else None


def _unit_told(names: tuple[str, ...]) -> Literal["kg", "g"] | None:
    return next((unit for name in names if (unit := unit_of(name))), None)


def unmapped(shape: FileShape, mapping: Mapping) -> tuple[str, ...]:
    """Return the columns of the file that no field uses, in their order."""
    used = {c for names in mapping.columns.values() for c in names}
    return tuple(c for c in shape.header if c not in used)


def used_twice(mapping: Mapping) -> dict[str, tuple[str, ...]]:
    """Return the columns given to more than one field, with those fields."""
    users: dict[str, list[str]] = {}
    for field, names in mapping.columns.items():
        for name in dict.fromkeys(names):
            users.setdefault(name, []).append(field)
    return {name: tuple(fields) for name, fields in users.items() if len(fields) > 1}


def places(shape: FileShape, mapping: Mapping) -> dict[str, tuple[int, ...]]:
    """Return the column numbers (from 0) of every mapped field. Raises `ColumnMissing`, naming what does not fit."""
    at = {name: i for i, name in enumerate(shape.header)}
    for field, names in mapping.columns.items():
        if field not in FIELDS:
            raise ColumnMissing(f"We have no field called {field!r}.", field=field)
        for name in names:
            if name not in at:
                raise ColumnMissing(f"This file has no column {name!r}. Choose another one for it.", field=field)
    return {field: tuple(at[n] for n in names) for field, names in mapping.columns.items() if names}
