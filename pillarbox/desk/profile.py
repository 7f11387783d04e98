"""The names of the people who sign in to an account, each kept by the person alone."""

from __future__ import annotations

from typing import Final

from pillarbox.kernel.errors import BadInput, Conflict
from pillarbox.kernel.ids import Id
from pillarbox.postage.text import TextUnusable, clean, says_something
from pillarbox.vault.box import Box
from pillarbox.vault.content import Profile
from pillarbox.vault.owned import Owned
from pillarbox.vault.persons import SQL, PersonRow

MOST_NAME: Final = 100
MOST_EMAIL: Final = 254
"""RFC 5321 section 4.5.3.1.3: a path of 256 characters with its angle brackets."""


class NobodyHere(Conflict):
    """No person is signed in here, so there is no profile to show or keep."""


class ProfileUnusable(BadInput):
    """Give a name of at most 100 characters and an e-mail address such as name@example.com."""


async def read_profile(box: Box) -> Owned[PersonRow] | None:
    """Return the profile of the person who is here, or None where none was written. Raises `NobodyHere`."""
    return await box.maybe(SQL["person_by_id"], PersonRow, person_id=await _person(box))


async def write_profile(box: Box, name: str, email: str) -> Owned[PersonRow]:
    """Keep name and e-mail of the person who is here; signing in goes on with the address given when it was opened.

    Raises `NobodyHere`, `ProfileUnusable`.
    """
    return await write_profile_of(box, await _person(box), name, email)


async def write_profile_of(box: Box, person_id: Id, name: str, email: str) -> Owned[PersonRow]:
    """Keep the profile of a person of this account, for whoever opens the account. Raises `ProfileUnusable`."""
    profile = Profile(_text("name", name, MOST_NAME), _text("email", email, MOST_EMAIL))
    if "@" not in profile.email.strip("@"):
        raise ProfileUnusable(field="email")
    await box.enter()
    await box.write(SQL["write_person"], person_id=person_id, profile=box.seal(person_id, "profile", profile))
    return await box.one(SQL["person_by_id"], PersonRow, person_id=person_id)


async def list_people(box: Box) -> Owned[tuple[PersonRow, ...]]:
    """Return everybody of this account whose profile is known."""
    return await box.all(SQL["people"], PersonRow)


async def _person(box: Box) -> Id:
    person = (await box.enter()).person
    if person is None:
        raise NobodyHere
    return person


def _text(field: str, text: str, most: int) -> str:
    try:
        words = clean(text[: most * 4])
    except TextUnusable as error:
        raise ProfileUnusable(field=field) from error
    if not says_something(words) or len(words) > most:
        raise ProfileUnusable(field=field)
    return words
