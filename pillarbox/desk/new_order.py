"""An order as somebody hands it in, and the check that finds everything wrong with it at once.

The API, the page and the file import all end here, so an order is judged the same way whichever door it came
through. Nothing is asked of the database.
"""

from __future__ import annotations

import msgspec

from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.money import MAX_PENCE
from pillarbox.postage.address import Address, AddressNotUsable, check_address
from pillarbox.postage.country import UK_POSTCODE_COUNTRIES, special_area
from pillarbox.postage.customs import Category, Customs, Route, ruling
from pillarbox.postage.customs_check import CustomsNotUsable, check_customs
from pillarbox.postage.parcel import MAX_WEIGHT_G, Parcel, ParcelNotUsable, check_parcel, parse_format
from pillarbox.postage.search_words import words_of
from pillarbox.postage.text import TextUnusable, clean
from pillarbox.vault.content import Addressee, Contents, Item

__all__ = ["CheckedOrder", "Item", "NewOrder", "OrderNotUsable", "ParcelFields", "check_order"]


class ParcelFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weight in grams, sides in millimetres, and the format where the sender knows it."""

    weight_g: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    format: str = ""


class NewOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order as it is handed in. `recipient` has the keys of `postage.address.LIMITS`."""

    recipient: dict[str, str]
    reference: str = ""
    parcel: ParcelFields = ParcelFields()
    items: tuple[Item, ...] = ()
    value_pence: int | None = None
    currency: str = "GBP"
    service_code: str = ""
    note: str = ""
    customs: Customs | None = None
    shop: str = ""
    shipping: str = ""


class ReferenceUnusable(BadInput):
    """A reference has at most 40 characters, without line breaks."""


class ValueUnusable(BadInput):
    """The value must be between 0 and £100,000."""


class ItemsUnusable(BadInput):
    """An order has at most 200 items. A quantity is 1 to 99,999, a title has at most 800 characters and an SKU 100."""


class TextTooLong(BadInput):
    """A shop's name has at most 40 characters, a service code and a currency at most 20."""


class NoteUnusable(BadInput):
    """The note has at most 500 characters."""


class OrderNotUsable(BadInput):
    """The order has problems."""

    def __init__(self, problems: list[tuple[str, BadInput]]) -> None:
        """`problems` lists each unusable field with its error, in the order of the fields."""
        self.problems = problems
        super().__init__(" ".join(error.detail for _, error in problems), field=problems[0][0])


class CheckedOrder(msgspec.Struct, frozen=True, gc=False):
    """An order that can be stored. `parcel` is None while nobody has said what it weighs."""

    addressee: Addressee
    contents: Contents
    parcel: Parcel | None
    value_pence: int | None
    service_code: str | None
    shop: str | None
    customs_missing: bool
    words: frozenset[str]


def check_order(new: NewOrder) -> CheckedOrder:
    """Check an order whole. Raises `OrderNotUsable` with every problem and its field."""
    problems: list[tuple[str, BadInput]] = []
    address = _address(new.recipient, problems)
    parcel = _parcel(new.parcel, problems)
    reference = _text("reference", new.reference, 40, ReferenceUnusable, problems)
    note = _text("note", new.note, 500, NoteUnusable, problems)
    if new.value_pence is not None and not 0 <= new.value_pence <= 10_000_000:
        problems.append(("value_pence", ValueUnusable()))
    if len(new.items) > 200 or not all(_usable(item) for item in new.items):
        problems.append(("items", ItemsUnusable()))
    for field, text, most in (
        ("shop", new.shop, 40),
        ("service_code", new.service_code, 20),
        ("currency", new.currency, 20),
    ):
        if len(text) > most:
            problems.append((field, TextTooLong()))
    customs, missing = (None, False)
    if address is not None:
        customs, missing = _customs(new.customs, address, parcel, problems)
    if problems or address is None:
        raise OrderNotUsable(problems)
    words = words_of(
        reference=reference,
        name=address.name,
        company=address.company,
        postcode=address.postcode,
        email=address.email,
    )
    return CheckedOrder(
        Addressee(reference, address),
        Contents(new.items, note, customs, new.currency, new.shipping[:100]),
        parcel,
        new.value_pence,
        new.service_code or None,
        new.shop or None,
        missing,
        frozenset(words),
    )


def _usable(item: Item) -> bool:
    """Say whether a line of goods can be kept; the limits are those of the order files."""
    words = ((item.title, 800), (item.sku, 100), (item.hs_code, 20), (item.origin, 200))
    figures = (item.price_pence or 0, item.weight_g or 0)
    return (
        1 <= item.quantity <= 99_999
        and all(len(text) <= most for text, most in words)
        and all(abs(figure) <= MAX_PENCE for figure in figures)
    )


def _address(fields: dict[str, str], problems: list[tuple[str, BadInput]]) -> Address | None:
    try:
        return check_address(fields)
    except AddressNotUsable as error:
        problems.extend((f"recipient.{field}", problem) for field, problem in error.problems)
        return None


def _parcel(fields: ParcelFields, problems: list[tuple[str, BadInput]]) -> Parcel | None:
    try:
        wanted = parse_format(fields.format)
    except BadInput as error:
        problems.append(("parcel.format", error))
        wanted = None
    if fields.weight_g is None:
        return None
    try:
        return check_parcel(fields.weight_g, fields.length_mm, fields.width_mm, fields.height_mm, wanted)
    except ParcelNotUsable as error:
        problems.extend((f"parcel.{field}", problem) for field, problem in error.problems)
        return None


def _text(field: str, text: str, most: int, error: type[BadInput], problems: list[tuple[str, BadInput]]) -> str:
    try:
        tidy = clean(text)
    except TextUnusable as unusable:
        problems.append((field, unusable))
        return ""
    if len(tidy) > most:
        problems.append((field, error()))
    return tidy


def _customs(
    customs: Customs | None, address: Address, parcel: Parcel | None, problems: list[tuple[str, BadInput]]
) -> tuple[Customs | None, bool]:
    """Check the declaration where there is one; say whether one is needed and missing."""
    route = route_to(address)
    if customs is None:
        return None, needs_customs(route)
    try:
        return check_customs(customs, route, parcel.weight_g if parcel else MAX_WEIGHT_G), False
    except CustomsNotUsable as error:
        problems.extend((f"customs.{field}", problem) for field, problem in error.problems)
        return None, True


def route_to(address: Address) -> Route:
    """Return the customs route from Great Britain to an address."""
    special = special_area(address.postcode) if address.country in UK_POSTCODE_COUNTRIES else None
    return Route(address.destination, special.area if special else None, None, bool(address.company))


def needs_customs(route: Route) -> bool:
    """Say whether goods on this route need a declaration before a label can be bought."""
    if route.to.iso2 == "GB" and route.to_area is None:
        return False
    return ruling(_GOODS, route).data_needed


_GOODS = Customs(Category.SALE_OF_GOODS)
