"""Make a new data directory: password first, then initdb beside its place, then one rename.

So a data directory is whole or absent, whatever was killed when, and never without its password.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys

from pillarbox.db.account import Account
from pillarbox.db.binaries import Binaries
from pillarbox.db.layout import Layout, make_private
from pillarbox.db.server_errors import DataNotInitialised, DataOfAnotherVersion, PasswordMissing
from pillarbox.db.tether import tethered

SUPERUSER = "postgres"
SERVER_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
"""All that the server's processes inherit: no setting, key or `PG…` variable of ours."""
_CHARACTER_TYPES = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
_INITDB_SECONDS = 120


def initialise(layout: Layout, binaries: Binaries, account: Account, *, durable: bool) -> bool:
    """Make the data directory where there is none; True when it was made now.

    Call while holding the root's lock, from the main thread. Raises `DataNotInitialised` with initdb's own last line,
    `DataOfAnotherVersion` and `PasswordMissing` where there is data that these programs or we cannot open.
    """
    if layout.data.exists():
        _check(layout, binaries)
        return False
    shutil.rmtree(layout.half_data, ignore_errors=True)
    password = secrets.token_urlsafe(32)
    layout.write_private(layout.password, password)
    make_private(layout.half_data, account)
    # initdb reads the password as the server account, which must not read ours; the copy lives as long as initdb does.
    handed = layout.sockets / "initdb.password"
    layout.write_private(handed, password, account)
    try:
        _run_initdb(layout, binaries, account, handed=str(handed), durable=durable)
    finally:
        handed.unlink(missing_ok=True)
    layout.half_data.rename(layout.data)
    layout.sync_root()
    return True


def _run_initdb(layout: Layout, binaries: Binaries, account: Account, *, handed: str, durable: bool) -> None:
    argv = [binaries.program("initdb"), "-D", str(layout.half_data), "-U", SUPERUSER, f"--pwfile={handed}"]
    argv += ["--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--data-checksums", "--encoding=UTF8"]
    argv += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", f"--lc-ctype={_CHARACTER_TYPES}"]
    argv += [] if durable else ["--no-sync"]
    uid, gid = account.ids
    try:
        done = subprocess.run(  # noqa: S603 - our own list of arguments
            tethered(argv, at_death=signal.SIGKILL, uid=uid, gid=gid),
            capture_output=True, text=True, check=False, cwd="/", env=SERVER_ENVIRONMENT, stdin=subprocess.DEVNULL,
            start_new_session=True, timeout=_INITDB_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise DataNotInitialised(f"PostgreSQL did not set up {layout.data} within {_INITDB_SECONDS} s.") from None
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or ["it gave no reason"]
        said = next((line for line in lines if "error:" in line or "FATAL" in line), lines[-1])
        raise DataNotInitialised(f"PostgreSQL could not set up its data directory {layout.data}: {said.strip()}")


def _check(layout: Layout, binaries: Binaries) -> None:
    try:
        major = (layout.data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise DataNotInitialised(
            f"The directory {layout.data} is there but holds no PostgreSQL data. Nothing was changed; put the data "
            "back from your backup, or move the directory away to begin anew."
        ) from None
    if major != str(binaries.major):
        raise DataOfAnotherVersion(
            f"The data in {layout.data} was written by PostgreSQL {major}, and the installed server is "
            f"{binaries.version}. Nothing was changed. Install PostgreSQL {major}, or move the data with pg_upgrade or "
            "with pg_dump and psql."
        )
    if not layout.password.exists() or layout.password.stat().st_size == 0:
        raise PasswordMissing(
            f"The file {layout.password} is missing or empty, although there is data in {layout.data}. Put it back "
            "from your backup; nothing was changed."
        )
