"""The supervisor of the programs that make up a running Pillarbox: start, watch, start again, stop, leave nothing.

    run ── start each, in order ── wait ──┬─ a child ended: its group is cleared, it starts again after a pause
                                          ├─ `watch`: the database server is looked after
                                          └─ SIGTERM, SIGINT: stop each, last started first, within `patience` seconds

Every child leads its own process group and is tied to us by the signal of a parent's death; a sweeper ends what that
misses.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from pillarbox.db.tether import tethered
from pillarbox.main import sweeper

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
SETTLED_AFTER = 60.0
"""Seconds: a child that lived this long starts again after the first pause, as if it had never failed."""
_WATCH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Child:
    """A program to keep running: a name for the log, its command (an absolute path first), its whole environment.

    Without `environment` it gets ours. `stop_with` is the signal that asks it to stop.
    """

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] | None = None
    stop_with: signal.Signals = signal.SIGTERM


def pause_after(failures: int) -> float:
    """Return the seconds to wait before the next start after so many ends in a row: doubling, with a limit."""
    return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 16)))


class _Running:
    """One child and how it fares."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.process: subprocess.Popen[bytes] | None = None
        self.since = 0.0
        self.failures = 0
        self.due = 0.0

    def start(self) -> int:
        self.process = subprocess.Popen(  # noqa: S603 - the composition's own list of arguments
            tethered(self.child.argv, at_death=self.child.stop_with),
            stdin=subprocess.DEVNULL,
            env=self.child.environment,
            start_new_session=True,
        )
        self.since = time.monotonic()
        return self.process.pid

    def ended(self) -> int | None:
        """The exit code once it has ended (negative for a signal), after its whole group was killed."""
        process = self.process
        if process is None or not _has_ended(process):
            return None
        sweeper.tell(process.pid, signal.SIGKILL)  # before it is reaped, so that the number is still its own
        self.process = None
        return process.wait()


class Supervisor:
    """Keeps children running until it is asked to stop. One at a time, in the main thread."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        say: Callable[[str], None],
        watch: Callable[[], None] = lambda: None,
        patience: float = 10.0,
    ) -> None:
        """Name the children in the order of their start; nothing is started before `run`.

        `say` receives one plain line for each event. `watch` is called about once a second and whenever one of our
        processes ended, for what is started elsewhere; an error from it stops everything and is raised by `run`.
        `patience` is the time in seconds that all children together have to stop.
        """
        self._running = [_Running(child) for child in children]
        self._say = say
        self._watch = watch
        self._patience = patience
        self._asked = 0
        self._sweeper: subprocess.Popen[bytes] | None = None

    @property
    def asked_to_stop(self) -> bool:
        """Whether SIGTERM or SIGINT came: a `watch` that takes long should then return."""
        return self._asked > 0

    def run(self) -> None:
        """Start the children and keep them running; returns when SIGTERM or SIGINT came and all have stopped.

        A second signal while stopping kills what is left at once.
        """
        with self._listening() as wake:
            try:
                self._start_sweeper()
                for running in self._running:
                    self._start(running)
                while not self._asked:
                    self._watch()
                    for running in self._running:
                        self._look_after(running)
                    self._sleep(wake, self._next_due())
            finally:
                self._stop_all(wake)

    def _start(self, running: _Running) -> None:
        pid = running.start()
        self._note(f"+{pid}")
        self._say(f"{running.child.name} started as process {pid}")

    def _look_after(self, running: _Running) -> None:
        if running.process is None:
            if time.monotonic() >= running.due:
                self._start(running)
            return
        pid, lived = running.process.pid, time.monotonic() - running.since
        code = running.ended()
        if code is None:
            return
        self._note(f"-{pid}")
        running.failures = 1 if lived >= SETTLED_AFTER else running.failures + 1
        pause = pause_after(running.failures)
        running.due = time.monotonic() + pause
        self._say(f"{running.child.name} {_how(code)} after {lived:.0f} s; it starts again in {pause:g} s")

    def _next_due(self) -> float:
        now = time.monotonic()
        return max(0.0, min([_WATCH_SECONDS, *(r.due - now for r in self._running if r.process is None)]))

    def _stop_all(self, wake: int) -> None:
        until = time.monotonic() + self._patience
        already = self._asked
        left = [running for running in self._running if running.process is not None]
        while left:
            running = left.pop()
            # An equal share of what time is left, so that one that hangs does not use up the others'.
            share = time.monotonic() + max(0.0, until - time.monotonic()) / (len(left) + 1)
            self._stop(running, wake, share, already)
        self._end_sweeper()

    def _stop(self, running: _Running, wake: int, until: float, already: int) -> None:
        process = running.process
        if process is None:
            return
        if not _has_ended(process):
            process.send_signal(running.child.stop_with)
        while not _has_ended(process):
            rest = until - time.monotonic()
            if rest <= 0 or self._asked > already:
                self._say(f"{running.child.name} did not stop in time and is killed")
                sweeper.tell(process.pid, signal.SIGKILL)
                break
            self._sleep(wake, min(rest, _WATCH_SECONDS))
        while running.ended() is None:
            time.sleep(0.002)
        self._note(f"-{process.pid}")
        self._say(f"{running.child.name} stopped")

    def _start_sweeper(self) -> None:
        self._sweeper = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", "-S", str(Path(sweeper.__file__)), str(self._patience)],
            stdin=subprocess.PIPE,
            cwd="/",
            env={},
            start_new_session=True,
        )

    def _end_sweeper(self) -> None:
        if self._sweeper is not None:
            with contextlib.suppress(BrokenPipeError):
                self._sweeper.communicate()
            self._sweeper = None

    def _note(self, line: str) -> None:
        if self._sweeper is not None and self._sweeper.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # somebody killed it: the children are still tied to us
                self._sweeper.stdin.write(f"{line}\n".encode())
                self._sweeper.stdin.flush()

    def _sleep(self, wake: int, seconds: float) -> None:
        if select.select([wake], [], [], seconds)[0]:
            os.read(wake, 4096)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self._asked += 1

    @contextlib.contextmanager
    def _listening(self) -> Iterator[int]:
        """Take the signals over; each also makes the yielded descriptor readable, so that no wait misses one."""
        wake, told = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(told, False)
        before = {n: signal.signal(n, self._hear) for n in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)}
        previous = signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        try:
            yield wake
        finally:
            signal.set_wakeup_fd(previous)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(wake)
            os.close(told)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended, without reaping it where the system can tell without."""
    if process.returncode is None and sys.platform == "linux":
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return process.poll() is not None


def _how(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
