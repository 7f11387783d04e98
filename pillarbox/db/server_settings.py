"""The settings of the embedded server: what we choose, what a caller may change, and what nobody may.

They are given on the server's command line and so stand in the process list: none is secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pillarbox.db.server_errors import SettingReserved

DEFAULT_PORT = 5432
"""PostgreSQL's own; without TCP it is only part of the socket's name."""
DEFAULT_SETTINGS: Mapping[str, str] = {
    "shared_buffers": "128MB",
    "max_connections": "60",
    "synchronous_commit": "on",
    "jit": "off",
    "wal_compression": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement or a DETAIL line may quote what a customer wrote; the log must not.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
RESERVED = frozenset(
    (
        *("listen_addresses", "port", "unix_socket_directories", "unix_socket_permissions", "unix_socket_group"),
        *("data_directory", "config_file", "hba_file", "ident_file", "external_pid_file", "password_encryption"),
        *("fsync", "full_page_writes", "logging_collector"),
    )
)
"""Where the server can be reached and by whom, and whether data survives: ours alone."""
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def chosen(given: Mapping[str, str], *, durable: bool) -> dict[str, str]:
    """Return the defaults with the caller's settings over them; raises `SettingReserved`."""
    refused = sorted(RESERVED.intersection(name.lower() for name in given))
    if refused:
        raise SettingReserved(f"Pillarbox sets {', '.join(refused)} itself; leave it out of the settings.")
    return {**DEFAULT_SETTINGS, **given, **({} if durable else _NOT_DURABLE)}


def command_line(
    program: str, data: Path, sockets: Path, settings: Mapping[str, str], tcp_port: int | None
) -> list[str]:
    """Return the command that serves `data` on a socket in `sockets` and, with `tcp_port`, on 127.0.0.1 as well."""
    fixed = {
        "listen_addresses": "127.0.0.1" if tcp_port else "",
        "port": str(tcp_port or DEFAULT_PORT),
        "unix_socket_directories": f'"{sockets}"',
        "unix_socket_permissions": "0700",
    }
    argv = [program, "-D", str(data)]
    for name, value in {**settings, **fixed}.items():
        argv += ["-c", f"{name}={value}"]
    return argv
