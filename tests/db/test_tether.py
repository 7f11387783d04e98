from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pillarbox.db import tether

STATUS = ["/bin/sh", "-c", "echo $$"]


def test_it_becomes_the_program_with_the_same_number() -> None:
    process = subprocess.Popen(tether.tethered(STATUS, at_death=signal.SIGTERM), stdout=subprocess.PIPE)
    out, _ = process.communicate()
    assert int(out) == process.pid


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux signals a parent's death")
def test_nothing_is_started_for_a_parent_that_has_gone() -> None:
    command = tether.tethered(STATUS, at_death=signal.SIGTERM)
    command[command.index(str(os.getpid()))] = "1" if os.getpid() != 1 else "2"
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    command = tether.tethered([str(tmp_path / "absent")], at_death=signal.SIGTERM)
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (
        127,
        f"{tmp_path / 'absent'} cannot be started: No such file or directory\n",
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two users")
def test_root_is_dropped_wholly() -> None:
    command = tether.tethered(["/usr/bin/id"], at_death=signal.SIGTERM, uid=65534, gid=65534)
    told = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert "(root)" not in told
    assert told.startswith("uid=65534")
