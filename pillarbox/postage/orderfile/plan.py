"""Everything about a mapped file that can be worked out before its first row is read.

Reading a row then only picks cells by number: one call fetches every field in the fixed order of the constants below.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import itemgetter
from typing import Final

import msgspec

from pillarbox.postage.orderfile.cells import clean
from pillarbox.postage.orderfile.draft import Defaults
from pillarbox.postage.orderfile.mapping import FIELDS, JOINED, Mapping, places
from pillarbox.postage.orderfile.shape import FileShape
from pillarbox.postage.orderfile.shops import Shop, summary_patterns

(
    REFERENCE, DATE, NAME, COMPANY, LINE1, LINE2, LINE3, TOWN, COUNTY, POSTCODE, COUNTRY, PHONE,
    EMAIL, FORMAT, SERVICE_CODE, INSTRUCTIONS, SHIPPING_SERVICE, WEIGHT, TOTAL, CURRENCY, CANCELLED,
    DESPATCHED, SKU, TITLE, QUANTITY, UNIT_PRICE, LINE_TOTAL, ITEM_WEIGHT, HS_CODE, ORIGIN,
) = range(len(FIELDS))  # fmt: skip

ORDER_FIELDS: Final = range(REFERENCE, SKU)
ITEM_FIELDS: Final = range(SKU, len(FIELDS))

MAX_FIGURE: Final = 60
"""Characters of a date, price or weight that are looked at: readings are remembered, so they must be short."""

LIMITS: Final = (
    40, 40, 210, 100, 100, 100, 100, 100, 100, 20, 200, 25,
    254, 100, 100, 500, 200, 40, 40, 20, 100,
    100, 100, 800, 40, 40, 40, 40, 10, 200,
)  # fmt: skip
"""Most characters of each field: Click & Drop API (`AddressRequest`, `RecipientDetailsRequest`, `ProductItemRequest`),
its spreadsheet specification for country, package size and service code; figures and dates have room to spare."""

Row = list[str]


class Plan(msgspec.Struct, frozen=True):
    """A file's columns resolved to numbers; `pick` returns one cell for each field, "" for those without a column.

    `several` holds the fields with more than one column: (field, columns, joined); `used` the columns of any.
    """

    shape: FileShape
    mapping: Mapping
    defaults: Defaults
    width: int
    pick: Callable[[Row], tuple[str, ...]]
    several: tuple[tuple[int, tuple[int, ...], bool], ...]
    reference: tuple[int, ...]
    used: frozenset[int]
    summary: re.Pattern[str] | None
    prefix: str
    has_items: bool
    asks_quantity: bool

    def column(self, field: int) -> str | None:
        """Return the name of the field's first column."""
        names = self.mapping.columns.get(FIELDS[field])
        return names[0] if names else None

    def cells(self, row: Row, *, plain: bool) -> Row:
        """Return one cleaned cell for each field of a row that has `width` cells and an empty one more."""
        if not plain:
            row = [clean(cell) for cell in row]
        cells = list(map(str.strip, self.pick(row)))
        for field, columns, joined in self.several:
            parts = [part for i in columns if (part := row[i].strip())]
            cells[field] = (" ".join(parts) if joined else parts[0]) if parts else ""
        return cells

    def key(self, row: Row) -> str:
        """Return the order reference of a row, or ""."""
        for i in self.reference:
            if i < len(row) and (found := clean(row[i])):
                return found
        return ""


def make_plan(shape: FileShape, mapping: Mapping, defaults: Defaults) -> Plan:
    """Work out the columns of a file. Raises `ColumnMissing` when the mapping does not fit it."""
    at = places(shape, mapping)
    width = len(shape.header)
    singles = [at[f][0] if f in at else width for f in FIELDS]
    patterns = "|".join(summary_patterns())
    return Plan(
        shape=shape,
        mapping=mapping,
        defaults=defaults,
        width=width,
        pick=itemgetter(*singles),
        several=tuple((FIELDS.index(f), c, f in JOINED) for f, c in at.items() if len(c) > 1),
        used=frozenset(i for columns in at.values() for i in columns),
        reference=at.get("reference", ()),
        summary=re.compile(patterns, re.IGNORECASE) if shape.shop is Shop.EBAY else None,
        prefix=(shape.shop.value if shape.shop else "file") + ":",
        has_items="sku" in at or "title" in at,
        asks_quantity="quantity" in at,
    )
