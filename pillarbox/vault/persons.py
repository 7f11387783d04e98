"""Rows of the people who sign in to an account."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from pillarbox.db.statement import load
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.content import Profile
from pillarbox.vault.shape import Names, Sealed

SQL: Final = load("pillarbox.vault", "persons.sql")


class PersonRow(msgspec.Struct, frozen=True, gc=False):
    """One person with name and e-mail address."""

    person_id: Annotated[Id, Names(Kind.PERSON)]
    profile: Annotated[Profile, Sealed("profile")]


class PersonInFrame(msgspec.Struct, frozen=True, gc=False):
    """The same for the top of a page, under a name of its own, so that the record can tell a page's head from its
    contents."""

    person_id: Annotated[Id, Names(Kind.PERSON)]
    frame: Annotated[Profile, Sealed("profile")]
