"""The task that a first scan leaves behind: the order of the scanned label is despatched."""

from __future__ import annotations

from pillarbox.desk.mark_despatched import mark_despatched
from pillarbox.kernel.ids import Id, Kind
from pillarbox.worker.hands import Hands, Held


async def despatch(hands: Hands, held: Held) -> None:
    """Move one order on, in one transaction; doing it twice changes nothing."""
    async with hands.gate.job(held.job, held.worker) as (box, thing):
        if thing is not None:
            await mark_despatched(box, Id(Kind.LABEL, thing))
