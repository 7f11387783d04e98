"""Cleaning the words people type or paste, without harming a name in any script.

Spacing is evened out, letters are composed (NFC) and marks that only pasting leaves behind are taken out. What could
deceive a reader or break a printer is refused and named, never quietly changed.
"""

from __future__ import annotations

import re
import unicodedata

from pillarbox.kernel.errors import BadInput


class TextUnusable(BadInput):
    """This text holds characters that cannot be printed."""


CLEANED = (
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\u202a-\u202c\u2066-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
"""Taken out: soft hyphens, zero-width spaces, direction marks, embeddings and isolates, annotations and tags.

They carry no letter and the reading direction follows from the letters without them. Joiners (U+200C, U+200D) stay:
Persian, Indic scripts and emoji are spelled with them.
"""

_CLEAN = re.compile(f"[{CLEANED}]")
_REFUSED = (
    (re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"), "a control character"),
    (re.compile("[\u202d\u202e]"), "a character that turns the reading direction round"),
    (re.compile("\ufffd"), "letters damaged by a wrong encoding; save the file as UTF-8"),
    (re.compile("[\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]"), "a private character"),
)


def clean(text: str) -> str:
    """Return the text in NFC with single spaces and without the `CLEANED` marks; line breaks become spaces.

    Raises `TextUnusable`, whose detail names what was found, for control characters, bidirectional overrides (U+202D,
    U+202E), lone surrogates, private-use and replacement characters.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text
    for pattern, what in _REFUSED:
        if pattern.search(text):
            raise TextUnusable(what)
    return " ".join(unicodedata.normalize("NFC", _CLEAN.sub("", text)).split())


def says_something(text: str) -> bool:
    """Say whether the text holds a letter or digit of any script: `-` and `...` are no address."""
    return text.isalnum() or any(map(str.isalnum, text))
