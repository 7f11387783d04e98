"""Who is here, for the frame around every page: the person's name, the account's, and the balance."""

from __future__ import annotations

import msgspec

from pillarbox.desk.balance import Balance, read_balance
from pillarbox.desk.settings import SHIP_FROM
from pillarbox.gate.key import STAFF_SCOPES
from pillarbox.kernel.errors import Denied
from pillarbox.postage.address import Address
from pillarbox.vault.box import Box
from pillarbox.vault.owned import Owned, render
from pillarbox.vault.persons import SQL, PersonInFrame
from pillarbox.vault.settings import SQL as SETTINGS
from pillarbox.vault.settings import SettingInFrame


class NoPersonHere(Denied):
    """Pages are for people: please sign in."""


class Me(msgspec.Struct, frozen=True, gc=False):
    """The person who is here, the name of the account, and its balance in pence where this person may see money.

    `name` and `email` are empty until the person has given them.
    """

    name: str
    email: str
    account: str
    balance_pence: int | None
    staff: bool
    scopes: frozenset[str]


async def who_am_i(box: Box) -> Owned[Me]:
    """Return who is here, in two round trips of which the first also knocks. Raises `NoPersonHere`."""
    books = await read_balance(box)
    entry = await box.enter()
    if entry.person is None or entry.kind != "session":
        raise NoPersonHere
    people, settings = await box.both(
        (SQL["person_by_id"], PersonInFrame),
        (SETTINGS["settings_by_name"], SettingInFrame),
        person_id=entry.person,
        names=[SHIP_FROM],
    )
    return render(_me, people, settings, books, scopes=entry.scopes)


def _me(
    people: tuple[PersonInFrame, ...], settings: tuple[SettingInFrame, ...], books: Balance, *, scopes: frozenset[str]
) -> Me:
    name, email = (people[0].frame.name, people[0].frame.email) if people else ("", "")
    address = msgspec.msgpack.decode(settings[0].frame, type=Address) if settings else None
    account = (address.company or address.name) if address else name
    balance = books.prepaid_pence if "money:read" in scopes else None
    return Me(name, email, account or name or "Your account", balance, STAFF_SCOPES[0] in scopes, scopes)
