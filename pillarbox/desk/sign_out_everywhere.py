"""End every session of the person who is here, on every browser and phone."""

from __future__ import annotations

from pillarbox.vault.box import Box
from pillarbox.vault.crossings import SQL


async def sign_out_everywhere(box: Box) -> None:
    """End all sessions of this person, the present one too; API keys stay. Raises `NotAllowed` for a key."""
    await box.ask(SQL["sign_out_everywhere"])
