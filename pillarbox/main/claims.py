"""What one `pillarbox up` claims for itself before it starts anything: its port and its data directory.

Asked first, because the web server answers a busy port with a stack trace, and two `up` on one directory would each
believe that the other's workers are theirs.
"""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

from pillarbox.db.lockfile import LockFile
from pillarbox.kernel.errors import Conflict, PillarboxError


class PortBusy(Conflict):
    """The port is already in use. Stop the program that uses it, or choose another port."""


class PortNotAllowed(PillarboxError):
    """The system does not let Pillarbox listen on this address and port. Choose another one."""


class AlreadyUp(Conflict):
    """Pillarbox is already running on this data directory."""


def port_free(host: str, port: int) -> None:
    """Return when a server could listen on TCP `port` of `host` (a name or an address of this machine) right now.

    Raises `PortBusy` when something else listens there, and `PortNotAllowed` for an address that is not this machine's
    or a port that needs root.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror:
        raise PortNotAllowed(f"There is no address for the host name {host}. Give another one.") from None
    for family, kind, protocol, _, address in found:
        with socket.socket(family, kind, protocol) as trial:
            # Without this a port whose last connections have only just closed would look busy.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                trial.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                trial.bind(address)
            except OSError as error:
                raise _why(error, host, port) from None


def claim(lock_file: Path, address: str) -> LockFile:
    """Take the lock that one running Pillarbox holds, and leave our process id and `address` in it for others.

    Keep the result until the end; the system takes the lock back when we die. The directory must exist. Raises
    `AlreadyUp` with the other's process id and address.
    """
    lock = LockFile(lock_file)
    if not lock.acquire(f"{os.getpid()} {address}"):
        pid, _, where = lock.note().partition(" ")
        raise AlreadyUp(
            f"Pillarbox is already running here: process {pid or '(starting)'}"
            + (f", at {where}" if where else "")
            + ". Use that one, stop it first, or give another data directory."
        )
    return lock


def _why(error: OSError, host: str, port: int) -> PillarboxError:
    if error.errno == errno.EADDRINUSE:
        return PortBusy(
            f"Port {port} on {host} is already in use. Stop the program that uses it, or choose another port."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return PortNotAllowed(f"Port {port} needs rights that you do not have. Choose one from 1024 on.")
    return PortNotAllowed(f"Pillarbox cannot listen on {host}, port {port}: {os.strerror(error.errno or 0)}.")
