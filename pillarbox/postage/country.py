"""Countries, their price zones, and the places inside the UK tariff that have rules of their own.

A country is found by its ISO code, its English name or what people usually write instead; capitals, accents, dots and
commas do not matter. The tariff asks for the zone, customs asks for the EU and the special area.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache, lru_cache

import msgspec

from pillarbox.kernel.errors import BadInput
from pillarbox.postage.pack import read_pack


class Zone(StrEnum):
    """Royal Mail price zones (printed "Our Prices" guide): inland, Europe 1 to 3, world 1 to 3."""

    UK = "UK"
    EUR1 = "EUR1"
    EUR2 = "EUR2"
    EUR3 = "EUR3"
    W1 = "W1"
    W2 = "W2"
    W3 = "W3"


@dataclass(frozen=True, slots=True)
class Country:
    """A destination: ISO 3166-1 codes (and XK), English name for the label, price zone, EU member or not.

    `zone_doubt` is empty, or says in a sentence why the zone is not certain: show it to an operator.
    """

    iso2: str
    iso3: str
    name: str
    zone: Zone
    eu: bool
    zone_doubt: str = ""


class Area(StrEnum):
    """Places at UK inland prices whose customs or address rules differ."""

    NORTHERN_IRELAND = "northern_ireland"
    CHANNEL_ISLANDS = "channel_islands"
    ISLE_OF_MAN = "isle_of_man"
    BFPO = "bfpo"


class Declaration(StrEnum):
    """Whether goods sent there from Great Britain are declared to customs; `DEPENDS` is explained by `customs`."""

    NONE = "none"
    GOODS = "goods"
    DEPENDS = "depends"


class SpecialArea(msgspec.Struct, frozen=True, gc=False):
    """A special area: its postcode areas, the countries they lie in, and what customs wants, in one sentence."""

    area: Area
    postcode_areas: tuple[str, ...]
    countries: tuple[str, ...]
    declaration: Declaration
    customs: str
    source: str


class CountryUnknown(BadInput):
    """We do not know this country. Write its English name or its two-letter code, for example France or FR."""


UK_POSTCODE_COUNTRIES = frozenset({"GB", "GG", "JE", "IM"})
"""Countries whose addresses carry a UK postcode (addresses in GG, JE and IM are at inland prices)."""

MAX_TEXT = 200
"""Longest country text that is looked at (Click & Drop import: Country, 200 characters)."""


class _Row(msgspec.Struct, frozen=True):
    iso2: str
    iso3: str
    name: str
    zone: Zone
    eu: bool = False
    also: tuple[str, ...] = ()
    zone_doubt: str = ""


class _File(msgspec.Struct, frozen=True):
    source: str
    as_of: str
    countries: tuple[_Row, ...]
    special_areas: tuple[SpecialArea, ...]


def country(text: str) -> Country:
    """Find a country by iso2, iso3, English name or usual synonym, whatever the case, accents or punctuation.

    Raises `CountryUnknown`, with the likeliest countries in its message when there are any.
    """
    found = _by_spelling().get(text)
    return found if found is not None else _look_closer(text)


def by_iso2(code: str) -> Country:
    """Return the country with exactly this two-letter code in capitals. Raises `CountryUnknown`."""
    found = _by_code().get(code)
    if found is None:
        raise CountryUnknown(field="country")
    return found


def all_countries() -> tuple[Country, ...]:
    """Return every country, in order of its English name without accents: what a list on a page shows."""
    return tuple(sorted(_by_code().values(), key=lambda each: _fold(each.name)))


def special_area(postcode: str) -> SpecialArea | None:
    """Return the special area of a UK postcode in canonical form (`BT1 1AA`), or None for the ordinary mainland."""
    letters = postcode[:2] if postcode[1:2].isalpha() else postcode[:1]
    return _by_postcode_area().get(letters)


@cache
def _file() -> _File:
    return read_pack("uk/countries.json", _File)


@cache
def _by_code() -> dict[str, Country]:
    rows = _file().countries
    return {row.iso2: Country(row.iso2, row.iso3, row.name, row.zone, row.eu, row.zone_doubt) for row in rows}


@cache
def _by_postcode_area() -> dict[str, SpecialArea]:
    return {letters: area for area in _file().special_areas for letters in area.postcode_areas}


@cache
def _by_fold() -> dict[str, Country]:
    table: dict[str, Country] = {}
    for row in _file().countries:
        found = _by_code()[row.iso2]
        for spelling in (row.iso2, row.iso3, row.name, *row.also):
            folded = _fold(spelling)
            if table.setdefault(folded, found) is not found:
                raise ValueError(f"{spelling!r} names both {table[folded].iso2} and {row.iso2}")
    return table


@cache
def _by_spelling() -> dict[str, Country]:
    """Build the quick table: usual spellings as they stand, so that nearly every row of an import needs one lookup."""
    table: dict[str, Country] = {}
    for row in _file().countries:
        for spelling in (row.iso2, row.iso3, row.name, *row.also):
            for form in (spelling, spelling.upper(), spelling.lower()):
                table[form] = _by_code()[row.iso2]
    return table


def _fold(text: str) -> str:
    """Reduce a spelling to its letters and digits: lower case, no accents, `&` read as and, `St` as saint, no `the`."""
    plain = unicodedata.normalize("NFKD", text).casefold().replace("&", " and ")
    words = "".join(c if c.isalnum() else "" if c in ".'’" or unicodedata.combining(c) else " " for c in plain).split()
    return "".join("saint" if word == "st" else word for word in words if word != "the") or "".join(words)


def _look_closer(text: str) -> Country:
    if len(text) > MAX_TEXT:
        raise CountryUnknown(field="country")
    folded = _fold(text)
    found = _by_fold().get(folded)
    if found is not None:
        return found
    if not folded:
        raise CountryUnknown(
            "Please say which country. Write its English name or its two-letter code.", field="country"
        )
    names = _suggest(folded)
    if not names:
        raise CountryUnknown(field="country")
    shown = text.strip()[:40]
    raise CountryUnknown(f"We do not know the country “{shown}”. Did you mean {' or '.join(names)}?", field="country")


@lru_cache(maxsize=2048)
def _suggest(folded: str) -> tuple[str, ...]:
    """Name up to two likely countries: those whose name holds the word, else the nearest with the same first letter."""
    table = _by_fold()
    near = [key for key in table if len(folded) > 3 and folded in key]
    if not near:
        near = get_close_matches(folded[:40], [key for key in table if key[0] == folded[0] and len(key) > 3], 4, 0.7)
    return tuple(dict.fromkeys(table[key].name for key in near))[:2]
