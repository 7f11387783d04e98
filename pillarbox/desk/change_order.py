"""Change or cancel an order that has no label yet."""

from __future__ import annotations

from pillarbox.desk.create_order import columns_of
from pillarbox.desk.new_order import CheckedOrder
from pillarbox.kernel.errors import Conflict
from pillarbox.kernel.ids import Id
from pillarbox.vault.box import Box
from pillarbox.vault.orders import SQL, OrderRow
from pillarbox.vault.owned import Owned


class OrderHasLabel(Conflict):
    """This order already has a label or was cancelled. Void the label first if it must change."""


async def change_order(box: Box, order_id: Id, order: CheckedOrder) -> Owned[OrderRow]:
    """Replace what an order says, while it is new. Raises `NotFound`, `OrderHasLabel`."""
    await box.enter()
    current = box.open(await box.one(SQL["order_for_change"], OrderRow, order_id=order_id))
    if current.state != "new":
        raise OrderHasLabel
    await box.write_all(
        (SQL["update_order"], columns_of(box, order, order_id)),
        (SQL["delete_tokens"], {"object_id": order_id}),
        (SQL["insert_tokens"], {"object_id": order_id, "tokens": box.tokens(order.words)}),
    )
    return await box.one(SQL["order_by_id"], OrderRow, order_id=order_id)


async def cancel_order(box: Box, order_id: Id) -> Owned[OrderRow]:
    """Cancel an order that is new; cancelling twice is the same. Raises `NotFound`, `OrderHasLabel`."""
    order = await box.one(SQL["order_for_change"], OrderRow, order_id=order_id)
    if box.open(order).state not in {"new", "cancelled"}:
        raise OrderHasLabel
    await box.write(SQL["set_order_state"], order_id=order_id, before="new", after="cancelled")
    return await box.one(SQL["order_by_id"], OrderRow, order_id=order_id)
