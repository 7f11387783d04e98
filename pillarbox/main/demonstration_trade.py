"""What the demonstration's merchants have done before anybody looks: settings, orders, a top-up, labels, an import.

Everything goes through the gate and the same verbs that pages and API call, signed in as the merchant's owner.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from importlib.resources import files
from typing import Any

from pillarbox.desk.buy import buy
from pillarbox.desk.counter import PaymentOutcome
from pillarbox.desk.create_order import create_order
from pillarbox.desk.new_order import check_order
from pillarbox.desk.profile import write_profile
from pillarbox.desk.settings import write_default_parcel, write_ship_from
from pillarbox.desk.start_import import start_import
from pillarbox.desk.top_up import settle_top_up, start_top_up
from pillarbox.desk.upload_file import upload_order_file
from pillarbox.desk.void_label import void_label
from pillarbox.gate import Box, Owned
from pillarbox.gate.admit import Knock
from pillarbox.main.compose import counter_of, test_payments_of
from pillarbox.main.demonstration_story import Shop, SignIns, Story
from pillarbox.main.house import House
from pillarbox.main.secrets import Secrets
from pillarbox.main.settings import Settings
from pillarbox.outside.test_payments import PATH, TestCard

_KEY = "demonstration"


async def trade(house: House, settings: Settings, secrets: Secrets, story: Story, sign_ins: SignIns) -> None:
    """Do all that the story tells. Sessions that were opened for it are ended again."""
    passwords = {each.email: each.password for each in sign_ins.people}
    for number, shop in enumerate(story.houses):
        for who in reversed(shop.people):
            session = await house.sign_in.sign_in(who.email, passwords[who.email])
            hand = _Hand(house, settings, secrets, session)
            await hand.do(write_profile, who.name, who.email)
            if who is shop.people[0]:
                await hand.run(shop, with_import=number == 0)
            await house.sign_in.sign_out(session)


class _Hand:
    """One person at the pages."""

    def __init__(self, house: House, settings: Settings, secrets: Secrets, session: str) -> None:
        self._gate = house.gate
        self._counter = counter_of(settings, secrets)
        self._provider = test_payments_of(settings, secrets)
        self._session = session

    async def do(self, verb: Callable[..., Awaitable[Owned[Any]]], *given: Any, **named: Any) -> Any:
        async def work(box: Box) -> Owned[Any]:
            await box.enter()
            return await verb(box, *given, **named)

        return await self._gate.serve(Knock("pages", self._session), "orders:read", work)

    async def run(self, shop: Shop, *, with_import: bool) -> None:
        await self.do(write_ship_from, shop.ship_from)
        await self.do(write_default_parcel, shop.parcel)
        await self._top_up(shop.top_up_pence)
        for sent in shop.orders:
            made = await self.do(create_order, check_order(sent.order))
            if sent.buy:
                await self._buy(made.order_id, sent.buy, void=sent.then == "voided")
        if with_import:
            data = files("pillarbox.main").joinpath("demonstration.csv").read_bytes()
            row = await self.do(upload_order_file, "november-orders.csv", data)
            await self.do(start_import, row.import_id)

    async def _buy(self, order_id: Any, service: str, *, void: bool) -> None:
        label = await self.do(buy, self._counter, order_id, service, f"{_KEY} {order_id}")
        if void:
            await self.do(void_label, self._counter, label.label_id)

    async def _top_up(self, pence: int) -> None:
        begun = await self.do(start_top_up, self._counter, pence, _KEY, return_url=self._counter.public_url)
        for callback in self._provider.pay(begun.pay_url.rpartition(PATH)[2], TestCard.PAID):
            outcome = self._provider.verify(callback.body, callback.headers)
            await self._gate.serve_payment(
                Knock("payments"), self._provider.name, outcome.reference, partial(_settle, outcome)
            )


async def _settle(outcome: PaymentOutcome, box: Box) -> Owned[Any]:
    return await settle_top_up(box, outcome)
