"""Print labels: many in one PDF, drawn from what was sealed when they were bought, so a reprint is the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pillarbox.desk.counter import Counter
from pillarbox.desk.void_label import LabelScanned, LabelVoided
from pillarbox.kernel.errors import BadInput, NotFound
from pillarbox.kernel.ids import Id
from pillarbox.postage.label import Stock, render_labels
from pillarbox.vault import batches
from pillarbox.vault.box import Box
from pillarbox.vault.owned import Owned, render
from pillarbox.vault.parcels import SQL, LabelName, Sheet

MOST: Final = 500
"""Labels in one document: about a tenth of a second of drawing."""


class LabelsUncountable(BadInput):
    """Choose 1 to 500 labels for one document."""


async def print_labels(
    box: Box, counter: Counter, label_ids: Sequence[Id], stock: Stock = Stock.FOUR_BY_SIX
) -> Owned[bytes]:
    """Return one PDF of labels in the order asked for, and remember when they were first printed.

    Printing again is free until the first scan. Raises `NotFound`, `LabelVoided`, `LabelScanned`, `LabelsUncountable`.
    """
    wanted = list(dict.fromkeys(label_ids))
    if not 1 <= len(wanted) <= MOST:
        raise LabelsUncountable(field="labels")
    sheets = await box.all(SQL["print_sheets"], Sheet, label_ids=wanted, now=counter.clock())
    found = {sheet.label_id: sheet for sheet in box.open(sheets)}
    if len(found) != len(wanted):
        raise NotFound
    for sheet in found.values():
        if sheet.voided_at is not None:
            raise LabelVoided(f"The label {sheet.label_id} was cancelled and must not be used.")
        if sheet.first_scan_at is not None:
            raise LabelScanned(f"The label {sheet.label_id} has been scanned: it cannot be printed again.")
    return render(_draw, sheets, order=wanted, stock=stock)


def _draw(sheets: tuple[Sheet, ...], *, order: list[Id], stock: Stock) -> bytes:
    by_id = {sheet.label_id: sheet.content for sheet in sheets}
    return render_labels([by_id[label_id] for label_id in order], stock).pdf


async def labels_of_batch(box: Box, batch_id: Id) -> Owned[tuple[LabelName, ...]]:
    """Return the live labels of a batch in the order of its items, to be printed. Raises `NotFound`."""
    await box.one(batches.SQL["batch_by_id"], batches.BatchRow, batch_id=batch_id)
    return await box.all(SQL["labels_of_batch"], LabelName, batch_id=batch_id)
