"""The command line: run an installation, look after its database, do the operator's own acts.

Commands that need the database use the one that runs, or start the installation's own for as long as they take. What
is rarely needed is imported late, because somebody waits for every command to begin.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from pillarbox.kernel.errors import BadInput, PillarboxError

if TYPE_CHECKING:
    from pillarbox.gate.open_account import Accounts
    from pillarbox.main.settings import Settings

T = TypeVar("T")
app = typer.Typer(
    help="Pillarbox, an online postage platform. Begin with `pillarbox up`.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
account = typer.Typer(help="Customers' accounts and the operator's own.", no_args_is_help=True)
person = typer.Typer(help="People who can sign in.", no_args_is_help=True)
s10_range = typer.Typer(help="Tracking numbers that were leased to this installation.", no_args_is_help=True)
app.add_typer(account, name="account")
app.add_typer(person, name="person")
app.add_typer(s10_range, name="s10-range")

ALL_KINDS = ("session", "key", "network", "support", "public", "payment", "job")
"""Every kind of credential that the gate tells apart; see pillarbox/gate/crossings.sql."""
CUSTOMERS = ("session", "key", "public")
"""What a suspension stops unless told otherwise: customers and the public. Payments under way are still booked."""


class AccountKind(StrEnum):
    """Whom an account belongs to."""

    MERCHANT = "merchant"
    OPERATOR = "operator"


class Phase(StrEnum):
    """Which migrations: those before new code is deployed, those after, or all."""

    PRE = "pre"
    POST = "post"
    ALL = "all"


class PasswordTooShort(BadInput):
    """A password has at least 12 characters."""


class ScopeUnknown(BadInput):
    """There is no such scope."""


class KindUnknown(BadInput):
    """There is no such kind of credential."""


@contextlib.contextmanager
def _plainly() -> Iterator[None]:
    """Say in one line what is wrong and end with code 1, instead of a trace through our own code."""
    from pillarbox.main.speaking import trouble

    try:
        yield
    except PillarboxError as error:
        trouble(error.detail)
        raise typer.Exit(1) from None


def _settings(**given: object) -> Settings:
    from pillarbox.main.settings import load

    return load(os.environ, **given)


def _at_the_office(act: Callable[[Accounts], Awaitable[T]]) -> T:
    """Run one act of the operator with the database at hand."""
    from pillarbox.main.database import at_hand
    from pillarbox.main.house import office

    settings = _settings()
    with at_hand(settings) as secrets:

        async def acting() -> T:
            async with office(settings, secrets) as accounts:
                return await act(accounts)

        return asyncio.run(acting())


@app.command()
def up(
    *,
    empty: Annotated[bool, typer.Option("--empty", help="Without the demonstration's merchants and parcels.")] = False,
    port: Annotated[int | None, typer.Option(help="Port of the web server, instead of the setting.")] = None,
    status_port: Annotated[int | None, typer.Option(help="Port of the status page, instead of the setting.")] = None,
    workers: Annotated[int | None, typer.Option(help="How many web processes, instead of the setting.")] = None,
) -> None:
    """Run everything: database, web server, worker and status page. Ctrl-C stops it all.

    The first start makes the data directory, the keys, the database and, without --empty, a demonstration with two
    merchants whose sign-ins are shown. Later starts find all that again.
    """
    with _plainly():
        from pillarbox.main.up import Up

        settings = _settings(port=port, status_port=status_port, workers=workers)
        Up(settings, demonstration=not empty).run()


@app.command()
def migrate(phase: Annotated[Phase, typer.Argument(help="pre, post or all.")] = Phase.ALL) -> None:
    """Bring the database up to date. `pillarbox up` does it by itself.

    With a database that several machines share: `pre` before the new code is deployed, `post` when none of the old
    runs any more.
    """
    with _plainly():
        from pillarbox.main.database import make_ready, running
        from pillarbox.main.secrets import open_secrets
        from pillarbox.main.speaking import OUT

        settings = _settings()
        secrets = open_secrets(settings)
        with running(settings) as server:
            ran = make_ready(settings, secrets, server, phase.value)
        OUT.print(f"Ran {', '.join(ran)}." if ran else "Nothing to do: the database is up to date.", markup=False)


@app.command()
def settings(
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="As the page docs/settings.md, without values.")] = False,
) -> None:
    """Show every setting: its value, its meaning, its name in the environment, what it may be."""
    with _plainly():
        if markdown:
            from pillarbox.main.settings_page import markdown as page

            typer.echo(page(), nl=False)
            return
        from pillarbox.main.settings import listed
        from pillarbox.main.speaking import settings_table

        settings_table(_settings(), listed())


@account.command("open")
def open_account(
    kind: Annotated[AccountKind, typer.Argument(help="merchant, or operator for the operator's own staff.")],
) -> None:
    """Open an account and show its number; then let somebody in with `pillarbox person add`."""
    with _plainly():
        typer.echo(_at_the_office(lambda accounts: accounts.open(kind.value)))


@person.command("add")
def add_person(
    number: Annotated[int, typer.Argument(help="The account's number, as `account open` showed it.")],
    email: Annotated[str, typer.Argument(help="With which the person signs in.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="What the person may do; may be given several times. Otherwise everything.")
    ] = None,
    *,
    staff: Annotated[bool, typer.Option("--staff", help="A member of the operator's staff.")] = False,
) -> None:
    """Let a person sign in to an account. Asks for the password, or reads it from a pipe."""
    with _plainly():
        from pillarbox.gate.key import MERCHANT_SCOPES, STAFF_SCOPES

        known = STAFF_SCOPES if staff else MERCHANT_SCOPES
        unknown = sorted(set(scope or ()) - set(known))
        if unknown:
            raise ScopeUnknown(f"There is no scope {', '.join(unknown)} here. There are {', '.join(known)}.")
        password = _password()
        typer.echo(_at_the_office(lambda accounts: accounts.add_person(number, email, password, tuple(scope or known))))


def _password() -> str:
    if sys.stdin.isatty():
        found: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        found = sys.stdin.readline().rstrip("\r\n")
    if len(found) < 12:
        raise PasswordTooShort
    return found


@app.command("network-key")
def network_key(number: Annotated[int, typer.Argument(help="The number of an operator's account.")]) -> None:
    """Make a credential for the operator's scanning network. It is shown this once."""
    with _plainly():
        typer.echo(_at_the_office(lambda accounts: accounts.issue_network_key(number)))


