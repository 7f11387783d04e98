"""The account data keys: wrapped by a master key that stays outside the database, unwrapped for one bound account.

`gate.enter` hands out the wrapped keys of the account it just bound and no others; this file unwraps them and keeps a
few hundred opened rings in memory, so that no process ever holds every customer's key.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pillarbox.vault.errors import SealBroken

SEARCH_KEY_NO: Final = 0
_NONCE: Final = 12
_TOKEN: Final = 16


class KeyWrapping(Protocol):
    """Wraps data keys: a local key file by default, a key-management service as the other implementation."""

    def wrap(self, key: bytes, binding: bytes) -> bytes:
        """Wrap a data key so that it opens only with the same binding."""

    def unwrap(self, wrapped: bytes, binding: bytes) -> bytes:
        """Unwrap a data key. Raises `SealBroken`."""


class LocalWrapping:
    """AES-256-GCM under a master key from the installation's key file."""

    __slots__ = ("_cipher",)

    def __init__(self, master: bytes) -> None:
        """`master` is 32 secret bytes."""
        self._cipher = AESGCM(master)

    def wrap(self, key: bytes, binding: bytes) -> bytes:
        """Wrap a data key."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, key, binding)

    def unwrap(self, wrapped: bytes, binding: bytes) -> bytes:
        """Unwrap a data key. Raises `SealBroken`."""
        try:
            return self._cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], binding)
        except InvalidTag as error:
            raise SealBroken from error


class Keyring:
    """The opened data keys of one account."""

    __slots__ = ("_ciphers", "_newest", "_search")

    def __init__(self, search: bytes, ciphers: dict[int, AESGCM]) -> None:
        """`ciphers` by key number; the highest number seals, all open."""
        self._search = search
        self._ciphers = ciphers
        self._newest = max(ciphers)

    def seal(self, plain: bytes, binding: bytes) -> bytes:
        """Seal under the newest key: two bytes of key number, nonce, ciphertext with tag."""
        nonce = secrets.token_bytes(_NONCE)
        return self._newest.to_bytes(2, "big") + nonce + self._ciphers[self._newest].encrypt(nonce, plain, binding)

    def open(self, sealed: bytes, binding: bytes) -> bytes:
        """Open what `seal` made with the same binding. Raises `SealBroken`, which is an incident, never a miss."""
        cipher = self._ciphers.get(int.from_bytes(sealed[:2], "big"))
        if cipher is None or len(sealed) < 2 + _NONCE:
            raise SealBroken
        try:
            return cipher.decrypt(sealed[2 : 2 + _NONCE], sealed[2 + _NONCE :], binding)
        except InvalidTag as error:
            raise SealBroken from error

    def token(self, word: bytes) -> bytes:
        """Return the search token of one normalised word: sixteen bytes that mean nothing in another account.

        Keyed BLAKE2b (RFC 7693) is a MAC like HMAC, at a third of its cost: imports make eight for every order.
        """
        return blake2b(word, key=self._search, digest_size=_TOKEN).digest()


class Keyrings:
    """Opens wrapped keyrings and remembers the recent ones."""

    def __init__(self, wrapping: KeyWrapping, *, remember: int = 256) -> None:
        """`remember` is how many accounts' rings one process holds at most."""
        self._wrapping = wrapping
        self._remember = remember
        self._rings: OrderedDict[tuple[int, tuple[bytes, ...]], Keyring] = OrderedDict()

    def open(self, account_id: int, wrapped: Sequence[bytes]) -> Keyring:
        """Open the ring that the gate released. Each piece is two bytes of key number and the wrapped key."""
        name = (account_id, tuple(wrapped))
        ring = self._rings.get(name)
        if ring is not None:
            self._rings.move_to_end(name)
            return ring
        keys = {
            int.from_bytes(piece[:2], "big"): self._wrapping.unwrap(piece[2:], _binding(account_id, piece[:2]))
            for piece in name[1]
        }
        search = keys.pop(SEARCH_KEY_NO)
        ring = Keyring(search, {number: AESGCM(key) for number, key in keys.items()})
        self._rings[name] = ring
        if len(self._rings) > self._remember:
            self._rings.popitem(last=False)
        return ring

    def fresh(self, account_id: int) -> list[tuple[int, bytes]]:
        """Make and wrap the first keys of a new account: the search key and one sealing key."""
        return [
            (n, self._wrapping.wrap(secrets.token_bytes(32), _binding(account_id, n.to_bytes(2, "big"))))
            for n in (SEARCH_KEY_NO, 1)
        ]


def _binding(account_id: int, number: bytes) -> bytes:
    return b"data key" + account_id.to_bytes(8, "big") + number
