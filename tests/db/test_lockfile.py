from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

from pillarbox.db.lockfile import LockFile

HOLD = """
import os, sys, time
from pathlib import Path
from pillarbox.db.lockfile import LockFile
lock = LockFile(Path(sys.argv[1]))
assert lock.acquire(f"{os.getpid()}")
child = os.fork()
if child == 0:
    print(lock.held, flush=True)
    time.sleep(60)
    os._exit(0)
time.sleep(0.2)
print(child, flush=True)
os.kill(os.getpid(), 9)
"""


def test_one_holds_it_and_the_other_reads_who(tmp_path: Path) -> None:
    first, second = LockFile(tmp_path / "lock"), LockFile(tmp_path / "lock")
    assert (first.acquire("4711"), second.acquire("4712")) == (True, False)
    assert (first.acquire(), first.held, second.held, second.note()) == (True, True, False, "4711")
    assert stat.S_IMODE((tmp_path / "lock").stat().st_mode) == 0o600
    first.release()
    assert (first.note(), second.acquire("4712"), second.note()) == ("", True, "4712")
    second.release()


def test_a_forked_child_does_not_keep_it(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "False\n"
    child = int(holder.stdout.readline())
    holder.wait()
    mine = LockFile(tmp_path / "lock")
    assert mine.acquire("me")
    assert Path(f"/proc/{child}").exists() or sys.platform != "linux"
    subprocess.run(["/bin/kill", "-9", str(child)], check=True)
    holder.stdout.close()
    mine.release()
