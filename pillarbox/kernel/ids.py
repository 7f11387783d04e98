"""Public ids and credentials that certify themselves.

An id is a kind, eleven random bytes and a five-byte keyed tag over kind, randomness and owning account, so anyone
who holds the tag key can tell whose object a string names without asking a database. A credential carries the
account, a 32-byte secret and the same sort of tag. Written in Crockford's base 32, lower case, as
`ord_` plus 26 characters; in the database an id is a 16-byte uuid column.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Final

from pillarbox.kernel.errors import NotFound

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM, _TAG = 11, 5
_ID_BYTES: Final = _RANDOM + _TAG
_ID_CHARS: Final = 26
_PAIRS: Final = tuple(a + b for a in ALPHABET for b in ALPHABET)
_TO_DIGITS: Final = {
    code: "0123456789abcdefghijklmnopqrstuv"[ALPHABET.index(chr(code))] if chr(code) in ALPHABET else "!"
    for code in range(128)
}
"""Crockford's digits as `int(text, 32)` reads them; everything else of ASCII becomes unreadable."""
_PERSON: Final = b"pillarbox id"


class Kind(StrEnum):
    """What an id names. The value is the prefix that people and programs see."""

    ACCOUNT = "acc"
    PERSON = "per"
    API_KEY = "key"
    SESSION = "ses"
    ORDER = "ord"
    ORDER_LINE = "oln"
    LABEL = "lbl"
    PURCHASE = "pur"
    BATCH = "bat"
    TOP_UP = "top"
    ENTRY = "ent"
    IMPORT = "imp"
    EVENT = "evt"
    FILE = "fil"
    SETTING = "set"
    JOB = "job"


class IdUnreadable(NotFound):
    """There is nothing here. Absent and forbidden are deliberately the same answer."""


class Id:
    """A typed public id; `str()` gives the form for people, `raw` the 16 bytes for the database. Never changed.

    No dataclass, so that an encoder which does not know ids asks instead of spelling out their insides.
    """

    __slots__ = ("kind", "raw")

    def __init__(self, kind: Kind, raw: bytes) -> None:
        """`raw` is the 16 bytes of randomness and tag."""
        self.kind = kind
        self.raw = raw

    def __eq__(self, other: object) -> bool:
        """Two ids are the same if kind and bytes are."""
        return isinstance(other, Id) and other.raw == self.raw and other.kind is self.kind

    def __hash__(self) -> int:
        """Hash by the bytes, which are random."""
        return hash(self.raw)

    def __repr__(self) -> str:
        """Show the public form."""
        return f"Id({self})"

    def __str__(self) -> str:
        """Write the id as `prefix_` and 26 characters."""
        return f"{self.kind.value}_{encode(self.raw)}"


def encode(raw: bytes) -> str:
    """Write bytes in Crockford's base 32, lower case, most significant bits first, without padding."""
    size = (len(raw) * 8 + 4) // 5
    pairs = (size + 1) // 2
    number = int.from_bytes(raw, "big") << (pairs * 10 - len(raw) * 8)
    text = "".join([_PAIRS[(number >> shift) & 1023] for shift in range((pairs - 1) * 10, -1, -10)])
    return text[:size]


def decode(text: str, size: int) -> bytes:
    """Read `encode`'s form back into exactly `size` bytes. Raises `IdUnreadable`; one value has one spelling."""
    chars = (size * 8 + 4) // 5
    if len(text) != chars or not text.isascii():
        raise IdUnreadable
    digits = text.translate(_TO_DIGITS)
    if not digits.isalnum():  # int() would take an underscore, a sign or a space
        raise IdUnreadable
    try:
        number = int(digits, 32)
    except ValueError as error:
        raise IdUnreadable from error
    spare = chars * 5 - size * 8
    if number & ((1 << spare) - 1):
        raise IdUnreadable
    return (number >> spare).to_bytes(size, "big")


class TagKey:
    """The installation's key for tags. It proves ownership of ids to us; it opens nothing."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        """`key` is 32 secret bytes from the installation's key file."""
        if len(key) != 32:
            raise ValueError("a tag key is 32 bytes")
        self._key = key

    def _tag(self, kind: str, body: bytes, account_id: int, size: int) -> bytes:
        message = kind.encode("ascii") + b"\0" + body + account_id.to_bytes(8, "big")
        return blake2b(message, key=self._key, digest_size=size, person=_PERSON).digest()

    def mint(self, kind: Kind, account_id: int) -> Id:
        """Make a fresh id of an object of this account."""
        body = secrets.token_bytes(_RANDOM)
        return Id(kind, body + self._tag(kind.value, body, account_id, _TAG))

    def owns(self, account_id: int, thing: Id) -> bool:
        """Say whether the id was minted for this account. A forged one passes once in 2^40 guesses."""
        body, tag = thing.raw[:_RANDOM], thing.raw[_RANDOM:]
        return hmac.compare_digest(tag, self._tag(thing.kind.value, body, account_id, _TAG))

    def seal_credential(self, prefix: str, account_id: int, secret: bytes) -> str:
        """Write a credential: prefix, account, 32-byte secret and tag, to be shown to its holder once."""
        body = account_id.to_bytes(8, "big") + secret
        return f"{prefix}_{encode(body + self._tag(prefix, body, account_id, _TAG))}"

    def place(self, account_id: int) -> str:
        """Return the account's own unguessable path segment: a shared cache has nothing to mix up under it."""
        return encode(self._tag("place", b"", account_id, 15))

    def open_credential(self, text: str) -> Credential:
        """Read a credential without a database. Raises `IdUnreadable` if it is not one of ours.

        What comes back is only what the string says of itself: the database decides whether it opens anything.
        """
        match = CREDENTIAL.fullmatch(text)
        if match is None:
            raise IdUnreadable
        raw = decode(match[2], _CREDENTIAL_BYTES)
        body, tag = raw[:-_TAG], raw[-_TAG:]
        account_id = int.from_bytes(body[:8], "big")
        if not hmac.compare_digest(tag, self._tag(match[1], body, account_id, _TAG)):
            raise IdUnreadable
        return Credential(match[1], account_id, body[8:])


@dataclass(frozen=True, slots=True, repr=False)
class Credential:
    """A credential as it describes itself: its prefix, the account it names and its secret."""

    prefix: str
    account_id: int
    secret: bytes


_CREDENTIAL_BYTES: Final = 8 + 32 + _TAG
CREDENTIAL: Final = re.compile(rf"(pbs|pbk_live|pbk_test|pbn)_([{ALPHABET}]{{{(_CREDENTIAL_BYTES * 8 + 4) // 5}}})")
"""A session (`pbs`), an API key (`pbk_live`, `pbk_test`) or an operator's network key (`pbn`)."""

ID_PATTERN: Final = re.compile(
    rf"(?<![0-9A-Za-z_])({'|'.join(k.value for k in Kind)})_([{ALPHABET}]{{{_ID_CHARS}}})(?![0-9A-Za-z])"
)
"""Every public id inside a text."""


def parse(kind: Kind, text: str) -> Id:
    """Read an id of one kind. Raises `IdUnreadable`, which answers like anything that does not exist."""
    prefix, _, body = text.partition("_")
    if prefix != kind.value:
        raise IdUnreadable
    return Id(kind, decode(body, _ID_BYTES))


def new_account_id() -> int:
    """Return a random positive 62-bit account number: it tells nothing about how many customers there are."""
    return secrets.randbits(62) | 1
