"""The list of orders and one order: what its owner sees, what a filter leaves, and that a stranger sees nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pillarbox.desk.create_order import create_order
from pillarbox.desk.new_order import NewOrder, ParcelFields, check_order
from pillarbox.gate import Box
from pillarbox.gate.admit import Knock
from pillarbox.vault.content import Item
from tests.conftest import People, Person
from tests.doors.conftest import heading

pytestmark = pytest.mark.anyio

HOME = {"name": "Siân Llewellyn", "line1": "1 Wind Street", "town": "Swansea", "postcode": "SA1 1DP", "country": "GB"}


async def order(house: Any, person: Person, reference: str, **rest: Any) -> str:
    """Write an order down and return its id."""
    given: dict[str, Any] = {
        "recipient": HOME,
        "reference": reference,
        "parcel": ParcelFields(340, format="small parcel"),
        "items": (Item("Tea towel, heron", 2, "TT-1", 1250),),
        **rest,
    }
    checked = check_order(NewOrder(**given))

    async def work(box: Box) -> Any:
        await box.enter()
        return await create_order(box, checked)

    made = await house.gate.serve(Knock("pages", person.session), "orders:write", work)
    return str(made.order_id)


async def test_an_empty_list_teaches(browse: Any, newcomer: Any) -> None:
    async with browse(await newcomer("empty")) as browser:
        answer = await browser.get("/orders")
        assert answer.status_code == 200
        assert "No orders yet" in answer.text


async def test_the_list_shows_filters_and_finds(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("seller")
    await order(house, person, "RED-1", service_code="TOLP24")
    await order(house, person, "BLUE-2", parcel=ParcelFields())
    async with browse(person) as browser:
        page = await browser.get("/orders")
        assert "Siân Llewellyn" in page.text
        assert "2 × Tea towel, heron" in page.text
        assert page.text.index("BLUE-2") < page.text.index("RED-1")
        assert "2 orders" in page.text
        found = await browser.get("/orders", q="red-1")
        assert "RED-1" in found.text
        assert "BLUE-2" not in found.text
        assert "1 order found" in re.sub(r"<[^>]+>", "", found.text)
        mend = await browser.get("/orders", state="mend")
        assert "BLUE-2" in mend.text
        assert "RED-1" not in mend.text
        assert "Say what this parcel weighs" in mend.text
        nothing = await browser.get("/orders", q="nowhere")
        assert "No orders match" in nothing.text


async def test_the_list_pages_both_ways(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("many")
    for number in range(53):
        await order(house, person, f"N-{number:02d}")
    async with browse(person) as browser:
        first = await browser.get("/orders")
        assert "1–50 of 53 orders" in first.text
        following = re.search(r'rel="next" href="([^"]+)"', first.text)
        assert following
        second = await browser.http.get(following[1].replace("&amp;", "&"))
        assert "51–53 of 53 orders" in second.text
        assert "N-02" in second.text
        assert "N-03" not in second.text
        back = re.search(r'rel="prev" href="([^"]+)"', second.text)
        assert back
        assert "1–50 of 53" in (await browser.http.get(back[1].replace("&amp;", "&"))).text


async def test_columns_are_kept(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("columns")
    await order(house, person, "C-1")
    async with browse(person) as browser:
        answer = await browser.post("/orders/columns", {"column": ["to", "tracking"], "query": "state=new"})
        assert answer.headers["location"] == browser.base + "/orders?state=new"
        page = await browser.get("/orders")
        assert "cell-tracking" in page.text
        assert "cell-price" not in page.text
        assert (await browser.post("/orders/columns", {"column": "secret"})).status_code == 422


async def test_one_order_whole_and_beside_the_list(browse: Any, people: People, house: Any) -> None:
    own = await order(house, people.owner, "WHOLE-1", service_code="TOLP24")
    async with browse(people.owner) as browser:
        page = await browser.get(f"/orders/{own}")
        assert heading(page) == "Order WHOLE-1"
        for words in ("Siân Llewellyn", "SA1 1DP", "340", "TT-1", "See the price and buy"):
            assert words in page.text
        aside = await browser.get(f"/orders/{own}", aside="1")
        assert "<h2>Order WHOLE-1</h2>" in aside.text
        beside = await browser.get("/orders", open=own)
        assert "<h2>Order WHOLE-1</h2>" in beside.text


async def test_an_order_is_cancelled_after_a_question(browse: Any, people: People, house: Any) -> None:
    own = await order(house, people.owner, "GONE-1")
    async with browse(people.owner) as browser:
        assert heading(await browser.get(f"/orders/{own}/cancel")) == "Cancel order GONE-1?"
        answer = await browser.post(f"/orders/{own}/cancel")
        assert answer.headers["location"].endswith(f"/orders/{own}?done=cancelled")
        page = await browser.http.get(answer.headers["location"])
        assert "The order was cancelled" in page.text
        assert "See the price and buy" not in page.text


PATHS = ("/orders/{0}", "/orders/{0}?aside=1", "/orders/{0}/cancel", "/orders?open={0}", "/orders/{0}/edit")


@pytest.mark.parametrize("path", PATHS)
async def test_a_stranger_sees_what_is_not_there(browse: Any, people: People, house: Any, path: str) -> None:
    own = await order(house, people.owner, "MINE-1")
    absent = "ord_" + "0" * 26
    async with browse(people.owner) as owner, browse(people.stranger) as stranger:
        assert (await owner.get(path.format(own))).status_code == 200
        theirs, none = await stranger.get(path.format(own)), await stranger.get(path.format(absent))
        assert theirs.status_code == none.status_code == 404
        assert theirs.content == none.content


@pytest.mark.parametrize("path", ["/orders/{0}/cancel", "/orders/{0}/edit"])
async def test_a_stranger_changes_nothing(browse: Any, people: People, house: Any, path: str) -> None:
    own = await order(house, people.owner, "KEPT-1")
    fields = {**HOME, "name": "Mallory", "weight": "100", "format": "letter"}
    async with browse(people.owner) as owner, browse(people.stranger) as stranger:
        theirs = await stranger.post(path.format(own), fields)
        none = await stranger.post(path.format("ord_" + "0" * 26), fields)
        assert theirs.status_code == none.status_code == 404
        assert theirs.content == none.content
        page = await owner.get(f"/orders/{own}")
        assert "Mallory" not in page.text
        assert "Cancelled" not in page.text


async def test_an_order_is_changed_by_its_form(browse: Any, people: People, house: Any) -> None:
    own = await order(house, people.owner, "EDIT-1")
    async with browse(people.owner) as browser:
        form = await browser.get(f"/orders/{own}/edit")
        assert heading(form) == "Change order EDIT-1"
        fields = dict(re.findall(r'<input id="f-[^"]*" name="([^"]+)" type="\w+" value="([^"]*)"', form.text))
        assert fields["line1"] == "1 Wind Street"
        assert fields["item_value-0"] == "12.50"
        wrong = await browser.post(f"/orders/{own}/edit", {**fields, "postcode": "SA1", "weight": "heavy"})
        assert wrong.status_code == 422
        assert "Write the weight in grams" in wrong.text
        wrong = await browser.post(f"/orders/{own}/edit", {**fields, "postcode": "SA1 1", "format": "letter"})
        assert 'aria-invalid="true"' in wrong.text
        assert 'value="SA1 1"' in wrong.text
        changed = {**fields, "name": "Siân Prys", "weight": "1.2 kg", "format": "small_parcel", "service": "TOLP24"}
        answer = await browser.post(f"/orders/{own}/edit", changed)
        assert answer.headers["location"].endswith(f"/orders/{own}?done=changed"), answer.text
        page = await browser.http.get(answer.headers["location"])
        for words in ("Siân Prys", "1.2", "Tracked 24", "The order was changed", "See the price and buy"):
            assert words in page.text
        assert "Siân Prys" in (await browser.get("/orders", q="prys")).text


async def test_an_order_abroad_is_declared_by_its_form(browse: Any, people: People, house: Any) -> None:
    abroad = {"name": "Anna Berg", "line1": "Hauptstr. 1", "town": "Berlin", "postcode": "10115", "country": "Germany"}
    own = await order(house, people.owner, "ABROAD-1", recipient=abroad)
    async with browse(people.owner) as browser:
        assert "Say what is inside" in (await browser.get(f"/orders/{own}")).text
        form = await browser.get(f"/orders/{own}/edit")
        assert "Customs form CN22" in form.text
        fields = dict(re.findall(r'<input id="f-[^"]*" name="([^"]+)" type="\w+" value="([^"]*)"', form.text))
        fields |= {"format": "small_parcel", "reason": "sale_of_goods", "item_name-0": "Cotton tea towel"}
        wrong = await browser.post(f"/orders/{own}/edit", fields)
        assert wrong.status_code == 422
        assert 'id="e-item_hs-0"' in wrong.text
        fields |= {"item_weight-0": "150", "item_origin-0": "United Kingdom", "item_hs-0": "630260"}
        answer = await browser.post(f"/orders/{own}/edit", fields)
        assert answer.status_code == 303, answer.text
        page = await browser.get(f"/orders/{own}")
        assert "Say what is inside" not in page.text
        assert "HS 630260" in page.text


async def test_one_parcel_is_priced_and_written_down(browse: Any, newcomer: Any) -> None:
    async with browse(await newcomer("sender")) as browser:
        assert heading(await browser.get("/send")) == "Send one"
        three = {"what": "small_parcel", "weight": "750", "to": "sa1 1dp"}
        prices = await browser.get("/send", **three)
        assert "A small parcel of 750" in prices.text
        assert "Swansea SA1 1DP" in prices.text
        assert "Cheapest" in prices.text
        service = re.findall(r'name="service" value="([^"]+)"', prices.text)[0]
        details = await browser.get("/send/details", **three, service=service)
        assert heading(details) == "Where does it go?"
        assert "Customs form" not in details.text
        fields = {**three, "service": service, "name": "Siân Llewellyn", "postcode": "SA1 1DP"}
        wrong = await browser.post("/send", fields)
        assert wrong.status_code == 422
        assert 'id="e-line1"' in wrong.text
        answer = await browser.post("/send", {**fields, "line1": "1 Wind Street", "town": "Swansea"})
        assert answer.status_code == 303, answer.text
        page = await browser.http.get(answer.headers["location"])
        assert "See the price and buy" in page.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"weight": "x", "to": "France"}, "weight"),
        ({"weight": "100", "to": "Atlantis"}, "to"),
        ({"weight": "100", "to": "SA1"}, "to"),
        ({"weight": "100", "to": ""}, "to"),
        ({"weight": "", "to": "France"}, "weight"),
        ({"what": "", "weight": "100", "to": "France"}, "length"),
        ({"what": "letter", "weight": "9000", "to": "SA1 1DP"}, "what"),
    ],
)
async def test_what_cannot_be_priced_says_where(browse: Any, people: People, typed: dict[str, str], field: str) -> None:
    async with browse(people.owner) as browser:
        answer = await browser.get("/send", **{"what": "small_parcel", **typed})
        assert answer.status_code == 422
        assert f'id="e-{field}"' in answer.text


async def test_one_parcel_abroad_is_declared(browse: Any, newcomer: Any) -> None:
    async with browse(await newcomer("exporter")) as browser:
        three = {"what": "parcel", "weight": "500", "to": "France"}
        details = await browser.get("/send/details", **three, service="ISOLP")
        assert "Customs form CN22" in details.text
        fields = {**three, "service": "ISOLP", "name": "Aude", "line1": "1 rue X", "town": "Paris", "postcode": "75001"}
        fields |= {"reason": "sale_of_goods", "item_name": "Woollen scarf", "item_quantity": "1", "item_value": "20"}
        wrong = await browser.post("/send", fields)
        assert 'id="e-item_origin"' in wrong.text
        answer = await browser.post("/send", {**fields, "item_origin": "UK", "item_hs": "611710"})
        assert answer.status_code == 303, answer.text
