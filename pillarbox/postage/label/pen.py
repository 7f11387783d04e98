"""Writes onto one page: text in its place, lines and boxes, and a note of whatever did not come out as asked.

Places are in printer dots (an eighth of a millimetre) from the top left corner of the design, as one measures on paper;
PDF counts from the bottom, and this is the only file that turns one into the other.
"""

from __future__ import annotations

import unicodedata
from typing import Final, NamedTuple

from pillarbox.postage.label.fitting import PITCH, Fitted, fit, flow
from pillarbox.postage.label.text import Line, SimpleLine, Typesetter

WIDTH: Final = 792
"""Dots: 99 mm, which 4 × 6 in, A6 and a quarter of A4 all hold."""
HEIGHT: Final = 1168
"""Dots: 146 mm."""
LEFT, CENTRE, RIGHT = 0.0, 0.5, 1.0


class Remark(NamedTuple):
    """What did not come out as asked, in which field."""

    field: str
    words: str


class Pen:
    """Collects the operators of a page or a part of it. `remarks` is what could not be drawn as asked."""

    __slots__ = ("_setter", "out", "remarks")

    def __init__(self, setter: Typesetter) -> None:
        """`setter` is the document's."""
        self.out: list[bytes] = []
        self.remarks: list[Remark] = []
        self._setter = setter

    def line(self, text: str, *, bold: bool = False) -> Line | SimpleLine:
        """Set a line for `put`."""
        return self._setter.line(text, bold=bold)

    def put(self, field: str, line: Line | SimpleLine, x: int, y: int, size: int, *, align: float = LEFT) -> None:
        """Show a set line with its baseline at y; x is its left end, middle or right end. Within BT and ET."""
        left = x - round(line.width * size * align) if align else x
        self.out.append(b"1 0 0 1 %d %d Tm " % (left, HEIGHT - y) + line.at(size))
        if line.missing:
            self._note_missing(field, line)

    def fit(
        self,
        field: str,
        text: str,
        place: tuple[int, int],
        room: int,
        sizes: tuple[int, int],
        *,
        align: float = LEFT,
        bold: bool = False,
    ) -> None:
        """Write one line, at most `room` dots wide, in the first of two sizes or down to the second."""
        fitted = fit(self._setter, text, room, sizes, bold=bold)
        self.note(field, fitted)
        self.put(field, fitted.lines[0], *place, fitted.size, align=align)

    def fit_upwards(
        self, field: str, text: str, place: tuple[int, int], room: int, sizes: tuple[int, int], *, bold: bool = False
    ) -> None:
        """Write one line that runs up the page from a place on its baseline. Within BT and ET."""
        fitted = fit(self._setter, text, room, sizes, bold=bold)
        self.note(field, fitted)
        x, y = place
        self.out.append(b"0 1 -1 0 %d %d Tm " % (x, HEIGHT - y) + fitted.lines[0].at(fitted.size))
        if fitted.lines[0].missing:
            self._note_missing(field, fitted.lines[0])

    def flow(
        self,
        field: str,
        text: str,
        place: tuple[int, int, int, int],
        sizes: tuple[int, int],
        *,
        bold: bool = False,
        middle: bool = False,
    ) -> None:
        """Write as many lines as a place (left, top, width, height) allows, from its top or in its middle."""
        x, y, room, height = place
        fitted = flow(self._setter, text, (room, height), sizes, bold=bold)
        self.note(field, fitted)
        if middle:
            y += round((height - ((len(fitted.lines) - 1) * PITCH + 1.2) * fitted.size) / 2)
        for i, line in enumerate(fitted.lines):
            self.put(field, line, x, y + round((0.95 + i * PITCH) * fitted.size), fitted.size)

    def note(self, field: str, fitted: Fitted) -> None:
        """Remember that a text had to be cut."""
        if fitted.shortened:
            self.remarks.append(Remark(field, "too long for its place; the end is not printed"))

    def _note_missing(self, field: str, line: Line | SimpleLine) -> None:
        for character in line.missing:
            name = unicodedata.name(character, "a character without a name")
            self.remarks.append(
                Remark(field, f"no font has U+{ord(character):04X} {name}; a replacement mark is printed")
            )

    def box(self, x: int, y: int, width: int, height: int, thickness: int = 3) -> None:
        """Draw the outline of a box whose top left corner is x, y. Outside BT and ET."""
        self.out.append(b"%d w %d %d %d %d re S" % (thickness, x, HEIGHT - y - height, width, height))

    def fill(self, x: int, y: int, width: int, height: int) -> None:
        """Fill a box with ink. Outside BT and ET."""
        self.out.append(b"%d %d %d %d re f" % (x, HEIGHT - y - height, width, height))

    def rule(self, x: int, y: int, width: int, height: int) -> None:
        """Draw a straight line as a thin filled box, so that every printer gives it the same whole dots."""
        self.fill(x, y, width, height)

    def segment(self, x1: int, y1: int, x2: int, y2: int) -> bytes:
        """Return the operators of a straight stroke in the current thickness."""
        return b"%d %d m %d %d l S " % (x1, HEIGHT - y1, x2, HEIGHT - y2)
