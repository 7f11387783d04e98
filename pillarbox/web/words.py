"""What a page says after something was done: a code in the address (`?done=cancelled`) and its fixed words.

Nothing that belongs to anybody travels in the address, and a code that is not listed says nothing.
"""

from __future__ import annotations

from typing import Final

from pillarbox.web.views import Flash, Tone

DONE: Final[dict[str, Flash]] = {
    "changed": Flash(Tone.GOOD, "The order was changed."),
    "cancelled": Flash(Tone.GOOD, "The order was cancelled. Nothing was charged."),
    "sent": Flash(Tone.GOOD, "The order is in your list. Nothing is charged until you buy its label."),
    "mended": Flash(Tone.GOOD, "That row was mended and is now an order."),
    "mapped": Flash(Tone.GOOD, "The columns were taken as you said."),
    "fixed": Flash(Tone.GOOD, "All rows with that problem were tried again."),
    "bought": Flash(Tone.GOOD, "The label is bought. Print it, and stick it on."),
    "nothing-ticked": Flash(Tone.WAIT, "Tick the orders first, then see their price."),
    "given-back": Flash(Tone.GOOD, "The label was given back, and its price is in your balance again."),
    "topped-up": Flash(Tone.GOOD, "Your balance was topped up."),
    "declined": Flash(Tone.BAD, "The payment was declined, and nothing was charged. Try again, or with another card."),
    "mismatched": Flash(Tone.BAD, "Another amount was paid than was asked for. We are looking into it."),
    "paying": Flash(Tone.WAIT, "The payment has not been confirmed yet. Your balance changes as soon as it is."),
    "price-confirmed": Flash(Tone.GOOD, "The prices are confirmed, and sold from within fifteen seconds."),
    "address-kept": Flash(Tone.GOOD, "The ship-from address was kept."),
    "parcel-kept": Flash(Tone.GOOD, "The usual parcel was kept."),
    "paper-kept": Flash(Tone.GOOD, "The label paper was kept."),
    "profile-kept": Flash(Tone.GOOD, "Your name and e-mail address were kept."),
    "key-revoked": Flash(Tone.GOOD, "The key was revoked. It opens nothing from now on."),
}


def flashes_of(code: str | None) -> tuple[Flash, ...]:
    """Return the message of a code, or none."""
    found = DONE.get(code or "")
    return (found,) if found else ()
