"""Void a label before anybody scanned it: the money comes back exactly, once, and the order is new again."""

from __future__ import annotations

from pillarbox.desk.counter import Counter
from pillarbox.kernel.errors import Conflict
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault import money
from pillarbox.vault.box import Box
from pillarbox.vault.owned import Owned
from pillarbox.vault.parcels import SQL, LabelRow


class LabelVoided(Conflict):
    """This label was cancelled already, and its price has been credited once."""


class LabelScanned(Conflict):
    """This label has been scanned: the parcel is under way, so the label cannot be cancelled or printed again."""


async def void_label(box: Box, counter: Counter, label_id: Id) -> Owned[LabelRow]:
    """Cancel a label and credit its price. Raises `NotFound`, `LabelVoided`, `LabelScanned`."""
    label = box.open(await box.one(SQL["label_for_change"], LabelRow, label_id=label_id))
    if label.first_scan_at is not None:
        raise LabelScanned
    if label.voided_at is not None:
        raise LabelVoided
    refund = {
        "subject": label_id,
        "net_transfer": box.mint(Kind.ENTRY),
        "vat_transfer": box.mint(Kind.ENTRY),
    }
    voided, _ = await box.one_and_write(
        (SQL["void_label"], LabelRow, {"label_id": label_id, "now": counter.clock()}),
        (SQL["reopen_order"], {"order_id": label.order_id}),
        (money.SQL["give_back"], refund),
    )
    return voided
