"""What the pages of buying show, as pure functions of what the desk returned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pillarbox.desk.buy_many import BuyPreview
from pillarbox.desk.counter import Counter
from pillarbox.desk.label_words import format_words
from pillarbox.desk.print_labels import MOST as MOST_PRINTED
from pillarbox.desk.sale import today
from pillarbox.kernel.money import pounds
from pillarbox.postage.country import UK_POSTCODE_COUNTRIES, by_iso2
from pillarbox.postage.quote import Offer, Quote
from pillarbox.postage.service import Feature, Service
from pillarbox.web.order_words import name_of
from pillarbox.web.sheet import Sheet
from pillarbox.web.views import Choice, Section, buying, sending

_NO_SPEED: Final = "No delivery aim is published"
RowLike = Any
"""A row of the vault, taken by its field names: doors import no vault."""


def preview_sheet(
    found: BuyPreview, orders: Sequence[str], service: str, key: str, counter: Counter, *, knows_money: bool
) -> Sheet:
    """The confirm page: `orders` as they were ticked; only those that can be bought are in its form.

    The balance stands there only for whoever `knows_money`.
    """
    bought = [str(order_id) for order_id in found.order_ids]
    view = buying.Buy(
        (
            *(("order", each) for each in bought),
            ("service", service),
            ("agreed", str(found.total_pence)),
            ("key", key),
        ),
        tuple(orders),
        service_choices(counter, service, many=len(orders) > 1),
        tuple(
            buying.BuyLine(
                line.service_name,
                format_words(line.format),
                line.pieces,
                line.each_pence,
                line.total_pence,
                line.vat_pence,
            )
            for line in found.lines
        ),
        found.total_pence,
        found.vat_pence,
        found.balance_pence if knows_money else None,
        found.missing_pence,
        tuple(buying.LeftOut(str(o.order_id), o.reference or f"No. {o.number}", o.detail) for o in found.left_out),
    )
    return Sheet("Buy labels", Section.ORDERS, view)


def service_choices(counter: Counter, chosen: str, *, many: bool) -> tuple[Choice, ...]:
    """Every service that anybody can buy here, after what the orders themselves say."""
    first = Choice("", "As each order says" if many else "As the order says", chosen=not chosen)
    sold = (each for each in counter.pack.services.values() if each.tariff and not each.contract_only)
    return (first, *(Choice(each.code, _service_words(each), chosen=each.code == chosen) for each in sold))


def _service_words(service: Service) -> str:
    return f"{service.name}, cover up to {_round_pounds(min(service.cover_pence))}"


def _round_pounds(amount_pence: int) -> str:
    return pounds(amount_pence).removesuffix(".00")


def prices_sheet(found: tuple[RowLike, Quote | None, str], *, counter: Counter) -> Sheet:
    """Every service for one order, cheapest first, and why not the others."""
    order, quote, problem = found
    view = buying.OrderPrices(
        str(order.order_id),
        name_of(order),
        _to(order),
        quote_view(quote, order, counter) if quote else None,
        problem,
    )
    return Sheet("Choose a service", Section.ORDERS, view)


def _to(order: RowLike) -> str:
    address = order.addressee.address
    abroad = order.country not in UK_POSTCODE_COUNTRIES
    parts = (address.name or address.company, address.town, by_iso2(order.country).name if abroad else address.postcode)
    return ", ".join(part for part in parts if part)


def quote_view(quote: Quote, order: RowLike, counter: Counter) -> sending.Quote:
    """A quote in words; offers that may not be sold stand among the others, with the reason."""
    sellable = [offer for offer in quote.offers if offer.sellable]
    held = [offer for offer in quote.offers if not offer.sellable]
    version = counter.pack.version_on(today(counter))
    kilos = f"{order.weight_g / 1000:g} kg" if order.weight_g >= 1000 else f"{order.weight_g} g"
    return sending.Quote(
        f"{format_words(quote.format)}, {kilos}",
        tuple(_offer(offer, at, order.service_code, quote.value_pence) for at, offer in enumerate(sellable)),
        (
            *(sending.NotOffered(o.name, f"Its price is not certain and not sold yet. {o.held_because}") for o in held),
            *(sending.NotOffered(d.name, d.detail) for d in quote.declined if d.reason.value != "account_only"),
        ),
        version.valid_from if version else today(counter),
    )


def _offer(offer: Offer, place: int, chosen: str | None, value_pence: int | None) -> sending.Offer:
    return sending.Offer(
        offer.code,
        offer.name,
        offer.price_pence,
        offer.vat_pence,
        offer.speed or _NO_SPEED,
        offer.cover_pence,
        _tracked(offer.features),
        "Cheapest" if place == 0 else "",
        "" if offer.covers(value_pence) else "The goods are worth more than this covers.",
        chosen=offer.code == chosen,
    )


def _tracked(features: Sequence[Feature]) -> str:
    signed = Feature.SIGNED_FOR in features
    if Feature.TRACKED in features:
        return "Tracked, signed for" if signed else "Tracked all the way"
    return "Signed for, delivery confirmed" if signed else "Not tracked"


def batch_sheet(found: tuple[RowLike, tuple[RowLike, ...]]) -> Sheet:
    """How far a batch has come. Where scripts do not run the page asks again every three seconds."""
    batch, failed = found
    finished = batch.status == "done"
    view = buying.Batch(
        str(batch.batch_id),
        batch.total,
        batch.bought + batch.failed,
        tuple(buying.LeftOut(str(item.order_id), name_of(item), item.problem.detail) for item in failed),
        batch.created_at,
        finished,
        _parts(batch.bought),
    )
    return Sheet("Labels" if finished else "Making labels", Section.ORDERS, view, refresh_seconds=0 if finished else 3)


def _parts(bought: int) -> tuple[Choice, ...]:
    """The documents that the labels of a batch fill."""
    if bought <= MOST_PRINTED:
        return (Choice("0", "Print them all"),) if bought else ()
    firsts = range(0, bought, MOST_PRINTED)
    return tuple(
        Choice(str(part), f"Print {first + 1:,} to {min(first + MOST_PRINTED, bought):,}")
        for part, first in enumerate(firsts)
    )
