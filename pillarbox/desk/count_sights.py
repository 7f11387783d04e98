"""How often anything of this account, or one order of it, was shown to anybody: the length of the disclosure record."""

from __future__ import annotations

from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.box import Box
from pillarbox.vault.journal_lines import SQL, ObjectsOfOrder
from pillarbox.vault.owned import Owned, render


async def count_sights(box: Box, order_id: Id | None = None, *, readings: bool = False) -> Owned[int]:
    """Return how many lines `who_has_seen` has in all, with the same meaning of `readings`. Raises `NotFound`."""
    objects: list[Id] | None = None
    if order_id is not None:
        found = box.open(await box.one(SQL["objects_of_order"], ObjectsOfOrder, order_id=order_id))
        objects = [order_id, *(Id(Kind.LABEL, raw) for raw in found.labels)]
    rows = await box.figures(SQL["lines_total"], "journal:count", objects=objects, readings=readings)
    return render(lambda counts: counts[0][0] if counts else 0, rows)
