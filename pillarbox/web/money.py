"""Money: the balance and its ledger, topping up at the payment provider, and receipts to print."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from litestar import get, post
from litestar.handlers import BaseRouteHandler

from pillarbox.desk.balance import Balance, count_ledger, list_ledger, read_balance, read_receipt
from pillarbox.desk.counter import Counter
from pillarbox.desk.label_words import format_words
from pillarbox.desk.settings import ship_from
from pillarbox.desk.top_up import TopUpUnusable, start_top_up, top_up_limits, top_up_of_key
from pillarbox.desk.track import service_words
from pillarbox.gate import Box, Owned, gather, render
from pillarbox.kernel.errors import BadInput, PillarboxError
from pillarbox.kernel.ids import Kind, parse
from pillarbox.kernel.money import STANDARD_VAT_PER_CENT, MoneyUnreadable, Vat, pence
from pillarbox.postage.address import Address
from pillarbox.postage.country import UK_POSTCODE_COUNTRIES, by_iso2
from pillarbox.postage.on_label import lines_for_label
from pillarbox.postage.parcel import Format
from pillarbox.web.answers import Answer, Ask, Pages, Visit, done, placed, see
from pillarbox.web.sheet import Sheet, field_errors
from pillarbox.web.trail import pager, read_trail
from pillarbox.web.views import Choice, FieldError, Section, account

PAGE: Final = 50
READ: Final = "money:read"
_RATES: Final = {Vat.EXEMPT: "exempt", Vat.STANDARD: f"{STANDARD_VAT_PER_CENT} %", Vat.ZERO: "0 %"}
_ENDED: Final = {"paid": "topped-up", "declined": "declined", "mismatched": "mismatched", "started": "paying"}
RowLike = Any
"""A row of the vault, taken by its field names: doors import no vault."""


class AmountUnusable(BadInput):
    """Enter an amount in pounds, like 20 or 12.50."""


def routes(pages: Pages) -> list[BaseRouteHandler]:
    """The handlers of /money."""
    return [*_pages(pages), *_top_ups(pages)]


def _pages(pages: Pages) -> list[BaseRouteHandler]:
    @get("/a/{place:str}/money", name="money")
    async def shown(request: Ask) -> Answer:
        return await _show(pages, request)

    @get("/a/{place:str}/money/receipts/{entry_id:str}", name="receipt")
    async def receipt(request: Ask) -> Answer:
        visit = Visit(request, READ)

        async def verb(box: Box) -> Owned[Any]:
            found = await read_receipt(box, visit.id(Kind.ENTRY, "entry_id"))
            return render(
                lambda row, address: (row, address), found, box.own(await ship_from(box), "setting:ship_from")
            )

        return await pages.show(visit, verb, partial(_receipt, counter=pages.counter))

    return [shown, receipt]


def _top_ups(pages: Pages) -> list[BaseRouteHandler]:
    @post("/a/{place:str}/money/top-up", name="top_up")
    async def top_up(request: Ask) -> Answer:
        form = await request.form()
        typed = str(form.get("amount", ""))
        try:
            amount = _amount(str(form.get("quick", "")), typed)
            return see(await _begin(pages, Visit(request, "money:write"), amount))
        except BadInput as error:
            return await _show(pages, request, typed[:20], field_errors(error))
        except PillarboxError as error:
            return pages.refuse(Visit(request, "money:write"), error)

    @get("/a/{place:str}/money/back", name="top_up_back")
    async def back(request: Ask) -> Answer:
        key = request.query_params.get("key", "")
        return await pages.act(
            Visit(request, READ), lambda box: top_up_of_key(box, key), lambda row: done("/money", _ENDED[row.status])
        )

    return [top_up, back]


def _amount(quick: str, typed: str) -> int:
    """Return the pence of the button that was pressed, or else of what was typed. Raises `AmountUnusable`."""
    if quick.isascii() and quick.isdigit() and len(quick) < 10:
        return int(quick)
    try:
        return pence(typed.replace("£", "").replace(",", ""))
    except MoneyUnreadable as error:
        raise AmountUnusable(field="amount") from error


async def _begin(pages: Pages, visit: Visit, amount_pence: int) -> str:
    """Begin a payment and return the provider's page. Raises `AmountUnusable` and what `start_top_up` raises."""
    key = secrets.token_hex(16)
    back = f"{pages.counter.public_url}/a/{visit.place}/money/back?{urlencode({'key': key})}"

    async def work(box: Box) -> Owned[str]:
        await placed(box, visit.place)
        begun = await start_top_up(box, pages.counter, amount_pence, key, return_url=back)
        return render(lambda value: str(value.pay_url), begun)

    try:
        address: str = await pages.gate.serve(pages.knock(visit.request, check_first=True), visit.scope, work)
    except TopUpUnusable as error:
        raise AmountUnusable(error.detail, field="amount") from error
    return address


async def _show(pages: Pages, request: Ask, typed: str = "", errors: tuple[FieldError, ...] = ()) -> Answer:
    trail = read_trail(request)

    async def verb(box: Box) -> Owned[Any]:
        rows = await list_ledger(box, before=parse(Kind.ENTRY, trail[-1]) if trail else None, most=PAGE)
        return gather((rows, await count_ledger(box), await read_balance(box)))

    sheet = partial(_money, trail=trail, typed=typed, counter=pages.counter)
    return await pages.show(Visit(request, READ), verb, sheet, errors=errors, status=422 if errors else 200)


def _money(
    found: tuple[tuple[RowLike, ...], int, Balance], *, trail: tuple[str, ...], typed: str, counter: Counter
) -> Sheet:
    rows, total, balance = found
    view = account.Money(
        balance.prepaid_pence,
        0,
        tuple(_row(row, counter) for row in rows),
        pager(trail, len(rows), total, PAGE, str(rows[-1].transfer_id) if rows else ""),
        tuple(Choice(str(each), f"£{each // 100}") for each in top_up_limits().quick_pence),
        typed,
    )
    return Sheet("Money", Section.MONEY, view)


def _row(row: RowLike, counter: Counter) -> account.LedgerRow:
    label = row.reason != "top_up"
    service = service_words(counter.pack, row.service_code)[0] if label else ""
    words = {
        "top_up": "Top-up",
        "postage": f"{service}, {row.tracking_number}",
        "void": f"Given back: {service}, {row.tracking_number}",
    }[row.reason]
    return account.LedgerRow(
        str(row.transfer_id),
        row.at,
        words,
        row.pence,
        row.vat_pence,
        row.balance_pence,
        f"/orders/{row.order_id}" if row.order_id else "",
        f"/money/receipts/{row.transfer_id}" if label else "",
    )


def _receipt(found: tuple[RowLike, Address | None], *, counter: Counter) -> Sheet:
    row, address = found
    credit = row.reason == "void"
    service = service_words(counter.pack, row.service_code)[0]
    sign = -1 if credit else 1
    net, vat = sign * row.net_pence, sign * row.vat_pence
    to = "" if row.country in UK_POSTCODE_COUNTRIES else f" to {by_iso2(row.country).name}"
    words = f"{service}, {format_words(Format(row.format)).lower()}{to}, {row.tracking_number}"
    view = account.Receipt(
        "Credit note" if credit else "Receipt",
        str(row.transfer_id),
        row.at,
        (counter.operator_name,),
        lines_for_label(address) if address else (),
        "",
        (account.ReceiptLine(words, 1, net, vat, net + vat, _RATES[Vat(row.vat)]),),
        "Returned to the prepaid balance." if credit else "Paid from the prepaid balance.",
    )
    return Sheet("Receipt", Section.MONEY, view)
