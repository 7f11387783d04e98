from __future__ import annotations

from datetime import UTC, date, datetime

import psycopg
import pytest

from pillarbox.db.errors import NoSuchCredential, NotAllowed
from pillarbox.desk.api_keys import (
    KeyNameUnusable,
    KeyScopesUnusable,
    list_api_keys,
    make_api_key,
    revoke_api_key,
)
from pillarbox.desk.profile import NobodyHere, ProfileUnusable, list_people, read_profile, write_profile
from pillarbox.desk.read_order import OrdersAsked, list_orders
from pillarbox.desk.settings import (
    ParcelSetting,
    ShipFromAbroad,
    StockUnknown,
    read_setting,
    read_settings,
    ship_from,
    write_default_parcel,
    write_label_stock,
    write_setting,
    write_ship_from,
)
from pillarbox.desk.staff import PriceHasChanged, SpanUnusable, confirm_price, doubtful_prices, operator_totals
from pillarbox.gate import Box, Owned
from pillarbox.gate.admit import Knock
from pillarbox.gate.key import ScopeMissing
from pillarbox.kernel.errors import Denied, NotFound
from pillarbox.kernel.ids import Id, Kind
from pillarbox.main.house import House
from pillarbox.postage.address import Address, AddressNotUsable
from pillarbox.postage.parcel import Format, Parcel, ParcelNotUsable
from tests.conftest import Installation, People
from tests.desk.parcel_room import counter

pytestmark = pytest.mark.anyio

HOME = {"name": "Ida Marsh", "line1": "4 Mill Row", "town": "Hull", "postcode": "hu1 1aa"}


async def do(house: House, credential: str, verb, *given, scope="settings", **named):  # type: ignore[no-untyped-def]  # any verb
    knock = Knock("pages", credential)
    return await house.gate.serve(knock, scope, lambda box: verb(box, *given, **named))


async def orders(house: House, credential: str) -> object:
    return await do(house, credential, list_orders, OrdersAsked(), scope="orders:read")


async def test_a_key_opens_within_its_scopes_until_it_is_revoked(house: House, newcomer) -> None:  # type: ignore[no-untyped-def]  # a fixture's callable
    me = await newcomer("keys")
    made = await do(house, me.session, make_api_key, " Till  one ", ["labels", "orders:read"], live=False)
    assert made.credential.startswith("pbk_test_")
    assert (made.name, made.scopes) == ("Till one", ("orders:read", "labels"))
    assert await orders(house, made.credential) == ()
    with pytest.raises(ScopeMissing):
        await do(house, made.credential, list_people, scope="money:read")
    ended = await do(house, me.session, revoke_api_key, made.key_id)
    assert ended.revoked_at is not None
    with pytest.raises(NoSuchCredential):
        await orders(house, made.credential)
    assert (await do(house, me.session, revoke_api_key, made.key_id)).revoked_at == ended.revoked_at


async def test_the_list_names_keys_and_holds_no_secret(house: House, newcomer, installation: Installation) -> None:  # type: ignore[no-untyped-def]  # a fixture's callable
    me = await newcomer("listed")
    made = await do(house, me.session, make_api_key, "Till", ["orders:read"], live=True)
    listed = await do(house, me.session, list_api_keys, counter())
    assert [(k.key_id, k.name, k.live, k.ending, k.last_used_at) for k in listed] == [
        (made.key_id, "Till", True, made.credential[-4:], None)
    ]
    with psycopg.connect(installation.administrator) as connection:
        row = connection.execute("select * from vault.api_key where key_id = %s", [made.key_id.raw.hex()]).fetchone()
    assert row is not None
    assert b"Till" not in bytes(row[2])
    assert made.credential[9:-4] not in str(row)


