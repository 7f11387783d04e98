"""API keys of an account: made and shown once, listed by their last four characters, ended at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from pillarbox.desk.counter import Counter
from pillarbox.gate.key import KEY_SCOPES
from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.ids import Id, Kind
from pillarbox.postage.text import TextUnusable, clean, says_something
from pillarbox.vault.box import Box
from pillarbox.vault.crossings import SQL as CROSSINGS
from pillarbox.vault.keys_list import SQL, ApiKeyRow, KeyName
from pillarbox.vault.owned import Owned, render

MOST_NAME: Final = 60
_LOOK_BACK: Final = timedelta(days=30)
"""How far back the journal is asked when a key was last used; further would cost a merchant with millions of lines."""


class KeyNameUnusable(BadInput):
    """Give the key a name of at most 60 characters, so that you know later which one to revoke."""


class KeyScopesUnusable(BadInput):
    """A key holds one or more of orders:read, orders:write, labels, money:read, money:write and journal."""


class NewKey(msgspec.Struct, frozen=True, gc=False):
    """A key just made. `credential` is shown this once; nobody can read it again."""

    key_id: Id
    name: str
    credential: str
    scopes: tuple[str, ...]
    live: bool
    created_at: datetime


class ApiKey(msgspec.Struct, frozen=True, gc=False):
    """A key as it is listed. `last_used_at` is None when nothing was shown to it in the last 30 days."""

    key_id: Id
    name: str
    scopes: tuple[str, ...]
    live: bool
    ending: str
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


async def make_api_key(box: Box, name: str, scopes: Sequence[str], *, live: bool) -> Owned[NewKey]:
    """Make a key of this account within the scopes of the person who asks, and return its credential, once.

    Raises `KeyNameUnusable`, `KeyScopesUnusable`, and `NotAllowed` for anyone but a signed-in person or a scope that
    this person does not hold.
    """
    words = _name(name)
    held = tuple(scope for scope in KEY_SCOPES if scope in scopes)
    if not held or len(held) != len(set(scopes)):
        raise KeyScopesUnusable(field="scopes")
    await box.enter()
    key_id = box.mint(Kind.API_KEY)
    (secret,) = await box.ask(CROSSINGS["issue_key"], key=key_id, scopes=list(held))
    credential = box.credential("pbk_live" if live else "pbk_test", bytes(secret))
    made = await box.one(
        SQL["insert_key"],
        ApiKeyRow,
        key_id=key_id,
        name=box.seal(key_id, "key name", KeyName(words)),
        scopes=list(held),
        live=live,
        ending=credential[-4:],
    )
    return render(_new, made, box.own(credential, "api_key:credential", (key_id,)))


async def list_api_keys(box: Box, counter: Counter) -> Owned[tuple[ApiKey, ...]]:
    """Return every key of the account, newest first, revoked ones too."""
    rows = await box.all(SQL["api_keys"], ApiKeyRow)
    used = await box.figures(SQL["last_shown"], "api_key:last_used", since=counter.clock() - _LOOK_BACK)
    return render(_list, rows, used)


async def revoke_api_key(box: Box, key_id: Id) -> Owned[ApiKey]:
    """End a key at once; a second time changes nothing. Raises `NotFound`, and `NotAllowed` for another key."""
    row = await box.one(SQL["mark_revoked"], ApiKeyRow, key_id=key_id)
    await box.ask(CROSSINGS["revoke_key"], key=key_id)
    return render(_listed, row)


def _name(name: str) -> str:
    try:
        words = clean(name[: MOST_NAME * 4])
    except TextUnusable as error:
        raise KeyNameUnusable(field="name") from error
    if not says_something(words) or len(words) > MOST_NAME:
        raise KeyNameUnusable(field="name")
    return words


def _new(row: ApiKeyRow, credential: str) -> NewKey:
    return NewKey(row.key_id, row.key_name.words, credential, tuple(row.scopes), row.live, row.created_at)


def _list(rows: tuple[ApiKeyRow, ...], used: tuple[tuple[bytes, datetime], ...]) -> tuple[ApiKey, ...]:
    last = dict(used)
    return tuple(_listed(row, last.get(row.key_id.raw)) for row in rows)


def _listed(row: ApiKeyRow, last_used_at: datetime | None = None) -> ApiKey:
    return ApiKey(
        row.key_id,
        row.key_name.words,
        tuple(row.scopes),
        row.live,
        row.ending,
        row.created_at,
        row.revoked_at,
        last_used_at,
    )
