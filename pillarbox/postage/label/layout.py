"""Lays out one label: header, sort bar, barcodes, addressee, handling strip, reference and free text.

All measures are printer dots from the top left corner of a design of 99 × 146 mm (`pen.py`), so bars fall on whole dots
of a 203 dpi printer. What many labels of a batch share (header, return address) is set once and shown again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from pillarbox.postage.label import art, blocks
from pillarbox.postage.label.content import MAX_ADDRESS_LINES, LabelContent
from pillarbox.postage.label.fitting import fit, wrapped
from pillarbox.postage.label.pen import RIGHT, Pen, Remark
from pillarbox.postage.label.text import Line, SimpleLine, Typesetter

_ADDRESS_SIZES: Final = {1: (40, 50), 2: (40, 50), 3: (40, 50), 4: (40, 50), 5: (40, 50), 6: (34, 42), 7: (29, 36)}
"""Size and distance of lines by their number, so that up to seven fill the 34 mm."""
_LEAST_ADDRESS_SIZE: Final = 24
"""3 mm to the em, 8.5 points: the smallest a sorting machine's camera is expected to read."""


class _Block(NamedTuple):
    content: bytes
    remarks: tuple[Remark, ...]


class LabelPages:
    """Draws the labels of one document."""

    def __init__(self, setter: Typesetter, add_form: Callable[[bytes, bytes], None]) -> None:
        """`setter` is the document's; `add_form` takes a name and the operators of a drawing that pages may show."""
        self._setter = setter
        self._add_form = add_form
        self._blocks: dict[tuple[object, ...], _Block] = {}

    def page(self, content: LabelContent) -> tuple[bytes, list[Remark]]:
        """Return the operators of a label and what did not come out as asked. Raises the errors of `barcode.py`."""
        pen = Pen(self._setter)
        handling = content.handling
        postage = "No postage paid" if content.specimen else content.postage_paid
        head = self._shared(blocks.header, content.service, content.operator, postage)
        bar = self._shared(blocks.sort_bar, content.sort_letter, content.format_name)
        for shared in (head, bar):
            pen.remarks.extend(shared.remarks)
        self._once(pen, blocks.weight, content.weight_g)
        if handling:
            self._once(pen, blocks.handling_in_bar if content.specimen else blocks.handling_strip, handling)
        if content.return_address:
            self._once(pen, blocks.return_address, content.return_address)
        if content.tracking:
            blocks.number(pen, content.tracking)
        self._addressee(pen, content)
        self._notes(pen, content)
        pen.put("label id", self._setter.own_id(content.label_id), blocks.INSET, 1139, 16)
        if content.order_id:
            pen.put("order id", self._setter.own_id(content.order_id), art.RIGHT_EDGE - 16, 1139, 16, align=RIGHT)
        frame = b"/S Do" if content.specimen else b"/L Do"
        return b"\n".join(
            [frame, head.content, bar.content, b"BT", *pen.out, b"ET", *blocks.codes(content)]
        ), pen.remarks

    def _once(self, pen: Pen, draw: Callable[..., None], *key: object) -> None:
        """Show a block that depends on `key` alone, drawn the first time it is needed in this document."""
        block = self._blocks.get((draw, *key))
        if block is None:
            own = Pen(self._setter)
            draw(own, *key)
            block = self._blocks[draw, *key] = _Block(b"\n".join(own.out), tuple(own.remarks))
        pen.out.append(block.content)
        pen.remarks.extend(block.remarks)

    def _shared(self, draw: Callable[..., None], *words: str) -> _Block:
        """Return the operators that show a block as a form of its own. Only for words that are no customer's."""
        block = self._blocks.get((draw, *words))
        if block is None:
            own = Pen(self._setter)
            draw(own, *words)
            name = b"H%d" % len(self._blocks)
            self._add_form(name, b"BT\n%s\nET" % b"\n".join(own.out))
            block = self._blocks[draw, *words] = _Block(b"/%s Do" % name, tuple(own.remarks))
        return block

    def _addressee(self, pen: Pen, content: LabelContent) -> None:
        room = (blocks.RETURN_LEFT if content.return_address else art.RIGHT_EDGE) - 12 - blocks.INSET
        texts = content.recipient
        size, pitch = _ADDRESS_SIZES.get(len(texts), (0, 0))
        lines = [self._setter.line(text, bold=not i) for i, text in enumerate(texts)]
        if not size or max([line.width for line in lines]) * size > room:
            self._tight_addressee(pen, texts, room)
            return
        self._stack(pen, [(line, size) for line in lines], size, pitch)

    def _tight_addressee(self, pen: Pen, texts: tuple[str, ...], room: int) -> None:
        """Write lines that are too many or too long: the middle ones joined, long ones smaller, wrapped or cut."""
        joined = blocks.joined(pen, "recipient", texts, MAX_ADDRESS_LINES)
        parts = [self._wrapped(text, room, bold=not i) for i, text in enumerate(joined)]
        while sum(map(len, parts)) > MAX_ADDRESS_LINES:  # give the latest broken line up: it will be cut instead
            latest = max(i for i, part in enumerate(parts) if len(part) > 1)
            parts[latest] = [joined[latest]]
        flat = [(text, not i) for i, part in enumerate(parts) for text in part]
        size, pitch = _ADDRESS_SIZES.get(len(flat), (0, 0))
        lines = []
        for text, bold in flat:
            fitted = fit(self._setter, text, room, (size, _LEAST_ADDRESS_SIZE), bold=bold)
            pen.note("recipient", fitted)
            lines.append((fitted.lines[0], fitted.size))
        self._stack(pen, lines, size, pitch)

    def _wrapped(self, text: str, room: int, *, bold: bool) -> list[str]:
        if self._setter.line(text, bold=bold).width * _LEAST_ADDRESS_SIZE <= room:
            return [text]
        return wrapped(self._setter, text, room / _LEAST_ADDRESS_SIZE, bold=bold)

    def _stack(self, pen: Pen, lines: list[tuple[Line | SimpleLine, int]], size: int, pitch: int) -> None:
        y = art.ADDRESS_TOP + 12 + round(size * 0.9)
        for line, own_size in lines:
            pen.put("recipient", line, blocks.INSET, y, own_size)
            y += pitch

    def _notes(self, pen: Pen, content: LabelContent) -> None:
        if content.customer_reference:
            pen.put("heading", self._setter.line("Customer reference"), blocks.INSET, 924, 18)
            pen.fit("customer reference", content.customer_reference, (blocks.INSET, 956), 728, (30, 18), bold=True)
        if content.free_text:
            pen.flow("free text", content.free_text, (blocks.INSET, 972, 728, 130), (26, 18))
