"""Rows of kept answers: what was answered under an idempotency key, sealed, and a digest of what was asked."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from pillarbox.db.statement import load
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.shape import Names

SQL: Final = load("pillarbox.vault", "idempotency.sql")


class KeptAnswer(msgspec.Struct, frozen=True, gc=False):
    """An answer as it is kept: a small sealed file with an id of its own, to which the seal is bound."""

    answer_id: Annotated[Id, Names(Kind.FILE)]
    request_digest: bytes
    answer: bytes
