"""Fill a new installation so that it can be tried at once: two merchants at work, the operator's staff, number ranges.

Who they are and what they send stands in demonstration.json. The sign-ins are random, belong to this installation
alone and lie in one private file of its data directory.
"""

from __future__ import annotations

import asyncio
import os
import secrets as randomness
from collections.abc import Mapping
from typing import Final

import msgspec

from pillarbox.gate.key import MERCHANT_SCOPES, STAFF_SCOPES
from pillarbox.gate.open_account import Accounts
from pillarbox.kernel.ids import encode
from pillarbox.main.demonstration_story import SignInOf, SignIns, Story, Who, read_story
from pillarbox.main.house import build, office
from pillarbox.main.place import Place
from pillarbox.main.secrets import Secrets
from pillarbox.main.settings import Settings
from pillarbox.postage.s10 import indicator_kinds

SPECIMEN_FIRST: Final = 90_000_000
SPECIMEN_SIZE: Final = 10_000_000
"""Specimen numbers are the last tenth of each service's serials: an operator's own leases begin far below."""
_SCOPES: Final[Mapping[str, tuple[str, ...]]] = {
    "owner": MERCHANT_SCOPES,
    "packer": ("orders:read", "orders:write", "labels"),
    "staff": STAFF_SCOPES,
}


def furnish(settings: Settings, secrets: Secrets, *, demonstration: bool) -> None:
    """Add specimen ranges where labels are specimens, and the demonstration where it is wanted and not there yet."""
    asyncio.run(_furnish(settings, secrets, demonstration=demonstration and not Place(settings.data).sign_ins.exists()))


async def _furnish(settings: Settings, secrets: Secrets, *, demonstration: bool) -> None:
    async with office(settings, secrets) as accounts:
        if settings.specimen:
            for indicator in sorted(set(indicator_kinds().values())):
                await accounts.add_s10_range(indicator, "GB", SPECIMEN_FIRST, SPECIMEN_SIZE, specimen=True)
        if not demonstration:
            return
        story = read_story()
        sign_ins = await _open_accounts(accounts, story, settings.operator_name)
    from pillarbox.main.demonstration_trade import trade

    async with build(settings, secrets, "app") as house:
        await trade(house, settings, secrets, story, sign_ins)
    _keep(Place(settings.data), sign_ins)


async def _open_accounts(accounts: Accounts, story: Story, operator_name: str) -> SignIns:
    async def add(account: int, house: str, who: Who) -> SignInOf:
        password = encode(randomness.token_bytes(8))
        await accounts.add_person(account, who.email, password, _SCOPES[who.role])
        return SignInOf(house, f"{who.name}, {who.role}", who.email, password)

    people: list[SignInOf] = []
    for shop in story.houses:
        account = await accounts.open("merchant")
        people += [await add(account, shop.name, who) for who in shop.people]
    operator = await accounts.open("operator")
    people.append(await add(operator, operator_name, story.staff))
    return SignIns(tuple(people), await accounts.issue_network_key(operator))


def _keep(place: Place, sign_ins: SignIns) -> None:
    half = place.sign_ins.with_name(f".{place.sign_ins.name}")
    half.unlink(missing_ok=True)
    fd = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(sign_ins)) + b"\n")
    half.rename(place.sign_ins)
