"""The list of orders and one order."""

from __future__ import annotations

from datetime import date

from sample_frame import ago, page
from sample_post import ADDRESSEE, FORMATS, MEND, READY, ROWS, STEPS

from pillarbox.web.views import Choice, FieldError, Flash, Incident, Pager, State, Tone, orders

CHIPS = (
    orders.Chip("All", 1284, "", on=True),
    orders.Chip("New", 37, "state=new"),
    orders.Chip("To mend", 5, "state=mend"),
    orders.Chip("Label generated", 112, "state=label"),
    orders.Chip("Despatched", 1098, "state=sent"),
    orders.Chip("Needs attention", 3, "state=attention"),
    orders.Chip("Refunded", 29, "state=refunded"),
)

COLUMNS = tuple(
    orders.Column(key, words, key != "tracking")
    for key, words in zip(orders.COLUMN_KEYS, ("To", "Parcel", "Service", "Price", "Tracking number"), strict=True)
)

ORDER = orders.Order(
    id=ROWS[4].id,
    reference="10448",
    state=READY,
    added=ago(hours=20),
    recipient=ADDRESSEE,
    parcel=orders.ParcelFacts("Medium parcel", 2310, "450 × 350 × 160 mm"),
    items=(
        orders.Item("Wool blanket, slate", "BLK-SLATE", 1, 1790, 8900, "United Kingdom", "6301 20"),
        orders.Item("Tea towel, heron", "TT-HERON", 2, 170, 1250),
        orders.Item("Card set of 8", "CARD-8", 1, 180, 900),
    ),
    charge=orders.Charge("Tracked 24", 619, 103, paid=True, speed="Next working day", cover_pence=7500),
    tracking_number="RM473202591GB",
    steps=STEPS,
    labels=(orders.LabelLine("lbl_1", "RM473202591GB", ago(hours=20), 2, State("Counts", Tone.GOOD)),),
    seen=(
        orders.Sight("Ffion Prys-Roberts", "Page", "name, address, items", ago(minutes=1)),
        orders.Sight("Key “Shop floor”", "API", "name, address", ago(hours=19)),
        orders.Sight("Public tracking", "Page", "state only", ago(hours=2)),
    ),
    seen_total=7,
    can_void=True,
    expected="Expected tomorrow, Wednesday.",
    refund_on=date(2026, 12, 21),
    note="Leave behind the blue gate.\nRing twice.",
    public_tracking="/track/RM473202591GB",
)

LIST = Pager(1, 9, 1284, "", "page=2")

SAMPLES = {
    "orders": (
        page(
            "Orders",
            flashes=(
                Flash(
                    Tone.GOOD,
                    "212 orders came in from etsy-november.csv.",
                    "/orders/import/imp_1",
                    "3 rows were left out",
                ),
            ),
        ),
        orders.Orders(CHIPS, COLUMNS, ROWS, LIST, 1284),
    ),
    "orders_open": (page("Orders"), orders.Orders(CHIPS, COLUMNS, ROWS, LIST, 1284, detail=ORDER)),
    "orders_found": (
        page("Orders", search="whitcombe"),
        orders.Orders(CHIPS, COLUMNS, ROWS[4:5], Pager(1, 1, 1), 1284, "q=whitcombe", "whitcombe"),
    ),
    "orders_no_match": (
        page("Orders", search="zebra"),
        orders.Orders(CHIPS, COLUMNS, (), Pager(0, 0, 0), 1284, "q=zebra", "zebra"),
    ),
    "orders_none": (page("Orders"), orders.Orders((), COLUMNS, (), Pager(0, 0, 0), 0)),
    "order": (page("Order 10448"), ORDER),
    "order_new": (
        page(
            "Order 10450",
            incident=Incident(
                "Tracking is late today: events come up to two hours after they happen.", "https://status.example/"
            ),
        ),
        orders.Order(
            ROWS[2].id,
            "10450",
            MEND,
            ago(hours=2),
            orders.Person(("Maeve O’Sullivan", "7 Coal Quay", "CORK", "T12 X8P3"), "IRELAND"),
            orders.ParcelFacts("", 210),
            (),
            None,
            "",
            (),
            (),
            (),
            0,
            can_edit=True,
            can_buy=True,
            problem="Say what it is worth for the customs form.",
            customs="CN22",
        ),
    ),
    "order_edit": (
        page("Change order 10450", errors=(FieldError("item_value-0", "Enter what it is worth, like 12.50."),)),
        orders.OrderEdit(
            ROWS[2].id,
            "10450",
            {
                "name": "Maeve O’Sullivan",
                "line1": "7 Coal Quay",
                "town": "Cork",
                "postcode": "T12 X8P3",
                "country": "Ireland",
                "weight": "210",
            },
            FORMATS,
            (Choice("", "The cheapest that fits", chosen=True), Choice("intl_tracked", "International Tracked")),
            ({"item_name": "Card set of 8", "item_sku": "CARD-8", "item_quantity": "1"}, {}),
            customs="CN22",
            reasons=(Choice("sale", "I sold it", chosen=True), Choice("gift", "A gift")),
        ),
    ),
}
