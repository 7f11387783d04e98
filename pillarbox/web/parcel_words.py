"""How a parcel's state is worded and coloured on every page that shows one, and what to do if it does not come."""

from __future__ import annotations

from typing import Final

from pillarbox.desk.track import PROBLEMS
from pillarbox.postage.tracking import Flag, Status
from pillarbox.web.views import State, Tone

_GOOD: Final = frozenset({Status.DELIVERED, Status.AVAILABLE_FOR_PICKUP, Status.CUSTOMS_RELEASED})
_WAITING: Final = frozenset({Status.UNKNOWN, Status.LABEL_CREATED, Status.PRE_ADVISED})
FLAGS: Final[dict[Flag, str]] = {
    Flag.ILLEGAL_TRANSITION: "This does not follow from what was known before.",
    Flag.LATE: "This reached us after something that happened later.",
    Flag.CORRECTED: "An earlier ending was a mistake; the journey goes on.",
    Flag.USED_AFTER_VOID: "The label had been given back before this scan.",
    Flag.DISAGREES: "The same report came again and said something else; the first one stands.",
}
"""What is odd about a step, for its sender."""
MISUSED: Final = "This label was given back and then used. Its price was credited; the operator may ask for it again."
_ON_THE_WAY: Final = (
    "Most parcels come within a day or two of the service's aim.",
    "If yours does not, ask the sender: they bought the service and can start a search.",
)
_ADVICE: Final[dict[Status, tuple[str, ...]]] = {
    Status.LABEL_CREATED: ("Ask the sender when it will be handed in. Until then only they know where it is.",),
    Status.PRE_ADVISED: ("Ask the sender when it will be handed in. Until then only they know where it is.",),
    Status.LABEL_CANCELLED: ("Ask the sender: they may have sent it with another label and another number.",),
    Status.CUSTOMS_HELD: ("Look out for a letter or message from customs, and ask the sender for the invoice.",),
    Status.DELIVERY_ATTEMPTED: ("Look for a card. If there is none, ask at the delivery office with this number.",),
    Status.AVAILABLE_FOR_PICKUP: ("Fetch it soon: parcels that nobody collects go back to the sender.",),
    Status.HELD: ("Ask at the delivery office with this number.",),
    Status.DELIVERED: ("If you do not have it, look in your safe places, ask your neighbours, then ask the sender.",),
    Status.LOST: ("Ask the sender: they can claim for it and send another.",),
    Status.DESTROYED: ("Ask the sender: they can find out why.",),
    Status.RETURNING_TO_SENDER: ("Ask the sender to send it again, and check the address with them.",),
    Status.RETURNED_TO_SENDER: ("Ask the sender to send it again, and check the address with them.",),
}


def tone_of(status: Status) -> Tone:
    """Return the tone of a status; it always stands beside the words."""
    if status in PROBLEMS:
        return Tone.BAD
    if status in _GOOD:
        return Tone.GOOD
    return Tone.WAIT if status in _WAITING else Tone.PLAIN


def state_of(status: Status, *, misused: bool = False) -> State:
    """Return the state of a parcel as a pill shows it; `misused` is a cancelled label that was scanned."""
    if misused:
        return State("Used after it was given back", Tone.BAD)
    return State(status.label, tone_of(status))


def advice(status: Status) -> tuple[str, ...]:
    """Say what to do if it does not come, to whoever waits for it."""
    return _ADVICE.get(status, _ON_THE_WAY)
