"""What the desk needs besides the box: the tariff, the clock, the number key, the payment provider.

Made once by `main` and handed to every verb that needs it. It belongs to the installation and holds nothing of any
customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pillarbox.desk.tries import Tries
from pillarbox.kernel.clock import Clock, utc_now
from pillarbox.postage.operator_pack import Pack


@dataclass(frozen=True, slots=True)
class PaymentStarted:
    """Where to send the customer, and the provider's own reference of the payment."""

    reference: str
    pay_url: str


@dataclass(frozen=True, slots=True)
class PaymentOutcome:
    """A verified word of the provider about one payment."""

    reference: str
    paid: bool
    pence: int


class PaymentPort(Protocol):
    """A payment provider. Card numbers never touch us; starting twice with one key starts one payment."""

    @property
    def name(self) -> str:
        """The provider's name, as its payments are filed under."""

    async def start(self, *, idempotency_key: str, pence: int, return_url: str) -> PaymentStarted:
        """Begin a payment. Raises `Unavailable` when the provider does not answer."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> PaymentOutcome:
        """Check a callback's signature and read it. Raises `Denied` when it is not genuine."""


@dataclass(slots=True)
class Counter:
    """The installation's side of the desk."""

    pack: Pack
    payments: PaymentPort
    s10_key: bytes = field(repr=False)
    operator_name: str = "Example Post"
    public_url: str = "http://127.0.0.1:8080"
    status_url: str = "http://127.0.0.1:8081"
    specimen: bool = True
    clock: Clock = utc_now
    confirmed_prices: frozenset[str] = frozenset()
    """Fingerprints of doubtful price tables that the operator has confirmed; `main` refreshes it."""
    postcode_tries: Tries = field(default_factory=Tries, repr=False)
    """Guesses at the postcode of a parcel, by tracking number, whichever door they come through."""
