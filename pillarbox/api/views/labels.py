"""What the API shows of labels and batches. Gross pence with the VAT within, grams, times in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from pillarbox.kernel.ids import Id


class LabelView(msgspec.Struct, frozen=True):
    """One label. `status` is a tracking status; `voided_at` is set once it was cancelled and credited."""

    id: Id
    order_id: Id
    batch_id: Id | None
    tracking_number: str
    service_code: str
    format: str
    weight_g: int
    country: str
    price_pence: int
    vat_pence: int
    vat: str
    cover_pence: int | None
    bought_at: datetime
    printed_at: datetime | None
    voided_at: datetime | None
    status: str
    status_at: datetime
    first_scan_at: datetime | None
    delivered_at: datetime | None


class LabelListed(LabelView, frozen=True):
    """One label in a list, with the lines printed on it."""

    recipient: tuple[str, ...]
    reference: str


class LabelPage(msgspec.Struct, frozen=True):
    """A page of labels, newest first; `next_cursor` is null on the last one."""

    data: tuple[LabelListed, ...]
    next_cursor: str | None


class BoughtItem(msgspec.Struct, frozen=True):
    """A label that a batch has bought and that was not cancelled since."""

    order_id: Id
    label_id: Id
    tracking_number: str


class FailedItem(msgspec.Struct, frozen=True):
    """An order of a batch that was not bought: a code for programs, a sentence for people. `place` counts from 1."""

    order_id: Id
    place: int
    number: int
    code: str
    detail: str


class BatchView(msgspec.Struct, frozen=True):
    """A batch and how far it has come. `status` is waiting, running or done; `service_code` empty: each order's own."""

    id: Id
    created_at: datetime
    finished_at: datetime | None
    status: str
    service_code: str
    total: int
    bought: int
    failed: int
    charged_pence: int


class BatchResult(BatchView, frozen=True):
    """A batch with what became of its orders so far."""

    labels: tuple[BoughtItem, ...]
    problems: tuple[FailedItem, ...]


def _fields(row: Any) -> dict[str, Any]:
    names = [field.name for field in msgspec.structs.fields(LabelView)]
    return {name: row.label_id if name == "id" else getattr(row, name) for name in names}


def label_view(row: Any) -> LabelView:
    """View of one label."""
    return LabelView(**_fields(row))


def label_page(found: tuple[tuple[Any, ...], int]) -> LabelPage:
    """View of a page and its limit."""
    rows, limit = found
    data = tuple([
        LabelListed(**_fields(row), recipient=row.content.recipient, reference=row.content.customer_reference)
        for row in rows
    ])  # fmt: skip
    return LabelPage(data, str(rows[-1].label_id) if len(rows) == limit else None)


def _batch(row: Any) -> dict[str, Any]:
    names = [field.name for field in msgspec.structs.fields(BatchView)]
    return {name: row.batch_id if name == "id" else getattr(row, name) for name in names}


def batch_view(row: Any) -> BatchView:
    """View of a batch that was just put down."""
    return BatchView(**_batch(row))


def batch_result(found: tuple[Any, tuple[Any, ...], tuple[Any, ...]]) -> BatchResult:
    """View of a batch, its labels and its failures."""
    row, labels, failed = found
    return BatchResult(
        **_batch(row),
        labels=tuple([BoughtItem(each.order_id, each.label_id, each.tracking_number) for each in labels]),
        problems=tuple([FailedItem(f.order_id, f.place, f.number, f.code, f.problem.detail) for f in failed]),
    )
