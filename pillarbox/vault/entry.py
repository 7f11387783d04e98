"""What the database says when it lets somebody in, and the calls by which one can knock.

An `EntryCall` names one of the entry functions of the gate with its parameters; the box sends it in front of its first
statement, so that sign-in check, suspension check, binding and query are one round trip.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pillarbox.db.statement import Statement
from pillarbox.db.wire import Row
from pillarbox.kernel.ids import Id, Kind


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """Whom the transaction is bound to. Only the database makes this true."""

    account_id: int
    person: Id | None
    credential: Id | None
    kind: str
    scopes: frozenset[str]
    narrow: bytes | None
    keyring: tuple[bytes, ...]
    job_object: bytes | None = None


@dataclass(frozen=True, slots=True, repr=False)
class EntryCall:
    """One knock: the statement, its parameters, and the account that the credential says of itself (0: unknown)."""

    statement: Statement
    given: Mapping[str, Any]
    account_id: int

    def read(self, row: Row) -> Entry:
        """Read the row of type gate.entry, and the job's object where there is one."""
        account_id, person, credential, kind, scopes, narrow, keyring, *job = row
        credential_kind = Kind.SESSION if kind == "session" else Kind.API_KEY
        return Entry(
            account_id,
            Id(Kind.PERSON, person) if person is not None else None,
            Id(credential_kind, credential) if credential is not None else None,
            kind,
            frozenset(scopes),
            narrow,
            tuple(keyring or ()),
            job[0] if job else None,
        )
