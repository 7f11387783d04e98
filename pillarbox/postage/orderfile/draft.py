"""What reading an order file yields: drafts of orders, and problems that say where and what.

A draft holds cleaned text as it stood in the file plus the values that could be read without guessing. Addresses,
countries, formats and services are checked elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from datetime import date
from typing import Literal

import msgspec

WeightFrom = Literal["file", "items", "sku", "default", ""]
State = Literal["", "cancelled", "despatched"]


class Problem(msgspec.Struct, frozen=True, gc=False):
    """One thing wrong: its line (from 1; in XLSX the row), the file's column, our field, a stable code, a sentence."""

    line: int
    column: str | None
    field: str | None
    code: str
    message: str


class DraftItem(msgspec.Struct, frozen=True, gc=False):
    """One line of goods. `unit_pence` is hundredths of `currency` for one piece, `weight_g` grams for one piece."""

    sku: str
    title: str
    quantity: int
    unit_pence: int | None = None
    currency: str = ""
    weight_g: int | None = None
    hs_code: str = ""
    origin: str = ""


class DraftOrder(msgspec.Struct, frozen=True, gc=False):
    """One order of the file, gathered from `lines`, which begin at `line`.

    `problems` is empty when everything present could be read. `date` is the day as written, without moving zones.
    `total_pence` is hundredths of `currency` (ISO 4217, empty when the file does not say). `weight_from` tells where
    `weight_g` comes from; `state` what the shop says has already happened. `order_key` is the same for the same order
    in every file of the same shop.
    """

    line: int
    lines: tuple[int, ...]
    order_key: str
    reference: str
    date: date | None
    name: str
    company: str
    line1: str
    line2: str
    line3: str
    town: str
    county: str
    postcode: str
    country: str
    phone: str
    email: str
    format: str
    service_code: str
    instructions: str
    shipping_service: str
    items: tuple[DraftItem, ...]
    weight_g: int | None
    weight_from: WeightFrom
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    total_pence: int | None
    currency: str
    state: State
    problems: tuple[Problem, ...]


class SkuParcel(msgspec.Struct, frozen=True, gc=False):
    """What is remembered of one product: grams of one piece; format and sides in mm for one piece sent alone."""

    weight_g: int | None = None
    format: str = ""
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    hs_code: str = ""
    origin: str = ""


class Defaults(msgspec.Struct, frozen=True, gc=False):
    """The parcel to assume where a file says nothing (grams, mm), the currency, and what is remembered by SKU."""

    weight_g: int | None = None
    format: str = ""
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    currency: str = ""
    by_sku: MappingOf[str, SkuParcel] = {}
