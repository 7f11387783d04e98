"""What is known of a server from its pid file, and what the process table proves about it.

PostgreSQL gives up when its pid file names a living process, even if that is a zombie or the number was taken by
somebody else since, as happens in containers. Only the process table can tell; so it is asked, and a file is cleared
only on its word.
"""

from __future__ import annotations

import enum
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PID_FILE = "postmaster.pid"


@dataclass(frozen=True, slots=True)
class PidFile:
    """The lines of `postmaster.pid` that matter (PostgreSQL source, `miscadmin.h`): 1 pid, 4 port, 8 status."""

    pid: int
    port: int | None
    ready: bool


class Standing(enum.Enum):
    """What the process table says about a pid file."""

    SERVES = "a server lives on this data directory"
    STALE = "no such process, a zombie, or another program that took the number"


def read_pid_file(data: Path) -> PidFile | None:
    """Return what the pid file in `data` says, None without one. An unreadable number reads as 0, which is nobody."""
    try:
        lines = (data / PID_FILE).read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return None
    pid = abs(_number(lines, 0) or 0)  # a single-user server writes its number negative
    return PidFile(pid, _number(lines, 3), ready=len(lines) > 7 and lines[7].strip() == "ready")


def standing(pid: int, data: Path) -> Standing:
    """Return whether process `pid` is a living server on the directory `data` (as given to `postgres -D`)."""
    if pid <= 0:
        return Standing.STALE
    command = _linux_command(pid) if sys.platform == "linux" else _listed_command(pid)
    serves = bool(command) and Path(command[0]).name == "postgres" and str(data) in command
    return Standing.SERVES if serves else Standing.STALE


def clear_stale(data: Path, sockets: Path) -> bool:
    """Remove the pid and socket files of a server that is proven gone; True when something was removed.

    Call only while holding the root's lock. Leaves everything where a server lives.
    """
    found = read_pid_file(data)
    if found is not None and standing(found.pid, data) is Standing.SERVES:
        return False
    stale = [data / PID_FILE, *sockets.glob(".s.PGSQL.*")]
    present = [path for path in stale if path.exists() or path.is_symlink()]
    for path in present:
        path.unlink(missing_ok=True)
    return bool(present)


def _number(lines: list[str], index: int) -> int | None:
    text = lines[index].strip() if index < len(lines) else ""
    return int(text) if text.removeprefix("-").isdecimal() else None


def _linux_command(pid: int) -> list[str]:
    """The arguments of a living process, none of a zombie. A postmaster keeps its own, its children rewrite theirs."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return []
    if status[:1] in (["Z"], ["X"]):
        return []
    return [part.decode(errors="surrogateescape") for part in line.split(b"\0")]


def _listed_command(pid: int) -> list[str]:
    """The same from `ps` where there is no /proc; a path with spaces is put together again by its parts' order."""
    told = subprocess.run(  # noqa: S603 - fixed program, a number
        ["/bin/ps", "-p", str(pid), "-ww", "-o", "stat=", "-o", "command="], capture_output=True, text=True, check=False
    )
    state, _, command = told.stdout.strip().partition(" ")
    if told.returncode != 0 or state.startswith("Z"):
        return []
    program, _, rest = command.strip().partition(" -D ")
    return [program, rest.partition(" -c ")[0]]
