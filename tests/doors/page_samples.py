"""One filled view for every page template, and some with errors, strangers and nothing in them: for tests only."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from pillarbox.web.views import (
    Acting,
    Choice,
    Confirm,
    FieldError,
    Flash,
    Incident,
    Page,
    Pager,
    PublicPage,
    Section,
    State,
    Tone,
    account,
    doors,
    orders,
    sending,
    staff,
)

NOW = datetime(2026, 11, 24, 15, 5, tzinfo=UTC)
BASE = "/a/9k2m4x7q1v8t3c6w5r0z2b4n8d"


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


def page(title: str, section: Section = Section.ORDERS, **rest: object) -> Page:
    return Page(
        title=title,
        base=BASE,
        now=NOW,
        csrf="csrf-token-value",
        section=section,
        account="Marram & Wool",
        person="Ffion Prys-Roberts",
        email="ffion@marramwool.example",
        balance_pence=18_465,
        owner_tag="tag",
        **rest,  # type: ignore[arg-type]
    )


def public(title: str, **rest: object) -> PublicPage:
    return PublicPage(title=title, now=NOW, csrf="csrf-token-value", **rest)  # type: ignore[arg-type]


NEW = State("New")
READY = State("Label generated", Tone.GOOD)
SENT = State("Despatched", Tone.GOOD)
MEND = State("To mend", Tone.BAD)
HELD = State("Held at customs", Tone.WAIT)

ROWS = tuple(
    orders.OrderRow(f"ord_{n:026d}", ref, who, place, items, grams, service, price, state, number, added, problem, can)
    for n, (ref, who, place, items, grams, service, price, state, number, added, problem, can) in enumerate(
        [
            (
                "10452",
                "Siân Llewellyn",
                "Swansea SA1 1DP",
                "2 × Tea towel, heron",
                340,
                "1st Class",
                419,
                NEW,
                "",
                ago(minutes=12),
                "",
                True,
            ),
            (
                "10451",
                "Oluwaseun Adébáyọ̀",
                "Leeds LS6 3AB",
                "Wool blanket, slate",
                1850,
                "Tracked 48",
                489,
                NEW,
                "",
                ago(minutes=40),
                "",
                True,
            ),
            (
                "10450",
                "Maeve O’Sullivan",
                "Cork T12 X8P3, Ireland",
                "Card set of 8",
                210,
                "",
                None,
                MEND,
                "",
                ago(hours=2),
                "Say what it is worth for the customs form.",
                True,
            ),
            (
                "10449",
                "Екатерина Иванова",
                "Riga LV-1010, Latvia",
                "Scarf, dune",
                260,
                "International Tracked",
                1285,
                HELD,
                "RR473202574GB",
                ago(hours=5),
                "",
                False,
            ),
            (
                "10448",
                "James Whitcombe-Featherstonehaugh",
                "Newcastle upon Tyne NE1 4ST",
                "Wool blanket, slate; Tea towel, heron; Card set",
                2310,
                "Tracked 24",
                619,
                READY,
                "RM473202591GB",
                ago(hours=20),
                "",
                False,
            ),
            (
                "10447",
                "Harriet Ng",
                "London SE15 4QN",
                "Tea towel, wren",
                170,
                "2nd Class",
                355,
                SENT,
                "RM473202605GB",
                ago(days=1, hours=2),
                "",
                False,
            ),
            (
                "ETSY-3308812754",
                "Tom Baxter",
                "Totnes TQ9 5RY",
                "3 × Card set of 8",
                640,
                "2nd Class",
                355,
                NEW,
                "",
                ago(days=1, hours=3),
                "",
                True,
            ),
            (
                "10445",
                "Priya Raman",
                "Leicester LE2",
                "Scarf, dune",
                None,
                "",
                None,
                MEND,
                "",
                ago(days=2),
                "This postcode has no ending. It should look like LE2 1AA.",
                True,
            ),
            (
                "10444",
                "W. Ostrowski",
                "Perth PH1 5EN",
                "Wool blanket, moss",
                1790,
                "Tracked 48",
                489,
                SENT,
                "RM473202636GB",
                ago(days=3),
                "",
                False,
            ),
        ]
    )
)
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
ADDRESSEE = orders.Person(
    ("James Whitcombe-Featherstonehaugh", "Flat 4, The Old Ropeworks", "18 Quayside", "NEWCASTLE UPON TYNE", "NE1 4ST"),
    email="james@example.org",
    phone="0191 496 0123",
)
STEPS = (
    orders.Step("On its way to the delivery office", "Washington sorting centre", ago(hours=3)),
    orders.Step("Handed over", "Tenby Post Office", ago(hours=18)),
    orders.Step("Label made", "", ago(hours=20)),
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
PROBLEMS = (
    sending.ProblemGroup(
        "weight-missing",
        "The file says no weight",
        3,
        (
            sending.Place(4, "Weight", "", "Give a weight in grams, or one default for all."),
            sending.Place(9, "Weight", "", "Give a weight in grams, or one default for all."),
            sending.Place(17, "Weight", "0", "A parcel weighs at least one gram."),
        ),
        fix_label="Use this weight for all of them",
        fix_hint="In grams, with packaging. It is remembered for each SKU.",
        fix_value="250",
    ),
    sending.ProblemGroup(
        "postcode-unreadable",
        "The postcode is not one",
        14,
        (
            sending.Place(6, "Ship Zipcode", "LE2", "This postcode has no ending. It should look like LE2 1AA."),
            sending.Place(
                23, "Ship Zipcode", "SO1O 2QT", "The letter O stands where a figure belongs. Did you mean SO10?"
            ),
        ),
    ),
)
FIELDS = ("Order reference", "Full name", "Address line 1", "Town", "Postcode", "Country", "Weight", "Do not use")
MAPPING = tuple(
    sending.Mapped(f"column-{n}", header, tuple(Choice(f.lower(), f, f == chosen) for f in FIELDS), samples)
    for n, (header, chosen, samples) in enumerate(
        [
            ("Order ID", "Order reference", ("3308812754", "3308812790", "3308813001")),
            ("Full Name", "Full name", ("Tom Baxter", "Priya Raman", "Aoife Byrne")),
            (
                "Street 1",
                "Address line 1",
                ("3 High Street", "41 Clarendon Park Road", "Apartment 12, Harbour View House"),
            ),
            ("Ship City", "Town", ("Totnes", "Leicester", "")),
            ("Ship Zipcode", "Postcode", ("TQ9 5RY", "LE2", "BT1 5GS")),
            ("Coupon Details", "Do not use", ("", "", "")),
        ]
    )
)
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
FORMATS = tuple(
    Choice(v, w, v == "small_parcel")
    for v, w in [
        ("letter", "Letter"),
        ("large_letter", "Large letter"),
        ("small_parcel", "Small parcel"),
        ("medium_parcel", "Medium parcel"),
        ("tube", "Tube"),
    ]
)
PRINTERS = (
    Choice("4x6", "Label printer, 4 × 6 in", chosen=True),
    Choice("a6", "A6 sheet"),
    Choice("a4-4", "A4, four to a page"),
    Choice("zpl", "ZPL file"),
)
LEFT_OUT = (
    sending.LeftOut(ROWS[2].id, "10450", "needs the value of its contents for the customs form."),
    sending.LeftOut(ROWS[7].id, "10445", "has a postcode without an ending."),
)
LIST = Pager(1, 9, 1284, "", "page=2")
VIEWER_CHIPS = (
    orders.Chip("Everybody", 4210, "", on=True),
    orders.Chip("People", 911, "by=person"),
    orders.Chip("Keys", 3120, "by=key"),
    orders.Chip("Public tracking", 179, "by=public"),
)

SAMPLES: dict[str, tuple[Page | PublicPage, object]] = {
    "sign_in": (public("Sign in"), doors.SignIn()),
    "sign_in_wrong": (
        public(
            "Sign in",
            errors=(
                FieldError("email", "Enter the e-mail address with which you signed up."),
                FieldError("password", "Enter your password."),
            ),
        ),
        doors.SignIn(email="ffion@", next_path="/a/x/orders"),
    ),
    "signed_out": (public("Signed out"), doors.SignedOut()),
    "signed_out_by_us": (
        public("Signed out"),
        doors.SignedOut(
            by_us="We ended every session on 1 November, to be sure that each page goes to its own account."
        ),
    ),
    "not_found": (public("Nothing here", status_url="https://status.example/"), doors.NotFoundPage()),
    "problem": (
        public("Problem"),
        doors.Problem(
            "Something went wrong on our side",
            ("Nothing was charged, and nothing you typed was sent twice.", "Please try again in a minute."),
            "/",
            "Try again",
        ),
    ),
    "suspended": (
        public("Shut for now", status_url="https://status.example/"),
        doors.Suspended(
            "Pillarbox",
            ago(minutes=21),
            "https://status.example/",
            "https://status.example/forms",
            NOW + timedelta(minutes=25),
        ),
    ),
    "test_payment": (
        public("Test payment", test_mode=True),
        doors.TrialPayment(
            "/test-payments/tp_1",
            5000,
            "Pillarbox, for Marram & Wool",
            "TP-204-118",
            (Choice("paid", "Pay"), Choice("declined", "Let the card be declined"), Choice("abandoned", "Walk away")),
        ),
    ),
    "track": (
        public("Your parcel"),
        account.Track(
            "RM473202591GB",
            "On its way to Swansea, expected tomorrow",
            Tone.PLAIN,
            tuple(account.TrackStep(s.words, s.place, s.at) for s in STEPS),
            ("Most parcels come by 5 pm. If yours has not come by Friday, ask the sender: they can start a search.",),
            "Tracked 24",
            "/track/RM473202591GB",
        ),
    ),
    "track_shown": (
        public("Your parcel", errors=()),
        account.Track(
            "RM473202591GB",
            "Delivered to Swansea, today",
            Tone.GOOD,
            (account.TrackStep("Delivered to your letterbox", "Swansea", ago(minutes=38), Tone.GOOD),),
            (),
            "Tracked 24",
            "/track/RM473202591GB",
            addressee=ADDRESSEE,
        ),
    ),
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
    "track_find": (
        public("Track a parcel", errors=(FieldError("number", "This number has one figure too few. Check it again."),)),
        account.TrackFind("RM47320259GB"),
    ),
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
    "import_start": (
        page("Import orders"),
        sending.ImportStart(
            20,
            (
                sending.RecentImport("imp_1", "etsy-october.csv", ago(days=20), 340, 3),
                sending.RecentImport("imp_0", "ebay.txt", ago(days=50), 1, 0),
            ),
        ),
    ),
    "import_start_wrong": (
        page("Import orders", errors=(FieldError("file", "This is a picture. Choose a CSV, text or XLSX file."),)),
        sending.ImportStart(20),
    ),
    "import_check": (
        page("Check the file"),
        sending.ImportCheck(
            "imp_2",
            "etsy-november.csv",
            "This is an order file from Etsy.",
            "UTF-8",
            "commas",
            229,
            212,
            MAPPING,
            PROBLEMS,
            "This file was brought in before, on 3 November. Orders that are already here are left out.",
        ),
    ),
    "import_progress": (
        page("Bringing in", refresh_seconds=5),
        sending.ImportProgress("imp_2", "etsy-november.csv", 61_240, 100_000, 12),
    ),
    "import_done": (
        page("Brought in"),
        sending.ImportDone("imp_2", "etsy-november.csv", 212, 17, PROBLEMS, "import=imp_2"),
    ),
    "buy": (
        page("Buy labels"),
        sending.Buy(
            "pur_1",
            "key_1",
            (
                sending.BuyLine("Tracked 48", "Small parcel", 24, 399, 9576, 1596),
                sending.BuyLine("2nd Class", "Small parcel", 8, 355, 2840, 0),
                sending.BuyLine("1st Class", "Large letter", 3, 315, 945, 0),
            ),
            13_361,
            1596,
            18_465,
            13_361,
            0,
            28,
            date(2026, 12, 22),
            LEFT_OUT,
        ),
    ),
    "buy_card": (
        page("Buy labels", test_mode=True),
        sending.Buy(
            "pur_1",
            "key_1",
            (sending.BuyLine("Tracked 48", "Small parcel", 1, 399, 399, 67),),
            399,
            67,
            150,
            150,
            249,
            28,
            date(2026, 12, 22),
        ),
    ),
    "batch": (
        page("Making labels", refresh_seconds=5),
        sending.Batch("bat_1", 35, 21, LEFT_OUT[:1], ago(seconds=3), finished=False),
    ),
    "batch_done": (
        page("Labels ready"),
        sending.Batch("bat_1", 35, 35, LEFT_OUT, ago(minutes=2), finished=True, returned_pence=888),
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
                    r.id,
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
        ),
    ),
    "key_made": (
        page("New key", Section.SETTINGS),
        account.KeyMade(
            "Shop floor", "pbk_live_" + "4k2m9x7q1v8t3c6w5r0z2b4n8d" * 2, "Read and write orders", live=True
        ),
    ),
    "staff_prices": (
        page("Doubtful prices", Section.STAFF_PRICES, staff_pages=True),
        staff.StaffPrices(
            (
                staff.DoubtfulPrice(
                    "pr_1",
                    "Tracked 48",
                    "Medium parcel, to 2 kg, cover to £75",
                    489,
                    "Two public lists differ by 10p.",
                    "Price list of 7 April 2026, page 4",
                    date(2026, 4, 7),
                ),
                staff.DoubtfulPrice(
                    "pr_2",
                    "International Tracked",
                    "Zone 2, to 250 g",
                    1285,
                    "Read from a scan; the last figure is blurred.",
                    "Leaflet, spring 2026",
                    date(2026, 4, 7),
                ),
            ),
            611,
            613,
        ),
    ),
    "staff_totals": (
        page("Totals", Section.STAFF_TOTALS, staff_pages=True),
        staff.StaffTotals(
            (
                staff.Figure("Accounts", 812, note="opened and not closed"),
                staff.Figure("Labels today", 14_206),
                staff.Figure("Paid today", 5_612_340, pence=True, note="before refunds"),
            ),
            tuple(
                staff.DayTotals(
                    date(2026, 11, 24 - n),
                    15_000 - n * 431,
                    14_206 - n * 388,
                    5_612_340 - n * 91_205,
                    41_205 + n * 1_003,
                )
                for n in range(6)
            ),
            ago(minutes=4),
        ),
    ),
    "staff_scan": (
        page("Network scan", Section.STAFF_SCAN, staff_pages=True),
        staff.StaffScan(
            (
                Choice("accepted", "Handed over"),
                Choice("in_transit", "On its way", chosen=True),
                Choice("out_for_delivery", "Out for delivery"),
                Choice("delivered", "Delivered"),
            ),
            "Washington sorting centre",
            "",
            (
                staff.Scanned("RM473202591GB", "On its way", ago(seconds=20)),
                staff.Scanned(
                    "RM473202590GB", "The check digit is wrong. Scan it again.", ago(minutes=1), refused=True
                ),
            ),
        ),
    ),
}
