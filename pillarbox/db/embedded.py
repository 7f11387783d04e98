"""Pillarbox's own PostgreSQL server: our child, on a private socket, and gone when we are.

    start ── lock taken ── initialise ── clear stale files ── launch ── ready     Started(attached=False)
       └──── lock held by another process ─────────────────── ready             Started(attached=True)

The lock decides who supervises. Whoever attaches only connects, and takes over at its next `start` or `ensure` if the
supervisor has gone.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from pillarbox.db import binaries as programs
from pillarbox.db.account import Account, server_account
from pillarbox.db.initialise import SERVER_ENVIRONMENT, SUPERUSER, initialise
from pillarbox.db.layout import Layout
from pillarbox.db.lockfile import LockFile
from pillarbox.db.postmaster import Standing, clear_stale, read_pid_file, standing
from pillarbox.db.server_errors import (
    NotFromMainThread,
    PreviousServerStays,
    ServerNotReady,
    ServerStoppedAtOnce,
)
from pillarbox.db.server_settings import DEFAULT_PORT, chosen, command_line
from pillarbox.db.tether import tethered

_log = logging.getLogger(__name__)

PATIENCE = 600.0
"""Seconds to wait for a start: long, since a large database that was killed first recovers to its last commit."""
_POLL_SECONDS = 0.005
_SAY_SO_AFTER = 5.0
_STILL_IN_USE = "is still in use"
"""In PostgreSQL's message while sessions of a killed server have not noticed its death yet; they do within moments."""


@dataclass(frozen=True, slots=True)
class Started:
    """How a server came to run: `attached` to another process's, or ours; `fresh` when its data was made just now."""

    attached: bool
    fresh: bool


