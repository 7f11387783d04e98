"""Reading prices and weights as people and shops write them, without floats and without guessing.

A mark with exactly three digits after it may divide thousands or decimals; unless the file has said which, that is
ambiguous and the answer is a code, never a number.
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final, Literal

from pillarbox.kernel.money import MAX_PENCE
from pillarbox.postage.orderfile.shops import normal, synonyms

Mark = Literal[".", ","]

UNREADABLE: Final = "unreadable"
AMBIGUOUS: Final = "ambiguous"

_CURRENCIES: Final = {
    "": "", "£": "GBP", "GB £": "GBP", "€": "EUR", "$": "", "¥": "", "US $": "USD", "US$": "USD",
    "AU $": "AUD", "AU$": "AUD", "A$": "AUD", "C $": "CAD", "CA $": "CAD", "CA$": "CAD", "C$": "CAD",
    "NZ $": "NZD", "NZ$": "NZD",
}  # fmt: skip
"""Marks beside a price. `$` and `¥` alone are several countries' money, so they name none."""

_PARTS: Final = re.compile(r"([^\d.,'’-]*)(\d[\d.,'’ ]*)(\D*)")
_ISO: Final = re.compile(r"[A-Z]{3}")
_PLAIN: Final = re.compile(r"\d{1,8}(?:\.\d{1,2})?", re.ASCII)


def decimal_text(text: str, mark: Mark | None) -> str:
    """Return the number in `text` with a full stop as decimal mark, or `unreadable` or `ambiguous`.

    `mark` is what the file uses where that is known. Blanks and apostrophes may divide thousands.
    """
    if not text.isascii():
        text = text.replace("’", "'")
    bare = text.replace(" ", "").replace("'", "")
    stops, commas = bare.count("."), bare.count(",")
    if stops and commas:
        decimal = "." if bare.rfind(".") > bare.rfind(",") else ","
        if (stops if decimal == "." else commas) > 1:
            return UNREADABLE
    elif stops + commas > 1:
        decimal = "," if stops else "."
    elif stops + commas == 1:
        decimal = _single_mark(bare, mark)
        if decimal == AMBIGUOUS:
            return AMBIGUOUS
    else:
        return bare if _groups_fit(text, " ") and _groups_fit(text, "'") and bare.isdecimal() else UNREADABLE
    return _with_stop(text, decimal)


def _single_mark(bare: str, mark: Mark | None) -> str:
    used = "." if "." in bare else ","
    whole, _, rest = bare.partition(used)
    if len(rest) != 3 or whole.strip("0") == "" or len(whole) > 3:
        return used
    return mark or AMBIGUOUS


def _with_stop(text: str, decimal: str) -> str:
    whole, _, rest = text.partition(decimal)
    thousands = "," if decimal == "." else "."
    fits = all(_groups_fit(whole, divider) for divider in (thousands, " ", "'"))
    digits = whole.replace(thousands, "").replace(" ", "").replace("'", "")
    if not fits or not digits.isdecimal() or (rest and not rest.isdecimal()) or not (digits + rest).isascii():
        return UNREADABLE
    return f"{digits}.{rest}" if rest else digits


def _groups_fit(whole: str, divider: str) -> bool:
    """Say whether every group after the first has three digits."""
    first, *groups = whole.split(divider)
    return not groups or (0 < len(first) <= 3 and all(len(g) == 3 for g in groups))


@lru_cache(maxsize=8192)
def read_amount(text: str, mark: Mark | None) -> tuple[int | None, str, str]:
    """Read a price such as `£12.99` or `1 234,50 €` into (hundredths, ISO currency or "", code of what is wrong).

    A third decimal and further ones are rounded half up. An empty text is (None, "", "").
    """
    if not text:
        return None, "", ""
    if _PLAIN.fullmatch(text):
        whole, _, rest = text.partition(".")
        if mark != "," or len(rest) != 3:
            return int(whole) * 100 + int((rest + "00")[:2]), "", ""
    match = _PARTS.fullmatch(text)
    currency = _currency(match[1], match[3]) if match else None
    if match is None or currency is None:
        return None, "", UNREADABLE
    number = decimal_text(match[2].strip(), mark)
    if number in (UNREADABLE, AMBIGUOUS):
        return None, currency, number
    if len(number) > 20:
        return None, currency, UNREADABLE
    amount = int((Decimal(number) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return (amount, currency, "") if amount <= MAX_PENCE else (None, currency, UNREADABLE)


def _currency(before: str, after: str) -> str | None:
    """Name the currency by the marks around a number; None if they are not marks of money."""
    marks = [part for part in (before.strip().upper(), after.strip().upper()) if part]
    names = [m if _ISO.fullmatch(m) else _CURRENCIES.get(m) for m in marks]
    if None in names:
        return None
    told = {n for n in names if n}
    return told.pop() if len(told) == 1 else ("" if not told else None)


_WEIGHT: Final = re.compile(r"(\d[\d.,]*)\s*([^\W\d_]*)")


@lru_cache(maxsize=8192)
def read_weight(text: str, unit: Literal["kg", "g"] | None, mark: Mark | None) -> tuple[int | None, str]:
    """Read a weight into (whole grams, rounded up; code of what is wrong). A unit in the cell beats the column's.

    Nothing and nought are (None, ""): not weighed. Without any unit the code is `unit-missing`.
    """
    if not text:
        return None, ""
    match = _WEIGHT.fullmatch(text)
    if match is None:
        return None, UNREADABLE
    told = unit_of(match[2]) if match[2] else unit
    if told is None:
        return None, UNREADABLE if match[2] else "unit-missing"
    number = decimal_text(match[1], mark)
    if number in (UNREADABLE, AMBIGUOUS) or len(number) > 20:
        return None, number if len(number) <= 20 else UNREADABLE
    grams = Decimal(number) * (1000 if told == "kg" else 1)
    return int(grams.to_integral_value(rounding=ROUND_CEILING)) or None, ""


def unit_of(words: str) -> Literal["kg", "g"] | None:
    """Find a unit of weight among the words of a cell or column name."""
    for word in normal(words).split():
        if word in synonyms().kilograms:
            return "kg"
        if word in synonyms().grams:
            return "g"
    return None
