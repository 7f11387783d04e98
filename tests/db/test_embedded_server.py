from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pillarbox.db.embedded import EmbeddedServer, Started
from pillarbox.db.server_errors import (
    DataOfAnotherVersion,
    NotFromMainThread,
    PasswordMissing,
    RootHoldsOtherThings,
    ServerNotReady,
    ServerStoppedAtOnce,
    SettingReserved,
    SocketPathUnusable,
)


@pytest.fixture
def home() -> Iterator[Path]:
    """A short path that every account may enter, as pytest's own is not."""
    made = Path(tempfile.mkdtemp(prefix="pbx-", dir="/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    made = Path(tempfile.mkdtemp(prefix="pbx-", dir="/tmp"))
    made.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = EmbeddedServer(made / "with space", durable=False, tcp_port=port, settings={"work_mem": "5MB"})
    assert running.start() == Started(attached=False, fresh=True)
    yield running
    running.stop()
    shutil.rmtree(made)


def ask(server: EmbeddedServer, question: str) -> object:
    with psycopg.connect(server.superuser_conninfo(), autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
        assert row is not None
        return row[0]


def test_a_server_is_made_stopped_and_started_again_with_its_data(home: Path) -> None:
    first = EmbeddedServer(home / "root")
    assert first.start() == Started(attached=False, fresh=True)
    assert first.start() == Started(attached=False, fresh=False)
    assert (first.poll(), first.ensure()) == (True, None)
    with psycopg.connect(first.superuser_conninfo()) as connection:
        connection.execute("create table letter as select 7 as stamps")
    first.stop()
    assert not first.poll()
    assert not list(first.socket_dir.iterdir())

    second = EmbeddedServer(home / "root")
    assert second.start() == Started(attached=False, fresh=False)
    assert ask(second, "select stamps from letter") == 7
    assert ask(second, "show fsync") == "on"
    assert ask(second, "show listen_addresses") == ""
    second.stop()


def test_the_cluster_is_as_the_design_wants_it(server: EmbeddedServer) -> None:
    assert ask(server, "show data_checksums") == "on"
    assert (
        ask(server, "select concat(datlocprovider, datlocale) from pg_database where datname = 'template1'")
        == "bC.UTF-8"
    )
    assert ask(server, "show server_encoding") == "UTF8"
    assert ask(server, "select count(*) from pg_hba_file_rules where auth_method is distinct from 'scram-sha-256'") == 0
    assert ask(server, "select rolpassword like 'SCRAM-SHA-256$%' from pg_authid where rolname = 'postgres'") is True
    assert (ask(server, "show work_mem"), ask(server, "show jit"), ask(server, "show fsync")) == ("5MB", "off", "off")
    assert (ask(server, "show shared_buffers"), ask(server, "show max_connections")) == ("128MB", "60")


def test_tcp_is_local_and_needs_the_password(server: EmbeddedServer) -> None:
    assert ask(server, "show listen_addresses") == "127.0.0.1"
    known = psycopg.conninfo.conninfo_to_dict(server.superuser_conninfo()) | {"host": "127.0.0.1"}
    psycopg.connect(**known).close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**known | {"password": "guess"})


def test_the_socket_needs_the_password_too(server: EmbeddedServer) -> None:
    known = psycopg.conninfo.conninfo_to_dict(server.superuser_conninfo())
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**known | {"password": "guess"})


def test_a_second_process_attaches_and_leaves_it_running(server: EmbeddedServer) -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, psycopg\nfrom pathlib import Path\nfrom pillarbox.db.embedded import EmbeddedServer\n"
            "s = EmbeddedServer(Path(sys.argv[1]))\nprint(s.start(), s.supervises, s.poll(), s.ensure())\n"
            "psycopg.connect(s.superuser_conninfo()).close()\ns.stop()",
            str(server.socket_dir.parent),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "Started(attached=True, fresh=False) False True None"
    assert server.poll()
    assert ask(server, "select 1") == 1


def test_an_attached_process_takes_over_when_the_supervisor_has_gone(home: Path) -> None:
    first, second = EmbeddedServer(home / "root", durable=False), EmbeddedServer(home / "root", durable=False)
    first.start()
    assert second.start().attached
    first.stop()
    assert not second.poll()
    assert second.ensure() == Started(attached=False, fresh=False)
    assert second.supervises
    second.stop()


def test_every_directory_and_file_is_private(server: EmbeddedServer) -> None:
    root = server.socket_dir.parent
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (root, *root.iterdir())}
    assert modes == {
        root.name: 0o711 if os.geteuid() == 0 else 0o700,
        "pgdata": 0o700,
        "run": 0o700,
        "server.lock": 0o600,
        "server.log": 0o600,
        "superuser.password": 0o600,
    }
    for path in (root / "pgdata").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    socket_file = next(p for p in server.socket_dir.iterdir() if p.is_socket())
    assert stat.S_IMODE(socket_file.stat().st_mode) & 0o077 == 0


