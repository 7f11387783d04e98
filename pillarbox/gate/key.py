"""The key: whom the database let in, for what, and how narrowly. Only the gate makes keys.

Scopes are plain words. A session holds what its person may do, an API key a part of that, a job, a scan, a callback
and the public tracking page each one word of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pillarbox.kernel.errors import Forbidden
from pillarbox.kernel.ids import Id
from pillarbox.vault.entry import Entry

MERCHANT_SCOPES: Final = ("orders:read", "orders:write", "labels", "money:read", "money:write", "journal", "settings")
STAFF_SCOPES: Final = ("staff",)
KEY_SCOPES: Final = MERCHANT_SCOPES[:-1]
"""What an API key may hold: everything of a merchant but the settings, where keys themselves are made."""


class ScopeMissing(Forbidden):
    """Your key does not allow this. Make one with the scope that the message names."""


@dataclass(frozen=True, slots=True)
class Key:
    """What came back from `gate.enter`, without any secret."""

    person: Id | None
    credential: Id | None
    kind: str
    scopes: frozenset[str]
    narrow: bool

    def require(self, scope: str) -> None:
        """Raise `ScopeMissing` unless the key holds the scope."""
        if scope not in self.scopes:
            raise ScopeMissing(f"Your key does not hold the scope {scope}.")


def key_of(entry: Entry) -> Key:
    """Make the key of an entry."""
    return Key(entry.person, entry.credential, entry.kind, entry.scopes, entry.narrow is not None)
