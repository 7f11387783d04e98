"""Move an order to despatched once its label was scanned: the job that a first scan leaves behind.

The scan itself could not: the network's key reaches the parcel and never the order.
"""

from __future__ import annotations

from typing import Final

from pillarbox.kernel.ids import Id
from pillarbox.vault.box import Box
from pillarbox.vault.events import SQL

TASK: Final = "despatch"
"""The name of the job; its object is the label's id."""


async def mark_despatched(box: Box, label_id: Id) -> bool:
    """Move the label's order from label_generated to despatched; True when it moved.

    Nothing happens to an order whose label was voided, never scanned or already despatched, so the job may run twice.
    """
    return await box.write(SQL["despatch_order"], label_id=label_id) == 1
