from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pillarbox.main.processes import LONGEST_PAUSE, Child, Supervisor, pause_after
from pillarbox.main.sweeper import listed

UP = """
import sys
from pillarbox.main.processes import Child, Supervisor
children = [Child(name, (sys.executable, "-S", "-c", code)) for name, code in zip(sys.argv[2::2], sys.argv[3::2])]
Supervisor(children, say=lambda line: print(line, flush=True), patience=float(sys.argv[1])).run()
print("done", flush=True)
"""
OBEDIENT = "import time, sys; print('up', flush=True); time.sleep(600)"
DEAF = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
WITH_A_CHILD_OF_ITS_OWN = (
    "import subprocess, sys, time; p = subprocess.Popen(['/bin/sleep', '600']); print('sleeper', p.pid, flush=True); "
)


class Up:
    """A supervisor in a process of its own, read line by line."""

    def __init__(self, patience: float, **children: str) -> None:
        argv = [part for name, code in children.items() for part in (name, code)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", UP, str(patience), *argv],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": ""},  # else a line and its end are two writes, and lines mix
        )
        self.lines: list[str] = []
        self.pids: list[int] = []

    def until(self, wanted: str, times: int = 1) -> None:
        assert self.process.stdout is not None
        while sum(wanted in line for line in self.lines) < times:
            line = self.process.stdout.readline()
            assert line, self.lines
            self.lines.append(line.strip())
            if " started as process " in line or line.startswith("sleeper"):
                self.pids.append(int(line.split()[-1]))

    def rest(self) -> str:
        out, _ = self.process.communicate(timeout=20)
        self.lines += out.splitlines()
        return out


@pytest.fixture
def up() -> Iterator[Callable[..., Up]]:
    made: list[Up] = []

    def start(patience: float, **children: str) -> Up:
        made.append(Up(patience, **children))
        return made[-1]

    yield start
    for one in made:
        for pid in (one.process.pid, *one.pids):
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        one.process.communicate()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def gone(pids: list[int], within: float) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_they_start_in_order_and_stop_in_reverse(up: Callable[..., Up], how: signal.Signals) -> None:
    running = up(10, web=OBEDIENT, worker=OBEDIENT)
    running.until("up", times=2)
    running.process.send_signal(how)
    assert running.rest().splitlines() == ["worker stopped", "web stopped", "done"]
    assert running.process.returncode == 0
    assert [line.split()[0] for line in running.lines if "started" in line] == ["web", "worker"]
    assert gone(running.pids, 0.1)


def test_each_leads_its_own_group(up: Callable[..., Up]) -> None:
    running = up(10, web=OBEDIENT, worker=OBEDIENT)
    running.until("up", times=2)
    assert [os.getpgid(pid) for pid in running.pids] == running.pids
    running.process.terminate()
    running.rest()


def test_a_crashed_child_starts_again_and_its_own_children_are_gone(up: Callable[..., Up]) -> None:
    running = up(10, web=WITH_A_CHILD_OF_ITS_OWN + "sys.exit(3)", worker=OBEDIENT)
    running.until("sleeper", times=2)
    first_sleeper = next(int(line.split()[-1]) for line in running.lines if line.startswith("sleeper"))
    assert "web ended with exit code 3 after 0 s; it starts again in 0.5 s" in running.lines
    assert gone([first_sleeper], 1)
    running.until("it starts again in 1 s")
    running.process.terminate()
    running.rest()
    assert gone(running.pids, 0.5)


def test_a_killed_child_is_said_to_be_killed(up: Callable[..., Up]) -> None:
    running = up(10, web=OBEDIENT)
    running.until("up")
    os.kill(running.pids[0], signal.SIGKILL)
    running.until("web was ended by SIGKILL")
    running.until("up", times=2)
    running.process.terminate()
    running.rest()


def test_a_program_that_is_not_there_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []

    def ends() -> None:
        if any("exit code 127" in line for line in said):
            os.kill(os.getpid(), signal.SIGTERM)

    Supervisor([Child("web", ("/no/such/program",))], say=said.append, watch=ends).run()
    assert "/no/such/program cannot be started: No such file or directory\n" in capfd.readouterr().err


def test_one_that_does_not_stop_is_killed_in_time(up: Callable[..., Up]) -> None:
    running = up(1, web=OBEDIENT, deaf=DEAF)
    running.until("up", times=2)
    begun = time.monotonic()
    running.process.terminate()
    assert running.rest().splitlines() == [
        "deaf did not stop in time and is killed",
        "deaf stopped",
        "web stopped",
        "done",
    ]
    assert time.monotonic() - begun < 5
    assert gone(running.pids, 0.1)


def test_a_second_signal_hurries(up: Callable[..., Up]) -> None:
    running = up(600, deaf=DEAF)
    running.until("up")
    running.process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    assert running.process.poll() is None
    running.process.send_signal(signal.SIGINT)
    assert "deaf did not stop in time and is killed" in running.rest()
    assert gone(running.pids, 0.1)


def test_a_killed_supervisor_leaves_nobody(up: Callable[..., Up]) -> None:
    running = up(0.5, web=WITH_A_CHILD_OF_ITS_OWN + "time.sleep(600)", obedient=OBEDIENT, deaf=DEAF)
    running.until("up", times=2)
    running.until("sleeper")
    assert len(running.pids) == 4
    assert all(alive(pid) for pid in running.pids)
    running.process.kill()
    assert gone(running.pids, 5)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux signals a parent's death")
def test_children_are_tied_to_the_supervisor_even_without_a_sweeper(up: Callable[..., Up]) -> None:
    running = up(10, web=OBEDIENT)
    running.until("up")
    children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children").read_text().split()
    (the_sweeper,) = {int(pid) for pid in children} - set(running.pids)
    os.kill(the_sweeper, signal.SIGKILL)
    running.process.kill()
    assert gone(running.pids, 2)


def test_an_error_from_watch_stops_everything() -> None:
    said: list[str] = []

    def fail() -> None:
        if said:
            raise LookupError("the database is gone for good")

    supervisor = Supervisor([Child("web", ("/bin/sleep", "600"))], say=said.append, watch=fail)
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(LookupError, match="gone for good"):
        supervisor.run()
    assert said[-1] == "web stopped"
    assert gone([int(said[0].split()[-1])], 0.1)
    assert signal.getsignal(signal.SIGTERM) == before


def test_pauses_double_up_to_a_limit() -> None:
    assert [pause_after(n) for n in (1, 2, 3, 4)] == [0.5, 1.0, 2.0, 4.0]
    assert pause_after(10_000) == LONGEST_PAUSE


def test_the_sweeper_sweeps_what_was_not_taken_back() -> None:
    assert listed(["+4\n", "+7\n", "-4\n", "+9\n", "-12\n"]) == [7, 9]
