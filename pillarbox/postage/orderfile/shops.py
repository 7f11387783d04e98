"""The shops whose order files we know, and how their columns are named.

The lists live in `shops.json` and `synonyms.json` beside this file. Names of columns are compared without case, accents
and punctuation, so that `order-id`, `Order ID` and `order_id` are the same name.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, TypeVar

import msgspec

T = TypeVar("T")
Option = str | tuple[str, ...]
"""A column name, or several whose cells are joined with blanks."""


class Shop(StrEnum):
    """Where an order file comes from."""

    CLICK_AND_DROP = "click_and_drop"
    AMAZON = "amazon"
    EBAY = "ebay"
    ETSY = "etsy"
    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"
    BIGCOMMERCE = "bigcommerce"


class ShopFile(msgspec.Struct, frozen=True):
    """How one shop writes: decimal mark, order of dates, unit of weights, telling columns, and column by field."""

    shop: Shop
    name: str
    decimal: Literal[".", ","] | None
    dates: Literal["dmy", "mdy", "ymd"] | None
    weight: Literal["kg", "g"] | None
    layouts: tuple[tuple[str, ...], ...]
    columns: dict[str, tuple[Option, ...]]
    headers: tuple[str, ...]


class _ShopData(msgspec.Struct, frozen=True):
    source: str
    date: str
    doubtful: str
    shops: tuple[ShopFile, ...]
    summary_lines: tuple[str, ...]


class Synonyms(msgspec.Struct, frozen=True):
    """Names for each field in files of no known shop, best first, and the words for units of weight."""

    source: str
    date: str
    fields: dict[str, tuple[Option, ...]]
    grams: frozenset[str]
    kilograms: frozenset[str]


def _read(name: str, shape: type[T]) -> T:
    return msgspec.json.decode(files(__package__).joinpath(name).read_bytes(), type=shape)


@cache
def _shop_data() -> _ShopData:
    return _read("shops.json", _ShopData)


@cache
def synonyms() -> Synonyms:
    """Return the synonym lists, read once."""
    return _read("synonyms.json", Synonyms)


def summary_patterns() -> tuple[str, ...]:
    """Return the patterns of closing lines that are no orders (eBay: "12 record(s) downloaded", "Seller ID : x")."""
    return _shop_data().summary_lines


@lru_cache(maxsize=4096)
def normal(name: str) -> str:
    """Return a column name for comparing: lower case, no accents, runs of anything but letters and digits one blank."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())


def names_in(option: Option) -> tuple[str, ...]:
    """Return the names of an option as a tuple."""
    return (option,) if isinstance(option, str) else option


@cache
def known_names() -> frozenset[str]:
    """Return every normalised column name we know of, by which the header line is found."""
    found: set[str] = set()
    for entry in _shop_data().shops:
        found.update(map(normal, entry.headers))
        for layout in entry.layouts:
            found.update(map(normal, layout))
        for options in entry.columns.values():
            found.update(normal(n) for o in options for n in names_in(o))
    for options in synonyms().fields.values():
        found.update(normal(n) for o in options for n in names_in(o))
    return frozenset(found)


@cache
def shop_file(shop: Shop) -> ShopFile:
    """Return how this shop writes its files."""
    return next(entry for entry in _shop_data().shops if entry.shop is shop)


def recognise(header: tuple[str, ...]) -> Shop | None:
    """Return the shop whose telling columns are all in this header; of several the one that knows most of it."""
    present = {normal(name) for name in header}
    best: tuple[int, Shop] | None = None
    for entry in _shop_data().shops:
        if any(all(normal(n) in present for n in layout) for layout in entry.layouts):
            mine = {normal(n) for o in entry.columns.values() for p in o for n in names_in(p)}
            score = len(present & (mine | set(map(normal, entry.headers))))
            if best is None or score > best[0]:
                best = score, entry.shop
    return best[1] if best else None
