"""The installation's key file: what it alone knows, made once at random and never sent anywhere.

Whoever loses it loses the sealed data, and whoever copies it can open a stolen database; so it is never made anew
beside data that is already there, and a file that others may read is refused.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import Annotated, Final

import msgspec

from pillarbox.db.role_names import LOGIN_ROLES
from pillarbox.kernel.errors import PillarboxError
from pillarbox.main.place import Place
from pillarbox.main.settings import Settings

_LONGEST: Final = 64 * 1024
_Key = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]


class KeyFileMissing(PillarboxError):
    """The installation's key file is missing, although there is data. Put it back from your backup."""


class KeyFileOpen(PillarboxError):
    """Others may read the installation's key file."""


class KeyFileBroken(PillarboxError):
    """The installation's key file cannot be used. Put it back from your backup; nothing was changed."""


class Secrets(msgspec.Struct, frozen=True):
    """Four keys of 32 random bytes and the passwords of the database roles, by role."""

    tag: _Key
    """Certifies public ids and credentials: `kernel.ids.TagKey`."""
    master: _Key
    """Wraps every account's data keys: `vault.keys.LocalWrapping`."""
    serials: _Key
    """Orders the tracking numbers of a leased range: `postage.s10.serial_at`."""
    payments: _Key
    """Signs what the built-in payment provider calls back with."""
    passwords: dict[str, str]

    def __repr__(self) -> str:
        """Never the inside: a log line or a traceback must not show it."""
        return "<Secrets>"


def fresh() -> Secrets:
    """Return new random secrets."""
    return Secrets(
        tag=secrets.token_bytes(32),
        master=secrets.token_bytes(32),
        serials=secrets.token_bytes(32),
        payments=secrets.token_bytes(32),
        passwords={role: secrets.token_urlsafe(32) for role in LOGIN_ROLES},
    )


def make(path: Path) -> Secrets:
    """Make the key file, whole or not at all, and return what stands in it; one made meanwhile wins."""
    half = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    fd = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(fresh())) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(half, path)
        except FileExistsError:
            return read(path)
    finally:
        half.unlink()
    _sync(path.parent)
    return read(path)


def read(path: Path) -> Secrets:
    """Read the key file. Raises `FileNotFoundError`, `KeyFileOpen` and `KeyFileBroken`, none with a secret in it."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(fd, "rb") as file:
        mode = stat.S_IMODE(os.fstat(fd).st_mode)
        if mode & 0o077:
            raise KeyFileOpen(
                f"Others may read or change the installation's key file {path} (its mode is {mode:04o}). Anybody who "
                f"did can open every customer's data. Find out who had access, then run `chmod 600 {path}`."
            )
        raw = file.read(_LONGEST)
    try:
        found = msgspec.json.decode(raw, type=Secrets)
    except msgspec.DecodeError as error:
        raise KeyFileBroken(f"The key file {path} cannot be used: {error}. Put it back from your backup.") from None
    missing = sorted(set(LOGIN_ROLES) - found.passwords.keys())
    if missing:
        raise KeyFileBroken(f"The key file {path} has no password for {', '.join(missing)}.")
    return found


def read_or_make(path: Path, *, data_exists: bool) -> Secrets:
    """Return the installation's secrets; made now where neither they nor any data are there.

    Raises as `read` does, and `KeyFileMissing` where there is data that only the lost keys could open.
    """
    try:
        return read(path)
    except FileNotFoundError:
        if data_exists:
            raise KeyFileMissing(
                f"The key file {path} is missing, although there is data that only its keys can open. Put it back "
                "from your backup; nothing was changed."
            ) from None
        return make(path)


def open_secrets(settings: Settings) -> Secrets:
    """Return the installation's secrets, made with its directory where there is no data yet, here or elsewhere.

    Raises as `read_or_make` does, `PlaceUnusable`, and `ServerAway` where only the database could tell.
    """
    place = Place(settings.data)
    place.make()
    if settings.embedded or place.keys.exists():
        return read_or_make(place.keys, data_exists=place.holds_data)
    from pillarbox.db.database import ensure_named, was_prepared

    made = ensure_named(settings.database_url)
    return read_or_make(place.keys, data_exists=not made and was_prepared(settings.database_url))


def _sync(directory: Path) -> None:
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