@s10_range.command("add")
def add_s10_range(
    indicator: Annotated[str, typer.Argument(help="Two letters of the service, such as RR.")],
    first: Annotated[int, typer.Argument(help="The first serial, 0 to 99999999.")],
    size: Annotated[int, typer.Argument(help="How many serials.")],
    country: Annotated[str, typer.Option(help="Two letters of the issuing country.")] = "GB",
    *,
    specimen: Annotated[bool, typer.Option("--specimen", help="Numbers without postal value, for trials.")] = False,
) -> None:
    """Give the installation a leased range of tracking numbers; real ones are used before specimens."""
    with _plainly():
        from pillarbox.postage.s10 import S10, SERIALS, SerialUnusable

        S10(indicator, first, country)
        if size < 1 or first + size > SERIALS:
            raise SerialUnusable
        _at_the_office(lambda accounts: accounts.add_s10_range(indicator, country, first, size, specimen=specimen))


@app.command()
def suspend(
    scope: Annotated[str, typer.Argument(help="platform, account:<number> or surface:<pages, api, tracking, …>.")],
    reason: Annotated[str, typer.Argument(help="Why, for the record. Without personal data.")],
    kind: Annotated[
        list[str] | None, typer.Option(help=f"Kinds of credential to stop; otherwise {', '.join(CUSTOMERS)}.")
    ] = None,
) -> None:
    """Suspend at once, in the database itself: whoever knocks with these credentials is told so."""
    with _plainly():
        unknown = sorted(set(kind or ()) - set(ALL_KINDS))
        if unknown:
            raise KindUnknown(f"There is no kind {', '.join(unknown)}. There are {', '.join(ALL_KINDS)}.")
        _at_the_office(lambda accounts: accounts.throw_switch(scope, tuple(kind or CUSTOMERS), reason))


@app.command()
def resume(scope: Annotated[str, typer.Argument(help="What was suspended, in the same words.")]) -> None:
    """Lift a suspension."""
    with _plainly():
        _at_the_office(lambda accounts: accounts.throw_switch(scope, (), "lifted"))
