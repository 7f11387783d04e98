"""The event codes of the networks: what each means, and how a scan becomes an `Event`.

Royal Mail's codes and the Universal Postal Union's live in `packs/uk/tracking_codes.json`, each list with its source
and date. A code nobody knows is kept as information only; no scan is ever refused.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b

import msgspec

from pillarbox.kernel.errors import BadInput
from pillarbox.postage.pack import read_pack
from pillarbox.postage.tracking import Event, Status


class NetworkCode(msgspec.Struct, frozen=True, gc=False):
    """An event code of a network: the kind of place it comes from, its English name, status and reason if any."""

    code: str
    place: str
    event: str
    status: Status | None = None
    reason: str = ""


class EventTimeUnusable(BadInput):
    """The time of a tracking event needs its offset from UTC, for example 2026-11-24T09:30:00Z."""


def network_code(code: str) -> NetworkCode | None:
    """Return what a network's event code means, or None: an unknown code is kept as information only."""
    return _codes().get(code)


def all_codes() -> tuple[NetworkCode, ...]:
    """Return every code of every network, in the order of the file."""
    return tuple(_codes().values())


def event_from_code(item: str, code: str, at: datetime, received_at: datetime, place: str = "") -> Event:
    """Make the event that a scan of `item` (the number on its label) with a network's code stands for.

    Raises `EventTimeUnusable` for a time without offset; others are turned into UTC.
    """
    if at.tzinfo is None or received_at.tzinfo is None:
        raise EventTimeUnusable(field="at")
    at = at.astimezone(UTC)
    known = network_code(code)
    note = _file().reasons.get(known.reason, "") if known else ""
    status = known.status if known else None
    return Event(event_key(item, code, at, place), at, received_at.astimezone(UTC), code, status, place, note)


def event_key(item: str, code: str, at: datetime, place: str) -> str:
    """Return 32 hexadecimal characters; the same item, code, time and place twice is one event."""
    text = "\0".join((item, code, at.astimezone(UTC).isoformat(), place))
    return blake2b(text.encode(), digest_size=16).hexdigest()


class _Network(msgspec.Struct, frozen=True):
    network: str
    as_of: str
    source: str
    codes: tuple[NetworkCode, ...]


class _File(msgspec.Struct, frozen=True):
    reasons: dict[str, str]
    networks: tuple[_Network, ...]


@cache
def _file() -> _File:
    return read_pack("uk/tracking_codes.json", _File)


@cache
def _codes() -> dict[str, NetworkCode]:
    return {each.code: each for network in _file().networks for each in network.codes}
