"""Writes the PDF file: pages, shared drawings, fonts cut down to what is used, and each page's tags in clear.

Made for labels: few kinds of object, no dates and no random ids, so that the same labels give the same bytes. Structure
after ISO 32000-1; the entry `PBX` of a page is ours and holds the tagged ids of what is drawn there, uncompressed, so
that any program can check whose page it is with one regular expression over the file.
"""

from __future__ import annotations

import zlib
from hashlib import blake2b
from typing import Final

from pillarbox.postage.label.fonts import Face, face
from pillarbox.postage.label.pen import HEIGHT, WIDTH
from pillarbox.postage.label.text import Typesetter

_HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_CATALOGUE, _PAGES, _RESOURCES, _FIRST_FREE = 1, 2, 3, 4
_QUICK, _SMALL = 1, 9
"""zlib levels: pages are many and differ, drawings and fonts are few."""


class Document:
    """One PDF in the making. Pages are of one size, `width` by `height` in thousandths of a millimetre."""

    def __init__(self, width: int, height: int) -> None:
        """Begin without pages."""
        self._media = b"%s %s" % (_points(width), _points(height))
        self._objects: list[bytes] = [b""] * _FIRST_FREE
        self._kids: list[int] = []
        self._forms: list[tuple[bytes, int]] = []

    def add_form(self, name: bytes, content: bytes) -> None:
        """Add a drawing that pages show with `/name Do`."""
        head = b"/Type/XObject/Subtype/Form/BBox[0 0 %d %d]/Resources %d 0 R" % (WIDTH, HEIGHT, _RESOURCES)
        self._forms.append((name, self._add(_stream(content, head, _SMALL))))

    def add_page(self, content: bytes, tags: str) -> None:
        """Add a page; `tags` are the ids, plain ASCII, of what it shows."""
        number = len(self._objects)
        self._objects.append(
            b"<</Type/Page/Parent 2 0 R/Contents %d 0 R/PBX(%s)>>" % (number + 1, tags.encode("ascii"))
        )
        self._objects.append(_stream(content, b"", _QUICK))
        self._kids.append(number)

    def finish(self, setter: Typesetter) -> bytes:
        """Embed the fonts that were used and return the file."""
        fonts = [(key, self._embed(face(key), glyphs)) for key, glyphs in setter.glyphs().items()]
        kids = b" ".join([b"%d 0 R" % k for k in self._kids])
        self._objects[_CATALOGUE] = (
            b"<</Type/Catalog/Pages %d 0 R/Lang(en-GB)/ViewerPreferences<</PrintScaling/None>>>>" % _PAGES
        )
        self._objects[_PAGES] = b"<</Type/Pages/Count %d/MediaBox[0 0 %s]/Resources %d 0 R/Kids[%s]>>" % (
            len(self._kids), self._media, _RESOURCES, kids,
        )  # fmt: skip
        self._objects[_RESOURCES] = b"<</XObject<<%s>>/Font<<%s>>>>" % (
            b"".join([b"/%s %d 0 R" % form for form in self._forms]),
            b"".join([b"/%s %d 0 R" % (key.encode(), number) for key, number in fonts]),
        )
        return self._assembled()

    def _add(self, body: bytes) -> int:
        self._objects.append(body)
        return len(self._objects) - 1

    def _embed(self, used: Face, glyphs: dict[int, str]) -> int:
        """Add the objects of one composite font with glyph numbers as codes (ISO 32000-1, 9.7); return its number."""
        cut = used.cut(set(glyphs))
        thousandths = 1000 / used.units
        widths = b"".join([b"%d[%d]" % (g, round(used.advance(g) * thousandths)) for g in glyphs])
        name = _subset_tag(glyphs) + b"+" + used.name.encode()
        if used.is_cff:
            program = b"/FontFile3 %d 0 R" % self._add(_stream(cut.program, b"/Subtype/CIDFontType0C", _SMALL))
            kind = b"/CIDFontType0"
        else:
            length = b"/Length1 %d" % len(cut.program)
            program = b"/FontFile2 %d 0 R" % self._add(_stream(cut.program, length, _SMALL))
            table = b"".join([cut.renumbered.get(g, 0).to_bytes(2, "big") for g in range(max(glyphs) + 1)])
            kind = b"/CIDFontType2/CIDToGIDMap %d 0 R" % self._add(_stream(table, b"", _SMALL))
        descriptor = self._add(
            b"<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[-1000 -500 2000 1200]/ItalicAngle 0"
            b"/Ascent %d/Descent %d/CapHeight 714/StemV 80%s>>"
            % (name, round(used.ascent * thousandths), round(used.descent * thousandths), program)
        )
        descendant = self._add(
            b"<</Type/Font/Subtype%s/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            b"/FontDescriptor %d 0 R/DW 0/W[%s]>>" % (kind, name, descriptor, widths)
        )
        spoken = self._add(_stream(_to_unicode(glyphs), b"", _SMALL))
        return self._add(
            b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
            % (name, descendant, spoken)
        )

    def _assembled(self) -> bytes:
        parts = [_HEADER]
        position = len(_HEADER)
        places = []
        for number, body in enumerate(self._objects[1:], start=1):
            whole = b"%d 0 obj\n%s\nendobj\n" % (number, body)
            places.append(b"%010d 00000 n \n" % position)
            parts.append(whole)
            position += len(whole)
        size = len(self._objects)
        parts.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, b"".join(places)))
        parts.append(b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, _CATALOGUE, position))
        return b"".join(parts)


def _points(thousandths: int) -> bytes:
    """Write thousandths of a millimetre in points of 1/72 inch, rounded down.

    Rounded up, a page of a whole number of dots would be drawn one dot too large and its bars stretched.
    """
    whole, rest = divmod(thousandths * 72 * 10_000 // 25_400, 10_000)
    return b"%d.%04d" % (whole, rest)


def _stream(content: bytes, entries: bytes, level: int) -> bytes:
    packed = zlib.compress(content, level)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (entries, len(packed), packed)


def _subset_tag(glyphs: dict[int, str]) -> bytes:
    """Return six capitals that differ when the glyphs do (ISO 32000-1, 9.6.4)."""
    digest = blake2b(b"".join([g.to_bytes(2, "big") for g in glyphs]), digest_size=6).digest()
    return bytes([65 + byte % 26 for byte in digest])


def _to_unicode(glyphs: dict[int, str]) -> bytes:
    """Return the table from glyph numbers to text; a glyph that says nothing of its own is a space of no width."""
    spoken = {g: (t or "\u200b").encode("utf-16-be", "replace").hex().encode() for g, t in glyphs.items()}
    rows = [b"<%04X><%s>" % row for row in spoken.items()]
    tables = [
        b"%d beginbfchar\n%s\nendbfchar" % (len(part), b"\n".join(part))
        for part in (rows[i : i + 100] for i in range(0, len(rows), 100))
    ]
    return (
        b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CMapName/PBX def/CMapType 2 def\n"
        b"1 begincodespacerange<0000><FFFF>endcodespacerange\n%s\nendcmap end end" % b"\n".join(tables)
    )
