"""The demonstration's network: it expects every parcel of the pre-advice and reports a believable journey of each.

It knocks with the network's key and reports as a real network does. A journey follows from the parcel's number and
the moment its label was bought, days pressed into minutes, so a restart goes on where it stopped and reports nothing
twice. Never started for an operator with a network of its own.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from pillarbox.desk.advised import Advised, advised
from pillarbox.desk.counter import Counter
from pillarbox.desk.record_event import OLDEST, record_event
from pillarbox.gate import Box, Owned
from pillarbox.gate.admit import Gate, Knock
from pillarbox.kernel.errors import Denied, NotFound, PillarboxError, Unavailable
from pillarbox.postage.country import by_iso2
from pillarbox.postage.journey import Speed, simulated_journey
from pillarbox.postage.tracking import Event

_LOG: Final = structlog.get_logger()
_PAGE: Final = 1_000
SURFACE: Final = "network"


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly the demonstration lives. A `factor` of 1440 makes a minute of every day."""

    factor: int = 1_440
    handed_over_after: timedelta = timedelta(seconds=45)
    look_every: timedelta = timedelta(seconds=5)


@dataclass(order=True, slots=True)
class Due:
    """One report that waits for its moment."""

    at: datetime
    number: str
    event: Event = field(compare=False)
    first: bool = field(compare=False)


class SimulatedNetwork:
    """Walks parcels until its task is cancelled. One for an installation."""

    def __init__(self, gate: Gate, counter: Counter, credential: str, pace: Pace | None = None) -> None:
        """`credential` is the network's own key, shown once when it was issued."""
        self._gate = gate
        self._counter = counter
        self._credential = credential
        self._pace = pace or Pace()
        self._known: set[str] = set()
        self._due: list[Due] = []

    async def run(self) -> None:
        """Look and report until cancelled. Raises `Denied` when the key opens nothing any more."""
        while True:
            try:
                await self.step()
            except Unavailable as error:
                _LOG.info("the simulated network waits", code=error.code)
            await asyncio.sleep(self._pace.look_every.total_seconds())

    async def step(self) -> int:
        """Take up newly advised parcels and report everything that is due; return how many reports were made."""
        after = ""
        while page := await self._gate.pre_advice(self._credential, after, _PAGE):
            after = page[-1]
            for number in page:
                if number not in self._known:
                    await self._take_up(number)
        made = 0
        while self._due and self._due[0].at <= self._counter.clock():
            due = heapq.heappop(self._due)
            try:
                made += await self._report(due)
            except Unavailable:
                heapq.heappush(self._due, due)
                raise
        return made

    async def _take_up(self, number: str) -> None:
        parcel = await self._ask(number)
        self._known.add(number)
        if parcel is None or parcel.voided or parcel.bought_at < self._counter.clock() - OLDEST:
            return
        for due in walk(number, parcel, self._counter, self._pace):
            heapq.heappush(self._due, due)

    async def _report(self, due: Due) -> int:
        """Report one event, unless its label was cancelled before anybody handed it over."""
        if due.first:
            parcel = await self._ask(due.number)
            if parcel is None or parcel.voided:
                self._due = [each for each in self._due if each.number != due.number]
                heapq.heapify(self._due)
                return 0

        async def work(box: Box) -> Owned[object]:
            event = due.event
            return await record_event(
                box, self._counter, event.code, due.at, place=event.place, event_key=event.event_key
            )

        try:
            await self._gate.serve_scan(Knock(SURFACE, self._credential), due.number, work)
        except (Denied, Unavailable):
            raise
        except PillarboxError as error:
            _LOG.warning("a simulated scan was refused", code=error.code)
            return 0
        return 1

    async def _ask(self, number: str) -> Advised | None:
        try:
            told: Advised = await self._gate.serve_scan(Knock(SURFACE, self._credential), number, advised)
        except NotFound:
            return None
        return told


def walk(number: str, parcel: Advised, counter: Counter, pace: Pace) -> Iterator[Due]:
    """Yield what is still to be reported of a parcel; the first of its journey is marked.

    A report keeps the key it has in the uncompressed journey, so that another pace never doubles it.
    """
    speed = speed_of(counter, parcel.service_code)
    start = parcel.bought_at + pace.handed_over_after
    journey = simulated_journey(number, parcel.bought_at, by_iso2(parcel.country).zone, speed)
    for event in journey:
        if event.event_key not in parcel.reported:
            yield Due(start + (event.at - journey[0].at) / pace.factor, number, event, event is journey[0])


def speed_of(counter: Counter, service_code: str) -> Speed:
    """Return how quickly the service's maker says it is; one without a word of it takes its time."""
    service = counter.pack.services.get(service_code)
    words = (service.speed or "").casefold() if service else ""
    if words.startswith("guaranteed"):
        return Speed.GUARANTEED
    if words.startswith("24 hour"):
        return Speed.NEXT_DAY
    return Speed.TWO_DAY if words.startswith("48 hour") else Speed.ECONOMY
