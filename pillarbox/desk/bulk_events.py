"""Reports of the network in bulk: read whole, then taken one by one, so that a bad one never holds up a good one.

Repeating a list is harmless: every report has a key, given or following from what it says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from pillarbox.desk.counter import Counter
from pillarbox.desk.record_event import EventTaken, record_event
from pillarbox.gate.admit import Result
from pillarbox.kernel.errors import BadInput, Denied, PillarboxError, Unavailable
from pillarbox.postage.tracking_codes import EventTimeUnusable
from pillarbox.vault.box import Box

MOST: Final = 1_000
AT_ONCE: Final = 4
"""Reports taken at the same time; half the connections of a process stay free for people."""

ServeScan = Callable[[str, Callable[[Box], Awaitable[Result]]], Awaitable[Any]]
"""`gate.serve_scan` with the network's knock filled in: a number and the work in, the released value out."""


class EventsUnreadable(BadInput):
    """Send a JSON list of 1 to 1,000 events, each with number, code and at."""


class EventUnreadable(BadInput):
    """An event is an object with number, code and at (2026-11-24T09:30:00Z), and may have place, note and event_key."""


class NetworkEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One report as it is handed in; `at` is aware."""

    number: str
    code: str
    at: datetime
    place: str = ""
    note: str = ""
    event_key: str = ""


class EventResult(msgspec.Struct, frozen=True, gc=False):
    """What became of one report, by its place in the list from 0. `error` is None when it was taken.

    `again` says that sending it once more may help: the fault was ours.
    """

    index: int
    number: str
    taken: EventTaken | None = None
    error: PillarboxError | None = None
    again: bool = False


def parse_events(body: bytes) -> tuple[NetworkEvent | BadInput, ...]:
    """Read a JSON list of reports; what is wrong with one stands in its place. Raises `EventsUnreadable`."""
    try:
        items = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EventsUnreadable from error
    if not 1 <= len(items) <= MOST:
        raise EventsUnreadable
    return tuple(_read(item) for item in items)


async def take_events(
    serve_scan: ServeScan, counter: Counter, events: Sequence[NetworkEvent | BadInput]
) -> tuple[EventResult, ...]:
    """Take every report in a box of its own, and say what became of each, in the order of the list.

    Raises `Denied` when the network's credential opens nothing; what was taken until then stays taken.
    """
    few = asyncio.Semaphore(AT_ONCE)

    async def take(index: int, event: NetworkEvent | BadInput) -> EventResult:
        if isinstance(event, BadInput):
            return EventResult(index, "", error=event)
        async with few:
            try:
                taken = await serve_scan(event.number, lambda box: _record(box, counter, event))
            except Denied:
                raise
            except PillarboxError as error:
                return EventResult(index, event.number, error=error, again=isinstance(error, Unavailable))
            return EventResult(index, event.number, taken=taken)

    results = await asyncio.gather(*(take(i, event) for i, event in enumerate(events)), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return tuple(result for result in results if isinstance(result, EventResult))


async def _record(box: Box, counter: Counter, event: NetworkEvent) -> Result:
    return await record_event(
        box, counter, event.code, event.at, place=event.place, note=event.note, event_key=event.event_key
    )


def _read(item: msgspec.Raw) -> NetworkEvent | BadInput:
    try:
        event = msgspec.json.decode(item, type=NetworkEvent)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return EventUnreadable()
    return event if event.at.tzinfo is not None else EventTimeUnusable(field="at")
