"""Rows of the list of API keys, which names them and never holds a secret."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec

from pillarbox.db.statement import load
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.shape import Names, Sealed

SQL: Final = load("pillarbox.vault", "keys_list.sql")


class KeyName(msgspec.Struct, frozen=True, gc=False):
    """What the key is for, in the words of whoever made it."""

    words: str


class ApiKeyRow(msgspec.Struct, frozen=True, gc=False):
    """One API key; `ending` are the last four characters of its credential."""

    key_id: Annotated[Id, Names(Kind.API_KEY)]
    key_name: Annotated[KeyName, Sealed("key name")]
    scopes: list[str]
    live: bool
    ending: str
    created_at: datetime
    revoked_at: datetime | None
