"""Pages outside any account: signing in and out, nothing here, a problem, suspended, and the test payment provider.

They are framed by a `PublicPage` and hold nothing that belongs to a customer, except the amount of a test payment.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pillarbox.web.views.frame import Choice, View


class SignIn(View, frozen=True):
    """`sign_in.html`. Posts `email`, `password` and `next` to `/sign-in`.

    `email` is what was typed; `next_path` where to go afterwards, already checked to be a path of ours, or empty.
    """

    TEMPLATE: ClassVar[str] = "sign_in.html"
    email: str = ""
    next_path: str = ""


class SignedOut(View, frozen=True):
    """`signed_out.html`. `everywhere`: all of the person's sessions ended; `by_us`: we ended them, and why."""

    TEMPLATE: ClassVar[str] = "signed_out.html"
    everywhere: bool = False
    by_us: str = ""


class NotFoundPage(View, frozen=True):
    """`not_found.html`, for absent and forbidden alike: it has nothing that could tell them apart."""

    TEMPLATE: ClassVar[str] = "not_found.html"


class Problem(View, frozen=True):
    """`problem.html`: something failed or cannot be done now.

    `heading` and `sentences` are plain words without anybody's data; `way_on` leads back, after the words.
    """

    TEMPLATE: ClassVar[str] = "problem.html"
    heading: str
    sentences: tuple[str, ...]
    way_on: str = ""
    way_on_words: str = ""


class Suspended(View, frozen=True):
    """`suspended.html` (status 503): we have shut the doors on purpose.

    `scope` says what is shut in words ("Pillarbox", "Buying labels"); `since` when, None where only the status page
    knows; `next_word_by` when we speak next, if promised. `forms_url` leads to the printable posting forms, empty if
    this installation has none.
    """

    TEMPLATE: ClassVar[str] = "suspended.html"
    scope: str
    since: datetime | None
    status_url: str
    forms_url: str = ""
    next_word_by: datetime | None = None


class TrialPayment(View, frozen=True):
    """`test_payment.html`: the built-in provider that takes no real money.

    Posts `card` (one of `outcomes`) to `action`. `amount_pence` and `payee` are shown; `reference` is the payment's.
    """

    TEMPLATE: ClassVar[str] = "test_payment.html"
    action: str
    amount_pence: int
    payee: str
    reference: str
    outcomes: tuple[Choice, ...]
