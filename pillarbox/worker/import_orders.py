"""The task that turns an uploaded file into orders, step by step.

What is wrong with the file itself is written down beside the import and ends the job well: nobody should try it again.
"""

from __future__ import annotations

from pillarbox.desk.import_orders import fail_import, import_step, open_import
from pillarbox.kernel.errors import Denied, PillarboxError, Unavailable
from pillarbox.kernel.ids import Id, Kind
from pillarbox.worker.hands import Hands, Held, JobAgain, pause_if_stopping


async def import_orders(hands: Hands, held: Held) -> None:
    """Run one import to its end. Each step is a transaction that the job's own account is entered for.

    An import that will not be tried again says that it failed, and why; what it stored stays.
    """
    try:
        await _run(hands, held)
    except (Unavailable, Denied, JobAgain):
        raise
    except PillarboxError as error:
        await _give_up(hands, held, error.code)
    except Exception:  # whatever it was: the import says that it failed, and the fault goes on upwards
        if held.last_try:
            await _give_up(hands, held, "unexpected")
        raise


async def _run(hands: Hands, held: Held) -> None:
    async with hands.gate.job(held.job, held.worker) as (box, thing):
        reading = None if thing is None else await open_import(box, Id(Kind.IMPORT, thing))
    more = reading is not None
    while more and reading is not None:
        pause_if_stopping(hands)
        async with hands.gate.job(held.job, held.worker) as (box, _):
            more = await import_step(box, reading)


async def _give_up(hands: Hands, held: Held, code: str) -> None:
    async with hands.gate.job(held.job, held.worker) as (box, thing):
        if thing is not None:
            await fail_import(box, Id(Kind.IMPORT, thing), code)
