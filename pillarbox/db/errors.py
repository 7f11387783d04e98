"""What the database can refuse, in the house's own words, so that no other room needs to know the driver."""

from __future__ import annotations

from typing import Final

import psycopg

from pillarbox.kernel.errors import Conflict, Denied, Forbidden, NotFound, PillarboxError, Unavailable


class NoSuchCredential(Denied):
    """You are not signed in, or your key does not open this."""


class Suspended(Unavailable):
    """This service is suspended for the moment. Nothing of yours is lost; the status page says more."""


class NotAllowed(Forbidden):
    """Your key does not allow this."""


class NoSuchParcel(NotFound):
    """We know no parcel by this number."""


class NumbersExhausted(Unavailable):
    """The operator has no tracking numbers left for this service. Nothing was charged."""


class AlreadyThere(Conflict):
    """This exists already."""

    def __init__(self, constraint: str) -> None:
        """`constraint` is the database's name of the rule, for programs."""
        super().__init__()
        self.constraint = constraint


class RuleBroken(PillarboxError):
    """The database refused this because it breaks a rule of the data model."""

    def __init__(self, constraint: str) -> None:
        """`constraint` is the database's name of the rule, for programs."""
        super().__init__()
        self.constraint = constraint


class DatabaseAway(Unavailable):
    """The database does not answer just now. Nothing was lost; please try again shortly."""


_OWN: Final[dict[str, type[PillarboxError]]] = {
    "PB001": NoSuchCredential,
    "PB003": Suspended,
    "PB004": NotAllowed,
    "PB005": NoSuchParcel,
    "PB006": NumbersExhausted,
}


def translate(error: psycopg.Error) -> Exception:
    """Turn a driver's error into one of ours; what is nobody's fault but ours stays as it is and becomes a 500."""
    state = error.sqlstate or ""
    own = _OWN.get(state)
    if own is not None:
        return own()
    if state == "23505":
        return AlreadyThere(error.diag.constraint_name or "")
    if state.startswith("23"):
        return RuleBroken(error.diag.constraint_name or "")
    if state == "26000":  # somebody's SQL took our prepared statements away: this connection is closed, the next is fit
        return DatabaseAway()
    if isinstance(error, psycopg.OperationalError) and (state == "" or state.startswith(("08", "57P"))):
        return DatabaseAway()
    return error
