from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from pillarbox.main.place import Place
from tests.doors.api.conftest import Caller
from tests.doors.api.test_api_imports import BAD, GOOD, csv_of

pytestmark = pytest.mark.anyio
DOCS = Path(__file__).parents[3] / "docs" / "api.md"


@contextlib.asynccontextmanager
async def served(installation: Any, root: Path) -> AsyncIterator[str]:
    """The web server itself on a free port, on the database of this run."""
    place = Place(root)
    place.make()
    place.keys.write_bytes(msgspec.json.encode(installation.secrets))
    place.keys.chmod(0o600)
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "PILLARBOX_DATA": str(root),
        "PILLARBOX_DATABASE_URL": str(installation.settings.database_url),
    }
    command = ["-m", "granian", "--interface", "asgi", "--factory", "--no-ws", "--port", str(port)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, "pillarbox.main.serving:app", env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient() as http:
            for _ in range(200):
                with contextlib.suppress(httpx.TransportError):
                    if (await http.get(f"{address}/healthz")).status_code == 200:
                        break
                await asyncio.sleep(0.1)
        yield address
    finally:
        process.terminate()
        await process.wait()


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="the journey is written for curl and jq")
async def test_the_ten_lines_of_the_documentation_work(
    shop: Caller, payments: Any, worker: Any, installation: Any, tmp_path: Path
) -> None:
    (script,) = re.findall(r"```sh\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(script.splitlines()) <= 10
    await shop.fund(payments, 2_000)
    (tmp_path / "orders.csv").write_bytes(csv_of(GOOD, BAD))
    async with served(installation, tmp_path / "data") as address:
        run = await asyncio.create_subprocess_exec(
            "bash",
            "-euo",
            "pipefail",
            "-c",
            script,
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "KEY": shop.key, "PILLARBOX": address},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, wrong = await asyncio.wait_for(run.communicate(), 60)
    assert (run.returncode, wrong) == (0, b""), said
    assert (tmp_path / "label.pdf").read_bytes().startswith(b"%PDF-")
    lines = said.decode().splitlines()
    assert any(line.startswith("1 left out: ") for line in lines)
    assert any(re.match(r"\d+p OLP2 ", line) for line in lines)
    label = (await shop.get("/v1/labels")).json()["data"][0]["id"]
    assert lines[-1] == (await shop.get(f"/v1/labels/{label}/tracking")).json()["headline"]


async def test_the_documentation_names_only_addresses_that_exist(nobody: Caller) -> None:
    known = {re.sub(r"\{\w+\}", "x", path) for path in (await nobody.get("/v1/openapi.json")).json()["paths"]}
    text = DOCS.read_text(encoding="utf-8")
    named = {re.sub(r"\$\w+|\{\w+\}", "x", path) for path in re.findall(r"/v1/[\w./${}-]+", text)}
    assert named
    assert named <= known
