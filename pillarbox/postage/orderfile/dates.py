"""Reading dates whose meaning is certain.

Figures alone are ambiguous until the file has said whether the day or the month comes first; a date that contradicts
what the file said is reported, because spreadsheets swap days and months when they open a file from abroad.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from pillarbox.postage.orderfile.shops import normal

DateOrder = Literal["dmy", "mdy", "ymd"]

UNREADABLE: Final = "unreadable"
AMBIGUOUS: Final = "ambiguous"

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january janv janvier januar jaenner gen gennaio ene enero",
            "feb february fev fevr fevrier februar febbraio febrero",
            "mar march mars marz maerz mrz marzo",
            "apr april avr avril aprile abr abril",
            "may mai mag maggio mayo",
            "jun june juin juni giu giugno junio",
            "jul july juil juillet juli lug luglio julio",
            "aug august aout ago agosto",
            "sep sept september septembre set settembre septiembre",
            "oct october octobre okt oktober ott ottobre octubre",
            "nov november novembre noviembre",
            "dec december decembre dez dezember dic dicembre diciembre",
        ),
        1,
    )
    for name in names.split()
}
"""Months in English, French, German, Italian and Spanish, without accents."""

_ISO: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*)?", re.ASCII)
_SLASHED_ISO: Final = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:[T ].*)?", re.ASCII)
_FIGURES: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)(?:,? .*)?", re.ASCII)
_DAY_FIRST: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.|er)?[ -]+([^\W\d_]+)\.?,?[ -]+(\d{4}|\d\d)(?:,? .*)?")
_MONTH_FIRST: Final = re.compile(r"([^\W\d_]+)\.?[ -]+(\d{1,2})(?:st|nd|rd|th)?,?[ -]+(\d{4}|\d\d)(?:,? .*)?")


@lru_cache(maxsize=8192)
def read_date(text: str, order: DateOrder | None) -> tuple[date | None, str]:
    """Read a date into (day, code of what is wrong). An empty text is (None, "").

    `order` is how this file writes dates in figures. With full stops the day is always first. A time behind the date
    is ignored. Two-figure years are in this century.
    """
    if not text:
        return None, ""
    if match := _ISO.fullmatch(text) or _SLASHED_ISO.fullmatch(text):
        return _day(match[1], int(match[2]), match[3])
    if match := _FIGURES.fullmatch(text):
        return _figures(match[1], match[2], match[3], match[4], order)
    if match := _DAY_FIRST.fullmatch(text):
        return _day(match[3], _MONTHS.get(normal(match[2]), 0), match[1])
    if match := _MONTH_FIRST.fullmatch(text):
        return _day(match[3], _MONTHS.get(normal(match[1]), 0), match[2])
    return None, UNREADABLE


def _figures(first: str, mark: str, second: str, year: str, order: DateOrder | None) -> tuple[date | None, str]:
    if mark == ".":
        order = "dmy"
    if order == "mdy":
        return _day(year, int(first), second)
    if order == "dmy":
        return _day(year, int(second), first)
    if int(first) > 12 or first == second:
        return _day(year, int(second), first)
    if int(second) > 12:
        return _day(year, int(first), second)
    return None, AMBIGUOUS


def _day(year: str, month: int, day: str) -> tuple[date | None, str]:
    number = int(year) + 2000 if len(year) == 2 else int(year)
    if not 2000 <= number <= 2099:
        return None, UNREADABLE
    try:
        return date(number, month, int(day)), ""
    except ValueError:
        return None, UNREADABLE


def order_shown(texts: list[str]) -> DateOrder | None:
    """Tell from a column's first cells whether day or month comes first; None if they do not show it."""
    shown: set[DateOrder] = set()
    for text in texts:
        match = _FIGURES.fullmatch(text)
        if match and match[2] != ".":
            if int(match[1]) > 12:
                shown.add("dmy")
            elif int(match[3]) > 12:
                shown.add("mdy")
    return shown.pop() if len(shown) == 1 else None
