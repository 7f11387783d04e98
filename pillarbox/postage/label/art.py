"""Our own art, in vectors: the pillar box, the frames that stand on every page, and the words that make a specimen.

It is drawn once a document as a form that each page shows, and holds nothing of any customer's. No real operator's mark
is imitated, and a page without a licence says in white on black that it pays for nothing.
"""

from __future__ import annotations

from typing import Final

from pillarbox.postage.label.pen import CENTRE, HEIGHT, Pen
from pillarbox.postage.label.text import Typesetter

SPECIMEN: Final = "SPECIMEN, NO POSTAL VALUE"
LEFT_EDGE, RIGHT_EDGE, TOP, FOOT = 16, 776, 16, 1152
SORT_TOP, CODES_TOP, ADDRESS_TOP, STRIP_TOP, NOTES_TOP = 192, 264, 560, 832, 896
"""Where the parts of a label begin: header, sort bar, barcodes, addressee, handling strip, reference and free text."""
ACROSS: Final = RIGHT_EDGE - LEFT_EDGE
MIDDLE: Final = (LEFT_EDGE + RIGHT_EDGE) // 2

_BOX: Final = (
    # A domed cap with its brim, then the body with the slot and the collection plate left white, then the plinth.
    b"%d 0 0 %d %d %d cm "
    b"4 106 m 4 126 14 140 30 140 c 46 140 56 126 56 106 c h f "
    b"0 96 60 8 re f "
    b"6 16 48 76 re 14 76 32 7 re 18 34 24 30 re f* "
    b"22 57 16 2 re f 22 50 16 2 re f 22 43 10 2 re f "
    b"2 0 56 12 re f"
)
"""The pillar box, 60 dots wide and 140 high."""


def pillar_box(x: int, y: int, scale: int = 1) -> bytes:
    """Return the operators of the mark with its top left corner at x, y."""
    return b"q " + _BOX % (scale, scale, x, HEIGHT - y - 140 * scale) + b" Q"


def label_frame(setter: Typesetter, *, specimen: bool) -> bytes:
    """Return what every label of a document shows: the frame, the mark, the headings and, if so, the specimen strip."""
    pen = Pen(setter)
    _edge(pen)
    for y in (SORT_TOP, CODES_TOP):
        pen.rule(LEFT_EDGE, y - 1, ACROSS, 3)
    for y in (ADDRESS_TOP, STRIP_TOP, NOTES_TOP):
        pen.rule(LEFT_EDGE, y - 1, ACROSS, 2)
    pen.rule(96, SORT_TOP, 2, CODES_TOP - SORT_TOP)
    pen.rule(600, SORT_TOP, 2, CODES_TOP - SORT_TOP)
    pen.rule(600, 227, RIGHT_EDGE - 600, 2)
    pen.rule(LEFT_EDGE + 16, 1112, ACROSS - 32, 1)
    pen.out.append(pillar_box(700, 34))
    if specimen:
        _specimen_strip(pen, STRIP_TOP, NOTES_TOP - STRIP_TOP, 42)
    return b"\n".join(pen.out)


def customs_frame(setter: Typesetter, *, specimen: bool) -> bytes:
    """Return what every CN22 page shows besides its own table: the edge and, if so, the specimen strip."""
    pen = Pen(setter)
    _edge(pen)
    pen.rule(LEFT_EDGE + 16, 1112, ACROSS - 32, 1)
    if specimen:
        _specimen_strip(pen, 124, 44, 28)
    return b"\n".join(pen.out)


def _edge(pen: Pen) -> None:
    pen.box(LEFT_EDGE, TOP, ACROSS, FOOT - TOP)


def _specimen_strip(pen: Pen, top: int, height: int, size: int) -> None:
    pen.fill(LEFT_EDGE, top, ACROSS, height)
    pen.out.append(b"1 g BT")
    line = pen.line(SPECIMEN, bold=True)
    pen.put("specimen", line, MIDDLE, top + round((height + size * 0.714) / 2), size, align=CENTRE)
    pen.out.append(b"ET 0 g")
