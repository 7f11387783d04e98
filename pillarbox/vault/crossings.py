"""The gate's functions that a verb may call inside its own bound transaction: leases, keys, jobs, registrations."""

from __future__ import annotations

from typing import Final

from pillarbox.db.statement import load

SQL: Final = load("pillarbox.vault", "crossings.sql")
