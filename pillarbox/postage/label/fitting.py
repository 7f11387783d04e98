"""Makes words fit their place: first smaller, then in more lines, at last cut short with an ellipsis and a warning.

Sizes are dots to the em, an eighth of a millimetre each. Nothing is drawn smaller than the least size a place names.
"""

from __future__ import annotations

import unicodedata
from typing import Final, NamedTuple

from pillarbox.postage.label.script import printable
from pillarbox.postage.label.text import Line, SimpleLine, Typesetter, clusters

ELLIPSIS: Final = "…"
PITCH: Final = 1.2
"""Baseline to baseline in ems, the least at which Thai and Devanagari marks keep clear of the line above."""

_LONGEST: Final = 1000
"""Characters: no place on a label holds as many, so measuring stops there."""
_NARROWEST: Final = 0.2
"""Ems: hardly a character is narrower, so no more of them are tried on a line."""


class Fitted(NamedTuple):
    """Lines that fit, all at one size, and whether something had to be left out."""

    lines: tuple[Line | SimpleLine, ...]
    size: int
    shortened: bool


def fit(setter: Typesetter, text: str, room: int, sizes: tuple[int, int], *, bold: bool = False) -> Fitted:
    """Fit a text on one line of `room` dots, no larger than the first size and no smaller than the second."""
    most, least = sizes
    text = text[:_LONGEST]
    line = setter.line(text, bold=bold)
    if line.width * most <= room:
        return Fitted((line,), most, shortened=False)
    size = int(room / line.width)
    if size >= least:
        return Fitted((line,), size, shortened=False)
    return Fitted((_shortened(setter, text, room / least, bold=bold),), least, shortened=True)


def flow(setter: Typesetter, text: str, area: tuple[int, int], sizes: tuple[int, int], *, bold: bool = False) -> Fitted:
    """Fit a text on as many lines as an area (width, height) allows, at the largest size that breaks no word.

    At the least size long words are broken; what still does not fit is cut.
    """
    (room, height), (most, least) = area, sizes
    text = text[:_LONGEST]
    line = setter.line(text, bold=bold)
    if line.width * most <= room:
        return Fitted((line,), most, shortened=False)
    parts = _parts(setter, text, bold=bold)
    for size in range(most, least - 1, -1):
        if size == least:
            parts = _torn(setter, parts, room / size, bold=bold)
        lines = _laid(parts, room / size)
        if lines is not None and len(lines) <= _allowed(height, size):
            return Fitted(tuple([setter.line(t, bold=bold) for t in lines]), size, shortened=False)
    lines = _laid(parts, room / least) or [text]
    allowed = _allowed(height, least)
    last = _shortened(setter, " ".join(lines[allowed - 1 :]), room / least, bold=bold)
    return Fitted((*[setter.line(t, bold=bold) for t in lines[: allowed - 1]], last), least, shortened=True)


def _allowed(height: int, size: int) -> int:
    return max(1, int(height / (size * PITCH)))


def wrapped(setter: Typesetter, text: str, room: float, *, bold: bool) -> list[str]:
    """Break a text into lines of at most `room` ems; words are broken only if one alone is too long."""
    parts = _torn(setter, _parts(setter, text[:_LONGEST], bold=bold), room, bold=bold)
    return _laid(parts, room) or [text]


class _Part(NamedTuple):
    """What stays on one line: a word, or one character of Chinese. `gap` is the space before it; widths are in ems."""

    text: str
    width: float
    gap: float


def _parts(setter: Typesetter, text: str, *, bold: bool) -> list[_Part]:
    """Measure the words of a text one by one, so that trying many sizes costs additions only."""
    space = setter.line(" ", bold=bold).width
    parts: list[_Part] = []
    for word in text.split():
        gap = space if parts else 0.0
        if any(unicodedata.east_asian_width(c) == "W" for c in word):  # Chinese may break between any two characters
            parts.extend(_characters(setter, word, gap, bold=bold))
        else:
            parts.append(_Part(word, setter.line(word, bold=bold).width, gap))
    return parts


def _characters(setter: Typesetter, word: str, gap: float, *, bold: bool) -> list[_Part]:
    found = [_Part(c, setter.line(c, bold=bold).width, 0.0) for c in clusters(printable(word))]
    return [found[0]._replace(gap=gap), *found[1:]] if found else []


def _torn(setter: Typesetter, parts: list[_Part], room: float, *, bold: bool) -> list[_Part]:
    """Break the words that are longer than a line into characters."""
    torn: list[_Part] = []
    for part in parts:
        torn.extend([part] if part.width <= room else _characters(setter, part.text, part.gap, bold=bold))
    return torn


def _laid(parts: list[_Part], room: float) -> list[str] | None:
    """Fill lines of `room` ems one after the other. None if one part alone is too long."""
    lines: list[str] = []
    used = room
    for part in parts:
        if part.width > room:
            return None
        if lines and used + part.gap + part.width <= room:
            lines[-1] += (" " if part.gap else "") + part.text
            used += part.gap + part.width
        else:
            lines.append(part.text)
            used = part.width
    return lines


def _shortened(setter: Typesetter, text: str, room: float, *, bold: bool) -> Line | SimpleLine:
    """Return the longest beginning of the text that fits in `room` ems with an ellipsis after it."""
    parts = clusters(printable(text[:_LONGEST]))
    low, high = 0, min(len(parts), int(room / _NARROWEST))
    while low < high:
        middle = (low + high + 1) // 2
        if setter.line("".join(parts[:middle]).rstrip() + ELLIPSIS, bold=bold).width <= room:
            low = middle
        else:
            high = middle - 1
    return setter.line("".join(parts[:low]).rstrip() + ELLIPSIS, bold=bold)
