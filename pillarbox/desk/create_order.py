"""Write an order down: checked, sealed, numbered within its account, findable by its words."""

from __future__ import annotations

from typing import Any

from pillarbox.desk.new_order import CheckedOrder
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.box import Box
from pillarbox.vault.orders import SQL, NewRow, OrderMade
from pillarbox.vault.owned import Owned


async def create_order(box: Box, order: CheckedOrder) -> Owned[OrderMade]:
    """Store a checked order and return its id and number. The box must have been entered."""
    order_id = box.mint(Kind.ORDER)
    made, _ = await box.one_and_write(
        (SQL["insert_order"], OrderMade, columns_of(box, order, order_id)),
        (SQL["insert_tokens"], {"object_id": order_id, "tokens": box.tokens(order.words)}),
    )
    return made


def columns_of(box: Box, order: CheckedOrder, order_id: Id) -> dict[str, Any]:
    """Return the sealed columns of an order, for inserting or changing it."""
    reference = order.addressee.reference
    token = box.token(f"reference {reference.casefold()}") if reference else None
    return row_of(box, order, order_id, token)._asdict()


def row_of(box: Box, order: CheckedOrder, order_id: Id, reference_token: bytes | None) -> NewRow:
    """Seal an order for storage; `reference_token` is that by which it is known again."""
    parcel = order.parcel
    return NewRow(
        order_id,
        order.shop,
        order.addressee.address.country,
        parcel.format.value if parcel and parcel.format else None,
        parcel.weight_g if parcel else None,
        parcel.length_mm if parcel else None,
        parcel.width_mm if parcel else None,
        parcel.height_mm if parcel else None,
        order.value_pence,
        order.service_code,
        order.customs_missing,
        reference_token,
        box.seal(order_id, "recipient", order.addressee),
        box.seal(order_id, "contents", order.contents),
    )
