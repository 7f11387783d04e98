from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from pillarbox.db.errors import NoSuchCredential
from pillarbox.gate import Box, Owned
from pillarbox.gate.admit import Knock
from pillarbox.gate.key import ScopeMissing
from pillarbox.gate.sign_in import SignInRefused
from pillarbox.kernel.errors import NotFound
from pillarbox.main.house import House
from tests.conftest import Installation, People, Person

pytestmark = pytest.mark.anyio


async def _whose(box: Box) -> Owned[int]:
    return box.own((await box.enter()).account_id, "account:number")


async def test_each_of_the_cast_enters_their_own_account_by_session_and_key(house: House, people: People) -> None:
    for person in (people.owner, people.mate, people.stranger):
        for surface, credential in (("pages", person.session), ("api", person.api_key)):
            assert await house.gate.serve(Knock(surface, credential), "orders:read", _whose) == person.account
    assert await house.gate.serve(Knock("pages", people.staff.session), "staff", _whose) == people.staff.account
    assert people.mate.account == people.owner.account != people.stranger.account


async def test_a_key_opens_no_more_than_its_person_may(house: House, people: People) -> None:
    for credential in (people.mate.session, people.mate.api_key, people.staff.session):
        with pytest.raises(ScopeMissing):
            await house.gate.serve(Knock("api", credential), "money:write", _whose)
    with pytest.raises(NoSuchCredential):
        await house.gate.serve(Knock("api", people.network), "network", _whose)
    with pytest.raises(SignInRefused):
        await house.sign_in.sign_in(people.owner.email, people.stranger.password)


async def test_a_strangers_value_is_held_back_and_reported(
    house: House,
    people: People,
    installation: Installation,
    newcomer: Callable[..., Awaitable[Person]],
) -> None:
    kept: list[Owned[int]] = []

    async def keep(box: Box) -> Owned[int]:
        await box.enter()
        kept.append(box.own(7, "parcel:weight"))
        return kept[0]

    async def leak(box: Box) -> Owned[int]:
        await box.enter()
        return kept[0]

    thief = await newcomer("thief")
    await house.gate.serve(Knock("api", people.owner.session), "orders:read", keep)
    reports = Path(installation.settings.data) / "incidents"
    before = set(reports.glob("*.json"))
    with pytest.raises(NotFound):
        await house.gate.serve(Knock("api", thief.session), "orders:read", leak)
    (report,) = [json.loads(path.read_bytes()) for path in set(reports.glob("*.json")) - before]
    assert report["what"] == "exposure"
    assert report["viewer"]["account"] == str(thief.account)
    assert report["marks"] == [{"account": str(people.owner.account), "fields": "parcel:weight", "ids": []}]
    assert reports.stat().st_mode & 0o077 == 0
