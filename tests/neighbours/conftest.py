"""The owner's world: one of everything, made by the verbs themselves, with every statement overheard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from pillarbox.db.errors import NumbersExhausted
from pillarbox.desk import (
    api_keys,
    balance,
    buy,
    buy_many,
    change_order,
    choose_import,
    count_sights,
    create_order,
    idempotent,
    import_orders,
    mark_despatched,
    mend_row,
    order_detail,
    preview_import,
    print_labels,
    profile,
    public_tracking,
    quote,
    read_import,
    read_label,
    read_order,
    record_event,
    run_batch_step,
    settings,
    start_import,
    top_up,
    track,
    upload_file,
    void_label,
    who_am_i,
    who_has_seen,
    workbench,
)
from pillarbox.desk.counter import Counter
from pillarbox.desk.import_choices import ImportChoices
from pillarbox.desk.new_order import NewOrder, ParcelFields, check_order
from pillarbox.gate import Box, Owned, render
from pillarbox.gate.admit import Gate, Knock
from pillarbox.kernel.ids import Id
from pillarbox.main.compose import counter_of
from pillarbox.main.house import House
from tests.conftest import Installation, People
from tests.doors.conftest import app  # noqa: F401 - a fixture
from tests.neighbours.scene import Scene, scene_of
from tests.neighbours.tap import Heard, Tap

CANARY = "Cassandra Quillfeather"
ADDRESS = {"name": CANARY, "line1": "7 Canary Wharf Cottages", "town": "York", "postcode": "YO1 7HH", "country": "GB"}
FILE = (
    b"Order reference,First Name,Last Name,Address Line 1,City,Postcode,Country,Package Format,Weight\n"
    b"F-1,Good,Row,1 High Street,York,YO1 7HH,United Kingdom,Parcel,0.4\n"
    b"F-2,Spoilt,Row,2 High Street,York,NOPE,United Kingdom,Parcel,0.4\n"
    b"F-3,Spoilt,Two,3 High Street,York,NOPE,United Kingdom,Parcel,0.4\n"
)


@dataclass(frozen=True, slots=True)
class World:
    """What the owner has, and every statement that made or showed it."""

    heard: list[Heard]
    ids: dict[str, Id]
    number: str


@dataclass(slots=True)
class Owner:
    """Does verbs as the owner, through a tapped pool."""

    gate: Gate
    counter: Counter
    session: str
    network: str

    async def do(self, verb: Any, *given: Any, **named: Any) -> Any:
        async def work(box: Box) -> Owned[Any]:
            done = await verb(box, *given, **named)
            return done if isinstance(done, Owned) else box.own(done, "test:nothing")

        return await self.gate.serve(Knock("pages", self.session, check_first=True), "orders:write", work)

    async def scan(self, number: str, code: str, at: datetime) -> None:
        knock = Knock("network", self.network)
        await self.gate.serve_scan(
            knock, number, lambda box: record_event.record_event(box, self.counter, code, at, place="York")
        )


@pytest.fixture(scope="session")
async def world(house: House, people: People, installation: Installation, anyio_backend: str) -> World:
    real = house.gate
    tap = Tap(real._pool)
    gate = Gate(tap, real._keyrings, house.tags, real._release)  # type: ignore[arg-type]
    owner = Owner(gate, counter_of(installation.settings, installation.secrets), people.owner.session, people.network)
    ids: dict[str, Id] = {}
    await _settings(owner, ids)
    await _orders(owner, ids)
    await _money(owner, ids)
    number = await _labels(owner, ids)
    await _tracking(owner, ids, number)
    await _batch(owner, ids)
    await _import(owner, ids)
    await _reading(owner, ids)
    return World(tap.heard, ids, number)


@pytest.fixture(scope="session")
def scene(installation: Installation, world: World, people: People) -> Iterator[Scene]:
    with scene_of(installation, world, people) as made:
        yield made


@pytest.fixture
def things(scene: Scene) -> dict[str, Any]:
    """What there is to name in a call, with an id and a word that are new."""
    return scene.things | {"fresh": uuid4(), "word": uuid4().hex}


async def _settings(owner: Owner, ids: dict[str, Id]) -> None:
    await owner.do(settings.write_ship_from, ADDRESS)
    await owner.do(settings.write_label_stock, "a6")
    await owner.do(settings.read_settings)
    person = await owner.do(profile.write_profile, CANARY, "cassandra@post.example")
    ids["person_id"] = person.person_id
    await owner.do(profile.read_profile)
    await owner.do(profile.list_people)
    for name in ("key_id", "ended_key"):
        made = await owner.do(api_keys.make_api_key, "for the neighbours", ["orders:read"], live=True)
        ids[name] = made.key_id
    await owner.do(api_keys.list_api_keys, owner.counter)


async def _new(owner: Owner, reference: str) -> Id:
    order = check_order(
        NewOrder(recipient=ADDRESS, reference=reference, parcel=ParcelFields(weight_g=400, format="small parcel"))
    )
    return (await owner.do(create_order.create_order, order)).order_id  # type: ignore[no-any-return]


async def _orders(owner: Owner, ids: dict[str, Id]) -> None:
    for name in ("order_id", "bought", "batched", "voided", "cancelled", "kept"):
        ids[name] = await _new(owner, f"N-{name}")
    changed = check_order(
        NewOrder(recipient=ADDRESS, reference="N-changed", parcel=ParcelFields(weight_g=500, format="small parcel"))
    )
    await owner.do(change_order.change_order, ids["order_id"], changed)
    await owner.do(change_order.cancel_order, ids["cancelled"])
    await owner.do(read_order.read_order, ids["order_id"])
    await owner.do(read_order.list_orders, read_order.OrdersAsked())
    await owner.do(read_order.list_orders, read_order.OrdersAsked(state="new"))
    await owner.do(read_order.list_orders, read_order.OrdersAsked(search="quillfeather"))
    unweighed = check_order(NewOrder(recipient=ADDRESS, reference="N-unweighed"))
    ids["unweighed"] = (await owner.do(create_order.create_order, unweighed)).order_id
    await owner.do(read_order.count_orders)
    for asked in (
        workbench.WorkAsked(),
        workbench.WorkAsked(search="quillfeather"),
        workbench.WorkAsked(state="mend"),
    ):
        await owner.do(workbench.workbench, owner.counter, asked)
    await owner.do(order_detail.order_detail, owner.counter, ids["order_id"])
    await owner.do(who_am_i.who_am_i)
    await owner.do(quote.quote_order, owner.counter, ids["order_id"])

    async def once(box: Box) -> Owned[Any]:
        asked = idempotent.Asked("key-1", "neighbours", b"{}")

        async def work(inner: Box) -> Owned[bytes]:
            return render(lambda row: str(row.order_id).encode(), await read_order.read_order(inner, ids["order_id"]))

        return await idempotent.once(box, asked, work)

    await owner.do(once)
    await owner.do(once)


async def _money(owner: Owner, ids: dict[str, Id]) -> None:
    for _ in range(2):
        begun = await owner.do(top_up.start_top_up, owner.counter, 5_000, "neighbours", return_url="/money")
    ids["top_up_id"] = begun.top_up.top_up_id
    row = await owner.do(top_up.read_top_up, begun.top_up.top_up_id)
    reference = row.reference
    from pillarbox.desk.counter import PaymentOutcome

    await owner.gate.serve_payment(
        Knock("payments"),
        owner.counter.payments.name,
        reference,
        lambda box: top_up.settle_top_up(box, PaymentOutcome(reference, True, 5_000)),
    )
    await owner.do(balance.read_balance)
    await owner.do(top_up.top_up_of_key, "neighbours")


async def _labels(owner: Owner, ids: dict[str, Id]) -> str:
    for _ in range(2):
        label = await owner.do(buy.buy, owner.counter, ids["bought"], "OLP2", "n-1")
    ids["label_id"] = label.label_id
    await owner.do(print_labels.print_labels, owner.counter, [label.label_id])
    gone = await owner.do(buy.buy, owner.counter, ids["voided"], "OLP2", "n-2")
    await owner.do(void_label.void_label, owner.counter, gone.label_id)
    kept = await owner.do(buy.buy, owner.counter, ids["kept"], "OLP2", "n-3")
    ids["unscanned"] = kept.label_id
    lines = await owner.do(balance.list_ledger)
    ids["transfer_id"] = lines[0].transfer_id
    await owner.do(balance.read_receipt, ids["transfer_id"])
    await owner.do(balance.count_ledger)
    await owner.do(read_label.read_label, label.label_id)
    await owner.do(read_label.labels_of_order, ids["bought"])
    await owner.do(read_label.list_labels)
    await owner.do(read_label.count_labels)
    return str(label.tracking_number)


async def _tracking(owner: Owner, ids: dict[str, Id], number: str) -> None:
    from pillarbox.postage.tracking_codes import all_codes

    code = next(c.code for c in all_codes() if c.status is not None and c.status.value == "accepted")
    await owner.scan(number, code, datetime.now(UTC) - timedelta(minutes=5))
    await owner.do(mark_despatched.mark_despatched, ids["label_id"])
    await owner.do(track.track, owner.counter, ids["label_id"])
    await owner.do(track.list_parcels, owner.counter, track.ParcelsAsked())
    await owner.do(track.count_parcels)
    for postcode in ("", "YO1 7HH"):
        await owner.gate.serve_tracking(
            Knock("tracking"), number, lambda box, p=postcode: public_tracking.public_tracking(box, owner.counter, p)
        )


async def _batch(owner: Owner, ids: dict[str, Id]) -> None:
    orders = [ids["batched"], ids["cancelled"]]
    await owner.do(buy_many.preview_buy, owner.counter, orders, "OLP2")
    for _ in range(2):
        batch = await owner.do(buy_many.start_batch, owner.counter, orders, "OLP2", "n-batch")
    ids["batch_id"] = batch.batch_id
    await owner.do(run_batch_step.run_batch_step, owner.counter, batch.batch_id, most=1)
    await owner.do(run_batch_step.fail_batch_item, batch.batch_id, NumbersExhausted())
    while await owner.do(run_batch_step.run_batch_step, owner.counter, batch.batch_id):
        pass
    await owner.do(buy_many.read_batch, batch.batch_id)
    await owner.do(buy_many.failed_items, batch.batch_id)
    await owner.do(print_labels.labels_of_batch, batch.batch_id)


async def _import(owner: Owner, ids: dict[str, Id]) -> None:
    dropped = await owner.do(upload_file.upload_order_file, "dropped.csv", FILE)
    await owner.do(upload_file.drop_upload, dropped.import_id)
    row = await owner.do(upload_file.upload_order_file, "orders.csv", FILE)
    ids["import_id"], ids["file_id"] = row.import_id, row.file_id
    await owner.do(preview_import.preview_import, row.import_id)
    await owner.do(choose_import.choose_import, row.import_id, ImportChoices())
    await owner.do(start_import.start_import, row.import_id)

    async def run(box: Box) -> None:
        reading = await import_orders.open_import(box, row.import_id)
        assert reading is not None
        while await import_orders.import_step(box, reading):
            pass

    await owner.do(run)
    await owner.do(read_import.read_import, row.import_id)
    await owner.do(read_import.list_imports)
    await owner.do(workbench.workbench, owner.counter, workbench.WorkAsked(import_id=row.import_id))
    await owner.do(read_import.count_problems, row.import_id)
    await owner.do(read_import.list_problems, row.import_id)
    await owner.do(read_import.left_out_csv, row.import_id)
    await owner.do(mend_row.row_to_mend, row.import_id, 3)
    await owner.do(mend_row.mend_row, row.import_id, 3, {"postcode": "YO1 7HH"})


async def _reading(owner: Owner, ids: dict[str, Id]) -> None:
    await owner.do(who_has_seen.who_has_seen)
    await owner.do(who_has_seen.who_has_seen, ids["bought"])
    await owner.do(count_sights.count_sights, ids["bought"])
    await owner.do(api_keys.revoke_api_key, ids["ended_key"])
