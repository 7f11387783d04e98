"""Who is at the door: sign-in, keys, sessions, admission and release.

Doors never import the vault; what they need of it to name and combine a customer's values is handed on from here.
"""

from pillarbox.db.errors import NoSuchCredential, Suspended
from pillarbox.vault.box import Box
from pillarbox.vault.owned import Owned, gather, render
from pillarbox.vault.public import Public, Source

__all__ = ["Box", "NoSuchCredential", "Owned", "Public", "Source", "Suspended", "gather", "render"]
