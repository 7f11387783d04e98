"""How often anything of this account, or one order of it, was shown to anybody: the length of the disclosure record."""

from __future__ import annotations

import msgspec

from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.box import Box
from pillarbox.vault.journal_lines import SQL, ObjectsOfOrder
from pillarbox.vault.owned import Owned, render


class Sights(msgspec.Struct, frozen=True, gc=False):
    """How many lines the record has: `shown`, and `all` with the heads of its own pages and readings of the record."""

    shown: int = 0
    all: int = 0


async def count_sights(box: Box, order_id: Id | None = None) -> Owned[Sights]:
    """Return how many lines `who_has_seen` has in all. Raises `NotFound` for an order that is not there."""
    objects: list[Id] | None = None
    if order_id is not None:
        found = box.open(await box.one(SQL["objects_of_order"], ObjectsOfOrder, order_id=order_id))
        objects = [order_id, *(Id(Kind.LABEL, raw) for raw in found.labels)]
    rows = await box.figures(SQL["lines_total"], "journal:count", objects=objects)
    return render(lambda counts: Sights(*counts[0]) if counts else Sights(), rows)
