"""Words from anywhere, made ready for print: composed, without what no printer shows, and in visual order.

Reading direction follows the full Unicode bidirectional algorithm (UAX #9) as python-bidi carries it out. The result
is a row of pieces from left to right, each of one direction, with its characters again in the order they are spoken.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

import bidi
from bidi.mirror import MIRRORED

_UNPRINTED: Final = re.compile(
    "[\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180f"  # variation selectors
    "\U0001f3fb-\U0001f3ff"  # skin tones
    "\U000e0000-\U000e007f\u00ad\u034f\u2060-\u2064\u200b\ufeff\ufff9-\ufffb]"  # tags, other invisible marks
)
_SPACES: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DAMAGED: Final = re.compile("[\ud800-\udfff]")
_JOINERS: Final = "\u200c\u200d"
_DIRECTING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TURNED: Final = {"R", "AL", "AN", "RLE", "RLO", "RLI"}
_TURNED_RUN: Final = re.compile("(?:m*R)+")
"""In visual order a mark stands to the left of the letter that it belongs to when that is read from the right."""
_FIRST, _SECOND = "\u20d0", "\u20d1"
_SEEN_LEFT: Final = re.compile(f"(.){_FIRST}{_SECOND}")
_SEEN_RIGHT: Final = re.compile(f"{_SECOND}{_FIRST}(.)")


class Piece(NamedTuple):
    """Text of one direction, in spoken order."""

    text: str
    right_to_left: bool


def printable(text: str) -> str:
    """Return the text as it is printed; the caller's own copy stays as it is.

    Composes (NFC), takes out variation selectors, skin tones and invisible marks; control characters become spaces,
    halves of characters (lone surrogates) replacement marks. Joiners go too, except inside words: there Persian and the
    scripts of India are spelled with them.
    """
    text = _DAMAGED.sub("\ufffd", _SPACES.sub(" ", _UNPRINTED.sub("", text)))
    if "\u200c" in text or "\u200d" in text:
        text = "".join([c for i, c in enumerate(text) if c not in _JOINERS or _joins_letters(text, i)])
    return unicodedata.normalize("NFC", text)


def _joins_letters(text: str, i: int) -> bool:
    return i > 0 and unicodedata.category(text[i - 1])[0] in "LM"


def pieces(text: str) -> list[Piece]:
    """Return a printable line as pieces from left to right. The line's first letter sets its direction."""
    if not any(unicodedata.bidirectional(c) in _TURNED for c in text):
        return [Piece(_DIRECTING.sub("", text), right_to_left=False)]
    seen = visual(text)
    kinds = "".join([_kind(c) for c in seen])
    found: list[Piece] = []
    done = 0
    for turned in _TURNED_RUN.finditer(kinds):
        start, end = turned.span()
        if start > done:
            found.append(Piece(seen[done:start], right_to_left=False))
        found.append(Piece(seen[start:end][::-1], right_to_left=True))
        done = end
    return [*found, Piece(seen[done:], right_to_left=False)] if done < len(seen) else found


def _kind(character: str) -> str:
    kind = unicodedata.bidirectional(character)
    return "R" if kind in {"R", "AL"} else "m" if kind == "NSM" or character in _JOINERS else "-"


def visual(text: str) -> str:
    """Return the characters of a line from left to right, brackets mirrored where they are read from the right.

    python-bidi gives the order but no levels and no mirroring. So each mirrored character takes two marks along, which
    by rules W1 and N0 share its level: whichever of the two comes first tells the direction.
    """
    marked = "".join([c + _FIRST + _SECOND if unicodedata.mirrored(c) else c for c in text])
    ordered = str(bidi.get_display(marked))
    ordered = _SEEN_RIGHT.sub(lambda seen: MIRRORED.get(seen[1], seen[1]), ordered)
    return _DIRECTING.sub("", _SEEN_LEFT.sub(r"\1", ordered))
