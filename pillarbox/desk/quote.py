"""Say what it costs: for an order that is written down, or for a weight and a destination that somebody just typed."""

from __future__ import annotations

import msgspec

from pillarbox.desk.counter import Counter
from pillarbox.kernel.clock import london_date
from pillarbox.kernel.errors import Conflict
from pillarbox.kernel.ids import Id
from pillarbox.postage.country import UK_POSTCODE_COUNTRIES, by_iso2, country
from pillarbox.postage.parcel import Format, Parcel, check_parcel, parse_format
from pillarbox.postage.postcode import parse_postcode
from pillarbox.postage.quote import Quote, quote
from pillarbox.vault.batches import OrderForSale
from pillarbox.vault.box import Box
from pillarbox.vault.orders import SQL, OrderRow
from pillarbox.vault.owned import Owned, render
from pillarbox.vault.public import Public, Source


class WeightMissing(Conflict):
    """Say what this parcel weighs, in grams; then it can be priced."""


class QuoteAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be sent where. Grams and millimetres (three sides or none); `country` a name or iso2, "" for the UK.

    `postcode` is a UK one, if known; `format` as people write it; `value_pence` what the goods are worth.
    """

    weight_g: int
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    format: str = ""
    country: str = ""
    postcode: str = ""
    value_pence: int | None = None


def quote_fields(counter: Counter, asked: QuoteAsked) -> Public[Quote]:
    """Price what was typed, with every service. Nothing of any customer is read, so it needs no box.

    Raises `CountryUnknown`, `PostcodeUnknown`, `FormatUnknown`, `ParcelNotUsable`, `SizeMissing`, `ParcelDoesNotFit`.
    """
    to = country(asked.country or "GB")
    inland = to.iso2 in UK_POSTCODE_COUNTRIES
    postcode = parse_postcode(asked.postcode) if asked.postcode.strip() and inland else None
    parcel = check_parcel(asked.weight_g, asked.length_mm, asked.width_mm, asked.height_mm, parse_format(asked.format))
    found = quote(
        parcel,
        to,
        postcode,
        london_date(counter.clock()),
        counter.pack,
        confirmed=counter.confirmed_prices,
        value_pence=asked.value_pence,
    )
    return Public(found, Source.TARIFF)


async def quote_order(box: Box, counter: Counter, order_id: Id) -> Owned[Quote]:
    """Price an order with every service. Raises `NotFound`, `WeightMissing`, `SizeMissing`, `ParcelDoesNotFit`."""
    return render(_quote, await box.one(SQL["order_by_id"], OrderRow, order_id=order_id), counter=counter)


def _quote(order: OrderRow, *, counter: Counter) -> Quote:
    return quote(
        parcel_of(order),
        by_iso2(order.country),
        order.addressee.address.postcode or None,
        london_date(counter.clock()),
        counter.pack,
        confirmed=counter.confirmed_prices,
        value_pence=order.value_pence,
    )


def parcel_of(order: OrderRow | OrderForSale) -> Parcel:
    """Return the parcel of an order. Raises `WeightMissing`."""
    if order.weight_g is None:
        raise WeightMissing(field="weight_g")
    return Parcel(
        order.weight_g,
        order.length_mm,
        order.width_mm,
        order.height_mm,
        Format(order.format) if order.format else None,
    )
