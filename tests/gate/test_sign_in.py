"""Signing in: a stranger learns nothing of who has an account, and every session is fresh."""

from __future__ import annotations

import pytest

from pillarbox.gate.sign_in import SignInRefused
from pillarbox.main.house import House
from tests.conftest import People
from tests.gate.conftest import Attacker

pytestmark = pytest.mark.anyio


async def test_an_unknown_address_has_a_salt_like_any_other(attacker: Attacker, people: People) -> None:
    salts = {}
    for email in (people.owner.email, "nobody@post.example", "somebody@post.example"):
        asked = {attacker.sql.execute("select gate.sign_in_parameters(%s)", [email.encode()]).fetchone() for _ in "ab"}
        assert len(asked) == 1, "the same again, whoever asks"
        (salts[email],) = asked
    assert len(set(salts.values())) == 3
    assert {len(bytes(salt[0])) for salt in salts.values() if salt} == {16}  # type: ignore[call-overload]


@pytest.mark.parametrize("password", ["wrong", "", "\ud800", "x" * 2000])
async def test_unknown_and_wrong_are_refused_alike(password: str, house: House, people: People) -> None:
    answers = set()
    for email in (people.owner.email, "nobody@post.example", "\ud800", "x" * 2000, ""):
        with pytest.raises(SignInRefused) as refused:
            await house.sign_in.sign_in(email, password)
        answers.add((type(refused.value), refused.value.detail))
    assert len(answers) == 1


async def test_every_session_is_a_fresh_one(house: House, people: People) -> None:
    one = await house.sign_in.sign_in(people.mate.email, people.mate.password)
    two = await house.sign_in.sign_in(people.mate.email, people.mate.password)
    assert one != two
    await house.sign_in.sign_out(one)
    await house.sign_in.sign_out(two)
