"""The parts of a label that are drawn by themselves: header, sort bar, handling strip, return address and barcodes.

Those that depend on few words are the same on many labels of a batch, so the page asks for them once. Measures are
printer dots from the top left corner of the design.
"""

from __future__ import annotations

from typing import Final

from pillarbox.postage.label import art
from pillarbox.postage.label.barcode import TrackingNumberUnprintable, code_128, data_matrix
from pillarbox.postage.label.content import MAX_ADDRESS_LINES, LabelContent
from pillarbox.postage.label.pen import CENTRE, HEIGHT, RIGHT, Pen, Remark

INSET: Final = art.LEFT_EDGE + 16
RETURN_LEFT: Final = 600
_RETURN_LINES: Final = MAX_ADDRESS_LINES - 1
_BARS_LEFT, _BARS_RIGHT, _BARS_TOP, _BARS_HEIGHT = 224, 776, 290, 200
_BARS_MIDDLE: Final = (_BARS_LEFT + _BARS_RIGHT) // 2
_MATRIX_CENTRE: Final = (120, (art.CODES_TOP + art.ADDRESS_TOP) // 2)
_MATRIX_DOTS: Final = 4
_QUIET: Final = 10
"""Modules left white on both sides of a Code 128 (ISO/IEC 15417)."""
_S10_LENGTH: Final = 13


def header(pen: Pen, service: str, operator: str, postage: str) -> None:
    """Write the service on the left, who delivers and how postage is paid between it and the mark."""
    pen.flow(
        "service", service, (INSET, art.TOP + 8, 380, art.SORT_TOP - art.TOP - 16), (58, 26), bold=True, middle=True
    )
    pen.put("heading", pen.line("Delivered by"), 684, 58, 20, align=RIGHT)
    pen.fit("operator", operator, (684, 96), 256, (34, 18), align=RIGHT, bold=True)
    pen.fit("postage paid", postage, (684, 172), 256, (22, 14), align=RIGHT)


def sort_bar(pen: Pen, letter: str, format_name: str) -> None:
    """Write the sort letter and the format."""
    pen.fit("sort letter", letter, (57, 250), 66, (60, 24), align=CENTRE, bold=True)
    pen.fit("format", format_name, (689, 219), 156, (26, 14), align=CENTRE, bold=True)


def weight(pen: Pen, weight_g: int) -> None:
    """Write the weight in grams under the format."""
    pen.fit("weight", f"{weight_g} g", (689, 256), 164, (26, 14), align=CENTRE, bold=True)


def handling_in_bar(pen: Pen, words: str) -> None:
    """Write handling words in the middle of the sort bar, because a specimen's strip is taken."""
    pen.fit("handling", words, (349, 241), 480, (36, 18), align=CENTRE, bold=True)


def handling_strip(pen: Pen, words: str) -> None:
    """Write handling words such as "Signature required" across the strip under the address."""
    pen.fit("handling", words, (art.MIDDLE, 878), 728, (42, 20), align=CENTRE, bold=True)


def return_address(pen: Pen, lines: tuple[str, ...]) -> None:
    """Write the return address up the right side of the addressee's part."""
    y, room = art.STRIP_TOP - 12, art.STRIP_TOP - art.ADDRESS_TOP - 24
    texts = joined(pen, "return address", lines, _RETURN_LINES)
    pitch = 26 if len(texts) < _RETURN_LINES else 23
    x = art.RIGHT_EDGE - 16 - len(texts) * pitch
    pen.fit_upwards("heading", "If undelivered, return to", (x, y), room, (18, 14), bold=True)
    for i, text in enumerate(texts, start=1):
        pen.fit_upwards("return address", text, (x + i * pitch, y), room, (20, 15))


def joined(pen: Pen, field: str, texts: tuple[str, ...], most: int) -> tuple[str, ...]:
    """Return at most so many lines; too many are joined with commas before the last, which may be the country."""
    if len(texts) <= most:
        return texts
    pen.remarks.append(Remark(field, f"has {len(texts)} lines; there is room for {most}, so some share a line"))
    return (*texts[: most - 2], ", ".join(texts[most - 2 : -1]), texts[-1])


def spaced(tracking: str) -> str:
    """Write a tracking number in groups for people: `RR 473 124 829 GB` for S10 (UPU S10), else fours."""
    if len(tracking) == _S10_LENGTH and tracking[:2].isalpha() and tracking[2:11].isdigit():
        return f"{tracking[:2]} {tracking[2:5]} {tracking[5:8]} {tracking[8:11]} {tracking[11:]}"
    return " ".join([tracking[i : i + 4] for i in range(0, len(tracking), 4)])


def number(pen: Pen, tracking: str) -> None:
    """Write the tracking number under its bars."""
    pen.fit("tracking number", spaced(tracking), (_BARS_MIDDLE, 536), 536, (36, 18), align=CENTRE, bold=True)


def codes(content: LabelContent) -> list[bytes]:
    """Return the operators of both barcodes; either may be left out."""
    drawn = []
    if content.tracking:
        bars = code_128(content.tracking)
        room = _BARS_RIGHT - _BARS_LEFT
        dots = next((d for d in (3, 2) if (bars.width + 2 * _QUIET) * d <= room), 0)
        if not dots:
            raise TrackingNumberUnprintable
        across = bars.width * dots
        left = _BARS_MIDDLE - across // 2
        drawn.append(bars.mask(left, HEIGHT - _BARS_TOP - _BARS_HEIGHT, across, _BARS_HEIGHT))
    if content.matrix:
        matrix = data_matrix(content.matrix)
        side = matrix.width * _MATRIX_DOTS
        x, y = _MATRIX_CENTRE
        drawn.append(matrix.mask(x - side // 2, HEIGHT - y - side // 2, side, side))
    return drawn
