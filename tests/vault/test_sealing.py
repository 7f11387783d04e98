"""A seal opens in its own place only; anywhere else it is noise, and that is an incident and never an empty answer."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.kernel.ids import Kind, TagKey
from pillarbox.vault.errors import SealBroken
from pillarbox.vault.keys import Keyring, Keyrings, LocalWrapping
from pillarbox.vault.shape import binding


@pytest.fixture(scope="module")
def rings() -> Keyrings:
    return Keyrings(LocalWrapping(secrets.token_bytes(32)))


def ring_of(rings: Keyrings, account: int) -> Keyring:
    return rings.open(account, [n.to_bytes(2, "big") + wrapped for n, wrapped in rings.fresh(account)])


@given(st.binary(max_size=300))
@settings(derandomize=True, deadline=None)
def test_what_was_sealed_opens_again_and_does_not_show(plain: bytes) -> None:
    ring = ring_of(Keyrings(LocalWrapping(bytes(32))), 7)
    place = binding(7, Kind.ORDER, bytes(16), "recipient")
    sealed = ring.seal(plain, place)
    assert ring.open(sealed, place) == plain
    assert len(plain) < 4 or plain not in sealed
    assert ring.seal(plain, place) != sealed


@pytest.mark.parametrize(
    "elsewhere",
    [
        binding(8, Kind.ORDER, bytes(16), "recipient"),
        binding(7, Kind.LABEL, bytes(16), "recipient"),
        binding(7, Kind.ORDER, bytes(15) + b"\1", "recipient"),
        binding(7, Kind.ORDER, bytes(16), "contents"),
    ],
    ids=["account", "kind", "object", "purpose"],
)
def test_moved_to_another_place_it_does_not_open(rings: Keyrings, elsewhere: bytes) -> None:
    ring = ring_of(rings, 7)
    sealed = ring.seal(b"Ann Example", binding(7, Kind.ORDER, bytes(16), "recipient"))
    with pytest.raises(SealBroken):
        ring.open(sealed, elsewhere)


def test_no_two_places_are_spelled_alike() -> None:
    """Only the purpose has no fixed length, and it stands last."""
    assert {len(kind.value) for kind in Kind} == {3}
    assert all(kind.value.isascii() for kind in Kind)
    assert len(TagKey(bytes(32)).mint(Kind.ORDER, 7).raw) == 16
    assert binding(7, Kind.ORDER, bytes(16), "a")[:-1] == binding(7, Kind.ORDER, bytes(16), "")


@pytest.mark.parametrize("size", [0, 1, 2, 3, 9, 13, 14, 29])
def test_what_is_too_short_to_be_sealed_is_a_broken_seal(rings: Keyrings, size: int) -> None:
    with pytest.raises(SealBroken):
        ring_of(rings, 7).open(b"\0\1" + bytes(max(0, size - 2)) if size >= 2 else bytes(size), b"place")


def test_another_accounts_ring_opens_nothing(rings: Keyrings) -> None:
    place = binding(7, Kind.ORDER, bytes(16), "recipient")
    sealed = ring_of(rings, 7).seal(b"Ann Example", place)
    with pytest.raises(SealBroken):
        ring_of(rings, 8).open(sealed, place)


@pytest.mark.parametrize("at", [0, 1, 5, 20, -1])
def test_a_changed_byte_is_noticed(rings: Keyrings, at: int) -> None:
    ring = ring_of(rings, 7)
    place = binding(7, Kind.ORDER, bytes(16), "recipient")
    sealed = bytearray(ring.seal(b"Ann Example", place))
    sealed[at] ^= 1
    with pytest.raises(SealBroken):
        ring.open(bytes(sealed), place)


def test_wrapped_keys_open_for_their_own_account_and_master_only(rings: Keyrings) -> None:
    pieces = [n.to_bytes(2, "big") + wrapped for n, wrapped in rings.fresh(7)]
    with pytest.raises(SealBroken):
        rings.open(8, pieces)
    with pytest.raises(SealBroken):
        Keyrings(LocalWrapping(bytes(32))).open(7, pieces)


def test_tokens_mean_nothing_in_another_account(rings: Keyrings) -> None:
    one, two = ring_of(rings, 7), ring_of(rings, 8)
    assert one.token(b"ann") == one.token(b"ann")
    assert one.token(b"ann") != two.token(b"ann")
    assert one.token(b"ann") != one.token(b"anne")


def test_a_process_remembers_few_rings(rings: Keyrings) -> None:
    few = Keyrings(LocalWrapping(bytes(32)), remember=3)
    for account in range(1, 10):
        ring_of(few, account)
    assert len(few._rings) == 3
