from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.kernel.money import vat_within
from pillarbox.postage.country import Country, all_countries
from pillarbox.postage.operator_pack import load_pack
from pillarbox.postage.parcel import Format, Parcel, ParcelDoesNotFit, check_parcel, settle_format
from pillarbox.postage.quote import PriceNotConfirmed, ServiceDeclined, price_for, quote

PACK = load_pack("uk")
TODAY = date(2026, 11, 24)
COUNTRIES = all_countries()


def sides() -> st.SearchStrategy[int]:
    return st.one_of(st.integers(1, 30), st.integers(30, 460), st.integers(460, 1500))


PARCELS = st.one_of(
    st.builds(check_parcel, st.integers(1, 30_000), sides(), sides(), sides()),
    st.builds(Parcel, st.integers(1, 3000), format=st.sampled_from(list(Format))),
)
DAYS = st.dates(date(2024, 9, 1), date(2027, 6, 1))


def fits(parcel: Parcel, country: Country) -> bool:
    try:
        settle_format(parcel, abroad=PACK.abroad(country))
    except ParcelDoesNotFit:
        return False
    return True


@settings(derandomize=True, max_examples=300, deadline=None)
@given(PARCELS, st.sampled_from(COUNTRIES), DAYS)
def test_every_service_is_offered_or_declined_exactly_once(parcel: Parcel, country: Country, day: date) -> None:
    if not fits(parcel, country):
        with pytest.raises(ParcelDoesNotFit):
            quote(parcel, country, None, day, PACK)
        return
    answer = quote(parcel, country, None, day, PACK)
    codes = [each.code for each in answer.offers] + [each.code for each in answer.declined]
    assert sorted(codes) == sorted(PACK.services)
    assert [each.price_pence for each in answer.offers] == sorted(each.price_pence for each in answer.offers)
    assert all(each.detail.endswith(".") for each in answer.declined)
    version = PACK.version_on(day)
    for offer in answer.offers:
        service = PACK.service(offer.code)
        assert not service.contract_only
        assert service.international == PACK.abroad(country)
        assert offer.vat_pence == vat_within(offer.price_pence, offer.vat)
        assert parcel.weight_g <= offer.max_g
        assert version is not None
        table = next(each for each in version.tables if each.key == offer.table_key)
        assert table.valid_from <= day <= (table.valid_to or day)
        assert table.channel == "online"
        assert table.service == offer.tariff == service.tariff
        assert (offer.max_g, offer.price_pence) in zip(table.limits_g, table.prices_pence, strict=True)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(PARCELS, st.sampled_from(COUNTRIES), DAYS)
def test_buying_costs_what_the_quote_said(parcel: Parcel, country: Country, day: date) -> None:
    if not fits(parcel, country):
        return
    answer = quote(parcel, country, None, day, PACK)
    for offer in answer.offers:
        if offer.sellable:
            assert price_for(offer.code, parcel, country, day, PACK) == offer
        else:
            with pytest.raises(PriceNotConfirmed):
                price_for(offer.code, parcel, country, day, PACK)
    for declined in answer.declined:
        with pytest.raises(ServiceDeclined) as caught:
            price_for(declined.code, parcel, country, day, PACK)
        assert caught.value.declined == declined


@settings(derandomize=True, max_examples=300, deadline=None)
@given(
    st.sampled_from([Format.LETTER, Format.LARGE_LETTER, Format.SMALL_PARCEL, Format.MEDIUM_PARCEL]),
    st.integers(1, 20_000),
    st.integers(0, 20_000),
    st.sampled_from(COUNTRIES),
)
def test_a_heavier_parcel_never_costs_less_unless_warned(
    shape: Format, grams: int, more: int, country: Country
) -> None:
    light, heavy = Parcel(grams, format=shape), Parcel(min(grams + more, 20_000), format=shape)
    if not fits(heavy, country):
        return
    dearer = {each.code: each for each in quote(heavy, country, None, TODAY, PACK).offers}
    for offer in quote(light, country, None, TODAY, PACK).offers:
        other = dearer.get(offer.code)
        if other is not None and offer.sellable and other.sellable:
            assert offer.price_pence <= other.price_pence
