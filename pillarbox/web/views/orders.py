"""The workbench: the list of orders, one order with everything about it, and what is shared by both.

Ids are written as people see them (`ord_…`). Queries are encoded and without `?`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec

from pillarbox.web.views.frame import Choice, Pager, State, Tone, View


class Chip(msgspec.Struct, frozen=True, gc=False):
    """A filter that lives in the address: its words, its true count, the query it leads to, whether it is on."""

    words: str
    total: int
    query: str
    on: bool = False


class Column(msgspec.Struct, frozen=True, gc=False):
    """A column that people may choose: `key` is one of `COLUMN_KEYS`."""

    key: str
    words: str
    shown: bool


COLUMN_KEYS = ("to", "parcel", "service", "price", "tracking")
"""Columns beside the order (reference and when it came in) and its state, which are always there."""


class OrderRow(msgspec.Struct, frozen=True, gc=False):
    """One order of the list.

    `place` is town and postcode, or the country abroad. `items` sums them up ("2 × Tea towel"). `price_pence` is what
    buying would cost now, or what was paid; None while it has no price. `problem` says in a sentence why it cannot be
    bought. `can_select`: the bulk bar may take it. `added` is when it came in.
    """

    id: str
    reference: str
    recipient: str
    place: str
    items: str
    weight_g: int | None
    service: str
    price_pence: int | None
    state: State
    tracking_number: str
    added: datetime
    problem: str = ""
    can_select: bool = True
    selected: bool = False


class Person(msgspec.Struct, frozen=True, gc=False):
    """A recipient: address `lines` in postal order with the name first; country in words, empty inland."""

    lines: tuple[str, ...]
    country: str = ""
    email: str = ""
    phone: str = ""


class Item(msgspec.Struct, frozen=True, gc=False):
    """One line of an order; `value_pence` is for one piece."""

    name: str
    sku: str
    quantity: int
    weight_g: int | None = None
    value_pence: int | None = None
    origin: str = ""
    hs_code: str = ""


class ParcelFacts(msgspec.Struct, frozen=True, gc=False):
    """What goes: `format` in words ("Small parcel"), weight, `sides` in words ("350 × 250 × 160 mm") or empty."""

    format: str
    weight_g: int | None
    sides: str = ""


class Charge(msgspec.Struct, frozen=True, gc=False):
    """A price: gross pence, the VAT within it, and whether it is `paid` or only what it would cost."""

    service: str
    gross_pence: int
    vat_pence: int
    paid: bool
    speed: str = ""
    cover_pence: int = 0


class Step(msgspec.Struct, frozen=True, gc=False):
    """One step of a timeline, newest first: words, place, when, tone (`BAD` needs attention)."""

    words: str
    place: str
    at: datetime
    tone: Tone = Tone.PLAIN


class LabelLine(msgspec.Struct, frozen=True, gc=False):
    """One label of an order: when drawn, how often printed, whether it still counts."""

    id: str
    tracking_number: str
    made: datetime
    prints: int
    state: State


class Sight(msgspec.Struct, frozen=True, gc=False):
    """Somebody saw something: who (person, key or "Public tracking"), how ("Page", "API", "Label"), what, when."""

    who: str
    how: str
    what: str
    at: datetime


class Order(View, frozen=True):
    """`order.html`: one order.

    `can_buy` shows the button that leads to the confirm page; `can_void` the way (`/orders/{id}/void`,
    a confirm page) to give an unused label back;
    `refund_on` is the day on which an unused label is refunded by itself. `customs` is the form's name ("CN22"), empty
    inland. `seen_total` counts all sights, `seen` holds the last few. `public_tracking` is the recipient's own address.
    `aside` (asked for with `?aside=1`) writes it for the right-hand side of the list: one heading level down.
    """

    TEMPLATE: ClassVar[str] = "order.html"
    id: str
    reference: str
    state: State
    added: datetime
    recipient: Person
    parcel: ParcelFacts
    items: tuple[Item, ...]
    charge: Charge | None
    tracking_number: str
    steps: tuple[Step, ...]
    labels: tuple[LabelLine, ...]
    seen: tuple[Sight, ...]
    seen_total: int
    can_buy: bool = False
    can_edit: bool = False
    can_void: bool = False
    problem: str = ""
    expected: str = ""
    refund_on: date | None = None
    customs: str = ""
    note: str = ""
    public_tracking: str = ""
    aside: bool = False


class OrderEdit(View, frozen=True):
    """`order_edit.html`: posts to `/orders/{id}/edit`.

    `values` holds what stands or was typed, by field name: `name`, `company`, `line1`, `line2`, `town`, `county`,
    `postcode`, `country`, `email`, `phone`, `weight`, `length`, `width`, `height`, `reference`, `note`. Items post as
    `item_name`, `item_sku`, `item_quantity`, `item_value`, `item_weight`, `item_origin` and `item_hs`, each with `-`
    and the item's place from 0, and are shown in `items` by the same names without place; the last may be empty.
    `customs` is the form's name when the order goes abroad; `reasons` and its choices belong to it.
    """

    TEMPLATE: ClassVar[str] = "order_edit.html"
    id: str
    reference: str
    values: dict[str, str]
    formats: tuple[Choice, ...]
    services: tuple[Choice, ...]
    items: tuple[dict[str, str], ...] = ()
    customs: str = ""
    reasons: tuple[Choice, ...] = ()

    def value(self, name: str) -> str:
        """What stands in a field, or nothing."""
        return self.values.get(name, "")


class Orders(View, frozen=True):
    """`orders.html`: the list. Ticked orders post as `order` (repeated) to `/buy` and `/labels/print`.

    `matching` is how many orders the filters leave, `everything` how many there are at all (none: the page teaches).
    `query` is the present one without `open` and `page`; `search` the words sought. `detail` is the order shown at the
    right, when the address says `open=ord_…`.
    """

    TEMPLATE: ClassVar[str] = "orders.html"
    chips: tuple[Chip, ...]
    columns: tuple[Column, ...]
    rows: tuple[OrderRow, ...]
    pager: Pager
    everything: int
    query: str = ""
    search: str = ""
    detail: Order | None = None

    @property
    def shown(self) -> frozenset[str]:
        """Keys of the columns that are shown."""
        return frozenset(column.key for column in self.columns if column.shown)
