from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pillarbox.db.embedded import EmbeddedServer
from pillarbox.main.place import Place


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


class Installation:
    """A data directory of its own, short and open to PostgreSQL's account, and two free ports."""

    def __init__(self, root: Path) -> None:
        self.place = Place(root / "data")
        self.port = free_port()
        self.status_port = free_port()
        self.address = ""

    def run(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pillarbox.main", *arguments]
        return subprocess.run(
            command, env=self.environment, input=given, text=True, capture_output=True, timeout=60, check=False
        )

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        return kept | {
            "PILLARBOX_DATA": str(self.place.root),
            "PILLARBOX_PORT": str(self.port),
            "PILLARBOX_STATUS_PORT": str(self.status_port),
            "PILLARBOX_DATABASE_URL": self.address,
        }

    def start(self, *arguments: str) -> tuple[subprocess.Popen[str], list[str]]:
        """Start `up` and return it with the lines it said until it had said everything about being ready."""
        process = subprocess.Popen(
            [sys.executable, "-m", "pillarbox.main", "up", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line.strip())
            if line.startswith(("Nobody can sign in", "Sign in as Sam")):
                return process, lines
        raise AssertionError(lines, process.communicate()[1])

    def get(self, path: str, port: int | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=5)
        connection.request("GET", path)
        answer = connection.getresponse()
        found = answer.status, answer.read().decode()
        connection.close()
        return found

    def left_over(self) -> list[str]:
        """The commands of processes that still know of this directory, and its sockets."""
        root = str(self.place.root).encode()
        found = [str(path) for path in self.place.root.rglob(".s.PGSQL.*")]
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                about = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if root in about and int(entry.name) != os.getpid():
                found.append((entry / "cmdline").read_bytes().decode())
        return found


@pytest.fixture
def installation() -> Iterator[Installation]:
    root = Path(tempfile.mkdtemp(prefix="pbx-", dir="/tmp"))
    root.chmod(0o755)
    yield Installation(root)
    shutil.rmtree(root)


def stop(process: subprocess.Popen[str], how: signal.Signals) -> str:
    process.send_signal(how)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    return said


def test_an_installation_starts_serves_refuses_a_second_and_leaves_nothing(installation: Installation) -> None:
    process, lines = installation.start("--empty")
    try:
        assert lines[0].startswith("Pillarbox is ready in ")
        assert installation.get("/healthz") == (200, '{"status":"ok"}')
        assert installation.get("/healthz", installation.status_port) == (200, '{"status":"ok"}')
        assert installation.get("/v1/orders")[0] == 401
        assert installation.get("/static/app.css")[0] == 404

        second = installation.run("up")
        assert second.returncode == 1
        assert f"already running here: process {process.pid}, at http://127.0.0.1:{installation.port}" in second.stderr

        # Commands meet the running database; an account opened now can sign in at once.
        number = installation.run("account", "open", "merchant").stdout.strip()
        added = installation.run("person", "add", number, "a@b.example", given="a good long password\n")
        assert added.stdout.startswith("per_"), added.stderr
        assert "at least 12" in installation.run("person", "add", number, "c@b.example", given="short\n").stderr
        assert installation.run("s10-range", "add", "RR", "1000", "500").returncode == 0
        assert "0 to 99999999" in installation.run("s10-range", "add", "RR", "99999999", "2").stderr
    finally:
        said = stop(process, signal.SIGINT)
    assert "web stopped" in said
    assert installation.left_over() == []
    assert not installation.place.sign_ins.exists()

    # A command alone starts the database for itself and takes it down again.
    assert installation.run("migrate").stdout == "Nothing to do: the database is up to date.\n"
    assert installation.left_over() == []

    process, _ = installation.start()
    assert installation.get("/healthz")[0] == 200
    stop(process, signal.SIGTERM)
    assert installation.left_over() == []


def test_what_up_is_killed_by_leaves_nothing_either(installation: Installation) -> None:
    process, lines = installation.start()
    assert sum(line.startswith("Sign in as") for line in lines) == 4
    assert installation.place.sign_ins.stat().st_mode & 0o777 == 0o600
    process.kill()
    process.communicate()
    until = time.monotonic() + 20
    while [each for each in installation.left_over() if ".s.PGSQL" not in each] and time.monotonic() < until:
        time.sleep(0.05)
    assert [each for each in installation.left_over() if ".s.PGSQL" not in each] == []


def test_a_port_that_is_taken_is_named_before_anything_starts(installation: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", installation.status_port))
        other.listen()
        refused = installation.run("up")
    assert refused.returncode == 1
    assert f"Port {installation.status_port} on 127.0.0.1 is already in use" in refused.stderr
    assert not installation.place.database.exists()


def test_wrong_settings_end_at_once_with_a_sentence(installation: Installation) -> None:
    refused = installation.run("up", "--workers", "0")
    assert refused.returncode == 1
    assert refused.stderr.startswith(
        "The setting workers, `0`, cannot be used: it must be a whole number from 1 to 64."
    )


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address, over TCP, of a PostgreSQL that is not ours to start or stop."""
    root = Path(tempfile.mkdtemp(prefix="pbx-", dir="/tmp"))
    root.chmod(0o755)
    port = free_port()
    server = EmbeddedServer(root / "db", durable=False, tcp_port=port)
    server.start()
    password = (root / "db" / "superuser.password").read_text()
    yield f"postgresql://postgres:{password}@127.0.0.1:{port}/post_office"
    server.stop()
    shutil.rmtree(root)


def test_a_database_elsewhere_is_made_used_and_never_meets_other_keys(
    installation: Installation, elsewhere: str
) -> None:
    installation.address = elsewhere
    process, _ = installation.start("--empty")
    try:
        assert installation.get("/healthz") == (200, '{"status":"ok"}')
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        told = [Path(f"/proc/{child}/environ").read_bytes() for child in children]
        password = elsewhere.split(":")[2].partition("@")[0].encode()
        assert sum(b"PILLARBOX_DATABASE_URL" in each for each in told) == 2
        assert not any(password in each for each in told)
    finally:
        stop(process, signal.SIGINT)
    assert not installation.place.database.exists()

    installation.place.keys.rename(installation.place.keys.with_name("backup"))
    refused = installation.run("up")
    assert refused.returncode == 1
    assert "keys.json is missing, although there is data" in refused.stderr
