from __future__ import annotations

import asyncio
import csv
import io
from typing import Any

import pytest

from tests.doors.api.conftest import Caller

pytestmark = pytest.mark.anyio
HEADER = ["Order reference", "Full name", "Address line 1", "City", "Postcode", "Country", "Package Format", "Weight"]
GOOD = ["A-1", "Jane Doe", "12 High Street", "Swindon", "SN1 3AB", "United Kingdom", "Small parcel", "0.4"]
BAD = ["A-2", "John Roe", "12 High Street", "Swindon", "", "United Kingdom", "Small parcel", "0.4"]


def csv_of(*rows: list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue().encode()


async def finished(shop: Caller, import_id: str) -> Any:
    row: Any = None
    for _ in range(200):
        row = (await shop.get(f"/v1/imports/{import_id}")).json()
        if row["status"] in ("done", "failed"):
            return row
        await asyncio.sleep(0.05)
    raise AssertionError(row)


async def test_a_file_becomes_orders_and_a_bad_row_is_mended(shop: Caller, worker: Any) -> None:
    sent = await shop.post("/v1/imports?name=orders.csv", content=csv_of(GOOD, BAD))
    assert sent.status_code == 201, sent.text
    assert (sent.json()["status"], sent.json()["name"], sent.json()["columns"]) == ("uploaded", "orders.csv", HEADER)
    path = f"/v1/imports/{sent.json()['id']}"
    started = await shop.post(f"{path}/start")
    assert started.status_code == 202, started.text
    row = await finished(shop, sent.json()["id"])
    assert (row["orders_made"], row["problems"]) == (1, 1)
    page = (await shop.get(f"{path}/problems")).json()
    assert [cause["count"] for cause in page["causes"]] == [1]
    (left,) = page["data"]
    assert (left["line"], left["column"]) == (3, "Postcode")
    assert (await shop.get("/v1/imports")).json()["data"] == [row]
    rest = await shop.get(f"{path}/left-out.csv")
    assert rest.headers["content-type"] == "text/csv; charset=utf-8"
    assert "A-2" in rest.text
    assert "A-1" not in rest.text
    assert (await shop.get(f"{path}/rows/3")).json()["fields"]["name"] == "John Roe"
    still = await shop.ask("PATCH", f"{path}/rows/3", json={"fields": {"postcode": "ZZ1"}})
    assert still.status_code == 422
    mended = await shop.ask("PATCH", f"{path}/rows/3", json={"fields": {"postcode": "SN1 3AE"}})
    assert mended.status_code == 200, mended.text
    assert (await shop.get(f"/v1/orders/{mended.json()['id']}")).json()["reference"] == "A-2"
    assert (await shop.get(f"{path}/rows/3")).status_code == 404
    again = await shop.post(f"{path}/start")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/import-started")


async def test_a_form_brings_the_file_and_its_name(shop: Caller) -> None:
    files = {"other": (None, "x"), "file": ("Bestellungen „Mai“.csv", csv_of(GOOD), "text/csv")}
    sent = await shop.post("/v1/imports", files=files)
    assert sent.status_code == 201, sent.text
    assert sent.json()["name"].startswith("Bestellungen")
    assert sent.json()["columns"] == HEADER


async def test_the_same_form_under_one_key_is_one_import(shop: Caller) -> None:
    headers = {"Idempotency-Key": "file-1"}
    first = await shop.post("/v1/imports", files={"file": ("a.csv", csv_of(GOOD))}, headers=headers)
    second = await shop.post("/v1/imports", files={"file": ("a.csv", csv_of(GOOD))}, headers=headers)
    assert second.content == first.content
    assert second.headers["idempotent-replay"] == "true"


@pytest.mark.parametrize(
    ("content_type", "body", "code"),
    [
        ("text/csv", b"", "order-file-empty"),
        ("text/csv", b"\x00\x01\x02" * 100, "order-file-unreadable"),
        ("text/csv", b"%PDF-1.7 ...", "order-file-unreadable"),
        ("multipart/form-data", b"--x\r\n\r\n\r\n--x--", "form-unreadable"),
        ("multipart/form-data; boundary=x", b"nothing of the sort", "form-unreadable"),
        ("multipart/form-data; boundary=x", b"--x\r\nno end", "form-unreadable"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n', "form-unreadable"),
    ],
)  # fmt: skip
async def test_what_is_no_order_file_is_refused(shop: Caller, content_type: str, body: bytes, code: str) -> None:
    answer = await shop.post("/v1/imports", content=body, headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{code}")


async def test_a_file_beyond_the_limit_is_refused(shop: Caller) -> None:
    answer = await shop.post("/v1/imports", content=b"a,b\n" * 15_000_000)
    assert answer.status_code in (413, 422)
    assert answer.json()["type"] in ("/problems/body-too-large", "/problems/order-file-too-large")
