"""Pages of the staff."""

from __future__ import annotations

from datetime import date

from sample_frame import ago, page

from pillarbox.web.views import Choice, Section, staff

SAMPLES = {
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
