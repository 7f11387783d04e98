"""One line of the disclosure journal: who was shown which ids of whom, when, and by which door.

Ids only, never contents. Field lists are interned in the database, so a line stays small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["offered", "refused"]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking: the account and person that the database bound, the credential, and the device's own cookie."""

    account: int
    person: bytes | None
    credential: bytes | None
    kind: str
    device: bytes | None


@dataclass(frozen=True, slots=True)
class Line:
    """One owner's ids of one answer. `request` is the request's id, 16 bytes."""

    viewer: Viewer
    owner: int
    surface: str
    fields: str
    request: bytes
    outcome: Outcome
    ids: tuple[bytes, ...]
