"""A picture of a page, for the screen. Only what shows pictures pays for loading the PDF engine."""

from __future__ import annotations

import struct
import threading
import zlib
from typing import Final

from pillarbox.postage.label.content import PageAbsent

_ONE_AT_A_TIME: Final = threading.Lock()
"""PDFium is not safe to enter from two threads."""


def preview_png(pdf: bytes, page: int, dpi: int = 203) -> bytes:
    """Return a page (from 0) as a PNG in shades of grey. Raises `PageAbsent`."""
    import pypdfium2  # type: ignore[import-untyped]  # no type information; here because it is large and rarely wanted

    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if not 0 <= page < len(document):
                raise PageAbsent
            shades = document[page].render(scale=dpi / 72, grayscale=True)
            width, height, stride, raw = shades.width, shades.height, shades.stride, bytes(shades.buffer)
        finally:
            document.close()
    rows = b"".join([b"\0" + raw[y * stride : y * stride + width] for y in range(height)])
    return _png(width, height, dpi, rows)


def _png(width: int, height: int, dpi: int, rows: bytes) -> bytes:
    """Write 8-bit grey rows, each with its filter byte, as a PNG (ISO/IEC 15948)."""
    per_metre = round(dpi / 0.0254)
    return b"".join([
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
        _chunk(b"IDAT", zlib.compress(rows, 6)),
        _chunk(b"IEND", b""),
    ])  # fmt: skip


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
