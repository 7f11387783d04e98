"""Write an order down: checked, sealed, numbered within its account, findable by its words."""

from __future__ import annotations

from typing import Any

from pillarbox.desk.new_order import CheckedOrder
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.box import Box
from pillarbox.vault.orders import SQL, OrderMade
from pillarbox.vault.owned import Owned


async def create_order(box: Box, order: CheckedOrder) -> Owned[OrderMade]:
    """Store a checked order and return its id and number. The box must have been entered."""
    order_id = box.mint(Kind.ORDER)
    made, _ = await box.one_and_write(
        (SQL["insert_order"], OrderMade, columns_of(box, order, order_id)),
        (SQL["insert_tokens"], {"object_id": order_id, "tokens": box.tokens(order.words)}),
    )
    return made


def columns_of(box: Box, order: CheckedOrder, order_id: Id, token: bytes | None = None) -> dict[str, Any]:
    """Return the sealed columns of an order, for inserting or changing it; `token` where its reference's is known."""
    parcel = order.parcel
    reference = order.addressee.reference
    if token is None and reference:
        token = box.token(f"reference {reference.casefold()}")
    return {
        "order_id": order_id,
        "shop": order.shop,
        "country": order.addressee.address.country,
        "format": parcel.format.value if parcel and parcel.format else None,
        "weight_g": parcel.weight_g if parcel else None,
        "length_mm": parcel.length_mm if parcel else None,
        "width_mm": parcel.width_mm if parcel else None,
        "height_mm": parcel.height_mm if parcel else None,
        "value_pence": order.value_pence,
        "service_code": order.service_code,
        "customs_missing": order.customs_missing,
        "reference_token": token,
        "recipient": box.seal(order_id, "recipient", order.addressee),
        "contents": box.seal(order_id, "contents", order.contents),
    }
