"""Labels in, one PDF out: every label a page of its own, with its CN22 after it where it declares goods."""

from __future__ import annotations

from collections.abc import Sequence

from pillarbox.postage.label import art
from pillarbox.postage.label.cn22 import customs_page
from pillarbox.postage.label.content import LabelContent, LabelWarning, NothingToPrint, RenderedLabels, Stock
from pillarbox.postage.label.layout import LabelPages
from pillarbox.postage.label.pdf import Document
from pillarbox.postage.label.pen import HEIGHT, Remark
from pillarbox.postage.label.text import Typesetter

_DOT_POINTS = 72 / 203.2
"""One printer dot, an eighth of a millimetre, in points."""


def render_labels(contents: Sequence[LabelContent], stock: Stock = Stock.FOUR_BY_SIX) -> RenderedLabels:
    """Draw labels, in this order, on one kind of stock; the same contents give the same bytes on every run.

    Raises `NothingToPrint`, `LabelIdMalformed`, `TrackingNumberUnprintable`, `MatrixUnprintable` and
    `CustomsLinesTooMany`. What is too long or in no font is printed as well as can be and comes back as a warning.
    """
    if not contents:
        raise NothingToPrint
    width, height, left, top = stock.value
    placed = b"%.6f 0 0 %.6f %.4f %.4f cm\n" % (
        _DOT_POINTS, _DOT_POINTS, left * _DOT_POINTS, height * 72 / 25_400 - (top + HEIGHT) * _DOT_POINTS,
    )  # fmt: skip
    setter = Typesetter()
    document = Document(width, height)
    _add_forms(document, setter, contents)
    pages = LabelPages(setter, document.add_form)
    warnings: list[LabelWarning] = []
    for content in contents:
        tags = content.tags
        drawn, remarks = pages.page(content)
        document.add_page(placed + drawn, tags)
        if remarks:
            warnings.extend(_warnings(content.label_id, remarks))
        if content.customs is not None:
            drawn, remarks = customs_page(setter, content, content.customs)
            document.add_page(placed + drawn, tags)
            warnings.extend(_warnings(content.label_id, remarks))
    return RenderedLabels(document.finish(setter), tuple(warnings))


def _add_forms(document: Document, setter: Typesetter, contents: Sequence[LabelContent]) -> None:
    """Add the frames this document needs: label and customs form, each licensed or specimen."""
    if any(not c.specimen for c in contents):
        document.add_form(b"L", art.label_frame(setter, specimen=False))
    if any(c.specimen for c in contents):
        document.add_form(b"S", art.label_frame(setter, specimen=True))
    if any(c.customs and not c.specimen for c in contents):
        document.add_form(b"M", art.customs_frame(setter, specimen=False))
    if any(c.customs and c.specimen for c in contents):
        document.add_form(b"N", art.customs_frame(setter, specimen=True))


def _warnings(label_id: str, remarks: Sequence[Remark]) -> list[LabelWarning]:
    return [LabelWarning(label_id, r.field, r.words) for r in dict.fromkeys(remarks)]
