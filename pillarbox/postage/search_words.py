"""Which exact words an order or label can be found by.

Search works on sealed data through keyed tokens of whole words, so both sides must cut words the same way: without
accents, case, or the space in a postcode.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_POSTCODE: Final = re.compile(r"[a-z]{1,2}[0-9][a-z0-9]?\s*[0-9][a-z]{2}")
MOST_WORDS: Final = 24


def fold(text: str) -> str:
    """Return text in the form that is compared: no accents, no case."""
    if text.isascii():
        return text.lower()
    split = unicodedata.normalize("NFKD", text)
    return "".join(c for c in split if not unicodedata.combining(c)).casefold()


def words_of(
    *, reference: str, name: str, company: str, postcode: str, email: str, more: Iterable[str] = ()
) -> set[str]:
    """Return the words of one order: the reference, postcode and e-mail whole, every word of the names."""
    found = {"".join(fold(x).split()) for x in (reference, postcode, email, *more)}
    found.update(_WORD.findall(fold(name)))
    if company:
        found.update(_WORD.findall(fold(company)))
    found.discard("")
    return found


def words_asked(query: str) -> list[str]:
    """Cut what a person typed into the words to look for; all of them must be there. At most 24 words."""
    folded = fold(query.strip())
    postcodes = _POSTCODE.findall(folded)
    rest = _POSTCODE.sub(" ", folded)
    words = ["".join(p.split()) for p in postcodes]
    for piece in rest.split():
        parts = _WORD.findall(piece)
        words.extend([piece] if any(c.isdigit() for c in piece) or "@" in piece or len(parts) != 1 else parts)
    return list(dict.fromkeys(words))[:MOST_WORDS]
