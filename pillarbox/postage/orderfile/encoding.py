"""From bytes to the name of their encoding.

A byte order mark wins, then strict UTF-8, then Windows-1252, which is what Excel in Britain writes. Only when the bytes
do not look like Windows-1252 either is charset-normalizer asked.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from pillarbox.postage.orderfile.errors import (
    MAX_FILE_BYTES,
    MAX_LINE_ENDS,
    OrderFileEmpty,
    OrderFileTooLarge,
    OrderFileTooManyRows,
    OrderFileUnreadable,
)

_CHUNK: Final = 1 << 20
_SAMPLE: Final = 1 << 16

_NOT_TABLES: Final = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a packed file",
    b"7z\xbc\xaf": "a packed file",
    b"Rar!": "a packed file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook or one with a password",
}

_ODD_IN_1252: Final = re.compile(rb"[\x81\x83\x88\x8a\x8c-\x90\x9a\x9c-\x9f]")
"""Bytes that Windows-1252 does not have, or has as letters rare in British post; Mac Roman has é and è here."""

_HIGH: Final = re.compile(rb"[\x80-\xff]")
_SEQUENCE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")

_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_ALTERNATIVES: Final = ["cp1252", "mac_roman", "cp850", "cp1250", "shift_jis"]


def check_bytes(data: bytes) -> None:
    """Refuse what cannot be a table. Raises the errors of `errors.py` about a file as a whole."""
    if len(data) > MAX_FILE_BYTES:
        raise OrderFileTooLarge
    if not data.strip():
        raise OrderFileEmpty
    if data.count(b"\n") + data.count(b"\r") > MAX_LINE_ENDS and not data.startswith(b"PK"):
        raise OrderFileTooManyRows
    for magic, kind in _NOT_TABLES.items():
        if data.startswith(magic):
            raise OrderFileUnreadable(f"This is {kind}, not a table. Save your orders as CSV or XLSX and try again.")


def detect_encoding(data: bytes) -> tuple[str, bool]:
    """Return the codec name and whether that is sure. UTF-8 cut off in the middle of a letter is still UTF-8."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", True
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", True
    wide = _wide_without_mark(data[:4096])
    if wide:
        return wide, True
    if _is_utf8(data):
        return "utf-8", True
    return ("utf-8", False) if _is_spoiled_utf8(data) else _narrow(data)


def check_text(text: str) -> None:
    """Refuse decoded text that is mostly not text. Raises `OrderFileUnreadable`."""
    if len(_CONTROLS.findall(text)) * 20 > len(text):
        raise OrderFileUnreadable


def _wide_without_mark(head: bytes) -> str | None:
    """Recognise UTF-16 without a mark: in European text every second byte is zero."""
    half = len(head) // 2
    if half < 4:
        return None
    first, second = head[0::2].count(0), head[1::2].count(0)
    if second > half * 0.7 and first < half * 0.1:
        return "utf-16-le"
    if first > half * 0.7 and second < half * 0.1:
        return "utf-16-be"
    return None


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
    except UnicodeDecodeError:
        return False
    return True


def _is_spoiled_utf8(data: bytes) -> bool:
    """Recognise UTF-8 with a few foreign bytes in it: read as Windows-1252, every other accent would come out wrong."""
    high = _HIGH.search(data)
    window = data[high.start() : high.start() + _CHUNK] if high else b""
    covered = sum(map(len, _SEQUENCE.findall(window)))
    return covered > 0 and covered * 10 > len(_HIGH.findall(window)) * 8


def _narrow(data: bytes) -> tuple[str, bool]:
    odd = _ODD_IN_1252.search(data)
    if odd is None:
        return "cp1252", True
    from charset_normalizer import from_bytes

    start = max(0, odd.start() - _SAMPLE // 2)
    best = from_bytes(data[start : start + _SAMPLE], cp_isolation=_ALTERNATIVES).best()
    name = codecs.lookup(best.encoding).name if best else "cp1252"
    return name.replace("-", "_"), False
