"""Labels by API: buy, list, read, print, cancel; many at once as a batch."""

from __future__ import annotations

from typing import Final

import msgspec

from pillarbox.api.cursor import CursorUnreadable, id_before
from pillarbox.api.desk import Desk
from pillarbox.api.encoding import PDF, Document
from pillarbox.api.route import Ask, Once, Route, Verb
from pillarbox.api.views.labels import (
    BatchResult,
    BatchView,
    LabelPage,
    LabelView,
    batch_result,
    batch_view,
    label_page,
    label_view,
)
from pillarbox.desk.buy import KeyReused, OrderHasLiveLabel, buy
from pillarbox.desk.buy_many import OrdersUncountable, failed_items, read_batch, start_batch
from pillarbox.desk.counter import Counter
from pillarbox.desk.print_labels import LabelsUncountable, labels_of_batch, print_labels
from pillarbox.desk.quote import WeightMissing
from pillarbox.desk.read_label import LabelPageUnusable, list_labels, read_label
from pillarbox.desk.sale import BalanceTooLow, CustomsMissing, OrderNotForSale
from pillarbox.desk.void_label import LabelScanned, LabelVoided, void_label
from pillarbox.gate import Box, Owned, render
from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.ids import Id, Kind, parse
from pillarbox.postage.label import Stock
from pillarbox.postage.quote import PriceNotConfirmed, ServiceDeclined
from pillarbox.postage.service import ServiceUnknown

STOCKS: Final = {"4x6": Stock.FOUR_BY_SIX, "a6": Stock.A6}


class StockUnknown(BadInput):
    """There is no such paper. Use 4x6 (inches) or a6."""


class Purchase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to buy. `agreed_pence`, if given, is the gross price you expect: another price is refused."""

    service_code: str
    agreed_pence: int | None = None


class NewBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1 to 5,000 orders, all by one service or, with an empty `service_code`, each by its own."""

    order_ids: tuple[str, ...]
    service_code: str = ""


class LabelsWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1 to 500 labels in the order in which they are to be printed; `stock` is 4x6 (inches) or a6."""

    ids: tuple[str, ...]
    stock: str = "4x6"


class StockQuery(msgspec.Struct, frozen=True):
    """`stock` is 4x6 (inches) or a6."""

    stock: str = "4x6"


class LabelsQuery(msgspec.Struct, frozen=True):
    """`limit` 1 to 200; `cursor` from the page before; `not_printed` leaves only live labels never printed."""

    limit: int = 50
    cursor: str = ""
    not_printed: bool = False


def routes(desk: Desk) -> list[Route]:
    """The routes of /v1/labels and /v1/batches, and the purchase of an order's label."""
    return [*_buying(desk.counter), *_labels(desk.counter)]


def _buying(counter: Counter) -> list[Route]:
    return [
        Route(
            "buy_label", "POST /v1/orders/{order_id}/purchase", "Buy an order's label from the balance", "labels",
            takes=Purchase, gives=LabelView, status=201, once=Once.MUST, verb=lambda ask: _buy(ask, counter),
            view=label_view,
            raises=(
                ServiceUnknown, BalanceTooLow, OrderHasLiveLabel, OrderNotForSale, ServiceDeclined, PriceNotConfirmed,
                WeightMissing, CustomsMissing, KeyReused,
            ),
        ),
        Route(
            "create_batch", "POST /v1/batches", "Buy the labels of many orders, one after the other", "labels",
            takes=NewBatch, gives=BatchView, status=202, once=Once.MUST, verb=lambda ask: _batch(ask, counter),
            view=batch_view, raises=(OrdersUncountable, ServiceUnknown, KeyReused),
        ),
        Route(
            "read_batch", "GET /v1/batches/{batch_id}", "How far a batch has come, order by order", "labels",
            gives=BatchResult, verb=lambda ask: lambda box: _result(box, ask.id(Kind.BATCH)), view=batch_result,
        ),
    ]  # fmt: skip


