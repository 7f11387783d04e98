"""Open accounts, add people, hand the network its key: the operator's own acts, from the command line.

They run as the role `pillarbox_admin`, which can call these few functions and read no customer's table. The first
contents of the account (the person's name) are then written from inside the account's own box.
"""

from __future__ import annotations

from datetime import UTC, datetime

from pillarbox.db.pool import Pool
from pillarbox.db.statement import load
from pillarbox.db.wire import Row
from pillarbox.gate.sign_in import email_bytes, fresh_salt, proof_of
from pillarbox.kernel.ids import Id, Kind, TagKey, new_account_id
from pillarbox.vault.keys import SEARCH_KEY_NO, Keyrings

_SQL = load("pillarbox.gate", "admin.sql")


class Accounts:
    """The operator's acts on accounts."""

    def __init__(self, pool: Pool, keyrings: Keyrings, tags: TagKey) -> None:
        """`pool` is of the role pillarbox_admin."""
        self._pool = pool
        self._keyrings = keyrings
        self._tags = tags

    async def open(self, kind: str) -> int:
        """Open a merchant's or an operator's account with fresh wrapped keys; return its number."""
        account = new_account_id()
        keys = self._keyrings.fresh(account)
        year = f"{datetime.now(UTC):%Y}"
        given = {
            "account": account,
            "kind": kind,
            "numbers": [n for n, _ in keys],
            "wrapped": [w for _, w in keys],
            "retention": ["search" if n == SEARCH_KEY_NO else "people" for n, _ in keys],
            "period": ["always" if n == SEARCH_KEY_NO else year for n, _ in keys],
        }
        await self._do("open_account", given)
        return account

    async def add_person(self, account: int, email: str, password: str, scopes: tuple[str, ...]) -> Id:
        """Let a person sign in to an account. Raises `AlreadyThere` if the e-mail is taken."""
        person, salt = self._tags.mint(Kind.PERSON, account), fresh_salt()
        given = {
            "account": account,
            "person": person,
            "email": email_bytes(email),
            "salt": salt,
            "proof": proof_of(password, salt),
            "scopes": list(scopes),
        }
        await self._do("add_person", given)
        return person

    async def issue_network_key(self, operator: int) -> str:
        """Return a fresh credential for the operator's scanning network; it is shown once."""
        key = self._tags.mint(Kind.API_KEY, operator)
        rows = await self._do("issue_network_key", {"account": operator, "key": key})
        return self._tags.seal_credential("pbn", operator, bytes(rows[0][0]))

    async def add_s10_range(self, indicator: str, country: str, first: int, size: int, *, specimen: bool) -> None:
        """Give the platform a leased range of S10 serials; one that is there already changes nothing."""
        given = {"indicator": indicator, "country": country, "first": first, "size": size, "specimen": specimen}
        await self._do("add_s10_range", given)

    async def throw_switch(self, scope: str, kinds: tuple[str, ...], reason: str) -> None:
        """Suspend a scope (`platform`, `account:<number>`, `surface:<name>`) for credential kinds; none lifts it."""
        await self._do("throw_switch", {"scope": scope, "kinds": list(kinds), "reason": reason})

    async def _do(self, name: str, given: dict[str, object]) -> list[Row]:
        async with self._pool.lend() as tx:
            (reply,) = await tx.run((_SQL[name], given))
            await tx.finish(commit=True)
        return reply.rows
