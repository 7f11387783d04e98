"""Quoting: which services carry a parcel to a destination on a day, at what price, and why the others do not.

`quote` shows everything, doubtful prices marked; `price_for` gives the one offer that is about to be bought and
raises when it may not be. Both price by the London day that they are given; neither reads a clock.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Set
from datetime import date
from functools import lru_cache
from operator import attrgetter

import msgspec

from pillarbox.kernel.errors import Conflict
from pillarbox.postage.country import UK_POSTCODE_COUNTRIES, Country, SpecialArea, special_area
from pillarbox.postage.operator_pack import Pack
from pillarbox.postage.parcel import Format, Parcel, ParcelDoesNotFit, settle_format
from pillarbox.postage.price_sheet import Declined, Line, Offer, Reason, price_sheet

__all__ = ["Declined", "Offer", "PriceNotConfirmed", "Quote", "Reason", "ServiceDeclined", "price_for", "quote"]

NOTHING_CONFIRMED: frozenset[str] = frozenset()


class ServiceDeclined(Conflict):
    """This service does not carry this parcel."""

    def __init__(self, declined: Declined) -> None:
        """`declined` says which service and why; it stays at hand as `self.declined`."""
        self.declined = declined
        super().__init__(f"{declined.name} ({declined.code}): {declined.detail}", field="service")


class PriceNotConfirmed(Conflict):
    """This price is in doubt and is not sold until the operator has confirmed it. Please choose another service."""


class Quote(msgspec.Struct, frozen=True):
    """The answer: offers from cheap to dear, the services declined in the pack's order, and what was understood.

    `format` is the parcel's own; `area` is set where a UK postcode lies in a special area (its customs rules differ).
    """

    offers: tuple[Offer, ...]
    declined: tuple[Declined, ...]
    format: Format
    area: SpecialArea | None
    value_pence: int | None


def quote(
    parcel: Parcel,
    destination: Country,
    postcode: str | None,
    day: date,
    pack: Pack,
    *,
    confirmed: Set[str] = NOTHING_CONFIRMED,
    value_pence: int | None = None,
) -> Quote:
    """Price a parcel with every service of the pack: each is either offered or declined, exactly once.

    `postcode` is a UK one in canonical form, if known; `day` is the London day of posting; `confirmed` holds the
    fingerprints of the doubtful price tables that the operator has confirmed. Offers that are not `sellable` are to
    be shown, not sold. Raises `SizeMissing` when neither size nor format is known and `ParcelDoesNotFit` when no
    format holds the parcel or the declared one is too small.
    """
    sheet = price_sheet(pack, pack.version_on(day), destination)
    formats = _formats(parcel, abroad=sheet.abroad)
    offers: list[Offer] = []
    declined: list[Declined] = []
    for code in pack.services:
        line = sheet.lines.get(code)
        if line is None:
            declined.append(sheet.refused[code])
            continue
        offer = _find(line, formats, parcel.weight_g)
        if offer is None:
            declined.append(_why(line, formats, parcel))
        else:
            offers.append(_settle_doubt(offer, line, confirmed))
    offers.sort(key=attrgetter("price_pence"))
    area = special_area(postcode) if postcode and destination.iso2 in UK_POSTCODE_COUNTRIES else None
    return Quote(tuple(offers), tuple(declined), formats[0], area, value_pence)


def price_for(
    service_code: str,
    parcel: Parcel,
    destination: Country,
    day: date,
    pack: Pack,
    *,
    confirmed: Set[str] = NOTHING_CONFIRMED,
) -> Offer:
    """Return the offer of one service, to be bought: the same price that `quote` shows.

    Raises `ServiceUnknown`, `ServiceDeclined` with the reason, `PriceNotConfirmed` when the price is held back, and
    what `quote` raises for the parcel.
    """
    sheet = price_sheet(pack, pack.version_on(day), destination)
    line = sheet.lines.get(service_code)
    if line is None:
        raise ServiceDeclined(sheet.refused[pack.service(service_code).code])
    formats = _formats(parcel, abroad=sheet.abroad)
    found = _find(line, formats, parcel.weight_g)
    if found is None:
        raise ServiceDeclined(_why(line, formats, parcel))
    offer = _settle_doubt(found, line, confirmed)
    if offer.held_because is not None:
        raise PriceNotConfirmed(field="service")
    return offer


@lru_cache(maxsize=8192)
def _formats(parcel: Parcel, *, abroad: bool) -> tuple[Format, ...]:
    """Return the parcel's format, and for a measured roll also its box's; kept, for batches repeat their parcels."""
    settled = settle_format(parcel, abroad=abroad)
    if settled is not Format.TUBE or parcel.sides_mm is None:
        return (settled,)
    try:
        return settled, settle_format(msgspec.structs.replace(parcel, format=Format.PARCEL), abroad=abroad)
    except ParcelDoesNotFit:
        return (settled,)


def _find(line: Line, formats: tuple[Format, ...], weight_g: int) -> Offer | None:
    for each in formats:
        for ladder in line.ladders.get(each, ()):
            step = bisect_left(ladder.limits_g, weight_g)
            if step < len(ladder.limits_g):
                return ladder.offers[step]
    return None


def _settle_doubt(offer: Offer, line: Line, confirmed: Set[str]) -> Offer:
    """Take the doubt from an offer whose very figures the operator has confirmed; doubt about the zone stays."""
    if offer.doubt is None or offer.fingerprint not in confirmed:
        return offer
    return msgspec.structs.replace(offer, doubt=line.lasting_doubt, held_because=None)


def _why(line: Line, formats: tuple[Format, ...], parcel: Parcel) -> Declined:
    """Say why a service that is priced to this destination does not carry this parcel."""
    service, own = line.service, formats[0]
    if parcel.weight_g > line.heaviest_g:
        reason, detail = Reason.TOO_HEAVY, f"Too heavy: this service ends at {_weight(line.heaviest_g)}."
    elif ladders := line.ladders.get(own):
        most = max(each.limits_g[-1] for each in ladders)
        reason, detail = Reason.TOO_HEAVY, f"Too heavy: this service takes {own.words} up to {_weight(most)}."
    elif own is Format.PARCEL and Format.SMALL_PARCEL in service.formats:
        reason, detail = Reason.SIZE_UNKNOWN, "Say whether it is a small or a medium parcel, or give the three sides."
    elif own in service.formats:
        reason, detail = Reason.NOT_PUBLISHED, f"There is no published online price for {own.words}."
    else:
        reason, detail = Reason.FORMAT, f"This service does not take {own.words}."
    return Declined(service.code, service.name, reason, detail)


def _weight(grams: int) -> str:
    if grams < 1000:
        return f"{grams} g"
    return f"{grams / 1000:g} kg"
