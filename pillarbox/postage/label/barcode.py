"""Code 128 and Data Matrix as rows of bits, drawn by zint, and as PDF image masks in whole printer dots.

A zint symbol remembers what it drew last, so each thread has its own and clears it after use.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

import zint

from pillarbox.kernel.errors import BadInput

_REVERSED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_USUAL_MATRIX: Final = 10
"""zint's number for 32 × 32 modules, the size of a Mailmark type 9 and enough for 45 characters."""
_STRIDE: Final = 144
"""Bytes to a row in zint's buffer, whatever the width of the symbol: 1,152 modules."""
LARGEST_MATRIX: Final = 44
"""Modules; at four dots each, what the label has room for."""


class TrackingNumberUnprintable(BadInput):
    """This tracking number cannot be drawn as a barcode. It must be up to 38 digits, or about 19 letters and digits."""


class MatrixUnprintable(BadInput):
    """These data cannot be drawn as a square barcode. It takes up to about 200 characters of Western European text."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A barcode as bits: `rows` of `width` modules, packed from the left, each row in whole bytes, 1 is black."""

    width: int
    rows: int
    bits: bytes

    def mask(self, x: int, y: int, across: int, up: int) -> bytes:
        """Return the operators that draw it with its lower left corner at x, y, so many dots across and up.

        A fiftieth of a dot is left free, because PDFium rounds an image's box outwards: a box that ended a hair beyond
        its last dot would be stretched over one more, and some bars with it.
        """
        place = b"%d.98 0 0 %d.98 %d.01 %d.01 cm" % (across - 1, up - 1, x, y)
        head = b"q %s BI/W %d/H %d/IM true/D[1 0]/BPC 1" % (place, self.width, self.rows)
        if b"EI" in self.bits:  # a reader that looks for the end mark would stop in the middle
            return head + b"/F/AHx ID " + self.bits.hex().encode() + b">\nEI Q"
        return head + b" ID " + self.bits + b"\nEI Q"


class _Drawers(threading.local):
    def __init__(self) -> None:
        self.bars = zint.Symbol()
        self.bars.symbology = zint.Symbology.CODE128
        self.matrix = zint.Symbol()
        self.matrix.symbology = zint.Symbology.DATAMATRIX
        self.matrix.input_mode = zint.InputMode.UNICODE
        self.matrix.option_3 = zint.DataMatrixOptions.SQUARE


_drawers: Final = _Drawers()


def code_128(number: str) -> Symbol:
    """Draw a tracking number as Code 128, one row. Raises `TrackingNumberUnprintable` for anything but plain ASCII."""
    if not (number.isascii() and number.isprintable() and number):
        raise TrackingNumberUnprintable
    symbol = _drawers.bars
    try:
        symbol.encode(number)
        width: int = symbol.width
        return Symbol(width, 1, symbol.encoded_data.cast("B")[: (width + 7) >> 3].tobytes().translate(_REVERSED))
    except RuntimeError as failed:
        raise TrackingNumberUnprintable from failed
    finally:
        symbol.clear()


def data_matrix(data: str) -> Symbol:
    """Draw data as a Data Matrix of 32 × 32 modules, or the next square that holds them. Raises `MatrixUnprintable`.

    Characters beyond ISO 8859-1 are refused: they need a change of character set that not every scanner follows.
    """
    if not data.isascii() and any(c > "\xff" for c in data):
        raise MatrixUnprintable
    symbol = _drawers.matrix
    for size in (_USUAL_MATRIX, 0):
        symbol.option_2 = size
        try:
            symbol.encode(data)
            return _square(symbol)
        except RuntimeError as failed:
            if not size:
                raise MatrixUnprintable from failed
        finally:
            symbol.clear()
    raise MatrixUnprintable


def _square(symbol: zint.Symbol) -> Symbol:
    width, rows = symbol.width, symbol.rows
    if width > LARGEST_MATRIX:
        raise MatrixUnprintable
    used = (width + 7) >> 3
    raw = symbol.encoded_data.cast("B").tobytes()[: _STRIDE * rows]
    bits = b"".join([raw[start : start + used] for start in range(0, _STRIDE * rows, _STRIDE)])
    return Symbol(width, rows, bits.translate(_REVERSED))
