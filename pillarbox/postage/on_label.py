"""The lines of an address as they stand on a label.

The UK order follows Royal Mail's addressing guide: addressee first, post town in capitals and postcode each on a line
of its own, no county. Abroad the destination's own order holds, with the country in capitals last (UPU convention).
"""

from __future__ import annotations

import re

from pillarbox.postage.abroad import arrange, rules_of
from pillarbox.postage.address import Address
from pillarbox.postage.country import UK_POSTCODE_COUNTRIES, by_iso2

_BFPO = re.compile(r"bfpo\s*(?:c/o\s*)?\d*", re.IGNORECASE)
_BEYOND_LATIN = re.compile(
    "[\u0370-\u1dff\u2c80-\ua71f\ua800-\uab2f\uab70-\ufaff\ufb13-\ufdff\ufe70-\ufefe\uff66-\uffdc"
    "\U00010000-\U0001cfff\U00020000-\U0003ffff]"
)
"""Letters of scripts other than Latin: then the destination's own order is used, not the one for Latin letters."""


def lines_for_label(address: Address, from_country: str = "GB") -> tuple[str, ...]:
    """Return the lines to print, top to bottom, for an item posted in the country with code `from_country`.

    Empty parts leave no line. Within the UK and to the islands at inland prices no country is written, nor within any
    other country, nor ever for a BFPO, which has no town either.
    """
    country = address.country
    if country not in UK_POSTCODE_COUNTRIES:
        lines = _abroad(address)
        return lines if country == from_country else (*lines, by_iso2(country).name.upper())
    lines = tuple([line for line in (address.name, address.company) if line])
    if address.postcode.startswith("BF"):
        street = [line.upper() if _BFPO.fullmatch(line) else line for line in address.lines]
        town = (address.town.upper(),) if _BFPO.fullmatch(address.town) else ()
        return (*lines, *street, *town, address.postcode)
    lines = (*lines, *address.lines, address.town.upper(), address.postcode)
    return lines if from_country in UK_POSTCODE_COUNTRIES else (*lines, by_iso2(country).name.upper())


def _abroad(address: Address) -> tuple[str, ...]:
    """Arrange by the destination's rules; a town without a place in the format (Japan) joins the street lines.

    It comes first where the larger is written before the smaller, else last.
    """
    rules = rules_of(address.country)
    native = _BEYOND_LATIN.search("".join((*address.lines, address.town, address.county)))
    fmt = rules.fmt if native else rules.latin_fmt
    street, county = list(address.lines), address.county
    if "%C" not in fmt and address.town:
        if "%S" in fmt and not county:
            county = address.town
        elif address.town.casefold() not in {by_iso2(address.country).name.casefold(), county.casefold()}:
            large_first = fmt.find("%S") < fmt.index("%A") and "%S" in fmt
            street.insert(0 if large_first else len(street), address.town)
    fields = {
        "N": address.name,
        "O": address.company,
        "A": "\n".join(street),
        "C": address.town,
        "S": county,
        "Z": address.postcode,
    }
    for letter in rules.upper:
        if letter in fields:
            fields[letter] = _capitals(fields[letter], address.country)
    return tuple(arrange(fmt, fields))


def _capitals(text: str, country: str) -> str:
    """Write in capitals; Turkish and Azerbaijani keep the dot of their i."""
    return (text.replace("i", "İ") if country in {"TR", "AZ"} else text).upper()
