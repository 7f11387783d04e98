"""Labels on the pages: the list, one document to print, the paper that is remembered, and giving one back."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from tests.conftest import People
from tests.doors.conftest import heading
from tests.doors.selling import buy_one, finished, hidden, orders, pay

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("people")]
TRACKING = re.compile(r"[A-Z]{2}[0-9]{9}GB")
LABEL = re.compile(r"lbl_[0-9a-z]{26}")


async def bought(browser: Any, house: Any, person: Any, *references: str) -> list[str]:
    """Buy a label for each reference, and return the tracking numbers."""
    await pay(browser)
    found = []
    for order in await orders(house, person, *references):
        page = await buy_one(browser, order)
        found.append(TRACKING.search(page.text)[0])  # type: ignore[index]
    return found


def numbers_in(pdf: bytes) -> list[set[str]]:
    """What a reader finds on each page of a document: tracking numbers in its barcodes."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pictures = [page.render(scale=203 / 72, grayscale=True).to_numpy().copy() for page in document]
    finally:
        document.close()
    return [{m for code in zxingcpp.read_barcodes(p) for m in TRACKING.findall(code.text)} for p in pictures]


async def test_labels_are_listed_printed_and_read_back(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("printer")
    async with browse(person) as browser:
        empty = await browser.get("/labels")
        assert "No labels yet" in empty.text
        tracking = await bought(browser, house, person, "PRINT-1", "PRINT-2", "PRINT-3")
        page = await browser.get("/labels")
        assert "3 not printed yet" in page.text
        assert "Order PRINT-2" in page.text
        assert [n for n in TRACKING.findall(page.text) if n == tracking[1]]
        newest, middle, oldest = dict.fromkeys(LABEL.findall(page.text))
        two = await browser.post("/labels/print", {"which": "ticked", "label": [oldest, newest], "format": "4x6"})
        assert two.headers["content-type"] == "application/pdf"
        assert two.headers["content-disposition"] == 'inline; filename="labels.pdf"'
        assert two.headers["cache-control"] == "private, no-store"
        assert numbers_in(two.content) == [{tracking[0]}, {tracking[2]}]
        page = await browser.get("/labels")
        assert "1 not printed yet" in page.text
        rest = await browser.post("/labels/print", {"which": "not-printed", "format": "4x6"})
        assert numbers_in(rest.content) == [{tracking[1]}]
        again = await browser.post("/labels/print", {"which": "ticked", "label": [oldest, newest], "format": "4x6"})
        assert again.content == two.content
        assert middle in LABEL.findall(page.text)


async def test_the_paper_is_remembered(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("paper")
    async with browse(person) as browser:
        await bought(browser, house, person, "A6-1")
        page = await browser.get("/labels")
        assert re.search(r'<option value="4x6" selected', page.text)
        label = LABEL.search(page.text)[0]  # type: ignore[index]
        small = await browser.post("/labels/print", {"which": "ticked", "label": label, "format": "a6"})
        page = await browser.get("/labels")
        assert re.search(r'<option value="a6" selected', page.text)
        # The button of the order's page names no paper.
        assert (await browser.post("/labels/print", {"label": label})).content == small.content
        unknown = await browser.post("/labels/print", {"label": label, "format": "a0"})
        assert unknown.status_code == 422


async def test_a_label_is_given_back_once_after_a_plain_question(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("giver")
    async with browse(person) as browser:
        (tracking,) = await bought(browser, house, person, "BACK-1")
        label = LABEL.search((await browser.get("/labels")).text)[0]  # type: ignore[index]
        order = re.search(r"/orders/(ord_[0-9a-z]{26})", (await browser.get("/labels")).text)[1]  # type: ignore[index]
        question = await browser.get(f"/orders/{order}/void")
        assert heading(question) == f"Give label {tracking} back?"
        assert "goes back to your balance at once" in question.text
        form = hidden(question, f"/orders/{order}/void")
        assert form == {"label": [label]}
        answer = await browser.post(f"/orders/{order}/void", form)
        page = await browser.http.get(answer.headers["location"])
        assert "The label was given back" in page.text
        assert '/money">£50.00</a>' in page.text
        twice = await browser.post(f"/orders/{order}/void", form)
        assert twice.status_code == 409
        assert "cancelled already" in twice.text
        assert (await browser.get(f"/orders/{order}/void")).status_code == 404
        listed = await browser.get("/labels")
        assert "Given back" in listed.text
        assert f'value="{label}"' not in listed.text
        printed = await browser.post("/labels/print", {"label": label})
        assert printed.status_code == 409


async def test_nothing_to_print_says_so(browse: Any, people: People) -> None:
    async with browse(people.owner) as browser:
        answer = await browser.post("/labels/print", {"which": "ticked"})
        assert answer.status_code == 422
        assert "nothing to print" in answer.text


async def test_a_stranger_prints_and_gives_back_nothing_of_anybodys(
    browse: Any, newcomer: Any, people: People, house: Any
) -> None:
    person = await newcomer("guarded")
    async with browse(person) as owner, browse(people.stranger) as stranger:
        await bought(owner, house, person, "GUARD-1")
        page = await owner.get("/labels")
        label, order = LABEL.search(page.text)[0], re.search(r"/orders/(ord_\w+)", page.text)[1]  # type: ignore[index]
        assert (await owner.post("/labels/print", {"label": label})).status_code == 200
        assert (await owner.post("/labels/print", {"order": order})).status_code == 200
        no_label, no_order = "lbl_" + "0" * 26, "ord_" + "0" * 26
        for mine, absent in (({"label": label}, {"label": no_label}), ({"order": order}, {"order": no_order})):
            theirs = await stranger.post("/labels/print", mine)
            nobodys = await stranger.post("/labels/print", absent)
            assert theirs.status_code == nobodys.status_code
            assert theirs.content == nobodys.content
        theirs = await stranger.post(f"/orders/{order}/void", {"label": label})
        nobodys = await stranger.post(f"/orders/{no_order}/void", {"label": no_label})
        assert theirs.status_code == 404
        assert theirs.content == nobodys.content
        theirs, nobodys = await stranger.get(f"/orders/{order}/void"), await stranger.get(f"/orders/{no_order}/void")
        assert theirs.status_code == 404
        assert theirs.content == nobodys.content
        assert (await owner.get(f"/orders/{order}/void")).status_code == 200


async def test_long_lists_have_a_way_on_and_back(browse: Any, newcomer: Any, house: Any, worker: Any) -> None:
    person = await newcomer("hoarder")
    ids = await orders(house, person, *(f"H-{n}" for n in range(53)))
    async with browse(person) as browser:
        await pay(browser, amount="400")
        form = hidden(await browser.post("/buy", {"order": ids}), "/buy/confirm")
        started = await browser.post("/buy/confirm", form)
        await finished(browser, started.headers["location"])
        waiting = await browser.post("/labels/print", {"which": "not-printed"})
        whole = await browser.post("/labels/print", {"batch": started.headers["location"].rpartition("/")[2]})
        assert waiting.content == whole.content, "in the order in which they were ticked"
        nothing = await browser.post("/labels/print", {"which": "not-printed"})
        assert nothing.status_code == 422
        first = await browser.get("/labels")
        assert "1–50 of 53 labels" in first.text
        on = re.search(r'rel="next" href="([^"]*)"', first.text)[1].replace("&amp;", "&")  # type: ignore[index]
        second = await browser.http.get(on)
        assert "51–53 of 53 labels" in second.text
        assert 'rel="next"' not in second.text
        shown = [set(re.findall(r'name="label" value="(\w+)"', page.text)) for page in (first, second)]
        assert [len(each) for each in shown] == [50, 3]
        assert not shown[0] & shown[1]
        back = re.search(r'rel="prev" href="([^"]*)"', second.text)[1].replace("&amp;", "&")  # type: ignore[index]
        assert re.findall(r'name="label" value="(\w+)"', (await browser.http.get(back)).text) == re.findall(
            r'name="label" value="(\w+)"', first.text
        )
