"""One order with everything about it: its price, its labels, where it is, and who has seen it."""

from __future__ import annotations

from typing import Final

import msgspec

from pillarbox.desk.count_sights import Sights, count_sights
from pillarbox.desk.counter import Counter
from pillarbox.desk.new_order import route_to
from pillarbox.desk.track import Tracking, track
from pillarbox.desk.who_has_seen import SeenPage, who_has_seen
from pillarbox.desk.workbench import Outlook, outlook
from pillarbox.kernel.clock import london_date
from pillarbox.kernel.ids import Id
from pillarbox.postage.customs import Category, Customs, Form, ruling
from pillarbox.vault.box import Box
from pillarbox.vault.orders import SQL, OrderRow
from pillarbox.vault.owned import Owned, render
from pillarbox.vault.parcels import SQL as PARCELS
from pillarbox.vault.parcels import LabelRow

_SIGHTS: Final = 4
"""The last few viewers; the whole record has a page of its own."""


class OrderDetail(msgspec.Struct, frozen=True, gc=False):
    """An order whole. `labels` are newest first; `tracking` is that of its live label; `form` the customs form's name
    or empty; `seen` the last few viewers of `seen_total`, None where this person may not read the record."""

    order: OrderRow
    outlook: Outlook
    labels: tuple[LabelRow, ...]
    tracking: Tracking | None
    form: str
    seen: SeenPage | None
    seen_total: int


async def order_detail(box: Box, counter: Counter, order_id: Id) -> Owned[OrderDetail]:
    """Return one order with all that hangs on it. Raises `NotFound`."""
    order = await box.one(SQL["order_by_id"], OrderRow, order_id=order_id)
    scopes = (await box.enter()).scopes
    labels = await box.all(PARCELS["labels_of_order"], LabelRow, order_id=order_id)
    parts: list[Owned[Tracking] | Owned[SeenPage] | Owned[Sights]] = []
    live = box.open(order).label_id
    if live is not None:
        parts.append(await track(box, counter, live))
    if "journal" in scopes:
        parts += [await who_has_seen(box, order_id, most=_SIGHTS), await count_sights(box, order_id)]
    return render(_detail, order, labels, *parts, counter=counter)


def _detail(
    order: OrderRow, labels: tuple[LabelRow, ...], *parts: Tracking | SeenPage | Sights, counter: Counter
) -> OrderDetail:
    return OrderDetail(
        order,
        outlook(order, counter, london_date(counter.clock())),
        labels,
        next((part for part in parts if isinstance(part, Tracking)), None),
        form_of(order),
        next((part for part in parts if isinstance(part, SeenPage)), None),
        next((part.shown for part in parts if isinstance(part, Sights)), 0),
    )


def form_of(order: OrderRow) -> str:
    """Return the name of the customs form that an order travels with, or nothing."""
    declared = order.contents.customs or Customs(Category.SALE_OF_GOODS)
    form = ruling(declared, route_to(order.addressee.address)).form
    return "" if form is Form.NONE else form.value
