"""Whole columns as parameters: arrays in PostgreSQL's binary form, packed without looking at each value's kind.

The driver's own lists cost a microsecond or more for every value; an import sends a hundred thousand orders of a
dozen columns. The form is that of `array_send`: dimensions, whether there are nulls, the element's type, then each
value with its length before it.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Dumper
from psycopg.pq import Format

_NULL: Final = b"\xff\xff\xff\xff"
_LENGTHS: Final = tuple(struct.pack(">i", n) for n in range(2048))


class Column:
    """A packed array. Made by the functions below; every one takes None for a null."""

    __slots__ = ("data",)

    def __init__(self, element: int, parts: list[bytes], size: int, *, nulls: bool) -> None:
        """`element` is the type's number, `parts` the lengths and values in turn."""
        self.data = struct.pack(">iiIii", 1, nulls, element, size, 1) + b"".join(parts)


class Uuids(Column):
    """An array of uuid."""

    __slots__ = ()


class Byteas(Column):
    """An array of bytea."""

    __slots__ = ()


class Texts(Column):
    """An array of text."""

    __slots__ = ()


class Integers(Column):
    """An array of integer."""

    __slots__ = ()


class Bigints(Column):
    """An array of bigint."""

    __slots__ = ()


class Booleans(Column):
    """An array of boolean."""

    __slots__ = ()


def _oids(name: str) -> tuple[int, int]:
    found = psycopg.adapters.types[name]
    return found.oid, found.array_oid


_TYPES: Final[dict[type[Column], tuple[int, int]]] = {
    Uuids: _oids("uuid"),
    Byteas: _oids("bytea"),
    Texts: _oids("text"),
    Integers: _oids("int4"),
    Bigints: _oids("int8"),
    Booleans: _oids("bool"),
}


def _packed(kind: type[Column], values: Sequence[bytes | None]) -> Column:
    parts: list[bytes] = []
    add = parts.append
    for value in values:
        if value is None:
            add(_NULL)
        else:
            size = len(value)
            add(_LENGTHS[size] if size < 2048 else struct.pack(">i", size))
            add(value)
    return kind(_TYPES[kind][0], parts, len(values), nulls=None in values)


def uuids(values: Sequence[bytes]) -> Column:
    """Pack ids, each as its 16 bytes."""
    return _packed(Uuids, values)


def byteas(values: Sequence[bytes | None]) -> Column:
    """Pack bytes."""
    return _packed(Byteas, values)


def texts(values: Sequence[str | None]) -> Column:
    """Pack texts."""
    return _packed(Texts, [None if value is None else value.encode() for value in values])


def integers(values: Sequence[int | None]) -> Column:
    """Pack numbers of 32 bits."""
    pack = struct.Struct(">i").pack
    return _packed(Integers, [None if value is None else pack(value) for value in values])


def bigints(values: Sequence[int | None]) -> Column:
    """Pack numbers of 64 bits."""
    pack = struct.Struct(">q").pack
    return _packed(Bigints, [None if value is None else pack(value) for value in values])


def booleans(values: Sequence[bool]) -> Column:
    """Pack truth values."""
    return _packed(Booleans, [b"\1" if value else b"\0" for value in values])


def register(adapters: AdaptersMap) -> None:
    """Let a connection send columns."""
    for kind, (_, array) in _TYPES.items():
        adapters.register_dumper(kind, type(f"_{kind.__name__}Dumper", (_ColumnDumper,), {"oid": array}))


class _ColumnDumper(Dumper):
    """A column travels as it was packed."""

    format = Format.BINARY

    def dump(self, obj: Column) -> Buffer | None:
        return obj.data
