"""A payment provider without money, built in: it behaves like a real one, to try the platform and to prove it.

Nothing is stored: the reference of a payment follows from its idempotency key, and the address of its page carries the
signed amount. Its callbacks are signed with HMAC-SHA256 over time and body, as providers do.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import msgspec

from pillarbox.desk.counter import PaymentOutcome, PaymentStarted
from pillarbox.kernel.clock import Clock, utc_now
from pillarbox.kernel.errors import BadInput, Denied, NotFound
from pillarbox.kernel.ids import decode, encode

SIGNATURE_HEADER: Final = "pillarbox-test-signature"
TOLERANCE_S: Final = 300
"""How old a callback may be, in seconds: five minutes, as card providers do. Settling twice changes nothing anyway."""
PATH: Final = "/test-payments/"

_SIGNATURE: Final = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
_MAC: Final = 16
_TOKEN: Final = re.compile(r"[0-9a-z]{40,2000}")


class TestCard(StrEnum):
    """The cards that can be tried, and what each does."""

    __test__ = False

    PAID = "4000000000000010"
    DECLINED = "4000000000000028"
    PAID_TWICE = "4000000000000036"
    SLOW = "4000000000000044"
    OTHER_AMOUNT = "4000000000000051"

    @property
    def words(self) -> str:
        """What the button of this card says."""
        return _WORDS[self]


_WORDS: Final = {
    TestCard.PAID: "Pay",
    TestCard.DECLINED: "Let the bank decline it",
    TestCard.PAID_TWICE: "Pay, and tell the platform twice",
    TestCard.SLOW: "Pay, but tell the platform only ten seconds later",
    TestCard.OTHER_AMOUNT: "Take a penny less than was asked",
}
SLOW_S: Final = 10


class CallbackNotGenuine(Denied):
    """This callback was not signed by the payment provider, or is too old."""


class CardUnknown(BadInput):
    """This is not one of the test cards. No real card can be used here."""


class TestPayment(msgspec.Struct, frozen=True):
    """A payment as its page shows it: reference, pence, and where to go back to."""

    __test__ = False

    reference: str
    pence: int
    return_url: str


@dataclass(frozen=True, slots=True)
class Callback:
    """What the provider sends to the platform: body, headers, and after how many seconds."""

    body: bytes
    headers: dict[str, str]
    after_s: int = 0


class _Body(msgspec.Struct, frozen=True):
    reference: str
    status: str
    pence: int


_BODY: Final = msgspec.json.Decoder(_Body)
_PAYMENT: Final = msgspec.msgpack.Decoder(TestPayment)


@dataclass(frozen=True, slots=True)
class TestPayments:
    """The provider; a `PaymentPort`. `secret` is 32 bytes of the installation, `public_url` where its page is."""

    __test__ = False

    secret: bytes = field(repr=False)
    public_url: str
    clock: Clock = utc_now
    name: str = "test"

    async def start(self, *, idempotency_key: str, pence: int, return_url: str) -> PaymentStarted:
        """Begin a payment: one key has one reference, for ever."""
        reference = "tp_" + encode(self._mac("reference", idempotency_key.encode())[:_MAC])
        body = msgspec.msgpack.encode(TestPayment(reference, pence, return_url))
        token = encode(body + self._mac("page", body)[:_MAC])
        return PaymentStarted(reference, f"{self.public_url}{PATH}{token}")

    @property
    def cards(self) -> tuple[tuple[str, str], ...]:
        """Numbers of the test cards, each with the words of its button."""
        return tuple((card.value, card.words) for card in TestCard)

    def open(self, token: str) -> TestPayment:
        """Return the payment that a page's address names. Raises `NotFound` for one that was not made here."""
        if not _TOKEN.fullmatch(token):
            raise NotFound
        raw = decode(token, len(token) * 5 // 8)
        body, mac = raw[:-_MAC], raw[-_MAC:]
        if not hmac.compare_digest(mac, self._mac("page", body)[:_MAC]):
            raise NotFound
        return _PAYMENT.decode(body)

    def pay(self, token: str, card_number: str) -> tuple[Callback, ...]:
        """Return the callbacks that paying with a test card causes, in order. Raises `NotFound`, `CardUnknown`."""
        payment = self.open(token)
        try:
            card = TestCard("".join(card_number.split()))
        except ValueError as error:
            raise CardUnknown(field="card_number") from error
        if card is TestCard.DECLINED:
            return (self._callback(payment.reference, "declined", 0),)
        pence = payment.pence - 1 if card is TestCard.OTHER_AMOUNT else payment.pence
        paid = self._callback(payment.reference, "paid", pence, SLOW_S if card is TestCard.SLOW else 0)
        return (paid, paid) if card is TestCard.PAID_TWICE else (paid,)

    def verify(self, body: bytes, headers: Mapping[str, str]) -> PaymentOutcome:
        """Check a callback's signature in constant time and read it. Raises `CallbackNotGenuine`."""
        given = next((value for name, value in headers.items() if name.lower() == SIGNATURE_HEADER), "")
        match = _SIGNATURE.fullmatch(given)
        if match is None:
            raise CallbackNotGenuine
        if not hmac.compare_digest(match[2], self._sign(int(match[1]), body)):
            raise CallbackNotGenuine
        if abs(self.clock().timestamp() - int(match[1])) > TOLERANCE_S:
            raise CallbackNotGenuine
        said = _BODY.decode(body)
        return PaymentOutcome(said.reference, said.status == "paid", said.pence)

    def _callback(self, reference: str, status: str, pence: int, after_s: int = 0) -> Callback:
        body = msgspec.json.encode(_Body(reference, status, pence))
        at = int(self.clock().timestamp()) + after_s
        headers = {"content-type": "application/json", SIGNATURE_HEADER: f"t={at},v1={self._sign(at, body)}"}
        return Callback(body, headers, after_s)

    def _sign(self, at: int, body: bytes) -> str:
        return self._mac("callback", b"%d." % at + body).hex()

    def _mac(self, purpose: str, message: bytes) -> bytes:
        return hmac.digest(self.secret, purpose.encode() + b"\0" + message, "sha256")