async def test_a_used_key_says_when(house: House, newcomer) -> None:  # type: ignore[no-untyped-def]  # a fixture's callable
    from tests.desk.parcel_room import posted

    me = await newcomer("used")
    await posted(house, me.session)
    made = await do(house, me.session, make_api_key, "Till", ["orders:read"], live=True)
    await orders(house, made.credential)
    (key,) = await do(house, me.session, list_api_keys, counter())
    assert key.last_used_at is not None
    assert abs((datetime.now(UTC) - key.last_used_at).total_seconds()) < 60


@pytest.mark.parametrize("scopes", [[], ["settings"], ["staff"], ["orders:read", "everything"]])
async def test_a_key_holds_only_what_keys_may(house: House, people: People, scopes: list[str]) -> None:
    with pytest.raises(KeyScopesUnusable):
        await do(house, people.owner.session, make_api_key, "x", scopes, live=True)


@pytest.mark.parametrize("name", ["", "---", "x" * 61, "a\x07"])
async def test_a_key_needs_a_name(house: House, people: People, name: str) -> None:
    with pytest.raises(KeyNameUnusable):
        await do(house, people.owner.session, make_api_key, name, ["labels"], live=True)


async def test_keys_make_no_keys_and_people_none_beyond_their_own_scopes(house: House, people: People) -> None:
    with pytest.raises(NotAllowed):
        await do(house, people.owner.api_key, make_api_key, "x", ["labels"], live=True, scope="labels")
    with pytest.raises(NotAllowed):
        await do(house, people.mate.session, make_api_key, "x", ["money:write"], live=True, scope="labels")


async def test_a_stranger_revokes_nothing(house: House, people: People) -> None:
    made = await do(house, people.owner.session, make_api_key, "mine", ["orders:read"], live=True)
    for key_id in (made.key_id, Id(Kind.API_KEY, b"\x01" * 16)):
        with pytest.raises(NotFound):
            await do(house, people.stranger.session, revoke_api_key, key_id)
    await orders(house, made.credential)


async def test_settings_are_checked_kept_and_sealed(house: House, newcomer, installation: Installation) -> None:  # type: ignore[no-untyped-def]  # a fixture's callable
    me = await newcomer("settings")
    nothing = await do(house, me.session, read_settings)
    assert (nothing.ship_from, nothing.default_parcel, nothing.label_stock) == (None, None, "4x6")
    await do(house, me.session, write_ship_from, {**HOME, "town": "Leeds"})
    await do(house, me.session, write_ship_from, HOME)
    await do(house, me.session, write_default_parcel, ParcelSetting(750, 300, 200, 100, "small parcel"))
    await do(house, me.session, write_label_stock, "a6")
    found = await do(house, me.session, read_settings)
    assert (found.ship_from.town, found.ship_from.postcode) == ("Hull", "HU1 1AA")
    assert found.default_parcel == Parcel(750, 300, 200, 100, Format.SMALL_PARCEL)
    assert found.label_stock == "a6"

    async def verb(box: Box) -> Owned[Address | None]:
        return box.own(await ship_from(box), "setting:ship_from")

    assert await do(house, me.session, verb) == found.ship_from
    with psycopg.connect(installation.administrator) as connection:
        rows = connection.execute("select name, content from vault.setting where account_id = %s", [me.account])
        kept = {row[0]: bytes(row[1]) for row in rows.fetchall()}
    assert set(kept) == {"ship_from", "import parcels", "label_stock"}
    assert not any(b"Hull" in content or content[-2:] == b"a6" for content in kept.values())


async def test_imports_and_settings_share_the_usual_parcel(house: House, newcomer) -> None:  # type: ignore[no-untyped-def]  # a fixture's callable
    from pillarbox.desk.import_choices import recall
    from pillarbox.postage.orderfile import Mapping

    me = await newcomer("usual")
    await do(house, me.session, write_default_parcel, ParcelSetting(750))

    async def verb(box: Box) -> Owned[int | None]:
        await box.enter()
        _, defaults = await recall(box, ("a",), Mapping(columns={}))
        return box.own(defaults.weight_g, "setting:default_parcel")

    assert await do(house, me.session, verb) == 750


