from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pillarbox.db import postmaster
from pillarbox.db.account import server_account
from pillarbox.db.embedded import EmbeddedServer, Started
from pillarbox.db.postmaster import Standing, clear_stale, read_pid_file, standing
from pillarbox.db.server_errors import ServerStoppedAtOnce

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is proven here is proven by Linux's /proc")

SUPERVISOR = """
import sys, time, psycopg
from pathlib import Path
from pillarbox.db.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
server.start()
with psycopg.connect(server.superuser_conninfo()) as connection:
    connection.execute("create table letter as select 7 as stamps")
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def root() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="pbx-", dir="/tmp"))
    made.chmod(0o755)
    yield made / "root"
    shutil.rmtree(made)


def pid_of(server_root: Path) -> int:
    found = read_pid_file(server_root / "pgdata")
    assert found is not None
    return found.pid


def as_the_server(argv: list[str], root: Path) -> subprocess.Popen[bytes]:
    """A process of the same account as the server: only such a one does PostgreSQL mistake for itself."""
    account = server_account(root / "pgdata")
    if not account.dropped:
        return subprocess.Popen(argv, cwd="/")
    return subprocess.Popen(argv, cwd="/", user=account.uid, group=account.gid, extra_groups=[])


def test_a_killed_server_is_started_again_and_has_lost_nothing(root: Path) -> None:
    server = EmbeddedServer(root)
    server.start()
    with psycopg.connect(server.superuser_conninfo()) as connection:
        connection.execute("create table letter as select 7 as stamps")
    os.kill(pid_of(root), signal.SIGKILL)
    while server.poll():
        time.sleep(0.005)
    assert server.ensure() == Started(attached=False, fresh=False)
    with psycopg.connect(server.superuser_conninfo()) as connection:
        assert connection.execute("select stamps from letter").fetchone() == (7,)
    server.stop()


def test_sessions_that_outlive_a_killed_server_are_waited_for(root: Path) -> None:
    server = EmbeddedServer(root, durable=False)
    server.start()
    busy = psycopg.connect(server.superuser_conninfo(), autocommit=True)

    def loop() -> None:
        with contextlib.suppress(psycopg.OperationalError):
            busy.execute("do $$ declare t timestamptz := clock_timestamp(); begin "
                         "while clock_timestamp() < t + interval '1.2 s' loop end loop; end $$")  # fmt: skip

    thread = threading.Thread(target=loop)
    thread.start()
    with psycopg.connect(server.superuser_conninfo(), autocommit=True) as other:
        busy_ones = "select count(*) from pg_stat_activity where state = 'active' and query like 'do %'"
        while other.execute(busy_ones).fetchone() != (1,):
            time.sleep(0.01)
    os.kill(pid_of(root), signal.SIGKILL)
    while server.poll():
        time.sleep(0.005)
    assert server.ensure() == Started(attached=False, fresh=False)
    assert "is still in use" in server.log_file.read_text()
    thread.join()
    busy.close()
    server.stop()


def test_the_server_dies_with_a_killed_supervisor(root: Path) -> None:
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISOR, str(root)], stdout=subprocess.PIPE)
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == b"ready\n"
    orphan = pid_of(root)
    supervisor.kill()
    supervisor.communicate()
    until = time.monotonic() + 10
    while standing(orphan, root / "pgdata") is Standing.SERVES and time.monotonic() < until:
        time.sleep(0.01)
    assert standing(orphan, root / "pgdata") is Standing.STALE

    server = EmbeddedServer(root)
    assert server.start() == Started(attached=False, fresh=False)
    with psycopg.connect(server.superuser_conninfo()) as connection:
        assert connection.execute("select stamps from letter").fetchone() == (7,)
    server.stop()


def test_a_start_at_the_heels_of_a_killed_supervisor_waits_for_its_server(root: Path) -> None:
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISOR, str(root)], stdout=subprocess.PIPE)
    assert supervisor.stdout is not None
    supervisor.stdout.readline()
    orphan = pid_of(root)
    os.kill(orphan, signal.SIGSTOP)  # it gets the signal of its parent's death only once it runs on
    supervisor.kill()
    supervisor.communicate()
    threading.Timer(0.5, os.kill, (orphan, signal.SIGCONT)).start()
    server = EmbeddedServer(root)
    assert server.start() == Started(attached=False, fresh=False)
    assert pid_of(root) != orphan
    server.stop()


def test_stale_pid_files_do_not_stop_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = EmbeddedServer(root, durable=False)
    server.start()
    lines = (root / "pgdata" / "postmaster.pid").read_text().splitlines()
    assert not clear_stale(root / "pgdata", root / "run")  # a living server's are not
    if Path("/bin/ps").exists():  # what tells on systems without /proc says the same
        program, data = postmaster._listed_command(pid_of(root))
        assert (Path(program).name, data) == ("postgres", str(root / "pgdata"))
    server.stop()

    def leave_behind(first_line: str) -> None:
        for name in ("pgdata/postmaster.pid", "run/.s.PGSQL.5432.lock"):
            (root / name).write_text("\n".join([first_line, *lines[1:]]) + "\n")

    zombie, ended = as_the_server(["/bin/true"], root), as_the_server(["/bin/true"], root)
    ended.wait()
    while "Z" not in Path(f"/proc/{zombie.pid}/stat").read_text().rpartition(")")[2]:
        time.sleep(0.005)
    other = as_the_server(["/bin/sleep", "60"], root)
    assert not Path("/bin/ps").exists() or postmaster._listed_command(zombie.pid) == []
    for first_line in (str(zombie.pid), str(ended.pid), str(other.pid), f"-{other.pid}", "garbage"):
        leave_behind(first_line)
        assert server.start() == Started(attached=False, fresh=False)
        assert pid_of(root) not in (zombie.pid, ended.pid, other.pid)
        server.stop()
    assert other.poll() is None

    for taken in (other, zombie):  # PostgreSQL by itself would give up: without this the above would prove nothing
        leave_behind(str(taken.pid))
        with monkeypatch.context() as patched:
            patched.setattr("pillarbox.db.embedded.clear_stale", lambda data, sockets: False)
            with pytest.raises(ServerStoppedAtOnce, match=r'lock file "postmaster\.pid" already exists'):
                server.start()
    other.kill()
    other.wait()
    zombie.wait()


def test_a_half_made_data_directory_is_made_anew(root: Path) -> None:
    (root / "pgdata.half").mkdir(parents=True)
    (root / "pgdata.half" / "PG_VERSION").write_text("18\n")
    (root / "server.lock").touch()
    server = EmbeddedServer(root, durable=False)
    assert server.start() == Started(attached=False, fresh=True)
    assert not (root / "pgdata.half").exists()
    server.stop()