def _labels(counter: Counter) -> list[Route]:
    return [
        Route(
            "list_labels", "GET /v1/labels", "List labels, newest first", "labels",
            query=LabelsQuery, gives=LabelPage, verb=_list, view=label_page,
            raises=(LabelPageUnusable, CursorUnreadable),
        ),
        Route(
            "read_label", "GET /v1/labels/{label_id}", "Read one label", "labels",
            gives=LabelView, verb=lambda ask: lambda box: read_label(box, ask.id(Kind.LABEL)), view=label_view,
        ),
        Route(
            "print_label", "GET /v1/labels/{label_id}/pdf", "One label to print, as PDF", "labels",
            query=StockQuery, media=PDF, surface="labels", verb=lambda ask: _print_one(ask, counter),
            view=lambda document: document, raises=(StockUnknown, LabelVoided, LabelScanned),
        ),
        Route(
            "print_labels", "POST /v1/labels/pdf", "Many labels to print, in one PDF", "labels",
            takes=LabelsWanted, media=PDF, surface="labels", verb=lambda ask: _print_many(ask, counter),
            view=lambda document: document, raises=(StockUnknown, LabelVoided, LabelScanned, LabelsUncountable),
        ),
        Route(
            "void_label", "POST /v1/labels/{label_id}/void", "Cancel a label before its first scan", "labels",
            gives=LabelView, once=Once.MAY, verb=lambda ask: lambda box: void_label(box, counter, ask.id(Kind.LABEL)),
            view=label_view, raises=(LabelVoided, LabelScanned),
        ),
    ]  # fmt: skip


def _buy(ask: Ask, counter: Counter) -> Verb:
    wanted: Purchase = ask.body
    return lambda box: buy(
        box, counter, ask.id(Kind.ORDER), wanted.service_code, ask.key, agreed_pence=wanted.agreed_pence
    )


def _batch(ask: Ask, counter: Counter) -> Verb:
    wanted: NewBatch = ask.body
    return lambda box: start_batch(box, counter, _ids(Kind.ORDER, wanted.order_ids), wanted.service_code, ask.key)


async def _result(box: Box, batch_id: Id) -> Owned[object]:
    batch, failed = await read_batch(box, batch_id), await failed_items(box, batch_id)
    return render(lambda *found: found, batch, await labels_of_batch(box, batch_id), failed)


def _list(ask: Ask) -> Verb:
    query: LabelsQuery = ask.query
    before = id_before(query.cursor, Kind.LABEL)

    async def listed(box: Box) -> Owned[object]:
        rows = await list_labels(box, before=before, most=query.limit, waiting=query.not_printed)
        return render(lambda found: (found, query.limit), rows)

    return listed


def _print_one(ask: Ask, counter: Counter) -> Verb:
    stock = _stock(ask.query.stock)

    async def printed(box: Box) -> Owned[Document]:
        label_id = ask.id(Kind.LABEL)
        pdf = await print_labels(box, counter, [label_id], stock)
        return render(lambda content: Document(content, f"{label_id}.pdf"), pdf)

    return printed


def _print_many(ask: Ask, counter: Counter) -> Verb:
    wanted: LabelsWanted = ask.body
    stock = _stock(wanted.stock)

    async def printed(box: Box) -> Owned[Document]:
        ids = _ids(Kind.LABEL, wanted.ids)
        pdf = await print_labels(box, counter, ids, stock)
        name = f"{ids[0]}.pdf" if len(ids) == 1 else f"{ids[0]}-and-{len(ids) - 1}-more.pdf"
        return render(lambda content: Document(content, name), pdf)

    return printed


def _stock(name: str) -> Stock:
    found = STOCKS.get(name.casefold())
    if found is None:
        raise StockUnknown(field="stock")
    return found


def _ids(kind: Kind, texts: tuple[str, ...]) -> list[Id]:
    """Read ids of a body. Raises `NotFound` when one of them is no such id, like one that is not there."""
    return [parse(kind, text) for text in texts]
