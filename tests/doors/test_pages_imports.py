"""Order files by page: taken in, looked at, mapped, brought in, and what was left out mended."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from pillarbox.worker.hands import Hands
from tests.conftest import People
from tests.doors.conftest import heading

pytestmark = pytest.mark.anyio

SAMPLES = Path(__file__).parent.parent / "postage/orderfile/samples"
EBAY = (SAMPLES / "ebay-orders-report.csv").read_bytes()
SPOILT = EBAY.replace(b"YO1 7HH", b"YO1 7")


async def upload(browser: Any, data: bytes, name: str = "ebay.csv") -> httpx.Response:
    return await browser.post("/orders/import", files={"file": (name, data, "text/csv")})


def path_of(answer: httpx.Response) -> str:
    """The path after the account's own to which an answer leads."""
    assert answer.status_code == 303, answer.text
    return re.sub(r"^/a/[0-9a-z]+", "", answer.headers["location"])


def words(answer: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


async def finished(browser: Any, path: str) -> httpx.Response:
    """Ask until an import is done."""
    for _ in range(200):
        page: httpx.Response = await browser.get(path)
        if "brought in" in heading(page):
            return page
        assert "Bringing in" in heading(page), page.text
        await asyncio.sleep(0.05)
    raise AssertionError(path)


async def test_a_file_is_looked_at_fixed_and_brought_in(browse: Any, newcomer: Any, worker: Hands) -> None:
    async with browse(await newcomer("importer")) as browser:
        assert heading(await browser.get("/orders/import")) == "Import orders"
        path = path_of(await upload(browser, SPOILT))
        check = await browser.get(path)
        assert heading(check) == "Check the file"
        said = words(check)
        assert "This is an order file from eBay" in said
        assert "1 order ready" in said
        assert "1 order would be left out" in said
        assert "YO1 7" in said
        wrong = await browser.post(path + "/fix", {"code": "no-weight", "fix-no-weight": "heavy"})
        assert wrong.status_code == 422
        assert "Write the weight in grams" in wrong.text
        fields = {"code": "no-weight", "fix-no-weight": "400", "format": "small_parcel"}
        assert path_of(await browser.post(path + "/fix", fields)) == path + "?done=fixed"
        assert "does not say what it weighs" not in (await browser.get(path)).text
        assert path_of(await browser.post(path + "/take")) == path
        done = await finished(browser, path)
        assert heading(done) == "1 order brought in"
        assert "1 row left out" in words(done)
        orders = await browser.get("/orders", **{"import": path.rpartition("/")[2]})
        assert "Bob Keene" in orders.text
        assert "1 order of 1" in words(orders) or "1 order" in words(orders)

        rejects = await browser.get(path + "/left-out.csv")
        assert rejects.headers["content-type"].startswith("text/csv")
        assert "attachment" in rejects.headers["content-disposition"]
        assert "Alice Hart" in rejects.text

        mend = re.search(r'href="/a/[0-9a-z]+(/orders/import/[^"]+/mend/\d+)"', done.text)
        assert mend
        form = await browser.get(mend[1])
        assert heading(form).startswith("Mend line")
        assert 'value="YO1 7"' in form.text
        assert 'id="e-postcode"' in form.text
        still = await browser.post(mend[1], {"postcode": "nonsense"})
        assert still.status_code == 422
        assert 'value="nonsense"' in still.text
        assert path_of(await browser.post(mend[1], {"postcode": "YO1 7HH"})) == path + "?done=mended"
        assert heading(await browser.get(path)) == "2 orders brought in"
        assert (await browser.get(mend[1])).status_code == 404


async def test_progress_reloads_itself_with_and_without_scripts(browse: Any, newcomer: Any, house: Any) -> None:
    async with browse(await newcomer("waiting")) as browser:
        path = path_of(await upload(browser, EBAY))
        await browser.post(path + "/take")
        page = await browser.get(path)
        if heading(page).startswith("Bringing in"):  # no worker runs here but another test's, which may be quicker
            assert '<meta http-equiv="refresh"' in page.text
            assert 'hx-trigger="every 1s"' in page.text
            assert "hx-refresh" not in page.headers


async def test_a_done_import_makes_the_browser_load_it_whole(browse: Any, newcomer: Any, worker: Hands) -> None:
    async with browse(await newcomer("patient")) as browser:
        path = path_of(await upload(browser, EBAY))
        await browser.post(path + "/take")
        await finished(browser, path)
        browser.http.headers["HX-Request"] = "true"
        assert (await browser.get(path)).headers["hx-refresh"] == "true"


async def test_columns_are_given_to_fields_and_kept(browse: Any, newcomer: Any) -> None:
    data = b"Ref,Who,Street,Place,PC\nA-1,Ann Lee,1 High Street,Totnes,TQ9 5RY\n"
    async with browse(await newcomer("mapper")) as browser:
        path = path_of(await upload(browser, data, "mine.csv"))
        given = {"column-0": "reference", "column-1": "name", "column-2": "line1", "column-3": "town"}
        assert (
            path_of(await browser.post(path + "/mapping", {**given, "column-4": "postcode"})) == path + "?done=mapped"
        )
        page = await browser.get(path)
        assert "1 order ready" in words(page)
        assert re.search(r'value="postcode" selected', page.text)


async def test_the_same_file_twice_is_noticed(browse: Any, newcomer: Any, worker: Hands) -> None:
    async with browse(await newcomer("twice")) as browser:
        path = path_of(await upload(browser, EBAY))
        await browser.post(path + "/take")
        await finished(browser, path)
        again = path_of(await upload(browser, EBAY))
        assert "This very file came in before" in (await browser.get(again)).text


@pytest.mark.parametrize(
    "data",
    [b"", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, b"just words", b"PK\x03\x04" + b"\0" * 50],
    ids=["empty", "png", "words", "zip"],
)
async def test_what_is_no_order_file_is_refused_beside_the_field(browse: Any, people: People, data: bytes) -> None:
    async with browse(people.owner) as browser:
        answer = await upload(browser, data)
        assert answer.status_code == 422
        assert 'id="e-file"' in answer.text


async def test_no_file_at_all_is_said(browse: Any, people: People) -> None:
    async with browse(people.owner) as browser:
        answer = await browser.post("/orders/import", files={"other": ("", b"", "text/csv")})
        assert answer.status_code == 422
        assert "Choose a file first" in answer.text


@pytest.mark.parametrize("path", ["", "/left-out.csv", "/mend/4"])
async def test_a_stranger_sees_what_is_not_there(browse: Any, people: People, worker: Hands, path: str) -> None:
    absent = "/orders/import/imp_" + "0" * 26
    async with browse(people.owner) as owner, browse(people.stranger) as stranger:
        own = path_of(await upload(owner, SPOILT.replace(b"Alice", b"Zoe" + path[1:3].encode())))
        await owner.post(own + "/take")
        await finished(owner, own)
        assert (await owner.get(own + path)).status_code == 200
        theirs, none = await stranger.get(own + path), await stranger.get(absent + path)
        assert theirs.status_code == none.status_code == 404
        assert theirs.content == none.content


@pytest.mark.parametrize("path", ["/mapping", "/fix", "/take", "/mend/4"])
async def test_a_stranger_changes_nothing(browse: Any, people: People, path: str) -> None:
    absent = "/orders/import/imp_" + "0" * 26
    fields = {"code": "no-weight", "fix-no-weight": "5", "column-0": "name"}
    async with browse(people.owner) as owner, browse(people.stranger) as stranger:
        own = path_of(await upload(owner, SPOILT))
        before = await owner.get(own)
        theirs, none = await stranger.post(own + path, fields), await stranger.post(absent + path, fields)
        assert theirs.status_code == none.status_code == 404
        assert theirs.content == none.content
        assert heading(await owner.get(own)) == heading(before) == "Check the file"


async def test_an_order_that_is_here_already_comes_in_only_when_wanted(
    browse: Any, newcomer: Any, worker: Hands
) -> None:
    async with browse(await newcomer("doubler")) as browser:
        for left in (0, 2):
            path = path_of(await upload(browser, EBAY + b"\n" * left))
            await browser.post(path + "/take")
            done = await finished(browser, path)
            assert (f"{left} rows left out" in words(done)) == bool(left)
        assert "You already have this order" in words(done)
        mend = re.search(r'href="/a/[0-9a-z]+(/orders/import/[^"]+/mend/\d+)"', done.text)
        assert mend
        form = await browser.get(mend[1])
        assert "Bring it in anyway" in form.text
        refused = await browser.post(
            mend[1], {"reference": re.findall(r'name="reference" type="text" value="([^"]*)"', form.text)[0]}
        )
        assert refused.status_code == 422
        assert "Tick that you want it anyway" in refused.text
        answer = await browser.post(mend[1], {"anyway": "yes"})
        assert path_of(answer) == path + "?done=mended"
        assert "3 orders" in words(await browser.get("/orders"))


async def test_an_empty_table_to_fill_in(browse: Any, people: People) -> None:
    async with browse(people.owner) as browser:
        assert "template.csv" in (await browser.get("/orders/import")).text
        table = await browser.get("/orders/import/template.csv")
        assert table.headers["content-disposition"] == 'attachment; filename="orders-template.csv"'
        assert b"," in table.content
