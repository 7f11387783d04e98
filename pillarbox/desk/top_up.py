"""Top up the prepaid balance: begin a payment with the provider, and settle it when the provider calls back.

Beginning is safe to repeat under one key. Settling happens in a box that reaches this one top-up and the books, and
books it exactly once however often the provider calls.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

from pillarbox.desk.buy import KeyReused, KeyUnusable
from pillarbox.desk.counter import Counter, PaymentOutcome
from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault import crossings
from pillarbox.vault.box import Box
from pillarbox.vault.money import SQL, TopUpRow
from pillarbox.vault.owned import Owned


class TopUpLimits(msgspec.Struct, frozen=True):
    """Least and most of one top-up and quick choices, in pence; see `top_up_limits.json` for the source."""

    source: str
    as_of: str
    least_pence: int
    most_pence: int
    quick_pence: tuple[int, ...]


class TopUpUnusable(BadInput):
    """A top-up is from £5 to £750."""


class TopUpBegun(msgspec.Struct, frozen=True, gc=False):
    """A top-up and the provider's page on which to pay it; "" once it is settled."""

    top_up: TopUpRow
    pay_url: str


@cache
def top_up_limits() -> TopUpLimits:
    """Return the limits, read once."""
    data = files("pillarbox.desk").joinpath("top_up_limits.json").read_bytes()
    return msgspec.json.decode(data, type=TopUpLimits)


async def start_top_up(
    box: Box, counter: Counter, pence: int, idempotency_key: str, *, return_url: str
) -> Owned[TopUpBegun]:
    """Begin a top-up; the same key again gives the same one. `return_url` is where the provider sends people back.

    The provider is called inside the transaction and must answer within seconds; if the transaction is lost, asking
    again under the same key finds the same payment. Raises `TopUpUnusable`, `KeyUnusable`, `KeyReused`, `Unavailable`.
    """
    limits = top_up_limits()
    if not limits.least_pence <= pence <= limits.most_pence:
        raise TopUpUnusable(field="pence")
    if not 1 <= len(idempotency_key) <= 200:
        raise KeyUnusable(field="idempotency_key")
    await box.enter()
    new = {
        "top_up_id": box.mint(Kind.TOP_UP),
        "pence": pence,
        "provider": counter.payments.name,
        "idempotency_key": idempotency_key,
    }
    await box.write(SQL["insert_top_up"], **new)
    row = box.open(await box.one(SQL["top_up_by_key"], TopUpRow, idempotency_key=idempotency_key))
    if row.pence != pence:
        raise KeyReused(field="idempotency_key")
    if row.status != "started":
        return box.own(TopUpBegun(row, ""), "top_up:begun", [row.top_up_id])
    started = await counter.payments.start(
        idempotency_key=box.token(f"top-up {idempotency_key}").hex(), pence=pence, return_url=return_url
    )
    if row.reference is None:
        await box.write_all(
            (SQL["set_top_up_reference"], {"top_up_id": row.top_up_id, "reference": started.reference}),
            (
                crossings.SQL["register_payment"],
                {"provider": row.provider, "reference": started.reference, "top_up": row.top_up_id},
            ),
        )
        row = msgspec.structs.replace(row, reference=started.reference)
    return box.own(TopUpBegun(row, started.pay_url), "top_up:begun", [row.top_up_id])


async def read_top_up(box: Box, top_up_id: Id) -> Owned[TopUpRow]:
    """Return one top-up, for the page to which the provider sends people back. Raises `NotFound`."""
    return await box.one(SQL["top_up_by_id"], TopUpRow, top_up_id=top_up_id)


async def top_up_of_key(box: Box, idempotency_key: str) -> Owned[TopUpRow]:
    """Return the top-up begun under a key, for whoever comes back from the provider with it. Raises `NotFound`."""
    return await box.one(SQL["top_up_by_key"], TopUpRow, idempotency_key=idempotency_key)


async def settle_top_up(box: Box, outcome: PaymentOutcome) -> Owned[TopUpRow]:
    """Write down how a payment ended and credit it once, in the narrow box of `gate.serve_payment`.

    A payment of another amount is not credited: the top-up becomes `mismatched`, with what was paid, for a person to
    look into, and the journal shows it as such. A paid or mismatched top-up stays as it is, whatever is called later;
    a declined one may still be paid, with another card. Raises `NotFound`.
    """
    row = box.open(await box.one(SQL["top_up_by_reference"], TopUpRow, reference=outcome.reference))
    if row.status in {"paid", "mismatched"} or (row.status == "declined" and not outcome.paid):
        return _shown(box, row)
    status = "declined" if not outcome.paid else "paid" if outcome.pence == row.pence else "mismatched"
    paid_pence = outcome.pence if outcome.paid else None
    await box.write(SQL["settle_top_up"], top_up_id=row.top_up_id, status=status, paid_pence=paid_pence)
    if status == "paid":
        entry = box.mint(Kind.ENTRY)
        await box.write(SQL["pay_in"], pence=row.pence, transfer_id=entry, subject=row.top_up_id)
    return _shown(box, msgspec.structs.replace(row, status=status, paid_pence=paid_pence))


def _shown(box: Box, row: TopUpRow) -> Owned[TopUpRow]:
    return box.own(row, f"top_up:{row.status}", [row.top_up_id])
