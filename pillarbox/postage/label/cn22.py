"""The customs declaration CN22 as a page of label stock: category, goods line by line, totals, sender and date.

The fields are those of the UPU's form CN 22 (Convention Regulations); the page is the size of its label and carries
the label's tags. Measures are printer dots from the top left corner of the design.
"""

from __future__ import annotations

from typing import Final

from pillarbox.postage.label import art
from pillarbox.postage.label.blocks import INSET, spaced
from pillarbox.postage.label.content import (
    MAX_CUSTOMS_LINES,
    Category,
    Customs,
    CustomsItem,
    CustomsLinesTooMany,
    LabelContent,
)
from pillarbox.postage.label.pen import CENTRE, RIGHT, Pen, Remark
from pillarbox.postage.label.text import Typesetter

_CATEGORIES: Final = (
    (Category.GIFT, "Gift"),
    (Category.DOCUMENTS, "Documents"),
    (Category.SALE_OF_GOODS, "Sale of goods"),
    (Category.COMMERCIAL_SAMPLE, "Commercial sample"),
    (Category.RETURNED_GOODS, "Returned goods"),
    (Category.OTHER, "Other"),
)
_RULES: Final = (168, 248, 352, 396, 820, 866, 990, 1046)
_NUMBERS, _BOXES, _HEADS, _ROWS, _TOTALS, _VOUCH, _SIGN, _SENDER = _RULES
_COLUMNS: Final = (366, 474, 536, 628)
"""Where tariff number, origin, net weight and value begin; quantity and description stand before them."""
_EDGES: Final = (art.LEFT_EDGE, *_COLUMNS, art.RIGHT_EDGE)
_VOUCHED: Final = (
    "I, the undersigned, whose name and address are given on the item, certify that the particulars given in this "
    "declaration are correct and that this item does not contain any dangerous article or articles prohibited by "
    "legislation or by postal or customs regulations."
)
"""The certificate that the form prescribes."""


def customs_page(setter: Typesetter, content: LabelContent, customs: Customs) -> tuple[bytes, list[Remark]]:
    """Return the operators of a CN22 page and what did not come out as asked. Raises `CustomsLinesTooMany`."""
    if len(customs.items) > MAX_CUSTOMS_LINES:
        raise CustomsLinesTooMany
    lines = Pen(setter)
    _grid(lines, customs)
    pen = Pen(setter)
    _head(pen, content, customs)
    _categories(pen, customs)
    _goods(pen, customs)
    _foot(pen, customs)
    pen.put("label id", setter.own_id(content.label_id), INSET, 1139, 16)
    if content.order_id:
        pen.put("order id", setter.own_id(content.order_id), art.RIGHT_EDGE - 16, 1139, 16, align=RIGHT)
    form = b"/N Do" if content.specimen else b"/M Do"
    return b"\n".join([form, *lines.out, b"BT", *pen.out, b"ET"]), pen.remarks


def _grid(pen: Pen, customs: Customs) -> None:
    for y in _RULES:
        pen.rule(art.LEFT_EDGE, y - 1, art.ACROSS, 2)
    for x in _COLUMNS:
        pen.rule(x, _HEADS, 2, _TOTALS - _HEADS)
    for x in _COLUMNS[2:]:
        pen.rule(x, _TOTALS, 2, _VOUCH - _TOTALS)
    pen.rule(art.MIDDLE, _NUMBERS, 2, _BOXES - _NUMBERS)
    for i, (category, _) in enumerate(_CATEGORIES):
        x, y = _tick_place(i)
        pen.box(x, y - 22, 24, 24, 2)
        if category is customs.category:
            pen.out.append(
                b"4 w " + pen.segment(x + 4, y - 18, x + 20, y - 2) + pen.segment(x + 20, y - 18, x + 4, y - 2)
            )


