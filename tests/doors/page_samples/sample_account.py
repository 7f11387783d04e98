"""Money, the record, settings, parcels."""

from __future__ import annotations

from datetime import timedelta

from sample_frame import NOW, ago, page
from sample_post import FORMATS, HELD, ROWS

from pillarbox.web.views import Acting, Choice, Confirm, FieldError, Pager, Section, State, Tone, account, orders

VIEWER_CHIPS = (
    orders.Chip("Everybody", 4210, "", on=True),
    orders.Chip("People", 911, "by=person"),
    orders.Chip("Keys", 3120, "by=key"),
    orders.Chip("Public tracking", 179, "by=public"),
)

SAMPLES = {
    "confirm": (
        page("Give the label back"),
        Confirm(
            "Give the label of order 10448 back?",
            (
                "£6.19 comes back to your balance at once.",
                "The label stops counting: if it is posted all the same, its price and a fee are charged.",
            ),
            "/orders/ord_1/void",
            "Give it back",
            "/orders/ord_1",
            "Order 10448",
            grave=True,
        ),
    ),
    "receipt": (
        page("Receipt", Section.MONEY),
        account.Receipt(
            "VAT receipt",
            "ent_4k2m9x7q1v8t3c6w5r0z2b4n8d",
            ago(days=2),
            ("Pillarbox Post Ltd", "1 Example Street", "SWINDON", "SN1 1AA"),
            ("Marram & Wool", "2 Bridge Street", "TENBY", "SA70 7BP"),
            "GB 123 4567 89",
            (
                account.ReceiptLine("Tracked 48, small parcel", 24, 7980, 1596, 9576, "20 %"),
                account.ReceiptLine("2nd Class, small parcel", 8, 2840, 0, 2840, "exempt"),
            ),
            "Paid from your balance.",
        ),
    ),
    "tracking": (
        page("Tracking", Section.TRACKING),
        account.Parcels(
            (
                orders.Chip("On the way", 86, "", on=True),
                orders.Chip("Needs attention", 3, "state=attention"),
                orders.Chip("Delivered", 1012, "state=delivered"),
            ),
            tuple(
                account.ParcelRow(
                    f"lbl_{n}",
                    r.reference,
                    r.recipient,
                    f"RM4732025{n}1GB",
                    "Held at customs: papers are missing" if n == 0 else "On its way to Swansea, expected tomorrow",
                    HELD if n == 0 else State("On its way"),
                    ago(hours=n + 1),
                )
                for n, r in enumerate(ROWS[:6])
            ),
            Pager(1, 6, 86, "", "page=2"),
        ),
    ),
    "tracking_filtered": (
        page("Tracking", Section.TRACKING),
        account.Parcels(
            (orders.Chip("All", 3, ""), orders.Chip("Delivered", 0, "how=delivered", on=True)), (), Pager(0, 0, 0)
        ),
    ),
    "parcel": (
        page("Parcel", Section.TRACKING),
        account.Parcel(
            ROWS[0].id,
            "10452",
            "Gwen Parry, Swansea",
            "RM473202591GB",
            "Tracked 24",
            "Next working day, usually",
            "Held by customs",
            "Customs need something before they let the parcel go on.",
            HELD,
            ago(hours=3),
            (
                account.ParcelStep("Held by customs", "Liepāja", ago(hours=3), ("Papers are missing.",), Tone.BAD),
                account.ParcelStep("We have it", "Marazion", ago(days=2), ("This reached us late.",)),
            ),
            "/track/RM473202591GB",
            "This label was given back and then used.",
        ),
    ),
    "tracking_none": (page("Tracking", Section.TRACKING), account.Parcels((), (), Pager(0, 0, 0))),
    "money": (
        page("Money", Section.MONEY),
        account.Money(
            18_465,
            888,
            (
                account.LedgerRow(
                    "ent_5",
                    ago(minutes=3),
                    "35 labels bought",
                    -13_361,
                    1596,
                    18_465,
                    "/batches/bat_1",
                    "/money/receipts/ent_5",
                ),
                account.LedgerRow(
                    "ent_4", ago(minutes=9), "Top-up by card", 20_000, 0, 31_826, "", "/money/receipts/ent_4"
                ),
                account.LedgerRow(
                    "ent_3", ago(days=1), "Label not used, refunded: order 10391", 355, 0, 11_826, "/orders/ord_x"
                ),
                account.LedgerRow(
                    "ent_2",
                    ago(days=4),
                    "12 labels bought",
                    -4_788,
                    798,
                    11_471,
                    "/batches/bat_0",
                    "/money/receipts/ent_2",
                ),
            ),
            Pager(1, 4, 212, "", "page=2"),
            (Choice("20", "£20"), Choice("50", "£50", chosen=True), Choice("100", "£100"), Choice("200", "£200")),
        ),
    ),
    "money_none": (
        page("Money", Section.MONEY, errors=(FieldError("amount", "Enter an amount like 12.50."),)),
        account.Money(0, 0, (), Pager(0, 0, 0), (), "twelve"),
    ),
    "seen": (
        page(
            "Who has seen this",
            Section.SEEN,
            acting=Acting("Marram & Wool", "label does not print, ticket 2041", NOW + timedelta(minutes=30)),
        ),
        account.Seen(
            VIEWER_CHIPS,
            (
                account.SightRow(
                    ago(minutes=1),
                    "Ffion Prys-Roberts",
                    "This browser",
                    "Page",
                    "Order 10448",
                    "name, address, items",
                    State("Delivered", Tone.GOOD),
                    "/orders/ord_1",
                ),
                account.SightRow(
                    ago(minutes=6),
                    "Support: D. Okafor",
                    "Pillarbox",
                    "Page",
                    "Label of order 10448",
                    "name, address",
                    State("Delivered", Tone.GOOD),
                    "/orders/ord_1",
                    stranger=True,
                ),
                account.SightRow(
                    ago(hours=2),
                    "Public tracking",
                    "A browser in Leeds",
                    "Page",
                    "Parcel RM473202591GB",
                    "state only",
                    State("Delivered", Tone.GOOD),
                    "/orders/ord_1",
                ),
                account.SightRow(
                    ago(hours=19),
                    "Key “Shop floor”",
                    "Server",
                    "API",
                    "52 orders",
                    "name, address, items",
                    State("Refused", Tone.BAD),
                ),
            ),
            Pager(1, 4, 4210, "", "page=2"),
            1,
            ago(days=300),
        ),
    ),
    "seen_none": (page("Who has seen this", Section.SEEN), account.Seen((), (), Pager(0, 0, 0), 0, ago(days=1))),
    "settings": (
        page("Settings", Section.SETTINGS),
        account.Settings(
            (
                account.KeyRow(
                    "key_1",
                    "Shop floor",
                    "pbk_live_4k…q7",
                    "Read and write orders",
                    live=True,
                    made=ago(days=90),
                    used=ago(minutes=2),
                ),
                account.KeyRow(
                    "key_2", "Trying things", "pbk_test_9d…m2", "Everything but money", live=False, made=ago(days=2)
                ),
            ),
            (
                Choice("test", "Test", chosen=True, hint="Specimens, no money."),
                Choice("live", "Live", hint="Real labels from your balance."),
            ),
            (
                Choice("orders", "Read and write orders", chosen=True, hint="Import, change and delete orders."),
                Choice("labels", "Buy and print labels", hint="Spends from your balance."),
                Choice("tracking", "Read tracking"),
            ),
            FORMATS,
            {
                "name": "Ffion Prys-Roberts",
                "company": "Marram & Wool",
                "line1": "2 Bridge Street",
                "town": "Tenby",
                "postcode": "SA70 7BP",
            },
            {"weight": "250", "length": "350", "width": "250", "height": "50"},
            profile={"person_name": "Ffion Prys-Roberts", "person_email": "ffion@marramwool.example"},
            countries=(Choice("GB", "United Kingdom", chosen=True), Choice("JE", "Jersey")),
            stocks=(Choice("4x6", "Label printer, 4 × 6 in", chosen=True), Choice("a6", "A6 sheet")),
        ),
    ),
    "key_made": (
        page("New key", Section.SETTINGS),
        account.KeyMade(
            "Shop floor", "pbk_live_" + "4k2m9x7q1v8t3c6w5r0z2b4n8d" * 2, "Read and write orders", live=True
        ),
    ),
}
