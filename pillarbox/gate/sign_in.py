"""Sign-in and sign-out for people.

The database gives a salt (a believable one for an e-mail that nobody has), this process computes argon2id and presents
its output, and the database compares and issues the session. So the answer and its time are the same for an unknown
e-mail and a wrong password, and neither process nor database ever holds the password itself.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Final

from argon2.low_level import Type, hash_secret_raw

from pillarbox.db.errors import NoSuchCredential
from pillarbox.db.pool import Pool
from pillarbox.db.statement import load
from pillarbox.kernel.errors import Denied
from pillarbox.kernel.ids import IdUnreadable, Kind, TagKey

_SQL: Final = load("pillarbox.gate", "gate.sql")

TIME_COST, MEMORY_KIB, LANES = 2, 19_456, 1
"""argon2id at 19 MiB (OWASP Password Storage Cheat Sheet; t = 2, p = 1)."""


class SignInRefused(Denied):
    """The e-mail address or the password is not right. Please check both and try again."""


def email_bytes(email: str) -> bytes:
    """Return the form of an e-mail address that is digested: trimmed, lower case, UTF-8."""
    return email.strip().lower().encode(errors="surrogatepass")


def proof_of(password: str, salt: bytes) -> bytes:
    """Compute the argon2id output that the database compares; 32 bytes."""
    return hash_secret_raw(password.encode(errors="surrogatepass"), salt, TIME_COST, MEMORY_KIB, LANES, 32, Type.ID)


def fresh_salt() -> bytes:
    """Return a new random salt of 16 bytes."""
    return secrets.token_bytes(16)


class SignIn:
    """The sign-in desk: at most two passwords are computed at once, so that a flood cannot eat the memory."""

    def __init__(self, pool: Pool, tags: TagKey) -> None:
        """One for each process."""
        self._pool = pool
        self._tags = tags
        self._few = asyncio.Semaphore(2)

    async def sign_in(self, email: str, password: str) -> str:
        """Return the session credential to put in the cookie. Raises `SignInRefused`."""
        if len(password) > 1_000 or len(email) > 320:
            raise SignInRefused
        digest = email_bytes(email)
        async with self._pool.lend() as tx:
            (reply,) = await tx.run((_SQL["sign_in_parameters"], {"email": digest}))
            await tx.finish(commit=True)
        async with self._few:
            proof = await asyncio.to_thread(proof_of, password, bytes(reply.rows[0][0]))
        session = self._tags.mint(Kind.SESSION, 0)
        try:
            async with self._pool.lend() as tx:
                given = {"email": digest, "proof": proof, "session": session}
                (reply,) = await tx.run((_SQL["sign_in"], given))
                await tx.finish(commit=True)
        except NoSuchCredential as error:
            raise SignInRefused from error
        account_id, secret = reply.rows[0]
        return self._tags.seal_credential("pbs", account_id, bytes(secret))

    async def sign_out(self, credential: str | None) -> None:
        """End the session; one that is unknown or already ended is simply gone."""
        try:
            secret = self._tags.open_credential(credential or "").secret
        except IdUnreadable:
            return
        async with self._pool.lend() as tx:
            await tx.run((_SQL["sign_out"], {"secret": secret}))
            await tx.finish(commit=True)
