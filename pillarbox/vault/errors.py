"""What can go wrong inside the vault. Two of these are exposures caught, not mistakes of the caller."""

from __future__ import annotations

from pillarbox.kernel.errors import PillarboxError


class BoxClosed(PillarboxError):
    """This box is shut: its answer has already left."""


class SealBroken(PillarboxError):
    """A seal did not open. Something holds data that is not its own; this is an incident, never an empty answer."""


class ForeignOwner(PillarboxError):
    """A value of another account turned up where only the caller's own may be."""
