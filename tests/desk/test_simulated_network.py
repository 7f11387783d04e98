from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pillarbox.db.errors import NoSuchCredential
from pillarbox.desk.counter import Counter
from pillarbox.desk.track import Tracking, track
from pillarbox.gate import Box, Owned
from pillarbox.gate.admit import Knock
from pillarbox.main.house import House
from pillarbox.outside.simulated_network import Pace, SimulatedNetwork, speed_of
from pillarbox.postage.journey import Speed
from tests.conftest import People
from tests.desk.parcel_room import BOUGHT, NOW, counter, posted, void

pytestmark = pytest.mark.anyio

PACE = Pace(factor=1440, handed_over_after=timedelta(minutes=1))


def at(now: datetime) -> Counter:
    return counter(now)


async def steps(house: House, people: People, label) -> Tracking:  # type: ignore[no-untyped-def]  # an id
    async def work(box: Box) -> Owned[Tracking]:
        return await track(box, counter(), label)

    found: Tracking = await house.gate.serve(Knock("pages", people.owner.session), "orders:read", work)
    return found


async def test_a_parcel_is_walked_to_its_end_and_a_restart_doubles_nothing(house: House, people: People) -> None:
    parcel = await posted(house, people.owner.session)
    early = SimulatedNetwork(house.gate, at(BOUGHT + timedelta(seconds=59)), people.network, PACE)
    await early.step()
    assert len((await steps(house, people, parcel.label_id)).steps) == 1
    halfway = SimulatedNetwork(house.gate, at(BOUGHT + timedelta(minutes=1, seconds=20)), people.network, PACE)
    await halfway.step()
    begun = await steps(house, people, parcel.label_id)
    assert len(begun.steps) >= 2
    restarted = SimulatedNetwork(house.gate, at(NOW), people.network, PACE)
    await restarted.step()
    ended = await steps(house, people, parcel.label_id)
    assert ended.steps[: len(begun.steps)] == begun.steps
    assert ended.terminal or ended.faring == "problem"
    assert await restarted.step() == 0
    assert await SimulatedNetwork(house.gate, at(NOW), people.network, Pace(factor=2880)).step() == 0
    assert await steps(house, people, parcel.label_id) == ended


async def test_a_cancelled_label_is_never_handed_over(house: House, people: People) -> None:
    before, after = await posted(house, people.owner.session), await posted(house, people.owner.session)
    await void(house, people.owner.session, before.label_id, BOUGHT + timedelta(seconds=1))
    clock = [BOUGHT + timedelta(seconds=30)]
    there = at(NOW)
    there.clock = lambda: clock[0]
    network = SimulatedNetwork(house.gate, there, people.network, PACE)
    await network.step()
    await void(house, people.owner.session, after.label_id, BOUGHT + timedelta(seconds=40))
    clock[0] = NOW
    await network.step()
    for parcel in (before, after):
        assert not (await steps(house, people, parcel.label_id)).used_after_void


async def test_a_key_that_is_not_the_networks_opens_nothing(house: House, people: People) -> None:
    with pytest.raises(NoSuchCredential):
        await SimulatedNetwork(house.gate, at(NOW), people.owner.api_key, PACE).step()


def test_services_travel_at_their_published_speed() -> None:
    speeds = {code: speed_of(counter(), code) for code in ("TOLP24", "OLP2", "SD1", "ISOLP", "gone")}
    assert speeds == {
        "TOLP24": Speed.NEXT_DAY,
        "OLP2": Speed.TWO_DAY,
        "SD1": Speed.GUARANTEED,
        "ISOLP": Speed.ECONOMY,
        "gone": Speed.ECONOMY,
    }
