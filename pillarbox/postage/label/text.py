"""Sets lines of text as PDF operators: Latin, Greek and Cyrillic by table, every other script shaped by HarfBuzz.

One typesetter serves one document. It remembers which glyphs were used, so that the document embeds those and no
others, and which characters no font has, so that somebody can be told.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from pillarbox.kernel.ids import ID_PATTERN
from pillarbox.postage.label.fonts import BOLD, REGULAR, REPLACEMENT, Face, Glyph, escaped, face
from pillarbox.postage.label.script import pieces, printable

_JOINERS: Final = "\u200c\u200d"


class Line:
    """A set line. `width` is in ems; `missing` holds the characters no font has."""

    __slots__ = ("_actual", "_shown", "missing", "width")

    def __init__(
        self,
        width: float,
        shown: list[tuple[str, list[bytes | float]]],
        actual: str = "",
        missing: tuple[str, ...] = (),
    ) -> None:
        """`shown` is font key and operands of TJ, where a float is a new height in ems; `actual` the words to read
        out where the glyphs alone do not tell them."""
        self.width = width
        self.missing = missing
        self._shown = shown
        self._actual = actual

    def at(self, size: int) -> bytes:
        """Return the operators that show the line in this size (dots to the em) from the current text position."""
        runs = b" ".join([_run(key, operands, size) for key, operands in self._shown])
        if not self._actual:
            return runs
        words = b"\xfe\xff" + self._actual.encode("utf-16-be", "replace")
        return b"/Span<</ActualText(" + escaped(words) + b")>>BDC " + runs + b" EMC"


def _run(key: str, operands: list[bytes | float], size: int) -> bytes:
    parts = [b"]TJ %.3f Ts[" % (o * size) if isinstance(o, float) else o for o in operands]
    return b"/%s %d Tf[%s]TJ" % (key.encode(), size, b"".join(parts))


class SimpleLine:
    """A line that the table could set: one face, no missing characters. Same manner as `Line`, and much quicker."""

    __slots__ = ("_head", "_shown", "width")
    missing: tuple[str, ...] = ()

    def __init__(self, width: float, head: bytes, shown: bytes) -> None:
        """`head` names the font up to the size, `shown` is the escaped string."""
        self.width = width
        self._head = head
        self._shown = shown

    def at(self, size: int) -> bytes:
        """Return the operators that show the line in this size (dots to the em) from the current text position."""
        return b"%s%d Tf(%s)Tj" % (self._head, size, self._shown)


class Typesetter:
    """Sets the lines of one document. `glyphs` is what it has used, by font: glyph number to the text it stands for."""

    def __init__(self) -> None:
        """Begin with nothing used."""
        self._shaped: Final[dict[str, dict[int, str]]] = {}
        self._plain: Final[dict[str, set[str]]] = {"R": set(), "B": set()}
        self._faces: Final = {False: face("R"), True: face("B")}

    def line(self, text: str, *, bold: bool = False) -> Line | SimpleLine:
        """Set one line. Tagged ids that somebody typed are printed with a hyphen, so that they name nothing."""
        if "_" in text:
            text = ID_PATTERN.sub(r"\1-\2", text)
        return self._table_or_shaped(text, bold=bold)

    def own_id(self, text: str) -> Line | SimpleLine:
        """Set an id of ours as it is."""
        return self._table_or_shaped(text, bold=False)

    def _table_or_shaped(self, text: str, *, bold: bool) -> Line | SimpleLine:
        used = self._faces[bold]
        try:
            width = sum(map(used.widths.__getitem__, text))
        except KeyError:
            return self._shape(printable(text), bold=bold)
        self._plain[used.key].update(text)
        shown = b"".join(map(used.codes.__getitem__, text))
        return SimpleLine(width / used.units, b"/B " if bold else b"/R ", shown)

    def _shape(self, text: str, *, bold: bool) -> Line:
        missing: dict[str, None] = {REPLACEMENT: None} if REPLACEMENT in text else {}
        shown: list[tuple[str, list[bytes | float]]] = []
        width = 0.0
        turned = False
        for piece in pieces(text):
            turned |= piece.right_to_left
            runs = _by_face(piece.text, BOLD if bold else REGULAR, missing)
            for key, words in reversed(runs) if piece.right_to_left else runs:
                glyphs = face(key).shape(words, right_to_left=piece.right_to_left)
                self._note(key, glyphs)
                shown.append((key, _operands(face(key), glyphs)))
                width += sum([g.advance for g in glyphs]) / face(key).units
        # Readers turn right-to-left glyphs back by themselves, but garble words given beside them.
        return Line(width, shown, "" if turned else text, tuple(missing))

    def _note(self, key: str, glyphs: Iterable[Glyph]) -> None:
        noted = self._shaped.setdefault(key, {})
        for glyph in glyphs:
            noted.setdefault(glyph.number, glyph.text)

    def glyphs(self) -> dict[str, dict[int, str]]:
        """Return what was used so far: font key to glyph number to the text it stands for, in a settled order."""
        used: dict[str, dict[int, str]] = {}
        for key in sorted({*self._shaped, *(k for k, characters in self._plain.items() if characters)}):
            found = {face(key).glyph(c): c for c in sorted(self._plain.get(key, ()), reverse=True)}
            used[key] = dict(sorted({**self._shaped.get(key, {}), **found}.items()))
        return used


def _operands(used: Face, glyphs: list[Glyph]) -> list[bytes | float]:
    """Return the operands of TJ: strings of glyph numbers, moves in thousandths of an em, heights as floats in ems."""
    operands: list[bytes | float] = []
    height = 0
    for glyph in glyphs:
        if glyph.y_offset != height:
            height = glyph.y_offset
            operands.append(height / used.units)
        if glyph.x_offset:
            operands.append(b" %d" % round(-glyph.x_offset * 1000 / used.units))
        operands.append(b"(" + escaped(glyph.number.to_bytes(2, "big")) + b")")
        rest = glyph.advance - glyph.x_offset - used.advance(glyph.number)
        if rest:
            operands.append(b" %d" % round(-rest * 1000 / used.units))
    return [*operands, 0.0] if height else operands


def clusters(text: str) -> list[str]:
    """Return the text in parts that must not be torn: a character with the marks and joiners that follow it."""
    parts: list[str] = []
    for character in text:
        if parts and (character in _JOINERS or unicodedata.category(character)[0] == "M"):
            parts[-1] += character
        else:
            parts.append(character)
    return parts


def _by_face(text: str, order: str, missing: dict[str, None]) -> list[tuple[str, str]]:
    """Return the text as runs of one font each; what no font has becomes the replacement mark and is noted."""
    runs: list[tuple[str, str]] = []
    for cluster in clusters(text):
        key = _covering(cluster, order)
        parts = [(key, cluster)] if key else [_alone(c, order, missing) for c in cluster]
        for part in parts:
            if runs and runs[-1][0] == part[0]:
                runs[-1] = (part[0], runs[-1][1] + part[1])
            else:
                runs.append(part)
    return runs


@lru_cache(maxsize=4096)  # single characters, nobody's words
def _covering(cluster: str, order: str) -> str:
    needed = [c for c in cluster if c not in _JOINERS]
    return next((k for k in order if all(face(k).glyph(c) for c in needed)), "")


def _alone(character: str, order: str, missing: dict[str, None]) -> tuple[str, str]:
    key = _covering(character, order)
    if not key:
        missing[character] = None
    return (key, character) if key else ("R", REPLACEMENT)
