"""The roles that log in, by name alone: for what must start quickly and needs no driver.

What each may do stands in migrations/0001; how they get their passwords in `roles`.
"""

from __future__ import annotations

from typing import Final

LOGIN_ROLES: Final = ("pillarbox_app", "pillarbox_worker", "pillarbox_journal", "pillarbox_admin")
