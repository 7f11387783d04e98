"""Quotes, buying, batches and labels."""

from __future__ import annotations

from datetime import date

from sample_frame import ago, page
from sample_post import FORMATS, ROWS

from pillarbox.web.views import Choice, FieldError, Pager, Section, State, Tone, buying, sending

OFFERS = (
    sending.Offer(
        "second_class", "2nd Class", 355, 0, "2 to 3 working days", 2000, "Delivery confirmed", best="Cheapest"
    ),
    sending.Offer("tracked_48", "Tracked 48", 399, 67, "2 to 3 working days", 7500, "Tracked all the way"),
    sending.Offer("first_class", "1st Class", 479, 0, "Next working day, usually", 2000, "Delivery confirmed"),
    sending.Offer(
        "tracked_24", "Tracked 24", 519, 87, "Next working day, usually", 7500, "Tracked all the way", best="Fastest"
    ),
    sending.Offer(
        "special_1pm",
        "Special Delivery by 1 pm",
        865,
        0,
        "By 1 pm tomorrow, guaranteed",
        75000,
        "Tracked, signed for",
        notes="Hand it over before the last collection today.",
    ),
)

QUOTE = sending.Quote(
    "A small parcel of 750 g to Swansea SA1",
    OFFERS,
    (
        sending.NotOffered("Letter", "It is thicker than 5 mm."),
        sending.NotOffered("International Tracked", "It goes to an address in the United Kingdom."),
    ),
    date(2026, 4, 7),
)

PRINTERS = (
    Choice("4x6", "Label printer, 4 × 6 in", chosen=True),
    Choice("a6", "A6 sheet"),
    Choice("a4-4", "A4, four to a page"),
    Choice("zpl", "ZPL file"),
)

SERVICES = (Choice("", "As each order says"), Choice("TPS48", "Tracked 48", chosen=True))

LEFT_OUT = (
    buying.LeftOut(ROWS[2].id, "10450", "needs the value of its contents for the customs form."),
    buying.LeftOut(ROWS[7].id, "10445", "has a postcode without an ending."),
)

SAMPLES = {
    "send": (page("Send one", Section.SEND), sending.SendOne(FORMATS)),
    "send_quote": (page("Send one", Section.SEND), sending.SendOne(FORMATS, "750", "SA1 1DP", quote=QUOTE)),
    "send_wrong": (
        page(
            "Send one",
            Section.SEND,
            errors=(FieldError("weight", "The weight must be a whole number of grams from 1 to 30000."),),
        ),
        sending.SendOne(FORMATS, "heavy", "SA1 1DP"),
    ),
    "send_details": (
        page("Send one", Section.SEND),
        sending.SendDetails(
            OFFERS[1],
            "Small parcel, 750 g",
            "Swansea SA1 1DP",
            (("what", "small_parcel"), ("weight", "750"), ("to", "SA1 1DP"), ("service", "tracked_48")),
            {"postcode": "SA1 1DP"},
            change_query="what=small_parcel&weight=750&to=SA1+1DP",
        ),
    ),
    "send_details_abroad": (
        page("Send one", Section.SEND, errors=(FieldError("item_value", "Enter what it is worth, like 12.50."),)),
        sending.SendDetails(
            sending.Offer(
                "intl_tracked", "International Tracked", 1285, 0, "5 to 7 working days", 5000, "Tracked all the way"
            ),
            "Parcel, 750 g",
            "Latvia",
            (("what", "parcel"), ("weight", "750"), ("to", "Latvia"), ("service", "intl_tracked")),
            {"name": "Екатерина Иванова", "item_value": "twelve"},
            abroad=True,
            form_name="CN22",
            reasons=(
                Choice("sale", "I sold it", chosen=True),
                Choice("gift", "A gift"),
                Choice("returned", "Returned goods"),
                Choice("documents", "Documents"),
            ),
            change_query="what=parcel",
        ),
    ),
    "buy": (
        page("Buy labels"),
        buying.Buy(
            (("order", ROWS[0].id), ("key", "key_1")),
            tuple(row.id for row in ROWS[:3]),
            SERVICES,
            (
                buying.BuyLine("Tracked 48", "Small parcel", 24, 399, 9576, 1596),
                buying.BuyLine("2nd Class", "Small parcel", 8, 355, 2840, 0),
                buying.BuyLine("1st Class", "Large letter", 3, 315, 945, 0),
            ),
            13_361,
            1596,
            18_465,
            0,
            LEFT_OUT,
        ),
    ),
    "buy_too_little": (
        page("Buy labels", test_mode=True),
        buying.Buy(
            (("order", ROWS[0].id), ("key", "key_1")),
            (ROWS[0].id,),
            SERVICES,
            (buying.BuyLine("Tracked 48", "Small parcel", 1, 399, 399, 67),),
            399,
            67,
            150,
            249,
        ),
    ),
    "buy_as_packer": (
        page("Buy labels"),
        buying.Buy(
            (("order", ROWS[0].id), ("key", "key_1")),
            (ROWS[0].id,),
            SERVICES,
            (buying.BuyLine("Tracked 48", "Small parcel", 1, 399, 399, 67),),
            399,
            67,
            None,
            249,
        ),
    ),
    "buy_nothing": (
        page("Buy labels"),
        buying.Buy((), (ROWS[2].id,), SERVICES, (), 0, 0, 150, 0, LEFT_OUT[:1]),
    ),
    "order_prices": (
        page("Choose a service"),
        buying.OrderPrices(ROWS[0].id, "10452", "Gwen Parry, Swansea SA1 1DP", QUOTE),
    ),
    "order_prices_none": (
        page("Choose a service"),
        buying.OrderPrices(
            ROWS[0].id,
            "10452",
            "Gwen Parry, Swansea SA1 1DP",
            problem="Say what this parcel weighs, in grams; then it can be priced.",
        ),
    ),
    "batch": (
        page("Making labels", refresh_seconds=5),
        buying.Batch("bat_1", 35, 21, LEFT_OUT[:1], ago(seconds=3), finished=False),
    ),
    "batch_done": (
        page("Labels ready"),
        buying.Batch("bat_1", 35, 35, LEFT_OUT, ago(minutes=2), finished=True, parts=(Choice("0", "Print them all"),)),
    ),
    "labels": (
        page("Labels", Section.LABELS),
        sending.Labels(
            tuple(
                sending.LabelRow(
                    f"lbl_{n}",
                    r.id,
                    r.reference,
                    r.recipient,
                    r.service or "2nd Class",
                    f"RM47320{2500 + n}GB",
                    ago(hours=n),
                    n % 3,
                    State("Not printed", Tone.WAIT) if n % 3 == 0 else State("Printed", Tone.GOOD),
                    can_print=n != 5,
                )
                for n, r in enumerate(ROWS)
            ),
            PRINTERS,
            Pager(1, 9, 9),
            3,
        ),
    ),
    "labels_none": (page("Labels", Section.LABELS), sending.Labels((), PRINTERS, Pager(0, 0, 0), 0)),
}
