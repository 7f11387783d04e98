"""Orders, people and choices that several samples share."""

from __future__ import annotations

from sample_frame import ago

from pillarbox.web.views import Choice, State, Tone, orders

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
