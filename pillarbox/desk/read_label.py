"""Read labels: one, those of an order, or a page of them with what is written on each."""

from __future__ import annotations

from typing import Final

import msgspec

from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.ids import Id
from pillarbox.vault.box import Box
from pillarbox.vault.owned import Owned, render
from pillarbox.vault.parcels import SQL, LabelLine, LabelRow

MOST: Final = 200


class LabelPageUnusable(BadInput):
    """A page has 1 to 200 labels."""


class LabelCounts(msgspec.Struct, frozen=True, gc=False):
    """How many labels there are, and how many are live and were never printed."""

    total: int = 0
    not_printed: int = 0


async def read_label(box: Box, label_id: Id) -> Owned[LabelRow]:
    """Return one label without what is written on it. Raises `NotFound`."""
    return await box.one(SQL["label_by_id"], LabelRow, label_id=label_id)


async def labels_of_order(box: Box, order_id: Id) -> Owned[tuple[LabelRow, ...]]:
    """Return every label an order ever had, newest first; none for an order that is not there."""
    return await box.all(SQL["labels_of_order"], LabelRow, order_id=order_id)


async def list_labels(
    box: Box, *, before: Id | None = None, most: int = 50, waiting: bool = False
) -> Owned[tuple[LabelLine, ...]]:
    """Return a page of labels, newest first, below `before`; `waiting` leaves those that were never printed.

    Raises `LabelPageUnusable`.
    """
    if not 1 <= most <= MOST:
        raise LabelPageUnusable(field="limit")
    return await box.all(SQL["label_page"], LabelLine, before=before, most=most, waiting=waiting)


async def count_labels(box: Box) -> Owned[LabelCounts]:
    """Return how many labels there are, and how many wait for the printer."""
    return render(_counts, await box.figures(SQL["label_counts"], "label:count"))


def _counts(rows: tuple[tuple[int, int], ...]) -> LabelCounts:
    return LabelCounts(*rows[0]) if rows else LabelCounts()
