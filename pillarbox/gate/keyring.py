"""Make the installation's keyrings from its master key, for `main`, which may not touch the keys' own room."""

from __future__ import annotations

from pillarbox.vault.keys import Keyrings, LocalWrapping


def keyrings_from(master: bytes) -> Keyrings:
    """Return keyrings that open what was wrapped under `master`, 32 secret bytes of the installation's key file."""
    return Keyrings(LocalWrapping(master))
