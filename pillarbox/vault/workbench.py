"""The statements behind the list of orders that people work at; their rows are `vault.orders.OrderRow`."""

from __future__ import annotations

from typing import Final

from pillarbox.db.statement import load

SQL: Final = load("pillarbox.vault", "workbench.sql")
