"""Fill a new installation so that it can be tried at once: two merchants, the operator's staff, number ranges.

The sign-ins are random, belong to this installation alone and lie in one private file of its data directory.
"""

from __future__ import annotations

import asyncio
import os
import secrets as randomness
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from pillarbox.gate.key import MERCHANT_SCOPES, STAFF_SCOPES
from pillarbox.gate.open_account import Accounts
from pillarbox.kernel.ids import encode
from pillarbox.main.house import office
from pillarbox.main.place import Place
from pillarbox.main.secrets import Secrets
from pillarbox.main.settings import Settings
from pillarbox.postage.s10 import indicator_kinds

SPECIMEN_FIRST: Final = 90_000_000
SPECIMEN_SIZE: Final = 10_000_000
"""Specimen numbers are the last tenth of each service's serials: an operator's own leases begin far below."""
PACKER_SCOPES: Final = ("orders:read", "orders:write", "labels")
_HOUSEHOLDS: Final[Mapping[str, tuple[tuple[str, str, tuple[str, ...]], ...]]] = {
    "The Wool Room": (
        ("Ines Okafor, owner", "ines@wool-room.example", MERCHANT_SCOPES),
        ("Tom Reid, packer", "tom@wool-room.example", PACKER_SCOPES),
    ),
    "Kettle Lane Books": (("Maja Lindqvist, owner", "maja@kettle-lane.example", MERCHANT_SCOPES),),
}
_STAFF: Final = ("Sam Adeyemi, staff", "sam@example-post.example", STAFF_SCOPES)


class SignInOf(msgspec.Struct, frozen=True):
    """One person of the demonstration."""

    house: str
    name: str
    email: str
    password: str


class SignIns(msgspec.Struct, frozen=True):
    """The people of the demonstration, and the credential of its simulated network."""

    people: tuple[SignInOf, ...]
    network_key: str


def read_sign_ins(place: Place) -> SignIns | None:
    """Return the demonstration's sign-ins, None where there is no demonstration."""
    try:
        return msgspec.json.decode(place.sign_ins.read_bytes(), type=SignIns)
    except FileNotFoundError:
        return None


def furnish(settings: Settings, secrets: Secrets, *, demonstration: bool) -> None:
    """Add specimen ranges where labels are specimens, and the demonstration where it is wanted and not there yet."""
    asyncio.run(_furnish(settings, secrets, demonstration=demonstration))


async def _furnish(settings: Settings, secrets: Secrets, *, demonstration: bool) -> None:
    place = Place(settings.data)
    async with office(settings, secrets) as accounts:
        if settings.specimen:
            for indicator in sorted(set(indicator_kinds().values())):
                await accounts.add_s10_range(indicator, "GB", SPECIMEN_FIRST, SPECIMEN_SIZE, specimen=True)
        if demonstration and not place.sign_ins.exists():
            _keep(place.sign_ins, await _open_accounts(accounts, settings.operator_name))


async def _open_accounts(accounts: Accounts, operator_name: str) -> SignIns:
    people: list[SignInOf] = []

    async def add(account: int, house: str, person: tuple[str, str, tuple[str, ...]]) -> None:
        name, email, scopes = person
        password = encode(randomness.token_bytes(8))
        await accounts.add_person(account, email, password, scopes)
        people.append(SignInOf(house, name, email, password))

    for house, household in _HOUSEHOLDS.items():
        account = await accounts.open("merchant")
        for person in household:
            await add(account, house, person)
    operator = await accounts.open("operator")
    await add(operator, operator_name, _STAFF)
    return SignIns(tuple(people), await accounts.issue_network_key(operator))


def _keep(path: Path, sign_ins: SignIns) -> None:
    half = path.with_name(f".{path.name}")
    half.unlink(missing_ok=True)
    fd = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(sign_ins)) + b"\n")
    half.rename(path)
