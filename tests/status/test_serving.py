import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from litestar.testing import TestClient

from pillarbox.kernel.clock import utc_now
from pillarbox.status.contract import Page
from pillarbox.status.serving import SECURITY, SettingMissing, Settings, make_app, settings_from

from .conftest import drop
from .test_contract import LISTS


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:  # type: ignore[type-arg]
    made = make_app(Settings(tmp_path / "status.db", tmp_path / "spool", Page("Pillarbox", "http://s")), utc_now)
    with TestClient(made) as opened:
        yield opened


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:  # type: ignore[type-arg]
    for method, path, code in (
        ("GET", "/", 200),
        ("GET", "/api/v2/summary.json", 200),
        ("GET", "/static/status.css", 200),
        ("GET", "/healthz", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/api/v2/nowhere.json", 404),
        ("POST", "/", 405),
        ("DELETE", "/api/v2/summary.json", 405),
    ):
        answer = client.request(method, path)
        assert answer.status_code == code, path
        for name, value in SECURITY.items():
            assert answer.headers[name] == value
        assert "set-cookie" not in answer.headers


def test_the_whole_get_contract_is_open_to_other_sites(client: TestClient) -> None:  # type: ignore[type-arg]
    paths = [*(f"/api/v2/{name}.json" for name in LISTS), "/history.atom", "/history.rss"]
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"
        asked = client.options(path, headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"})
        assert asked.status_code == 204
        assert asked.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in client.get("/").headers
    assert client.get("/api/v2/summary.json").headers["content-type"] == "application/json"


def test_what_has_not_changed_is_not_sent_again(client: TestClient) -> None:  # type: ignore[type-arg]
    first = client.get("/")
    again = client.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head("/")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(first.content)))


def test_it_stops_cleanly_in_the_middle_of_a_turn(tmp_path: Path) -> None:
    for number in range(30):
        place = Settings(tmp_path / f"{number}.db", tmp_path / "spool", Page("Pillarbox", "http://s"))
        with TestClient(make_app(place, utc_now)):
            drop(tmp_path / "spool", kind="component", component="api", status="major_outage")
    # The connection is closed, so the write-ahead log is folded into the file and gone.
    assert not list(tmp_path.glob("*.db-wal"))


def test_settings() -> None:
    with pytest.raises(SettingMissing):
        settings_from({"PILLARBOX_SPOOL": "/s"})
    found = settings_from(
        {"PILLARBOX_SPOOL": "/s", "PILLARBOX_STATUS_STORE": "/d", "PILLARBOX_STATUS_URL": "https://s/"}
    )
    assert found == Settings(Path("/d"), Path("/s"), Page("Pillarbox", "https://s"))


@contextlib.contextmanager
def running(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = {"PILLARBOX_STATUS_STORE": str(tmp_path / "status.db"), "PILLARBOX_SPOOL": str(tmp_path / "spool")}
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--host", "127.0.0.1"]
    log = tmp_path / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [*command, "--port", str(port), "pillarbox.status.serving:app"],
            env=os.environ | places,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + 20
        while True:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200:
                    break
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_real_process_shows_the_spool_within_a_second_and_remembers(tmp_path: Path) -> None:
    now = datetime.now(UTC).isoformat()
    with running(tmp_path) as address, httpx.Client(base_url=address) as http:
        assert http.get("/api/v2/summary.json").json()["status"]["indicator"] == "none"
        written = time.monotonic()
        drop(
            tmp_path / "spool",
            at=now,
            kind="incident",
            incident="INC-1",
            status="investigating",
            name="Labels are suspended",
            body="We have stopped printing labels.",
            components={"labels": "major_outage"},
        )
        while not (found := http.get("/api/v2/summary.json").json())["incidents"]:
            assert time.monotonic() - written < 5
            time.sleep(0.02)
        assert time.monotonic() - written < 1
        assert found["status"] == {"indicator": "major", "description": "Partial System Outage"}
        assert "Labels are suspended" in http.get("/").text
    with running(tmp_path) as address:
        again = httpx.get(f"{address}/api/v2/summary.json").json()
        assert again == found
