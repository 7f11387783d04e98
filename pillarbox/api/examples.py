"""Examples for the description of the API, by the name of the route. Tests hold each against its struct."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

_ORDER: Final = "ord_5v1kz8q3m7w2x9c4t6b0hfgjd8"
_LABEL: Final = "lbl_8t2nx4w6y1k3m5p7r9v0bcdfg4"
_BATCH: Final = "bat_3f5h7k9n1q2s4v6x8z0bdgjmpr"
_TOP_UP: Final = "top_9k7h5f3d1b8z6x4v2t0rpnmkj8"
_ENTRY: Final = "ent_2b4d6f8h0k1n3q5s7v9xzycwtr"
_IMPORT: Final = "imp_6x8z0b2d4f6h8k1n3q5s7v9ycw"
_NUMBER: Final = "FB900000015GB"


@dataclass(frozen=True, slots=True)
class Example:
    """What a program sends and what comes back, as JSON values; None where there is nothing to show."""

    request: Any = None
    response: Any = None


_RECIPIENT: Final = {
    "name": "Jane Doe", "line1": "12 High Street", "town": "Swindon", "postcode": "SN1 3AB", "country": "GB",
}  # fmt: skip
_SHOWN_RECIPIENT: Final = {
    "name": "Jane Doe", "company": "", "line1": "12 High Street", "line2": "", "line3": "", "town": "Swindon",
    "county": "", "postcode": "SN1 3AB", "country": "GB", "phone": "", "email": "",
}  # fmt: skip
_NEW_ORDER: Final = {
    "reference": "A-1001",
    "recipient": _RECIPIENT,
    "parcel": {"weight_g": 400, "length_mm": 200, "width_mm": 150, "height_mm": 60, "format": "small parcel"},
    "items": [{"title": "Tea mug", "sku": "MUG-1", "quantity": 2, "price_pence": 950}],
    "value_pence": 1900,
}
_SHOWN_ORDER: Final = {
    "id": _ORDER, "number": 1001, "state": "new",
    "created_at": "2026-11-24T09:30:00Z", "updated_at": "2026-11-24T09:30:00Z", "reference": "A-1001",
    "recipient": _SHOWN_RECIPIENT,
    "parcel": {"weight_g": 400, "length_mm": 200, "width_mm": 150, "height_mm": 60, "format": "small_parcel"},
    "items": [{
        "title": "Tea mug", "quantity": 2, "sku": "MUG-1", "price_pence": 950, "weight_g": None, "hs_code": "",
        "origin": "",
    }],
    "value_pence": 1900, "currency": "GBP", "service_code": None, "note": "", "customs": None,
    "customs_missing": False, "shop": None, "label": None,
}  # fmt: skip
_SHOWN_LABEL: Final = {
    "id": _LABEL, "order_id": _ORDER, "batch_id": None, "tracking_number": _NUMBER, "service_code": "OLP2",
    "format": "small_parcel", "weight_g": 400, "country": "GB", "price_pence": 395, "vat_pence": 0, "vat": "exempt",
    "cover_pence": 2000, "bought_at": "2026-11-24T09:31:00Z", "printed_at": None, "voided_at": None,
    "status": "label_created", "status_at": "2026-11-24T09:31:00Z", "first_scan_at": None, "delivered_at": None,
}  # fmt: skip
_SHOWN_TOP_UP: Final = {
    "id": _TOP_UP, "pence": 2000, "status": "started", "created_at": "2026-11-24T09:29:00Z", "settled_at": None,
    "paid_pence": None, "pay_url": "https://pay.example/p/1",
}  # fmt: skip
_EVENT: Final = {"number": _NUMBER, "code": "EVPPA", "at": "2026-11-24T18:05:00Z", "place": "Swindon"}
_TAKEN: Final = {
    "label_id": _LABEL, "tracking_number": _NUMBER, "event_key": "EVPPA 2026-11-24T18:05:00Z", "repeated": False,
    "differs": False, "status": "accepted", "headline": "Accepted", "used_after_void": False,
}  # fmt: skip

EXAMPLES: Final[dict[str, Example]] = {
    "create_order": Example(
        _NEW_ORDER, {"id": _ORDER, "number": 1001, "created_at": "2026-11-24T09:30:00Z"}
    ),
    "list_orders": Example(response={
        "data": [{
            "id": _ORDER, "number": 1001, "state": "new", "created_at": "2026-11-24T09:30:00Z", "reference": "A-1001",
            "name": "Jane Doe", "postcode": "SN1 3AB", "country": "GB", "weight_g": 400, "format": "small_parcel",
            "service_code": None, "customs_missing": False, "label": None,
        }],
        "next_cursor": None,
    }),
    "read_order": Example(response=_SHOWN_ORDER),
    "change_order": Example(_NEW_ORDER, _SHOWN_ORDER),
    "cancel_order": Example(response={**_SHOWN_ORDER, "state": "cancelled"}),
    "quote": Example({"weight_g": 400, "format": "small parcel", "country": "GB", "postcode": "SN1 3AB"}),
    "buy_label": Example({"service_code": "OLP2"}, _SHOWN_LABEL),
    "create_batch": Example({"order_ids": [_ORDER], "service_code": "OLP2"}, {
        "id": _BATCH, "created_at": "2026-11-24T09:31:00Z", "finished_at": None, "status": "waiting",
        "service_code": "OLP2", "total": 1, "bought": 0, "failed": 0, "charged_pence": 0,
    }),
    "read_batch": Example(response={
        "id": _BATCH, "created_at": "2026-11-24T09:31:00Z", "finished_at": "2026-11-24T09:31:02Z", "status": "done",
        "service_code": "OLP2", "total": 1, "bought": 1, "failed": 0, "charged_pence": 395,
        "labels": [{"order_id": _ORDER, "label_id": _LABEL, "tracking_number": _NUMBER}], "problems": [],
    }),
    "read_label": Example(response=_SHOWN_LABEL),
    "print_labels": Example({"ids": [_LABEL], "stock": "4x6"}),
    "void_label": Example(response={
        **_SHOWN_LABEL, "voided_at": "2026-11-24T09:40:00Z", "status": "label_cancelled",
        "status_at": "2026-11-24T09:40:00Z",
    }),
    "read_balance": Example(response={
        "balance_pence": 1605, "paid_in_pence": 2000, "postage_pence": 395, "vat_pence": 0,
    }),
    "list_ledger": Example(response={
        "data": [{
            "id": _ENTRY, "at": "2026-11-24T09:31:00Z", "reason": "postage", "pence": -395, "vat_pence": 0,
            "balance_pence": 1605, "label_id": _LABEL, "order_id": _ORDER, "top_up_id": None,
            "tracking_number": _NUMBER, "service_code": "OLP2",
        }],
        "next_cursor": None,
    }),
    "create_top_up": Example({"pence": 2000}, _SHOWN_TOP_UP),
    "read_top_up": Example(response={
        **_SHOWN_TOP_UP, "status": "paid", "settled_at": "2026-11-24T09:30:00Z", "paid_pence": 2000, "pay_url": None,
    }),
    "start_import": Example({"parcel": {"weight_g": 400, "format": "small parcel"}}),
    "mend_row": Example(
        {"fields": {"postcode": "SN1 3AB"}}, {"id": _ORDER, "number": 1002, "created_at": "2026-11-24T09:35:00Z"}
    ),
    "report_event": Example(_EVENT, _TAKEN),
    "report_events": Example([_EVENT], {
        "taken": 1, "failed": 0, "results": [{"index": 0, "number": _NUMBER, "taken": _TAKEN}],
    }),
    "list_pre_advice": Example(response={"numbers": [_NUMBER], "next_cursor": None}),
    "list_countries": Example(response={
        "data": [{"country": "FR", "name": "France", "zone": "EUR1", "eu": True}],
    }),
    "list_import_problems": Example(response={
        "causes": [{
            "code": "postcode-unknown", "field": "postcode", "column": "Postcode",
            "message": "This is not a UK postcode. It should look like SW1A 1AA.", "count": 1,
        }],
        "data": [{
            "line": 3, "code": "postcode-unknown", "field": "postcode", "column": "Postcode",
            "message": "This is not a UK postcode. It should look like SW1A 1AA.",
        }],
        "next_cursor": None,
    }),
    "read_import": Example(response={
        "id": _IMPORT, "created_at": "2026-11-24T09:20:00Z", "status": "done", "name": "orders.csv", "shop": None,
        "encoding": "utf-8", "columns": ["Order", "Name", "Postcode"],
        "mapping": {"columns": {"reference": ["Order"], "name": ["Name"], "postcode": ["Postcode"]}},
        "parcel": {"weight_g": 400, "format": "small parcel"}, "rows_total": 2, "rows_read": 2, "orders_made": 1,
        "duplicates": 0, "problems": 1, "finished_at": "2026-11-24T09:20:01Z", "failure": None,
    }),
}  # fmt: skip
