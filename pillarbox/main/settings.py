"""Every setting of an installation, in one list: its name, its meaning, what it may be and what it is otherwise.

A setting is read from the environment (`PILLARBOX_PORT`), else from the TOML file that `PILLARBOX_SETTINGS` names
(`port = 8080`), else it has its default. docs/settings.md is written from this list.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from pillarbox.kernel.errors import BadInput
from pillarbox.main import kinds
from pillarbox.main.place import usual_directory

PREFIX: Final = "PILLARBOX_"
FILE: Final = "PILLARBOX_SETTINGS"
_OTHERS: Final = ("PILLARBOX_SETTINGS", "PILLARBOX_STATUS_STORE", "PILLARBOX_STATUS_NAME", "PILLARBOX_SPOOL")
"""Names in the environment that are not settings: the file itself, and what `up` hands to the status process."""
T = TypeVar("T")


class SettingUnknown(BadInput):
    """There is no such setting. `pillarbox settings` lists them all."""


class SettingUnusable(BadInput):
    """A setting has a value that cannot be used."""


class SettingsFileUnreadable(BadInput):
    """The settings file cannot be read."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the list shows it."""

    name: str
    meaning: str
    kind: kinds.Kind[Any]
    default: str

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return PREFIX + self.name.upper()


def _of(kind: kinds.Kind[T], default: T, meaning: str, *, shown: str | None = None) -> T:
    """Declare a setting; `shown` is how the list writes a default that depends on the machine."""
    metadata = {"kind": kind, "meaning": meaning, "shown": shown}
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one installation; make them with `load`."""

    data: Path = _of(  # noqa: RUF009 - a path never changes
        kinds.path,
        Path(),
        "The directory in which everything of this installation lives: keys, database, spool, reports. Only its owner "
        "can read it. Back it up.",
        shown="`var` in a checkout, `/var/lib/pillarbox` for root, else `~/.local/share/pillarbox`",
    )
    database_url: str = _of(
        kinds.secret_text,
        "",
        "The address of a PostgreSQL from version 17 on, with a user that may make roles and databases, such as "
        "`postgresql://postgres:secret@db.example/pillarbox`. Empty: Pillarbox runs a PostgreSQL of its own.",
        shown="empty",
    )
    host: str = _of(kinds.text, "127.0.0.1", "The address on which the web server listens. `0.0.0.0` is every one.")
    port: int = _of(kinds.whole(1, 65_535), 8080, "The port of the web server.")
    workers: int = _of(
        kinds.whole(1, 64), 1, "How many web processes share the work. One serves some thousand requests a second."
    )
    status_port: int = _of(kinds.whole(1, 65_535), 8081, "The port of the public status page, a process of its own.")
    public_url: str = _of(
        kinds.web_address,
        "",
        "The address by which the public reaches the web server, without a path. With `https://` browsers are told "
        "never to come without it, and cookies travel encrypted only.",
        shown="`http://127.0.0.1:8080`, by `host` and `port`",
    )
    status_url: str = _of(
        kinds.web_address,
        "",
        "The address by which the public reaches the status page.",
        shown="`http://127.0.0.1:8081`, by `host` and `status_port`",
    )
    operator_name: str = _of(
        kinds.short_text, "Example Post", "The postal operator's name, as customers read it on pages and labels."
    )
    licence: str = _of(
        kinds.short_text_or_none,
        "",
        "The reference of the agreement under which this installation may issue postage. Without one every label says "
        "SPECIMEN, NO POSTAL VALUE, and numbers come from specimen ranges.",
        shown="empty",
    )
    log_level: str = _of(
        kinds.one_of("debug", "info", "warning", "error"), "info", "The least important messages that are written."
    )

    @property
    def specimen(self) -> bool:
        """Whether labels are specimens: true until the operator's licence is set."""
        return not self.licence

    @property
    def address(self) -> str:
        """Where the web server is reached: the public address, else its own."""
        return self.public_url or _own_address(self.host, self.port)

    @property
    def status_address(self) -> str:
        """Where the status page is reached."""
        return self.status_url or _own_address(self.host, self.status_port)

    @property
    def embedded(self) -> bool:
        """Whether Pillarbox runs its own PostgreSQL."""
        return not self.database_url


def listed() -> Iterator[Setting]:
    """Return all settings in the order of the list."""
    for field in dataclasses.fields(Settings):
        kind = field.metadata["kind"]
        shown = field.metadata["shown"] or f"`{kind.write(field.default)}`"
        yield Setting(field.name, field.metadata["meaning"], kind, shown)


def load(environment: Mapping[str, str], **given: object) -> Settings:
    """Read and check the settings. `given` come from the command line and win; None there means not given.

    Raises `SettingUnknown`, `SettingUnusable` and `SettingsFileUnreadable`.
    """
    known = {setting.variable: setting for setting in listed()}
    found: dict[str, Any] = {}
    for name, value, where in _file(environment.get(FILE, "")):
        if PREFIX + name.upper() not in known or name != name.lower():
            raise _unknown(name, where, [setting.name for setting in known.values()])
        found[name] = _read(
            known[PREFIX + name.upper()], str(value).lower() if value in (True, False) else value, where
        )
    for variable, text in environment.items():
        if variable in known:
            found[known[variable].name] = _read(known[variable], text, variable)
        elif variable.startswith(PREFIX) and variable not in _OTHERS:
            raise _unknown(variable, "the environment", known)
    for name, value in given.items():
        if value is not None:
            found[name] = _read(known[PREFIX + name.upper()], value, "the command line")
    settings = Settings(**found)
    if settings.port == settings.status_port:
        raise SettingUnusable("The settings port and status_port are the same. The status page needs its own port.")
    return settings if "data" in found else dataclasses.replace(settings, data=usual_directory(environment))


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the settings as environment variables, for the processes that `up` starts."""
    return {each.variable: each.kind.write(getattr(settings, each.name)) for each in listed()}


def _read(setting: Setting, value: object, where: str) -> object:
    try:
        return setting.kind.read(str(value))
    except ValueError as error:
        shown = "" if setting.kind.secret else f", `{value}`,"
        raise SettingUnusable(
            f"The setting {setting.name}{shown} cannot be used: {error}. It was set in {where}. {setting.meaning}"
        ) from None


def _file(path: str) -> Iterator[tuple[str, object, str]]:
    if not path:
        return
    try:
        with Path(path).open("rb") as file:
            yield from ((name, value, path) for name, value in tomllib.load(file).items())
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise SettingsFileUnreadable(f"The settings file {path}, named by {FILE}, cannot be read: {why}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsFileUnreadable(f"The settings file {path} is not in the form of TOML: {error}.") from None


def _unknown(name: str, where: str, known: Iterable[str]) -> SettingUnknown:
    near = difflib.get_close_matches(name, list(known), n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    return SettingUnknown(
        f"There is no setting {name}, which stands in {where}.{meant} `pillarbox settings` lists all."
    )


def _own_address(host: str, port: int) -> str:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - named, not bound
    return f"http://{reachable}:{port}"