async def test_what_cannot_be_kept_is_refused(house: House, people: People) -> None:
    abroad = {"name": "A", "line1": "Weg 9", "town": "Ulm", "postcode": "89073", "country": "DE"}
    for verb, given, error in (
        (write_ship_from, abroad, ShipFromAbroad),
        (write_ship_from, {"name": "A"}, AddressNotUsable),
        (write_default_parcel, ParcelSetting(0), ParcelNotUsable),
        (write_label_stock, "a0", StockUnknown),
    ):
        with pytest.raises(error):
            await do(house, people.owner.session, verb, given)


async def test_settings_by_name_are_each_accounts_own(house: House, people: People) -> None:
    async def write(box: Box) -> Owned[None]:
        await write_setting(box, "colour", "red")
        return box.own(None, "setting:none")

    await do(house, people.owner.session, write)
    assert await do(house, people.owner.session, read_setting, "colour", str) == "red"
    assert await do(house, people.stranger.session, read_setting, "colour", str) is None


async def test_people_keep_their_own_names(house: House, newcomer) -> None:  # type: ignore[no-untyped-def]  # a fixture's callable
    me = await newcomer("names")
    mate = await newcomer("names-mate", account=me.account)
    await do(house, me.session, write_profile, "Ida  Marsh", "ida@post.example")
    await do(house, mate.session, write_profile, "Tom Vale", "tom@post.example")
    row = await do(house, me.session, read_profile)
    assert (row.person_id, row.profile.name, row.profile.email) == (me.person, "Ida Marsh", "ida@post.example")
    assert {r.profile.name for r in await do(house, me.session, list_people)} == {"Ida Marsh", "Tom Vale"}
    for name, email in (("", "a@b"), ("A", "nothing"), ("x" * 101, "a@b")):
        with pytest.raises(ProfileUnusable):
            await do(house, me.session, write_profile, name, email)


async def test_nobody_is_no_person(house: House, people: People) -> None:
    from pillarbox.desk.profile import read_profile as verb
    from tests.desk.parcel_room import posted

    parcel = await posted(house, people.owner.session)
    with pytest.raises(NobodyHere):
        await house.gate.serve_tracking(Knock("tracking", None), parcel.number, verb)


async def test_staff_confirm_what_they_looked_at(house: House, people: People) -> None:
    listed = await do(house, people.staff.session, doubtful_prices, counter(), scope="staff")
    held = next(each for each in listed if each.held)
    assert held.service_names
    made = await do(
        house, people.staff.session, confirm_price, counter(), held.table.key, held.table.fingerprint, scope="staff"
    )
    assert (made.confirmed, made.held) == (True, False)
    again = await do(house, people.staff.session, doubtful_prices, counter(), scope="staff")
    assert {e.table.key for e in again if e.confirmed} == {held.table.key}
    with pytest.raises(PriceHasChanged):
        await do(house, people.staff.session, confirm_price, counter(), held.table.key, "0" * 16, scope="staff")


async def test_a_merchant_is_no_staff_whatever_scope_the_door_asks(house: House, people: People) -> None:
    table = counter().pack.doubtful_tables(date(2026, 11, 24))[0]
    for scope, error in (("staff", Denied), ("orders:read", NotAllowed)):
        with pytest.raises(error):
            await do(house, people.owner.session, confirm_price, counter(), table.key, table.fingerprint, scope=scope)
        with pytest.raises(error):
            day = date(2026, 11, 24)
            await do(house, people.owner.session, operator_totals, day, day, scope=scope)


async def test_totals_are_of_a_span(house: House, people: People) -> None:
    day = date(2001, 1, 1)
    assert await do(house, people.staff.session, operator_totals, day, day, scope="staff") == ()
    for first, last in ((day, date(2000, 1, 1)), (day, date(2003, 1, 1))):
        with pytest.raises(SpanUnusable):
            await do(house, people.staff.session, operator_totals, first, last, scope="staff")
