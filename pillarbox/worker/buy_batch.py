"""The task that buys a batch, step by step, and does not let one order that fails us hold up the others."""

from __future__ import annotations

import structlog

from pillarbox.desk.run_batch_step import STEP, NumbersExhausted, OrderFault, fail_batch_item, run_batch_step
from pillarbox.kernel.errors import Denied, PillarboxError, Unavailable
from pillarbox.kernel.ids import Id, Kind
from pillarbox.worker.hands import Hands, Held, pause_if_stopping

_LOG = structlog.get_logger()


async def buy_batch(hands: Hands, held: Held) -> None:
    """Run one batch to its end; each step is a transaction that the job's own account is entered for."""
    more = True
    while more:
        pause_if_stopping(hands)
        try:
            more = await _step(hands, held, STEP)
        except Exception as error:  # noqa: BLE001  # what is to be raised on is sorted out there
            _raise_unless_of_an_order(error)
            more = await _alone(hands, held)


async def _step(hands: Hands, held: Held, most: int) -> bool:
    async with hands.gate.job(held.job, held.worker) as (box, thing):
        return thing is not None and await run_batch_step(box, hands.counter, Id(Kind.BATCH, thing), most=most)


async def _alone(hands: Hands, held: Held) -> bool:
    """Buy the next order by itself, and write it off if it is the one that fails."""
    try:
        return await _step(hands, held, 1)
    except Exception as error:  # noqa: BLE001  # as above
        _raise_unless_of_an_order(error)
        fault = error if isinstance(error, PillarboxError) else OrderFault()
        _LOG.warning("an order of a batch was written off", cause=type(error).__name__, job=held.job)
    async with hands.gate.job(held.job, held.worker) as (box, thing):
        return thing is not None and await fail_batch_item(box, Id(Kind.BATCH, thing), fault)


def _raise_unless_of_an_order(error: Exception) -> None:
    """Raise what says nothing about an order: the database is away, the platform suspended, the job another's."""
    if isinstance(error, Denied) or (isinstance(error, Unavailable) and not isinstance(error, NumbersExhausted)):
        raise error
