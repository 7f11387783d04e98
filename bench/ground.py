"""A real installation for a measurement: its own server with every sync on, one merchant, a web worker under Granian.

Everything is made fresh below a temporary directory and removed afterwards.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pillarbox.db.database import ensure, prepare
from pillarbox.db.embedded import EmbeddedServer
from pillarbox.db.statement import load
from pillarbox.gate import Box, Public, Source
from pillarbox.gate.admit import Knock
from pillarbox.gate.key import KEY_SCOPES, MERCHANT_SCOPES
from pillarbox.kernel.ids import Kind
from pillarbox.main.house import House, build, conninfo, office
from pillarbox.main.secrets import Secrets, read_or_make
from pillarbox.main.settings import Settings
from pillarbox.postage.s10 import indicator_kinds


@dataclass(frozen=True, slots=True)
class Ground:
    """The installation under measurement. `session` and `key` are the merchant's credentials."""

    root: Path
    settings: Settings
    secrets: Secrets
    house: House
    administrator: str
    session: str
    key: str

    def conninfo(self, role: str) -> str:
        """Connect as one of the roles."""
        return conninfo(self.settings, self.secrets, role)


@contextlib.asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """Start a server, prepare it, open a merchant's account."""
    root = Path(tempfile.mkdtemp(prefix="pbx-bench-", dir="/tmp"))
    os.chmod(root, 0o755)  # noqa: PTH101 - nobody else runs on this loop
    server = EmbeddedServer(root / "db")
    try:
        server.start()
        ensure(server.superuser_conninfo(), "bench")
        url = server.superuser_conninfo("bench")
        secrets = read_or_make(root / "keys.json", data_exists=False)
        prepare(url, secrets.passwords, repeatable=[files("pillarbox.gate").joinpath("crossings.sql")])
        settings = Settings(data=root, database_url=url)
        async with build(settings, secrets, "app") as house, office(settings, secrets) as accounts:
            account = await accounts.open("merchant")
            await accounts.add_person(account, "bench@post.example", "a long bench password", MERCHANT_SCOPES)
            for indicator in sorted(set(indicator_kinds().values())):
                await accounts.add_s10_range(indicator, "GB", 10_000_000, 80_000_000, specimen=True)
            session = await house.sign_in.sign_in("bench@post.example", "a long bench password")
            yield Ground(root, settings, secrets, house, url, session, await _key(house, session))
    finally:
        server.stop()
        shutil.rmtree(root, ignore_errors=True)


async def _key(house: House, session: str) -> str:
    issue = load("pillarbox.vault", "crossings.sql")["issue_key"]

    async def work(box: Box) -> Public[tuple[bytes, int]]:
        entry = await box.enter()
        row = await box.ask(issue, key=box.mint(Kind.API_KEY), scopes=list(KEY_SCOPES))
        return Public((bytes(row[0]), entry.account_id), Source.ECHO)

    secret, account = await house.gate.serve(Knock("pages", session), "settings", work)
    return house.tags.seal_credential("pbk_live", account, secret)


@contextlib.contextmanager
def serving(factory: str, environment: dict[str, str], path: str = "/healthz"):  # type: ignore[no-untyped-def]  # a port
    """Run one Granian worker of an application factory; yield its port and its process once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--workers", "1", "--no-ws",
            "--host", "127.0.0.1", "--port", str(port), "--log-level", "error", factory]  # fmt: skip
    process = subprocess.Popen(argv, env={**os.environ, **environment}, start_new_session=True)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as probe:
                probe.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                if probe.recv(12)[9:10] in {b"2", b"4"}:
                    break
            time.sleep(0.05)
        else:
            raise TimeoutError(factory)
        yield port, process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def memory_mb(process: subprocess.Popen[bytes]) -> float:
    """Return the largest resident size among the process and its children, in MB."""
    out = subprocess.run(
        ["ps", "-o", "rss=", "-g", str(process.pid)], capture_output=True, text=True, check=False
    ).stdout
    return max((int(x) for x in out.split()), default=0) / 1024


async def load_for(port: int, requests: list[bytes], seconds: float, connections: int = 8) -> tuple[float, int]:
    """Send requests round and round on keep-alive connections; return answers a second and how many were not 2xx."""
    answered = wrong = 0
    stop = time.perf_counter() + seconds

    async def one(at: int) -> None:
        nonlocal answered, wrong
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < stop:
            writer.write(requests[at % len(requests)])
            at += connections
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().split(b"content-length: ", 1)[1].split(b"\r", 1)[0]
            await reader.readexactly(int(length))
            answered += 1
            wrong += head[9:10] != b"2"
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(one(i) for i in range(connections)))
    return answered / (time.perf_counter() - begun), wrong
