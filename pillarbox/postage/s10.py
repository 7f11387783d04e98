"""S10 item numbers: reading, checking, writing for people, and drawing serials from a leased range.

The form is the Universal Postal Union's standard S10: a two-letter service indicator, eight digits, a check digit and
the two letters of the issuing country. Serials are drawn in a keyed order, so that a number tells nobody how much a
sender posts (`docs/decisions/0010-s10-permutation.md`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from math import isqrt
from struct import pack
from typing import Final

import msgspec

from pillarbox.kernel.errors import BadInput, Conflict
from pillarbox.postage.pack import read_pack

SERIALS: Final = 100_000_000
"""Eight digits: a service indicator and a country have this many numbers (UPU S10)."""

WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)
"""Check-digit weights from the first digit of the serial to the last (UPU S10)."""

MAX_TEXT: Final = 40
"""Longest text that is looked at: thirteen characters and every gap a person might leave."""

_NUMBER: Final = re.compile(r"([A-Z]{2})([0-9]{8})([0-9])([A-Z]{2})")
_GAPS: Final = re.compile(r"[\s\-.]+")
_ROUNDS: Final = 8
_PERSON: Final = b"pillarbox serial"


class NumberUnreadable(BadInput):
    """This is not a tracking number. One looks like RR 4731 2482 9GB: two letters, nine digits, two letters."""


class NumberMistyped(BadInput):
    """This tracking number has a typing mistake: its check digit does not fit. Please compare it with the label."""


class SerialUnusable(BadInput):
    """A serial is a whole number from 0 to 99999999, and a range of serials lies within those."""


class RangeUsedUp(Conflict):
    """Every number of this range has been given out. Lease a new range."""


class ServiceHasNoIndicator(BadInput):
    """Parcels of this service carry no S10 number."""


@dataclass(frozen=True, slots=True)
class S10:
    """One item number without its check digit, which follows from the serial; `str()` gives the thirteen characters."""

    service: str
    serial: int
    country: str = "GB"

    def __post_init__(self) -> None:
        """Raise `SerialUnusable` for a serial of the wrong size and `NumberUnreadable` for other than two capitals."""
        if not 0 <= self.serial < SERIALS:
            raise SerialUnusable
        if not _two_capitals(self.service) or not _two_capitals(self.country):
            raise NumberUnreadable

    def __str__(self) -> str:
        """Write the number as it stands in a barcode: `RR473124829GB`."""
        return f"{self.service}{self.serial:08d}{check_digit(self.serial)}{self.country}"

    @property
    def for_people(self) -> str:
        """The number grouped for reading aloud and typing: `RR 4731 2482 9GB`."""
        text = str(self)
        return f"{text[:2]} {text[2:6]} {text[6:10]} {text[10:]}"

    @property
    def meaning(self) -> str:
        """What the service indicator says of the item (UPU S10), empty for letters the standard has not given out."""
        return next((each.meaning for each in _file().indicators if re.fullmatch(each.pattern, self.service)), "")


def check_digit(serial: int) -> int:
    """Return the S10 check digit of an eight-digit serial: 11 less the weighted sum modulo 11; 10 is 0 and 11 is 5."""
    if not 0 <= serial < SERIALS:
        raise SerialUnusable
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, f"{serial:08d}", strict=True))
    digit = 11 - total % 11
    return {10: 0, 11: 5}.get(digit, digit)


def parse(text: str) -> S10:
    """Read a number as people type it: capitals, spaces, hyphens and full stops do not matter.

    Raises `NumberUnreadable` when it has another form and `NumberMistyped` when the check digit does not fit.
    """
    match = _NUMBER.fullmatch(_GAPS.sub("", text).upper()) if len(text) <= MAX_TEXT else None
    if match is None:
        raise NumberUnreadable(field="tracking_number")
    number = S10(match[1], int(match[2]), match[4])
    if check_digit(number.serial) != int(match[3]):
        raise NumberMistyped(field="tracking_number")
    return number


def indicator_for(kind: str) -> str:
    """Return the service indicator this operator's pack uses for a kind of service, for example `tracked`.

    Raises `ServiceHasNoIndicator`. `indicator_kinds` lists the kinds.
    """
    found = indicator_kinds().get(kind)
    if found is None:
        raise ServiceHasNoIndicator(field="service")
    return found


def indicator_kinds() -> Mapping[str, str]:
    """Return the indicator of each kind of service: the operator's choice within UPU S10, from `packs/uk/s10.json`."""
    return _file().by_service


def serial_at(key: bytes, range_start: int, range_size: int, index: int) -> int:
    """Return the serial of the `index`-th number (from 0) drawn from a leased range, in an order only the key knows.

    Every index has its own serial and all lie in `range_start` to `range_start + range_size - 1`. `key` is 16 to 64
    secret bytes. Raises `SerialUnusable` for a range outside eight digits or an index below 0, `RangeUsedUp` for an
    index past the end, `ValueError` for a key of another size.
    """
    if not 16 <= len(key) <= 64:
        raise ValueError("a serial key is 16 to 64 bytes")
    if range_start < 0 or range_size < 1 or range_start + range_size > SERIALS or index < 0:
        raise SerialUnusable
    if index >= range_size:
        raise RangeUsedUp
    left_size = isqrt(range_size - 1) + 1
    right_size = -(-range_size // left_size)
    keyed = blake2b(pack(">II", range_start, range_size), key=key, digest_size=8, person=_PERSON)
    place = _shuffle(keyed, left_size, right_size, index)
    # The grid of left and right holds a few places more than the range. Walking on from such a place must come back
    # into the range, because the walk is a cycle that began inside it.
    while place >= range_size:
        place = _shuffle(keyed, left_size, right_size, place)
    return range_start + place


def _shuffle(keyed: blake2b, left_size: int, right_size: int, place: int) -> int:
    """Permute 0 to `left_size * right_size - 1` with a Feistel network whose halves are added instead of xored."""
    right, left = divmod(place, left_size)
    for turn in range(0, _ROUNDS, 2):
        left = (left + _draw(keyed, turn, right)) % left_size
        right = (right + _draw(keyed, turn + 1, left)) % right_size
    return right * left_size + left


def _draw(keyed: blake2b, turn: int, half: int) -> int:
    mixed = keyed.copy()
    mixed.update(pack(">BI", turn, half))
    return int.from_bytes(mixed.digest(), "big")


def _two_capitals(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()


class _Indicator(msgspec.Struct, frozen=True):
    pattern: str
    meaning: str


class _File(msgspec.Struct, frozen=True):
    source: str
    as_of: str
    indicators: tuple[_Indicator, ...]
    by_service: dict[str, str]
    by_service_doubt: str


@cache
def _file() -> _File:
    return read_pack("uk/s10.json", _File)
