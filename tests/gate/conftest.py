from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest

from pillarbox.desk.create_order import create_order
from pillarbox.desk.new_order import NewOrder, ParcelFields, check_order
from pillarbox.gate import Box, Owned
from pillarbox.gate.admit import Knock
from pillarbox.kernel.ids import TagKey
from pillarbox.main.house import House, conninfo
from tests.conftest import Installation, People, Person

YORK = {"name": "Ann Example", "line1": "12 Maple Street", "town": "York", "postcode": "YO1 7HH", "country": "GB"}


@dataclass(frozen=True, slots=True)
class Attacker:
    """A connection as the application's role, with arbitrary SQL in one customer's hands."""

    sql: psycopg.Connection[tuple[object, ...]]
    tags: TagKey

    def secret(self, who: Person) -> bytes:
        return self.tags.open_credential(who.session).secret

    def enter(self, who: Person) -> None:
        self.sql.execute("select gate.enter(%s, 'pages')", [self.secret(who)])


@pytest.fixture
def attacker(installation: Installation) -> Iterator[Attacker]:
    with psycopg.connect(conninfo(installation.settings, installation.secrets, "app")) as connection:
        yield Attacker(connection, TagKey(installation.secrets.tag))


@pytest.fixture
def second(installation: Installation) -> Iterator[Attacker]:
    with psycopg.connect(conninfo(installation.settings, installation.secrets, "app")) as connection:
        yield Attacker(connection, TagKey(installation.secrets.tag))


@pytest.fixture(scope="session")
async def an_order(house: House, people: People, anyio_backend: str) -> Callable[[Person], UUID]:
    made: dict[int, UUID] = {}
    for person in (people.owner, people.stranger):
        order = check_order(NewOrder(recipient=YORK, reference="SAME-1", parcel=ParcelFields(weight_g=100)))

        async def work(box: Box, order: object = order) -> Owned[object]:
            return await create_order(box, order)  # type: ignore[arg-type]

        row = await house.gate.serve(Knock("api", person.session, check_first=True), "orders:write", work)
        made[person.account] = UUID(bytes=row.order_id.raw)
    return lambda who: made[who.account]
