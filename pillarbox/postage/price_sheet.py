"""Everything one tariff version says about one destination, laid out so that a price is two look-ups away.

A sheet has a line for each service: refused outright, or a ladder of ready offers for each format a parcel may have.
A service that does not take the parcel's own format is offered in the next larger one that it takes.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

import msgspec

from pillarbox.kernel.money import Vat, vat_within
from pillarbox.postage.country import Country
from pillarbox.postage.operator_pack import Pack
from pillarbox.postage.parcel import Format
from pillarbox.postage.service import Feature, Service
from pillarbox.postage.tariff import Channel, Table, Version


class Offer(msgspec.Struct, frozen=True, gc=False):
    """One service at one price: gross pence, its VAT class and the VAT within, cover in pence, up to `max_g` grams.

    `format` is the one priced, perhaps larger than the parcel's own. `speed` is None where none is published.
    `doubt` is what an operator should know about the price, `held_because` why it is not sold until the operator has
    confirmed `fingerprint`; both are None when there is nothing to say.
    """

    code: str
    name: str
    price_pence: int
    vat: Vat
    vat_pence: int
    cover_pence: int
    cover_doubt: str | None
    speed: str | None
    features: tuple[Feature, ...]
    format: Format
    max_g: int
    tariff: str
    table_key: str
    fingerprint: str
    doubt: str | None
    held_because: str | None

    @property
    def sellable(self) -> bool:
        """Say whether it may be sold as it stands."""
        return self.held_because is None

    def covers(self, value_pence: int | None) -> bool:
        """Say whether the compensation reaches the value of the goods; an unknown value counts as covered."""
        return value_pence is None or value_pence <= self.cover_pence


class Reason(StrEnum):
    """Why a service is not offered, for programs; `Declined.detail` says it in words."""

    ACCOUNT_ONLY = "account_only"
    NOT_PUBLISHED = "not_published"
    NOT_IN_FORCE = "not_in_force"
    NOT_THERE = "not_there"
    TOO_HEAVY = "too_heavy"
    FORMAT = "format"
    SIZE_UNKNOWN = "size_unknown"


class Declined(msgspec.Struct, frozen=True, gc=False):
    """A service that does not fit, and why, in a sentence."""

    code: str
    name: str
    reason: Reason
    detail: str


class Ladder(msgspec.Struct, frozen=True, gc=False):
    """Offers of one service in one format by weight: `offers[i]` carries up to `limits_g[i]` grams."""

    limits_g: tuple[int, ...]
    offers: tuple[Offer, ...]


class Line(msgspec.Struct, frozen=True, gc=False):
    """A service that is priced to a destination: for each format a parcel may have, the ladders to try in order.

    `lasting_doubt` is a doubt about the country's zone, which confirming a price table does not end.
    """

    service: Service
    ladders: dict[Format, tuple[Ladder, ...]]
    heaviest_g: int
    lasting_doubt: str | None


class Sheet(msgspec.Struct, frozen=True, gc=False):
    """All services of a pack to one destination by code: those priced, and those refused whatever the parcel."""

    abroad: bool
    lines: dict[str, Line]
    refused: dict[str, Declined]


_INLAND = (
    Format.LETTER,
    Format.LARGE_LETTER,
    Format.SMALL_PARCEL,
    Format.MEDIUM_PARCEL,
    Format.PARCEL,
    Format.LARGE_PARCEL,
)
_ABROAD = (Format.LETTER, Format.LARGE_LETTER, Format.PARCEL, Format.MEDIUM_PARCEL, Format.LARGE_PARCEL)
_EITHER_SIZE = frozenset({Format.SMALL_PARCEL, Format.MEDIUM_PARCEL})


@lru_cache(maxsize=2048)
def price_sheet(pack: Pack, version: Version | None, country: Country) -> Sheet:
    """Lay out one version (None: no tariff in force) for one country. The same objects give the same sheet."""
    abroad = pack.abroad(country)
    lines: dict[str, Line] = {}
    refused: dict[str, Declined] = {}
    for service in pack.services.values():
        found = _refusal(pack, version, country, service, abroad=abroad) or _line(pack, version, country, service)
        if isinstance(found, Line):
            lines[service.code] = found
        else:
            refused[service.code] = found
    return Sheet(abroad, lines, refused)


def _refusal(
    pack: Pack, version: Version | None, country: Country, service: Service, *, abroad: bool
) -> Declined | None:
    """Say why no parcel at all can go there with this service; None when some can."""
    key = service.tariff
    if service.contract_only:
        return _declined(service, Reason.ACCOUNT_ONLY, "For account customers only.")
    if service.international != abroad:
        where = f"Not to {country.name}: an inland service only."
        return _declined(service, Reason.NOT_THERE, where if abroad else "Only to other countries.")
    if key is None or not any(each.serves(key, Channel.ONLINE) for each in pack.versions):
        return _declined(service, Reason.NOT_PUBLISHED, "There is no published online price.")
    if version is None or not version.serves(key, Channel.ONLINE):
        return _declined(service, Reason.NOT_IN_FORCE, "No online price is in force on this day.")
    if not version.serves(key, Channel.ONLINE, pack.places(country)):
        return _declined(service, Reason.NOT_THERE, f"Not to {country.name}.")
    return None


def _line(pack: Pack, version: Version | None, country: Country, service: Service) -> Line | Declined:
    ladders: dict[Format, Ladder] = {}
    if version is not None:
        places = pack.places(country)
        for taken in Format:
            priced = _lowest_priced_tier(version, service, taken, places)
            if priced is not None:
                ladders[taken] = _ladder(service, *priced, taken, country)
    found: dict[Format, tuple[Ladder, ...]] = {}
    for own in Format:
        steps = [ladders[each] for each in _formats_for(own, service, abroad=pack.abroad(country)) if each in ladders]
        if steps:
            found[own] = tuple(steps)
    if not found:
        return _declined(service, Reason.NOT_PUBLISHED, f"There is no published online price to {country.name}.")
    heaviest = max(ladder.limits_g[-1] for steps in found.values() for ladder in steps)
    return Line(service, found, heaviest, _zone_doubt(country) or None)


def _formats_for(parcel_format: Format, service: Service, *, abroad: bool) -> tuple[Format, ...]:
    """Return the formats of the service, smallest first, in which a parcel of this format may travel.

    An inland parcel whose size class was not said travels where small and medium parcels have one table.
    """
    chain = _ABROAD if abroad else _INLAND
    if parcel_format not in chain or (parcel_format is Format.PARCEL and not abroad):
        either = parcel_format is Format.PARCEL and _EITHER_SIZE.issubset(service.formats)
        return (parcel_format,) if either or parcel_format in service.formats else ()
    return tuple(each for each in chain[chain.index(parcel_format) :] if each in service.formats)


def _lowest_priced_tier(
    version: Version, service: Service, taken: Format, places: tuple[str, ...]
) -> tuple[int, Table] | None:
    """Return the lowest compensation tier that is priced in this format, in pence, with its table."""
    for cover, listed_as in service.priced_tiers:
        table = version.table(service.tariff or "", Channel.ONLINE, listed_as, taken, places)
        if table is not None:
            return cover, table
    return None


def _ladder(service: Service, cover_pence: int, table: Table, taken: Format, country: Country) -> Ladder:
    doubt = " ".join(part for part in (table.doubt, _zone_doubt(country)) if part) or None
    key, fingerprint, held = table.key, table.fingerprint, table.held_because or None
    return Ladder(
        table.limits_g,
        tuple(
            Offer(
                service.code,
                service.name,
                price,
                table.vat,
                vat_within(price, table.vat),
                cover_pence,
                service.cover_doubt,
                service.speed,
                service.features,
                taken,
                limit,
                table.service,
                key,
                fingerprint,
                doubt,
                held,
            )
            for limit, price in zip(table.limits_g, table.prices_pence, strict=True)
        ),
    )


def _zone_doubt(country: Country) -> str:
    return f"The price zone of {country.name} is not certain: {country.zone_doubt}." if country.zone_doubt else ""


def _declined(service: Service, reason: Reason, detail: str) -> Declined:
    return Declined(service.code, service.name, reason, detail)
