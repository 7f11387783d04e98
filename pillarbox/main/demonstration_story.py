"""Who is in the demonstration and what they have: its story, read from a file, and the sign-ins that came of it.

The sign-ins are random, belong to one installation alone and lie in one private file of its data directory.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Literal

import msgspec

from pillarbox.desk.new_order import NewOrder
from pillarbox.desk.settings import ParcelSetting
from pillarbox.main.place import Place


class Who(msgspec.Struct, frozen=True):
    """Somebody of the story, and what they may do."""

    name: str
    email: str
    role: Literal["owner", "packer", "staff"]


class Sent(msgspec.Struct, frozen=True):
    """An order, the service whose label is bought for it (empty: none yet), and what happens then."""

    order: NewOrder
    buy: str
    then: Literal["", "voided"]


class Shop(msgspec.Struct, frozen=True):
    """A merchant of the story. The first person is the owner, who does everything."""

    name: str
    people: tuple[Who, ...]
    ship_from: dict[str, str]
    parcel: ParcelSetting
    top_up_pence: int
    orders: tuple[Sent, ...]


class Story(msgspec.Struct, frozen=True):
    """The whole demonstration."""

    source: str
    houses: tuple[Shop, ...]
    staff: Who


class SignInOf(msgspec.Struct, frozen=True):
    """One person who can sign in."""

    house: str
    name: str
    email: str
    password: str


class SignIns(msgspec.Struct, frozen=True):
    """Everybody of the demonstration, and the credential of its simulated network."""

    people: tuple[SignInOf, ...]
    network_key: str


def read_story() -> Story:
    """Return the story as the package holds it."""
    return msgspec.json.decode(files("pillarbox.main").joinpath("demonstration.json").read_bytes(), type=Story)


def read_sign_ins(place: Place) -> SignIns | None:
    """Return the demonstration's sign-ins, None where there is no demonstration."""
    try:
        return msgspec.json.decode(place.sign_ins.read_bytes(), type=SignIns)
    except FileNotFoundError:
        return None
