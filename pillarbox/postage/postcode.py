"""UK postcodes: read as people type them, kept in one spelling, checked against the districts that exist.

Only spacing, capitals and punctuation are put right; a letter or digit is never exchanged without asking, it is
suggested. Grammar and districts come from `packs/uk/postcodes.json`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import product

import msgspec

from pillarbox.kernel.errors import BadInput
from pillarbox.postage.pack import read_pack

MAX_TEXT = 20
"""Longest postcode text that is looked at (Click & Drop API: postcode, 20 characters)."""


class PostcodeUnknown(BadInput):
    """This is not a UK postcode. It should look like SW1A 1AA."""

    def __init__(
        self, detail: str | None = None, *, suggestions: tuple[str, ...] = (), field: str = "postcode"
    ) -> None:
        """`suggestions` are postcodes in existing districts that differ by look-alike characters only."""
        self.suggestions = suggestions
        super().__init__(detail, field=field)


class _Area(msgspec.Struct, frozen=True):
    name: str
    districts: str


class _File(msgspec.Struct, frozen=True):
    source: str
    as_of: str
    doubt: str
    areas: dict[str, _Area]
    overseas: dict[str, str]


_USUAL = re.compile(r" *([A-Za-z]{1,2}[0-9][0-9A-Za-z]?) *([0-9][ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}) *", re.ASCII)
_SHAPE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][ABD-HJLNP-UW-Z]{2})")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_LOOK_ALIKE = {each[0]: each for each in ("O0", "0O", "I1", "1IL", "L1", "S5", "5S", "B8", "8B", "Z2", "2Z")}


@cache
def _file() -> _File:
    return read_pack("uk/postcodes.json", _File)


@cache
def outcodes() -> frozenset[str]:
    """Return every district (`SW1A`) that exists: live ones of the ONS directory, BF1 and the BX numbers."""
    return frozenset(name + each for name, area in _file().areas.items() for each in area.districts.split())


def parse_postcode(text: str) -> str:
    """Return a UK postcode in capitals with one space before its last three characters.

    Accepts any spacing, case and punctuation. Raises `PostcodeUnknown` when the shape, the area or the district does
    not exist, with `suggestions` when look-alike characters (O and 0, I and 1, ...) explain it. Whether the street
    part is in use is not checked: that needs the licensed address file.
    """
    match = _USUAL.fullmatch(text)
    if match is None:
        return _look_closer(text)
    outcode = match[1].upper()
    if outcode not in outcodes():
        return _look_closer(text)
    return f"{outcode} {match[2].upper()}"


def outcode_of(postcode: str) -> str:
    """Return the district of a postcode in canonical form: `SW1A 1AA` gives `SW1A`."""
    return postcode[:-4]


def area_of(postcode: str) -> str:
    """Return the area letters of a postcode in canonical form: `SW1A 1AA` gives `SW`, `M1 1AE` gives `M`."""
    return postcode[:2] if postcode[1:2].isalpha() else postcode[:1]


def area_name(area: str) -> str | None:
    """Return the place an area is named after (`AB` is Aberdeen), or None if there is no such area."""
    found = _file().areas.get(area)
    return found.name if found is not None else None


def _look_closer(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise PostcodeUnknown
    kept = "".join([c for c in text if not _dropped(c)])
    bare = unicodedata.normalize("NFKC", kept).upper()
    if not bare:
        raise PostcodeUnknown("Please give the postcode.")
    if bare in _file().overseas or bare[:4] in _file().overseas:
        raise PostcodeUnknown("This postcode belongs to an overseas territory. Choose that country, not the UK.")
    if bare.startswith("BFPO"):
        raise PostcodeUnknown("A BFPO number goes in an address line. The postcode of a BFPO begins with BF1.")
    match = _SHAPE.fullmatch(bare)
    if match is not None and match[1] in outcodes() and kept.isascii():
        return f"{match[1]} {match[2]}"
    raise _refusal(bare, match)


def _refusal(bare: str, match: re.Match[str] | None) -> PostcodeUnknown:
    suggestions = _suggest(bare)
    detail = PostcodeUnknown.__doc__ or ""
    if match is not None and match[1] not in outcodes():
        area = area_of(match[1])
        known = area in _file().areas
        detail = f"There is no postcode district {match[1]}." if known else f"No UK postcode begins with {area}."
    if suggestions:
        detail += f" Did you mean {' or '.join(suggestions)}?"
    return PostcodeUnknown(detail, suggestions=suggestions)


def _dropped(c: str) -> bool:
    """Say whether a character is mere spacing, punctuation or invisible."""
    return c.isspace() or c in _INVISIBLE or unicodedata.category(c)[0] == "P"


def _suggest(bare: str) -> tuple[str, ...]:
    """Return the existing readings with the fewest exchanged characters, at most three."""
    if not 5 <= len(bare) <= 7 or not bare.isascii():
        return ()
    readings = [_LOOK_ALIKE.get(c, c) for c in bare]
    for place in (0, -2, -1):
        readings[place] = "".join([c for c in readings[place] if c.isalpha()])
    readings[-3] = "".join([c for c in readings[-3] if c.isdigit()])
    found: dict[str, int] = {}
    for letters in product(*readings):
        match = _SHAPE.fullmatch("".join(letters))
        if match is not None and match[1] in outcodes():
            changed = sum(a != b for a, b in zip(letters, bare, strict=True))
            found[f"{match[1]} {match[2]}"] = changed
    least = min(found.values(), default=0)
    return tuple(postcode for postcode, changed in found.items() if changed == least)[:3]
