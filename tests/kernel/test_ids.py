from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.kernel.ids import ID_PATTERN, IdUnreadable, Kind, TagKey, decode, encode, new_account_id, parse

KEY = TagKey(bytes(range(32)))


@given(st.binary(min_size=1, max_size=60))
@settings(derandomize=True)
def test_base_32_reads_back_and_has_one_spelling(raw: bytes) -> None:
    text = encode(raw)
    assert decode(text, len(raw)) == raw
    with pytest.raises(IdUnreadable):
        decode(text.upper() if text.upper() != text else text + "0", len(raw))


def test_the_last_character_has_one_spelling() -> None:
    text = encode(bytes(16))
    spellings = [c for c in "0123456789abcdefghjkmnpqrstvwxyz" if _reads(text[:-1] + c)]
    assert len(spellings) == 8


def _reads(text: str) -> bool:
    try:
        decode(text, 16)
    except IdUnreadable:
        return False
    return True


def test_an_id_tells_whose_it_is() -> None:
    mine, yours = new_account_id(), new_account_id()
    thing = KEY.mint(Kind.ORDER, mine)
    assert KEY.owns(mine, thing)
    assert not KEY.owns(yours, thing)
    assert not TagKey(bytes(32)).owns(mine, thing)
    assert not KEY.owns(mine, parse(Kind.LABEL, str(thing).replace("ord_", "lbl_")))
    assert parse(Kind.ORDER, str(thing)) == thing
    assert ID_PATTERN.findall(f'<a href="/x/{thing}">') == [("ord", str(thing)[4:])]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ord",
        "ord_",
        "lbl_" + "0" * 26,
        "ord_" + "0" * 25,
        "ord_" + "O" * 26,
        "ord_" + "é" * 26,
        "ord_" + "٠" * 26,
        "ord_" + "_" * 26,
        "ord_+" + "0" * 25,
        "ord_ " + "0" * 25,
    ],
)
def test_what_is_no_id_of_this_kind_is_not_found(text: str) -> None:
    with pytest.raises(IdUnreadable):
        parse(Kind.ORDER, text)


def test_a_credential_says_whose_it_is_and_cannot_be_bent() -> None:
    secret = bytes(range(32))
    text = KEY.seal_credential("pbs", 12345, secret)
    opened = KEY.open_credential(text)
    assert (opened.prefix, opened.account_id, opened.secret) == ("pbs", 12345, secret)
    assert secret.hex() not in repr(opened)
    for bent in (
        text[:-1],
        text + "0",
        "pbk_live" + text[3:],
        text[:10] + ("0" if text[10] != "0" else "1") + text[11:],
        "",
    ):
        with pytest.raises(IdUnreadable):
            KEY.open_credential(bent)


def test_places_differ_by_account_and_installation() -> None:
    assert KEY.place(1) != KEY.place(2)
    assert KEY.place(1) != TagKey(bytes(32)).place(1)
    assert len(KEY.place(1)) == 24