class EmbeddedServer:
    """One PostgreSQL server below one root directory. Not for use by several threads at once."""

    def __init__(
        self,
        root: Path,
        *,
        settings: Mapping[str, str] | None = None,
        durable: bool = True,
        tcp_port: int | None = None,
    ) -> None:
        """Name the server; nothing is touched before `start`.

        `root` is the server's alone: new, empty, or its own from before. `settings` are PostgreSQL's, laid over
        `DEFAULT_SETTINGS`. `durable=False` leaves out every sync and is for tests only. With `tcp_port` it also listens
        on 127.0.0.1.
        Raises `SettingReserved`, and `SocketPathUnusable` for a root whose path is too long.
        """
        self._layout = Layout(root.absolute().resolve())
        self._durable = durable
        self._tcp_port = tcp_port
        self._settings = chosen(settings or {}, durable=durable)
        self._lock = LockFile(self._layout.lock)
        self._process: subprocess.Popen[bytes] | None = None
        self._layout.check_socket_path(tcp_port or DEFAULT_PORT)

    @property
    def socket_dir(self) -> Path:
        """The directory of the socket, what libpq takes as `host`."""
        return self._layout.sockets

    @property
    def log_file(self) -> Path:
        """Where the server writes its log."""
        return self._layout.log

    @property
    def supervises(self) -> bool:
        """Whether this object holds the lock, and so starts and stops the server."""
        return self._lock.held

    def start(self, timeout: float = PATIENCE) -> Started:
        """Start the server, or attach to the one that another process supervises; ready when this returns.

        Does nothing more where it already runs. `timeout` in seconds covers everything but initdb. Raises a
        `ServerTrouble`; whatever was started by then is stopped again.
        """
        if sys.platform == "linux" and threading.current_thread() is not threading.main_thread():
            raise NotFromMainThread
        deadline = time.monotonic() + timeout
        self._layout.prepare_root()
        while True:
            if self._lock.acquire(f"{os.getpid()}\n"):
                try:
                    return self._start_ours(deadline)
                except BaseException:
                    self.stop()
                    raise
            if self._answers():
                return Started(attached=True, fresh=False)
            if time.monotonic() > deadline:
                raise ServerNotReady(
                    f"Process {self._lock.note() or '(unknown)'} supervises the database below {self._layout.root}, "
                    f"but the database does not answer. Stop that process, or read {self._layout.log}."
                )
            time.sleep(_POLL_SECONDS)

    def poll(self) -> bool:
        """Whether the server lives: ours by its process, an attached one by its pid file. Cheap; sends it nothing."""
        if self._process is not None:
            return self._process.poll() is None
        found = read_pid_file(self._layout.data) if self._may_look() else None
        return found is not None and standing(found.pid, self._layout.data) is Standing.SERVES

    def ensure(self, timeout: float = PATIENCE) -> Started | None:
        """Start or take over where the server has died, as `start` does; None where it lives."""
        return None if self.poll() else self.start(timeout)

    def stop(self, timeout: float = 30.0) -> None:
        """Stop our server and give the lock back; open transactions are rolled back. An attached one is left alone.

        After `timeout` seconds the server is stopped at once; it then recovers at its next start and loses nothing
        committed.
        """
        process, self._process = self._process, None
        if process is not None and self._lock.held and process.poll() is None:
            for how, patience in ((signal.SIGINT, timeout), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
                process.send_signal(how)
                try:
                    process.wait(patience)
                    break
                except subprocess.TimeoutExpired:
                    _log.warning("the database server did not stop on %s within %.0f s", how.name, patience)
        self._lock.release()

    def superuser_conninfo(self, dbname: str = "postgres") -> str:
        """Return a libpq connection string over the socket, password included: never log it.

        Raises `FileNotFoundError` before the first start.
        """
        found = read_pid_file(self._layout.data)
        port = (found.port if found else None) or self._tcp_port or DEFAULT_PORT
        password = self._layout.password.read_text()
        return make_conninfo(host=str(self.socket_dir), port=port, user=SUPERUSER, password=password, dbname=dbname)

    def _start_ours(self, deadline: float) -> Started:
        if self._process is not None and self._process.poll() is None:
            return Started(attached=False, fresh=False)
        account = server_account(self._layout.data)
        self._layout.prepare_for(account)
        found = self._programs(account)
        fresh = initialise(self._layout, found, account, durable=self._durable)
        self._retire_previous(deadline)
        if clear_stale(self._layout.data, self._layout.sockets):
            _log.info("cleared what an earlier database server left behind")
        while not self._launch(found, account, deadline):
            time.sleep(0.2)
        return Started(attached=False, fresh=fresh)

    def _programs(self, account: Account) -> programs.Binaries:
        found = programs.find()
        if not found.bundled or account.barred_at(Path(found.program("postgres"))) is None:
            return found
        copied = programs.copy_for_others(found, self._layout.root)
        _log.info(
            "%s cannot reach PostgreSQL in %s; using a copy in %s", account.name, found.directory, copied.directory
        )
        return copied

    def _retire_previous(self, deadline: float) -> None:
        """We hold the lock, so a server that still lives has lost its supervisor: let it finish stopping."""
        found = read_pid_file(self._layout.data)
        if found is None or standing(found.pid, self._layout.data) is not Standing.SERVES:
            return
        _log.info("stopping database server %d, which has lost its supervisor", found.pid)
        os.kill(found.pid, signal.SIGINT)
        while standing(found.pid, self._layout.data) is Standing.SERVES:
            if time.monotonic() > deadline:
                raise PreviousServerStays(
                    f"An earlier database server, process {found.pid}, still runs on {self._layout.data} and does not "
                    "stop. Nothing was changed. Stop that process, then start Pillarbox again."
                )
            time.sleep(_POLL_SECONDS)

    def _launch(self, found: programs.Binaries, account: Account, deadline: float) -> bool:
        """Start the process and wait until it answers; False when it should be tried again in a moment."""
        uid, gid = account.ids
        where = self._layout
        command = command_line(found.program("postgres"), where.data, where.sockets, self._settings, self._tcp_port)
        log = self._layout.open_log()
        try:
            before = os.fstat(log).st_size
            self._process = subprocess.Popen(  # noqa: S603 - our own list of arguments
                tethered(command, at_death=signal.SIGINT, uid=uid, gid=gid),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=SERVER_ENVIRONMENT,
                start_new_session=True,
            )
        finally:
            os.close(log)
        told_after = time.monotonic() + _SAY_SO_AFTER
        while not self._answers(self._process.pid):
            if self._process.poll() is not None:
                reason = self._reason(before)
                if _STILL_IN_USE in reason and time.monotonic() < deadline:
                    return False
                raise ServerStoppedAtOnce(f"The database server stopped while starting: {reason}")
            if time.monotonic() > told_after:
                _log.info("the database server is still starting; after a crash it first recovers what was committed")
                told_after = deadline
            if time.monotonic() > deadline:
                raise ServerNotReady(f"The database server did not become ready in time. See {self._layout.log}.")
            time.sleep(_POLL_SECONDS)
        return True

    def _answers(self, pid: int | None = None) -> bool:
        """Whether the server (process `pid`, where given) is ready and lets us in: that also proves it is this one."""
        found = read_pid_file(self._layout.data) if self._may_look() else None
        if found is None or not found.ready or (pid is not None and found.pid != pid):
            return False
        try:
            psycopg.connect(self.superuser_conninfo(), connect_timeout=5).close()
        except (psycopg.OperationalError, FileNotFoundError):
            return False
        return True

    def _may_look(self) -> bool:
        return os.access(self._layout.data, os.X_OK)

    def _reason(self, before: int) -> str:
        with self._layout.log.open("rb") as log:
            log.seek(before)
            lines = log.read().decode(errors="replace").splitlines()
        fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
        return fatal[-1] if fatal else (lines[-1] if lines else f"no reason given; see {self._layout.log}")
