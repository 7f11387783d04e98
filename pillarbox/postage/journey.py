"""Believable journeys for the demonstration's simulated network: what a real one would report, in invented places.

Everything follows from the seed, so a demonstration can be shown again. Most parcels arrive on their day; some meet a
closed door, a wrong bag, a refusal or customs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from hashlib import blake2b
from typing import TypeVar

import msgspec

from pillarbox.kernel.clock import LONDON, london_date
from pillarbox.postage.country import Zone
from pillarbox.postage.pack import read_pack
from pillarbox.postage.tracking import Event
from pillarbox.postage.tracking_codes import EventTimeUnusable, event_from_code

T = TypeVar("T")


class Speed(StrEnum):
    """How quickly a service aims to deliver; `GUARANTEED` is by 1 p.m. on the next working day."""

    GUARANTEED = "guaranteed"
    NEXT_DAY = "next_day"
    TWO_DAY = "two_day"
    ECONOMY = "economy"


def simulated_journey(seed: str, accepted_at: datetime, zone: Zone, speed: Speed) -> tuple[Event, ...]:
    """Return every event of one parcel from acceptance to its end, oldest first; times are aware UTC.

    `seed` is the parcel's own text, such as its number, and stands for the item in the event keys. Raises
    `EventTimeUnusable` when `accepted_at` has no offset.
    """
    if accepted_at.tzinfo is None:
        raise EventTimeUnusable(field="accepted_at")
    trip = _Trip(seed, _Dice(seed), accepted_at.astimezone(UTC))
    if zone is Zone.UK:
        _inland(trip, _file().days[zone][speed], speed)
    else:
        _abroad(trip, _file().days[zone][speed])
    return tuple(trip.events)


class _Dice:
    """Even draws from a seed, the same on every machine and release of Python."""

    def __init__(self, seed: str) -> None:
        self._keyed = blake2b(seed.encode(), digest_size=8, person=b"pillarbox trips")
        self._drawn = 0

    def below(self, limit: int) -> int:
        self._drawn += 1
        mixed = self._keyed.copy()
        mixed.update(self._drawn.to_bytes(4, "big"))
        return int.from_bytes(mixed.digest(), "big") % limit

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]


@dataclass(slots=True)
class _Trip:
    """A journey being written: where the clock stands and what was reported so far."""

    seed: str
    dice: _Dice
    now: datetime
    events: list[Event] = field(default_factory=list)

    def report(self, code: str, place: str) -> None:
        seconds = 30 + self.dice.below(570)
        if self.dice.below(25) == 0:
            # A hand-held out of reach sends its scans hours later: the demonstration should show late news.
            seconds += 7200 + self.dice.below(10800)
        self.events.append(event_from_code(self.seed, code, self.now, self.now + timedelta(seconds=seconds), place))

    def after(self, least_minutes: int, most_minutes: int) -> None:
        self.now += timedelta(seconds=60 * least_minutes + self.dice.below(60 * (most_minutes - least_minutes)))

    def towards(self, end: datetime, per_cent: int) -> None:
        self.now += timedelta(seconds=int((end - self.now).total_seconds()) * per_cent // 100)

    def on(self, day: date, earliest: time, minutes: int) -> None:
        self.now = datetime.combine(day, earliest, LONDON).astimezone(UTC)
        self.after(0, minutes)


def _inland(trip: _Trip, days: int, speed: Speed) -> None:
    places = _file()
    delivery_day = _working_day(london_date(trip.now), days)
    trip.report("EVPPA", trip.dice.pick(places.counters))
    trip.after(120, 240)
    trip.report("EVBAH", trip.dice.pick(places.hubs))
    trip.towards(_at_six(delivery_day), 40 + trip.dice.below(50))
    centre = trip.dice.pick(places.mail_centres)
    trip.report("EVIMC", centre)
    if trip.dice.below(100) < 4 and speed is not Speed.GUARANTEED:
        trip.after(3, 8)
        trip.report("EVIMI", centre)
        delivery_day = _working_day(delivery_day, 1)
    _to_the_door(trip, delivery_day, trip.dice.pick(places.delivery_offices), by_one=speed is Speed.GUARANTEED)


def _to_the_door(trip: _Trip, day: date, office: str, *, by_one: bool) -> None:
    trip.on(day, time(7, 5), 50)
    trip.report("EVGPD", office)
    trip.on(day, time(9, 20), 200 if by_one else 380)
    chance = trip.dice.below(100)
    if chance < 87:
        trip.report(trip.dice.pick(("EVKSP", "EVKOP", "EVKOP", "EVKSF", "EVKDN")), office)
    elif chance < 92:
        trip.report("EVKNA", office)
        trip.after(120, 200)
        trip.report("EVNAR", office)
        again = _working_day(day, 1)
        trip.on(again, time(7, 5), 50)
        trip.report("EVGPD", office)
        trip.on(again, time(9, 20), 380)
        trip.report("EVKSP", office)
    elif chance < 97:
        trip.report("EVKNA", office)
        trip.after(120, 200)
        trip.report("EVNDA", office)
        trip.on(_working_day(day, 1 + trip.dice.below(4)), time(8, 0), 240)
        trip.report("EVNCO", office)
    else:
        trip.report("EVKRF", office)
        trip.on(_working_day(day, 3), time(10, 0), 240)
        trip.report("EVRTS", trip.dice.pick(_file().delivery_offices))


def _abroad(trip: _Trip, days: int) -> None:
    places = _file()
    last_day = _working_day(london_date(trip.now), days)
    trip.report("EMA", trip.dice.pick(places.counters))
    trip.after(240, 600)
    trip.report("EMB", places.office_of_exchange)
    trip.towards(_at_six(last_day), 15)
    trip.report("EMC", places.office_of_exchange)
    trip.towards(_at_six(last_day), 40 + trip.dice.below(20))
    trip.report("EMD", places.abroad.arrival)
    trip.after(30, 120)
    trip.report("EDB", places.abroad.arrival)
    if trip.dice.below(100) < 8:
        trip.after(60, 240)
        trip.report("EME", places.abroad.arrival)
        trip.after(1440, 4320)
    else:
        trip.after(60, 360)
    trip.report("EDC", places.abroad.arrival)
    trip.after(10, 90)
    trip.report("EMF", places.abroad.arrival)
    last_day = max(last_day, _working_day(london_date(trip.now), 1))
    trip.towards(_at_six(last_day), 50)
    trip.report("EDD", places.abroad.sorting)
    trip.on(last_day, time(7, 30), 60)
    trip.report("EDG", places.abroad.delivery)
    trip.on(last_day, time(9, 30), 400)
    if trip.dice.below(100) < 92:
        trip.report("EMI", places.abroad.delivery)
        return
    trip.report("EMH", places.abroad.delivery)
    trip.after(90, 180)
    trip.report("EDH", places.abroad.delivery)
    trip.on(_working_day(last_day, 1 + trip.dice.below(5)), time(9, 0), 480)
    trip.report("EMI", places.abroad.delivery)


def _at_six(day: date) -> datetime:
    return datetime.combine(day, time(6, 0), LONDON).astimezone(UTC)


def _working_day(day: date, count: int) -> date:
    """Return the `count`-th working day after a day; the simulated network rests on Sundays."""
    while count:
        day += timedelta(days=1)
        count -= day.isoweekday() != 7
    return day


class _Abroad(msgspec.Struct, frozen=True):
    arrival: str
    sorting: str
    delivery: str


class _File(msgspec.Struct, frozen=True):
    source: str
    as_of: str
    days: dict[Zone, dict[Speed, int]]
    counters: tuple[str, ...]
    hubs: tuple[str, ...]
    mail_centres: tuple[str, ...]
    delivery_offices: tuple[str, ...]
    office_of_exchange: str
    abroad: _Abroad


@cache
def _file() -> _File:
    return read_pack("uk/simulated_network.json", _File)
