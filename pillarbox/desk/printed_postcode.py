"""Find the postcode among the lines printed on a label, to ask a recipient for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pillarbox.postage.abroad import rules_of, tidy_postcode
from pillarbox.postage.country import UK_POSTCODE_COUNTRIES
from pillarbox.postage.postcode import PostcodeUnknown, parse_postcode

_MOST_WORDS = 3
"""A postcode has at most three words: `SW1A 1AA`, `1234 AB`, `K1A 0B1`."""


def printed_postcode(lines: Sequence[str], country: str) -> str:
    """Return the postcode on a label to this country (iso2), or nothing where there is none to be sure of.

    It is sought from the last line upwards, because a house number may look like one; the name is never looked at.
    """
    if country not in UK_POSTCODE_COUNTRIES and rules_of(country).postcode is None:
        return ""
    for line in reversed(lines[1:]):
        for words in _edges(line.split()):
            if _fits(words, country):
                return words
    return ""


def _edges(words: list[str]) -> Iterator[str]:
    """Yield the beginnings and ends of a line, longest first: a postcode stands before or after the town."""
    for count in range(min(_MOST_WORDS, len(words)), 0, -1):
        yield " ".join(words[:count])
        yield " ".join(words[-count:])


def _fits(words: str, country: str) -> bool:
    if country not in UK_POSTCODE_COUNTRIES:
        return tidy_postcode(words, country)[1]
    try:
        return parse_postcode(words) == words
    except PostcodeUnknown:
        return False
