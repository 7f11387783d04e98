"""Cleaning the text of one cell.

Invisible and control characters go, every kind of white space becomes one blank, and the marks that spreadsheets and
shops put before a cell to stop it being calculated come off. Text that looks like a formula is kept as it is: whoever
writes a file escapes it there.
"""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+"
)
"""Controls, soft hyphen, zero-width space and the marks that turn reading direction; U+200C and U+200D stay, because
Persian and Indic spelling needs them."""

_GUARD: Final = re.compile(r"'(?=[=+\-@])")
_QUOTED_FORMULA: Final = re.compile(r'="([^"]*)"')
_DAMAGED: Final = re.compile(r"\d(?:[.,]\d+)?[Ee]\+\d+")

DAMAGED: Final = "\ufffd"
"""Stands where bytes could not be read as text."""


def clean(text: str) -> str:
    """Return the cell for people: no invisible characters, single blanks, no `'` or `=""` guard around it."""
    if not text.isprintable():
        text = _UNSEEN.sub("", text)
    text = " ".join(text.split())
    if text.startswith("'"):
        return _GUARD.sub("", text, count=1)
    if text.startswith('="'):
        match = _QUOTED_FORMULA.fullmatch(text)
        return match[1] if match else text
    return text


def unguarded(text: str) -> str:
    """Take Shopify's leading apostrophe off a postcode or telephone number, which never begin with one."""
    return text.removeprefix("'")


def is_damaged_number(text: str) -> bool:
    """Say whether a spreadsheet has turned a long number into the likes of `1.23E+11`, losing its digits."""
    return _DAMAGED.fullmatch(text) is not None


def is_plain(joined: str) -> bool:
    """Say whether cells, put together, need no `clean` beyond stripping: the usual case, decided in one look."""
    return joined.isprintable() and "  " not in joined and "'" not in joined and '="' not in joined


def formula_safe(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would calculate (OWASP, "CSV Injection")."""
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")) else text
