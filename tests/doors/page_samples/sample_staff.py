"""Pages of the staff."""

from __future__ import annotations

from datetime import date

from sample_frame import ago, page

from pillarbox.web.views import Section, State, Tone, staff

SAMPLES = {
    "staff_prices": (
        page("Doubtful prices", Section.STAFF_PRICES, staff_pages=True),
        staff.StaffPrices(
            (
                staff.DoubtfulPrice(
                    "2026-04-07/online/tracked_48/medium_parcel/UK/7500",
                    "0123456789abcdef",
                    "Tracked 48",
                    "Medium parcel, to the United Kingdom, cover up to £75",
                    (staff.PriceStep(2000, 489), staff.PriceStep(10_000, 699), staff.PriceStep(20_000, 1_099)),
                    "Two public lists differ by 10p.",
                    "Price list of 7 April 2026, page 4",
                    date(2026, 4, 7),
                    State("Not sold", Tone.BAD),
                    held=True,
                ),
                staff.DoubtfulPrice(
                    "2026-04-07/online/intl_tracked/parcel/WZ2/5000",
                    "fedcba9876543210",
                    "International Tracked",
                    "Parcel, to World Zone 2, cover up to £50",
                    (staff.PriceStep(250, 1_285),),
                    "Only one source gives this price.",
                    "Leaflet, spring 2026",
                    date(2026, 4, 7),
                    State("Confirmed", Tone.GOOD),
                    confirmed=True,
                ),
            ),
            1,
            2,
            1,
        ),
    ),
    "staff_totals": (
        page("Totals", Section.STAFF_TOTALS, staff_pages=True),
        staff.StaffTotals(
            (
                staff.Figure("Topped up today", 5_800_000, pence=True),
                staff.Figure("Labels today", 14_206),
                staff.Figure("Paid today", 5_612_340, pence=True, note="before refunds"),
            ),
            tuple(
                staff.DayTotals(
                    date(2026, 11, 24 - n),
                    14_206 - n * 388,
                    5_612_340 - n * 91_205,
                    41_205 + n * 1_003,
                    5_800_000 - n * 70_001,
                )
                for n in range(6)
            ),
            ago(minutes=4),
        ),
    ),
}
