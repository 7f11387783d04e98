"""The operator's staff: price tables in doubt, to be compared and confirmed, and each day's totals.

Nothing here names a customer or leads to one; the database itself asks whether it is staff who asks.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import partial
from typing import Final

from litestar import get, post
from litestar.handlers import BaseRouteHandler

from pillarbox.desk.staff import DayTotal, DoubtfulTable, confirm_price, doubtful_prices, operator_totals
from pillarbox.kernel.clock import london_date
from pillarbox.kernel.money import pounds
from pillarbox.postage.country import by_iso2
from pillarbox.postage.parcel import Format
from pillarbox.postage.tariff import ANY_FORMAT, Table
from pillarbox.web.answers import Answer, Ask, Pages, Visit, done
from pillarbox.web.sheet import Sheet
from pillarbox.web.views import Section, State, Tone
from pillarbox.web.views import staff as views

STAFF: Final = "staff"
DAYS: Final = 14
"""How many days of totals a page shows, today included."""
_PLACES: Final = {
    "UK": "the United Kingdom",
    "ALL": "all other countries",
    "WORLD_EXCEPT_EUROPE": "countries outside Europe",
    "EUR1": "Europe zone 1",
    "EUR2": "Europe zone 2",
    "EUR3": "Europe zone 3",
    "W1": "world zone 1",
    "W2": "world zone 2",
    "W3": "world zone 3",
}


def routes(pages: Pages) -> list[BaseRouteHandler]:
    """The handlers of /prices and /totals."""
    counter = pages.counter

    @get("/a/{place:str}/prices", name="staff_prices")
    async def prices(request: Ask) -> Answer:
        return await pages.show(Visit(request, STAFF), lambda box: doubtful_prices(box, counter), _prices)

    @post("/a/{place:str}/prices", name="staff_confirm_price")
    async def confirm(request: Ask) -> Answer:
        form = await request.form()
        key, fingerprint = str(form.get("id", "")), str(form.get("fingerprint", ""))
        return await pages.act(
            Visit(request, STAFF),
            lambda box: confirm_price(box, counter, key, fingerprint),
            lambda _: done("/prices", "price-confirmed"),
        )

    @get("/a/{place:str}/totals", name="staff_totals")
    async def totals(request: Ask) -> Answer:
        today = london_date(counter.clock())
        first = today - timedelta(days=DAYS - 1)
        return await pages.show(
            Visit(request, STAFF), lambda box: operator_totals(box, first, today), partial(_totals, pages=pages)
        )

    return [prices, confirm, totals]


def _prices(tables: tuple[DoubtfulTable, ...]) -> Sheet:
    ordered = sorted(tables, key=lambda each: (each.confirmed, not each.held, each.table.key))
    view = views.StaffPrices(
        tuple(_price(each) for each in ordered),
        sum(each.confirmed for each in tables),
        len(tables),
        sum(each.held for each in tables),
    )
    return Sheet("Doubtful prices", Section.STAFF_PRICES, view)


def _price(doubtful: DoubtfulTable) -> views.DoubtfulPrice:
    table = doubtful.table
    if doubtful.confirmed:
        state = State("Confirmed", Tone.GOOD)
    else:
        state = State("Not sold", Tone.BAD) if doubtful.held else State("Sold as it is", Tone.WAIT)
    return views.DoubtfulPrice(
        table.key,
        table.fingerprint,
        " and ".join(doubtful.service_names) or table.service,
        _what(table),
        tuple(views.PriceStep(*step) for step in zip(table.limits_g, table.prices_pence, strict=True)),
        table.doubt,
        ", ".join(table.sources),
        table.valid_from,
        state,
        doubtful.held,
        doubtful.confirmed,
    )


def _what(table: Table) -> str:
    taken = "Any format" if table.format == ANY_FORMAT else Format(table.format).value.replace("_", " ").capitalize()
    to = _PLACES.get(table.to) or by_iso2(table.to).name
    return f"{taken} to {to}, cover up to {pounds(table.cover_pence)}"


def _totals(rows: tuple[DayTotal, ...], *, pages: Pages) -> Sheet:
    now = pages.counter.clock()
    today = london_date(now)
    days: dict[date, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in rows:
        days[row.day][row.reason] = (row.bookings, row.pence)
    listed = tuple(_day(day, days[day]) for day in sorted(days, reverse=True))
    now_day = next((each for each in listed if each.day == today), _day(today, {}))
    figures = (
        views.Figure("Labels today", now_day.labels, note="bought, also those given back since"),
        views.Figure(
            "Paid for labels today", now_day.paid_pence, pence=True, note="with VAT, before what was given back"
        ),
        views.Figure("Topped up today", now_day.topped_up_pence, pence=True, note="paid in by customers"),
    )
    return Sheet("Totals", Section.STAFF_TOTALS, views.StaffTotals(figures, listed, now))


def _day(day: date, booked: dict[str, tuple[int, int]]) -> views.DayTotals:
    def total(*reasons: str) -> int:
        return sum(booked.get(reason, (0, 0))[1] for reason in reasons)

    return views.DayTotals(
        day,
        booked.get("postage", (0, 0))[0],
        total("postage", "postage_vat"),
        total("void", "void_vat"),
        total("top_up"),
    )
