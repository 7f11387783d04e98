"""Start a program that cannot outlive the process which started it.

The file is also the small program that stands between: it drops root where asked, asks Linux for a signal at its
parent's death, makes sure that the parent still lives, and becomes the wanted program (same process id). It is a
program of its own and not code between fork and exec, because that is unsafe in a process with threads. Elsewhere than
on Linux there is no such signal and the program is started plainly; an orderly stop is then the only one.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1
"""From Linux's `sys/prctl.h`; see prctl(2). A change of user clears the setting, so it comes last."""


def tethered(
    argv: Sequence[str], *, at_death: signal.Signals, uid: int | None = None, gid: int | None = None
) -> list[str]:
    """Return the command that runs `argv` (first an absolute path) tied to the calling process.

    `at_death` is what it receives when the calling *thread* ends: call from the main thread. `uid` and `gid`, both or
    neither, are what a root caller wants it to run as, without supplementary groups.
    """
    who = "-" if uid is None or gid is None else f"{uid}:{gid}"
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(at_death)), who, *argv]


def _become(parent: int, at_death: int, who: str, argv: list[str]) -> None:
    if who != "-":
        uid, gid = (int(part) for part in who.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, at_death, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked: nobody would ever tell us
            raise SystemExit(1)
    try:
        os.execv(argv[0], argv)  # noqa: S606 - what our own process asked for, never a shell's line
    except OSError as error:
        sys.stderr.write(f"{argv[0]} cannot be started: {error.strerror}\n")
        raise SystemExit(127) from None


if __name__ == "__main__":
    _become(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
