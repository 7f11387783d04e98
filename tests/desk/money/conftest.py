from __future__ import annotations

import contextlib
import itertools
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from pillarbox.desk.balance import read_balance
from pillarbox.desk.buy import buy
from pillarbox.desk.counter import Counter
from pillarbox.desk.create_order import create_order
from pillarbox.desk.new_order import NewOrder, ParcelFields, check_order
from pillarbox.desk.settings import write_ship_from
from pillarbox.desk.top_up import settle_top_up, start_top_up
from pillarbox.gate.admit import Knock
from pillarbox.kernel.ids import Id
from pillarbox.main.compose import counter_of
from pillarbox.outside.test_payments import TestCard
from pillarbox.vault.owned import Owned

RECIPIENT = {
    "name": "Jane Doe", "line1": "12 High Street", "town": "Swindon", "postcode": "SN1 3AB", "country": "GB",
}  # fmt: skip
_keys = itertools.count(1)


@dataclass(frozen=True)
class Shop:
    """One merchant's account and everything that a test asks of it."""

    house: Any
    counter: Counter
    person: Any
    administrator: str

    async def do(self, work: Callable[..., Awaitable[Any]], scope: str = "labels") -> Any:
        return await self.house.gate.serve(Knock("api", self.person.api_key, check_first=True), scope, work)

    async def order(self, **changes: Any) -> Id:
        asked = {"recipient": RECIPIENT, "parcel": ParcelFields(weight_g=400, format="small parcel"), **changes}
        checked = check_order(NewOrder(**asked))

        async def work(box: Any) -> Owned[Any]:
            return await create_order(box, checked)

        return (await self.do(work, "orders:write")).order_id

    async def begin(self, pence: int, key: str | None = None) -> Any:
        key = key or f"top-up {next(_keys)}"
        return await self.do(
            lambda box: start_top_up(box, self.counter, pence, key, return_url="/money"), "money:write"
        )

    async def callback(self, body: bytes, headers: dict[str, str]) -> Any:
        outcome = self.counter.payments.verify(body, headers)
        return await self.house.gate.serve_payment(
            Knock("payments"), "test", outcome.reference, lambda box: settle_top_up(box, outcome)
        )

    def pay(self, begun: Any, card: TestCard = TestCard.PAID) -> tuple[Any, ...]:
        return self.counter.payments.pay(begun.pay_url.rpartition("/")[2], card.value)

    async def fund(self, pence: int) -> None:
        for called in self.pay(await self.begin(pence)):
            await self.callback(called.body, called.headers)

    async def buy(self, order: Id, service: str = "OLP2", key: str | None = None, **more: Any) -> Any:
        key = key or f"buy {next(_keys)}"
        return await self.do(lambda box: buy(box, self.counter, order, service, key, **more))

    async def balance(self) -> int:
        return (await self.do(read_balance, "money:read")).prepaid_pence

    async def post_from(self) -> None:
        async def work(box: Any) -> Owned[Any]:
            await box.enter()
            return await write_ship_from(box, {**RECIPIENT, "name": "Acme Ltd", "postcode": "SN3 5SD"})

        await self.do(work, "orders:write")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Look from outside, as the database's administrator; `$account` stands for this account's number."""
        with psycopg.connect(self.administrator) as connection:
            return connection.execute(query.replace("$account", str(self.person.account)).encode()).fetchall()

    def write(self, change: str) -> None:
        """Change something from outside, as the database's administrator."""
        with psycopg.connect(self.administrator, autocommit=True) as connection:
            connection.execute(change.encode())

    @contextlib.contextmanager
    def no_numbers(self, indicator: str) -> Iterator[None]:
        """Let one range of numbers be used up for a while."""
        used_up = "update gate.s10_range set used = used + %s where indicator = %s"
        with psycopg.connect(self.administrator, autocommit=True) as connection:
            (left,) = connection.execute(
                "select size - used from gate.s10_range where indicator = %s", [indicator]
            ).fetchone() or (0,)
            connection.execute(used_up, [left, indicator])
            yield
            connection.execute(used_up, [-left, indicator])

    def audit(self) -> dict[str, int]:
        """Hold the books against the transfers and the transfers against the labels; return the books."""
        books = dict(self.rows("select book, pence from vault.book where account_id = $account"))
        folded = dict.fromkeys(books, 0)
        balance = 0
        for source, target, pence, after in self.rows(
            "select from_book, to_book, pence, balance_pence from vault.transfer where account_id = $account order by at"
        ):
            folded[source] -= pence
            folded[target] += pence
            balance += pence if target == "prepaid" else -pence if source == "prepaid" else 0
            assert after == balance
        assert folded == books
        assert sum(books.values()) == 0
        assert books.get("prepaid", 0) == balance >= 0
        assert self.rows(_UNEVEN) == []
        return books


_UNEVEN = """
select p.parcel_id from vault.parcel p left join lateral (
  select coalesce(sum(pence) filter (where reason in ('postage', 'postage_vat')), 0) as spent,
    coalesce(sum(pence) filter (where reason in ('void', 'void_vat')), 0) as back
  from vault.transfer t where t.account_id = $account and t.subject = p.parcel_id) t on true
where p.account_id = $account
  and (t.spent <> p.price_pence or t.back <> case when p.voided_at is null then 0 else p.price_pence end)
union all
select t.subject from vault.transfer t where t.account_id = $account and t.reason <> 'top_up'
  and not exists (select from vault.parcel p where p.account_id = $account and p.parcel_id = t.subject)
union all
select o.order_id from vault.order o left join vault.parcel p
  on p.account_id = $account and p.order_id = o.order_id and p.voided_at is null
where o.account_id = $account and (p.parcel_id is not null) <> (o.state in ('label_generated', 'despatched'))
union all
select p.parcel_id from vault.parcel p left join gate.tracked t on t.number = p.tracking_number and t.parcel_id = p.parcel_id
where p.account_id = $account and t.number is null
"""


@pytest.fixture(scope="session")
def counter(installation: Any) -> Counter:
    return counter_of(installation.settings, installation.secrets)


@pytest.fixture
async def shop(house: Any, people: Any, newcomer: Any, installation: Any, counter: Counter) -> Shop:
    return Shop(house, counter, await newcomer("shop"), installation.administrator)


@pytest.fixture(scope="session")
def open_shop(house: Any, people: Any, newcomer: Any, installation: Any, counter: Counter) -> Any:
    """`await open_shop()` opens one more shop, for tests that need many."""

    async def opened() -> Shop:
        return Shop(house, counter, await newcomer("shop"), installation.administrator)

    return opened


@pytest.fixture
async def rival(house: Any, people: Any, newcomer: Any, installation: Any, counter: Counter) -> Shop:
    return Shop(house, counter, await newcomer("rival"), installation.administrator)