def _tick_place(i: int) -> tuple[int, int]:
    return INSET + (0, 250, 486)[i % 3], _BOXES + 40 + 42 * (i // 3)


def _head(pen: Pen, content: LabelContent, customs: Customs) -> None:
    pen.put("heading", pen.line("CUSTOMS DECLARATION", bold=True), INSET, 62, 38)
    pen.put("heading", pen.line("May be opened officially"), INSET, 98, 24)
    pen.put("heading", pen.line("CN22", bold=True), art.RIGHT_EDGE - 16, 74, 60, align=RIGHT)
    pen.fit("operator", content.operator, (art.RIGHT_EDGE - 16, 104), 300, (22, 14), align=RIGHT)
    pen.put("heading", pen.line("Item number"), INSET, _NUMBERS + 26, 18)
    pen.fit("tracking number", spaced(content.tracking), (INSET, _NUMBERS + 62), 348, (30, 16), bold=True)
    pen.put("heading", pen.line("Sender's reference"), art.MIDDLE + 16, _NUMBERS + 26, 18)
    reference = customs.reference or content.customer_reference
    pen.fit("customs reference", reference, (art.MIDDLE + 16, _NUMBERS + 62), 348, (30, 16), bold=True)


def _categories(pen: Pen, customs: Customs) -> None:
    for i, (category, words) in enumerate(_CATEGORIES):
        x, y = _tick_place(i)
        explained = category is Category.OTHER and customs.explanation
        pen.fit(
            "category",
            f"{words}: {customs.explanation}" if explained else words,
            (x + 34, y),
            (210, 196, 206)[i % 3],
            (22, 14),
        )


def _goods(pen: Pen, customs: Customs) -> None:
    y = _HEADS + 28
    pen.fit("heading", "Quantity and description", (INSET, y), 330, (20, 14))
    for i, words in enumerate(("HS tariff no.", "Origin", "Net kg", "Value"), start=1):
        left, right = _EDGES[i], _EDGES[i + 1]
        pen.fit("heading", words, ((left + right) // 2, y), right - left - 12, (20, 12), align=CENTRE)
    pitch = min(48, (_TOTALS - _ROWS) // max(1, len(customs.items)))
    for i, item in enumerate(customs.items):
        _item(pen, item, _ROWS + i * pitch, pitch)
    y = _TOTALS + 31
    pen.put("heading", pen.line("Total, with the gross weight of the item", bold=True), INSET, y, 22)
    _right(pen, "total", kilograms(customs.total_weight_g), 3, y, bold=True)
    _right(pen, "total", f"{amount(customs.total_pence)} {customs.currency}", 4, y, bold=True)


def _item(pen: Pen, item: CustomsItem, top: int, pitch: int) -> None:
    """Write one row; a long description takes two lines where the row is high enough."""
    size = min(24, pitch - 4)
    y = top + (pitch + round(size * 0.72)) // 2
    words = f"{item.quantity} × {item.description}"
    pen.flow("customs description", words, (INSET, top, 324, pitch), (size, 12), middle=True)
    pen.fit("HS code", item.hs_code, ((_EDGES[1] + _EDGES[2]) // 2, y), 94, (size, 12), align=CENTRE)
    pen.fit("origin", item.origin, ((_EDGES[2] + _EDGES[3]) // 2, y), 50, (size, 12), align=CENTRE)
    _right(pen, "customs weight", kilograms(item.weight_g), 3, y, size=size)
    _right(pen, "customs value", f"{amount(item.value_pence)} {item.currency}", 4, y, size=size)


def _right(pen: Pen, field: str, text: str, column: int, y: int, *, size: int = 24, bold: bool = False) -> None:
    left, right = _EDGES[column], _EDGES[column + 1]
    pen.fit(field, text, (right - 8, y), right - left - 14, (size, 12), align=RIGHT, bold=bold)


def _foot(pen: Pen, customs: Customs) -> None:
    pen.flow("certificate", _VOUCHED, (INSET, _VOUCH + 6, 728, _SIGN - _VOUCH - 10), (20, 16))
    pen.put("heading", pen.line("Date and sender's signature"), INSET, _SIGN + 36, 20)
    written = f"{customs.date.day} {customs.date:%B %Y}"
    pen.put("customs date", pen.line(written, bold=True), INSET + 300, _SIGN + 36, 24)
    pen.flow("sender", "Sender: " + ", ".join(customs.sender), (INSET, _SENDER + 6, 728, 1108 - _SENDER - 6), (22, 15))


def kilograms(weight_g: int) -> str:
    """Write grams as kilograms with three decimals, as customs forms ask."""
    return f"{weight_g // 1000}.{weight_g % 1000:03d}"


def amount(hundredths: int) -> str:
    """Write hundredths of a currency with two decimals."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"
