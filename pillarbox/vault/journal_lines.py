"""The journal's lines about this account, and what turns their ids into names people know."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec

from pillarbox.db.statement import load
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.shape import Names

SQL: Final = load("pillarbox.vault", "journal_lines.sql")


class JournalLine(msgspec.Struct, frozen=True, gc=False):
    """One line as it stands in the record. Ids are 16 bytes; `fields` begins with the kind that `ids` name."""

    at: datetime
    line: int
    request: bytes
    owner_account: int
    viewer_account: int
    person: bytes | None
    credential: bytes | None
    viewer_kind: str
    device: bytes | None
    surface: str
    fields: str
    outcome: str
    ids: list[bytes]


class ObjectsOfOrder(msgspec.Struct, frozen=True, gc=False):
    """An order and the ids of all its labels, 16 bytes each."""

    order_id: Annotated[Id, Names(Kind.ORDER)]
    number: int
    labels: list[bytes]


class OrderNamed(msgspec.Struct, frozen=True, gc=False):
    """An order and its number."""

    order_id: Annotated[Id, Names(Kind.ORDER)]
    number: int


class LabelNamed(msgspec.Struct, frozen=True, gc=False):
    """A label and its tracking number."""

    label_id: Annotated[Id, Names(Kind.LABEL)]
    tracking_number: str
