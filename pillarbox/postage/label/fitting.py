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
    for size in range(most, least - 1, -1):
        allowed = max(1, int(height / (size * PITCH)))
        lines = wrapped(setter, text, room / size, bold=bold, tear=size == least)
        if lines is not None and len(lines) <= allowed:
            return Fitted(tuple([setter.line(t, bold=bold) for t in lines]), size, shortened=False)
    allowed = max(1, int(height / (least * PITCH)))
    kept = wrapped(setter, text, room / least, bold=bold, tear=True) or [text]
    last = _shortened(setter, " ".join(kept[allowed - 1 :]), room / least, bold=bold)
    return Fitted((*[setter.line(t, bold=bold) for t in kept[: allowed - 1]], last), least, shortened=True)


def wrapped(setter: Typesetter, text: str, room: float, *, bold: bool, tear: bool) -> list[str] | None:
    """Break a text into lines of at most `room` ems. None if a word is too long and may not be torn."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and setter.line(longer, bold=bold).width <= room:
            lines[-1] = longer
        elif setter.line(word, bold=bold).width <= room:
            lines.append(word)
        elif tear or _breaks_anywhere(word):
            lines.extend(_torn(setter, word, room, bold=bold))
        else:
            return None
    return lines


def _breaks_anywhere(word: str) -> bool:
    """Chinese and Japanese have no spaces between words and may break between any two characters."""
    return any(unicodedata.east_asian_width(c) == "W" for c in word)


def _torn(setter: Typesetter, word: str, room: float, *, bold: bool) -> list[str]:
    parts: list[str] = []
    for cluster in clusters(printable(word)):
        if parts and setter.line(parts[-1] + cluster, bold=bold).width <= room:
            parts[-1] += cluster
        else:
            parts.append(cluster)
    return parts


def _shortened(setter: Typesetter, text: str, room: float, *, bold: bool) -> Line | SimpleLine:
    """Return the longest beginning of the text that fits in `room` ems with an ellipsis after it."""
    parts = clusters(printable(text))
    low, high = 0, len(parts)
    while low < high:
        middle = (low + high + 1) // 2
        if setter.line("".join(parts[:middle]).rstrip() + ELLIPSIS, bold=bold).width <= room:
            low = middle
        else:
            high = middle - 1
    return setter.line("".join(parts[:low]).rstrip() + ELLIPSIS, bold=bold)
