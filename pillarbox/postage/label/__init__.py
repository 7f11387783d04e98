"""Labels: what an item says about itself, drawn as PDF on 4 × 6 in or A6 stock, with its CN22 where goods go abroad.

A small writer of our own, because printing is what this house is for: art once, coordinates in whole printer dots,
glyph numbers instead of letters, bars as bits straight from zint. Each page carries the tagged ids of what it shows, in
clear, as `/PBX(lbl_… ord_…)` in its page object. Pure: it reads its own fonts, no clock, no network, no database.
"""

from __future__ import annotations

from pillarbox.postage.label.barcode import MatrixUnprintable, TrackingNumberUnprintable
from pillarbox.postage.label.content import (
    Category,
    Customs,
    CustomsItem,
    CustomsLinesTooMany,
    LabelContent,
    LabelIdMalformed,
    LabelWarning,
    NothingToPrint,
    PageAbsent,
    RenderedLabels,
    Stock,
)
from pillarbox.postage.label.preview import preview_png
from pillarbox.postage.label.render import render_labels

__all__ = [
    "Category",
    "Customs",
    "CustomsItem",
    "CustomsLinesTooMany",
    "LabelContent",
    "LabelIdMalformed",
    "LabelWarning",
    "MatrixUnprintable",
    "NothingToPrint",
    "PageAbsent",
    "RenderedLabels",
    "Stock",
    "TrackingNumberUnprintable",
    "preview_png",
    "render_labels",
]