def test_parents_keep_their_mode_and_missing_ones_are_made(home: Path) -> None:
    home.chmod(0o755)
    server = EmbeddedServer(home / "not" / "yet", durable=False)
    server.start()
    server.stop()
    assert stat.S_IMODE(home.stat().st_mode) == 0o755
    assert stat.S_IMODE((home / "not").stat().st_mode) == (0o711 if os.geteuid() == 0 else 0o700)


def test_customers_words_stay_out_of_the_log(server: EmbeddedServer) -> None:
    with psycopg.connect(server.superuser_conninfo(), autocommit=True) as connection:
        connection.execute("create table parcel (reference text primary key)")
        connection.execute("insert into parcel values ('for aunt Mabel')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into parcel values ('for aunt Mabel')")
    log = server.log_file.read_text()
    assert "duplicate key value" in log
    assert "Mabel" not in log


def test_a_long_path_is_said_plainly(home: Path) -> None:
    root = home / ("x" * 90)
    needed = len(str(root / "run" / ".s.PGSQL.5432"))
    with pytest.raises(SocketPathUnusable, match=f"would need {needed} bytes, and the system allows 10[37]"):
        EmbeddedServer(root)
    assert not root.exists()
    with pytest.raises(SocketPathUnusable, match="has a comma"):
        EmbeddedServer(home / "a,b")


def test_other_peoples_things_are_not_touched(home: Path) -> None:
    (home / "thesis.txt").write_text("precious")
    with pytest.raises(RootHoldsOtherThings, match="already holds other things"):
        EmbeddedServer(home).start()
    assert [p.name for p in home.iterdir()] == ["thesis.txt"]
    assert stat.S_IMODE(home.stat().st_mode) == 0o755


def test_what_keeps_the_server_private_is_not_a_setting(home: Path) -> None:
    with pytest.raises(SettingReserved, match="Pillarbox sets listen_addresses itself"):
        EmbeddedServer(home / "root", settings={"Listen_Addresses": "*"})


def test_a_thread_may_not_start_it(home: Path) -> None:
    caught: list[Exception] = []

    def attempt() -> None:
        try:
            EmbeddedServer(home / "root").start()
        except NotFromMainThread as error:
            caught.append(error)

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    assert len(caught) == (1 if sys.platform == "linux" else 0)


def test_a_setting_postgresql_refuses_is_named_and_everything_given_back(home: Path) -> None:
    with pytest.raises(ServerStoppedAtOnce, match="shared_buffers"):
        EmbeddedServer(home / "root", durable=False, settings={"shared_buffers": "lots"}).start()
    server = EmbeddedServer(home / "root", durable=False)
    assert server.start() == Started(attached=False, fresh=False)
    server.stop()

    (home / "root" / "superuser.password").write_text("")
    with pytest.raises(PasswordMissing, match="Put it back"):
        EmbeddedServer(home / "root").start()
    (home / "root" / "pgdata" / "PG_VERSION").write_text("12\n")
    with pytest.raises(DataOfAnotherVersion, match="written by PostgreSQL 12"):
        EmbeddedServer(home / "root").start()


def test_a_holder_without_a_server_is_named(home: Path) -> None:
    from pillarbox.db.lockfile import LockFile

    (home / "root").mkdir()
    lock = LockFile(home / "root" / "server.lock")
    assert lock.acquire("4711")
    with pytest.raises(ServerNotReady, match="Process 4711 supervises"):
        EmbeddedServer(home / "root").start(timeout=0.1)
    lock.release()
