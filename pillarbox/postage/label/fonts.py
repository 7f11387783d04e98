"""The typefaces that ship with the project, opened once a process and only when a character asks for them.

A face knows which characters it covers, shapes text with HarfBuzz and cuts itself down to the glyphs a document uses.
Faces hold no customer's text, so all batches and threads may share them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import uharfbuzz as hb  # type: ignore[import-untyped]  # the package ships no type information

_FOLDER: Final = Path(__file__).parent / "fonts"
_FILES: Final = {
    "R": "NotoSans-Regular.ttf",
    "B": "NotoSans-Bold.ttf",
    "A": "NotoSansArabic-Regular.ttf",
    "D": "NotoSansDevanagari-Regular.ttf",
    "H": "NotoSansHebrew-Regular.ttf",
    "T": "NotoSansThai-Regular.ttf",
    "C": "NotoSansCJKsc-Regular-subset.otf",
    "E": "NotoEmoji-Regular.ttf",
}
REGULAR: Final = "RAHDTCE"
"""Where a character is looked for, in this order."""
BOLD: Final = "B" + REGULAR
REPLACEMENT: Final = "\ufffd"
"""The mark that stands for a character no font has; Noto Sans has a glyph for it."""

_UNSHAPED: Final = (
    (0x20, 0x250),
    (0x370, 0x530),
    (0x1E00, 0x2070),
    (0x20A0, 0x20D0),
    (0x2116, 0x2117),
    (0x2122, 0x2123),
)
"""Latin, Greek, Cyrillic, punctuation, currency signs, № and ™: one glyph a character, read from left to right."""
_NEEDLESS_TABLES: Final = (
    "GSUB", "GPOS", "GDEF", "name", "post", "vmtx", "vhea", "VORG", "OS/2", "cmap", "BASE", "gasp", "STAT",
)  # fmt: skip


class Glyph(NamedTuple):
    """One placed glyph: its number, the text it stands for ("" if a neighbour does), measures in font units."""

    number: int
    text: str
    advance: int
    x_offset: int
    y_offset: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A face cut down for embedding: the font program and, for TrueType, new glyph number by old."""

    program: bytes
    renumbered: dict[int, int]


class Face:
    """One typeface. `units` is the number of font units to the em."""

    def __init__(self, key: str) -> None:
        """`key` is one of the letters of `REGULAR` or `BOLD`."""
        path = _FOLDER / _FILES[key]
        self.key: Final = key
        self.name: Final = path.stem.removesuffix("-subset").replace("-", "")
        self.is_cff: Final = path.suffix == ".otf"
        self._face = hb.Face(hb.Blob.from_file_path(str(path)))
        self._font = hb.Font(self._face)
        self.units: Final[int] = self._face.upem
        extents = self._font.get_font_extents("ltr")
        self.ascent: Final[int] = extents.ascender
        self.descent: Final[int] = extents.descender
        self.codes: Final[dict[str, bytes]] = {}
        self.widths: Final[dict[str, int]] = {}
        if key in "RB":
            self._tabulate()

    def _tabulate(self) -> None:
        """Fill the tables for text that needs no shaping: character to escaped two-byte code, and to advance."""
        for code_point in (p for first, end in _UNSHAPED for p in range(first, end)):
            character = chr(code_point)
            number = self.glyph(character)
            if number and _stands_alone(character):
                self.codes[character] = escaped(number.to_bytes(2, "big"))
                self.widths[character] = self.advance(number)

    def glyph(self, character: str) -> int:
        """Return the number of the glyph for a character; 0 if the face has none."""
        number: int | None = self._font.get_nominal_glyph(ord(character))
        return number or 0

    def advance(self, number: int) -> int:
        """Return how far a glyph moves the pen, in font units."""
        width: int = self._font.get_glyph_h_advance(number)
        return width

    def shape(self, text: str, *, right_to_left: bool) -> list[Glyph]:
        """Return the glyphs of a text of one direction, in order from left to right as they stand on paper."""
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS  # marks keep their own characters
        buffer.direction = "rtl" if right_to_left else "ltr"
        hb.shape(self._font, buffer)
        infos = buffer.glyph_infos
        starts = sorted({info.cluster for info in infos})
        ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
        glyphs: list[Glyph] = []
        for info, place in zip(infos, buffer.glyph_positions, strict=True):
            said = text[info.cluster : ends.pop(info.cluster, info.cluster)]
            glyphs.append(Glyph(info.codepoint, said, place.x_advance, place.x_offset, place.y_offset))
        return glyphs

    def cut(self, numbers: set[int]) -> Cut:
        """Return the face with only these glyphs and `.notdef`, without hints: the same bytes for the same glyphs.

        A CFF face keeps the old numbers as character ids; a TrueType one is renumbered.
        """
        wanted = hb.SubsetInput()
        wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE
        wanted.glyph_set.update({0} | numbers)
        for table in _NEEDLESS_TABLES:
            wanted.drop_table_tag_set.add(int.from_bytes(table.encode(), "big"))
        plan = hb.SubsetPlan(self._face, wanted)
        smaller = plan.execute()
        if self.is_cff:
            return Cut(bytes(smaller.reference_table("CFF ").data), {})
        return Cut(bytes(smaller.blob.data), dict(plan.old_to_new_glyph_mapping.items()))


def _stands_alone(character: str) -> bool:
    return (
        unicodedata.category(character)[0] not in "MC"
        and unicodedata.category(character) not in {"Zl", "Zp"}
        and unicodedata.bidirectional(character) not in {"R", "AL", "AN"}
        and unicodedata.is_normalized("NFC", character)
    )


def escaped(raw: bytes) -> bytes:
    """Return bytes as they may stand inside a PDF string in parentheses (ISO 32000-1, 7.3.4.2)."""
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)").replace(b"\r", b"\\r")


@cache
def face(key: str) -> Face:
    """Return the face with this letter, opened on first use."""
    return Face(key)
