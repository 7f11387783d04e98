"""The steps of an import."""

from __future__ import annotations

from sample_frame import ago, page

from pillarbox.web.views import Choice, FieldError, sending

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

SAMPLES = {
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
    "import_mend": (
        page(
            "Mend a row",
            errors=(FieldError("postcode", "This postcode has no ending. It should look like LE2 1AA."),),
        ),
        sending.ImportMend(
            "imp_2",
            6,
            "etsy-november.csv",
            {"name": "Priya Raman", "line1": "41 Clarendon Park Road", "town": "Leicester", "postcode": "LE2"},
            (Choice("", "Not said"), Choice("small_parcel", "Small parcel", chosen=True)),
            "Bring it in anyway: it is another order with the same reference.",
        ),
    ),
}
