"""What `pillarbox` says on the terminal: plain lines for programs and logs, a calm panel for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from pillarbox.main.demonstration_story import SignIns
from pillarbox.main.settings import Setting, Settings

OUT: Final = Console(highlight=False, soft_wrap=True)
ERR: Final = Console(stderr=True, highlight=False, soft_wrap=True)


def trouble(words: str) -> None:
    """Say on standard error what went wrong."""
    ERR.print(Text(words, style="red"))


def event(words: str) -> None:
    """Say on standard error what a child did."""
    ERR.print(Text(words, style="dim"))


def ready(settings: Settings, sign_ins: SignIns | None, seconds: float) -> None:
    """Say where Pillarbox is, who can sign in, and how long it took."""
    addresses = {"Pages and API": settings.address, "Status page": settings.status_address}
    if not OUT.is_terminal:
        for line in _plain(settings, addresses, sign_ins, seconds):
            OUT.print(line, markup=False)
        return
    where = Table.grid(padding=(0, 3))
    for what, address in addresses.items():
        where.add_row(Text(what, style="bold"), Text(address, style=f"link {address}"))
    who = Table.grid(padding=(0, 3))
    for each in sign_ins.people if sign_ins else ():
        who.add_row(each.house, each.name, each.email, Text(each.password, style="bold"))
    if sign_ins is None:
        who.add_row("Nobody can sign in yet. Open an account: pillarbox account open merchant")
    body = Group(where, "", who)
    title = f"Pillarbox is ready in {seconds:.1f} s"
    OUT.print(
        Panel(body, title=title, subtitle=f"{_postage(settings)} · Ctrl-C stops it", padding=(1, 2), expand=False)
    )


def settings_table(settings: Settings, listed: Iterable[Setting]) -> None:
    """Show every setting with its value and meaning."""
    for each in listed:
        value = getattr(settings, each.name)
        shown = "(set, not shown)" if each.kind.secret and value else each.kind.write(value) or "(empty)"
        OUT.print(Text.assemble((each.name, "bold"), f" = {shown}"))
        OUT.print(Text(f"    {each.meaning}"))
        OUT.print(
            Text(f"    {each.variable}; {each.kind.words}; otherwise {each.default.replace('`', '')}.\n", style="dim")
        )


def _plain(settings: Settings, addresses: dict[str, str], sign_ins: SignIns | None, seconds: float) -> Iterable[str]:
    yield f"Pillarbox is ready in {seconds:.1f} s. {_postage(settings)}."
    yield from (f"{what}: {address}" for what, address in addresses.items())
    yield from (
        f"Sign in as {e.name} ({e.house}): {e.email} {e.password}" for e in (sign_ins.people if sign_ins else ())
    )
    if sign_ins is None:
        yield "Nobody can sign in yet. Open an account with `pillarbox account open merchant`."


def _postage(settings: Settings) -> str:
    return "Labels are specimens without postal value" if settings.specimen else f"Licence {settings.licence}"
