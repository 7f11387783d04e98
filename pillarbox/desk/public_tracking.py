"""What anybody with a tracking number may see of a parcel, and its addressee for whoever knows the postcode.

Runs in the narrow box of `gate.serve_tracking`. The network's own remarks stay inside, because a driver may name a
neighbour; only what a code says to everybody is shown.
"""

from __future__ import annotations

import hmac
from datetime import datetime

import msgspec

from pillarbox.desk.counter import Counter
from pillarbox.desk.parcel_state import settle
from pillarbox.desk.printed_postcode import printed_postcode
from pillarbox.desk.track import service_words, step_words
from pillarbox.kernel.clock import london_date
from pillarbox.postage.tracking import Entry, Status, headline
from pillarbox.vault.box import Box
from pillarbox.vault.events import SQL, EventRow, ParcelInHand, RecipientOnLabel
from pillarbox.vault.owned import Owned, render

WRONG_POSTCODE = "This is not the postcode the parcel is addressed to."


class PublicStep(msgspec.Struct, frozen=True, gc=False):
    """One line of the public timeline; `at` is aware UTC."""

    at: datetime
    words: str
    place: str
    note: str


class PublicTracking(msgspec.Struct, frozen=True, gc=False):
    """The public part of a parcel. `steps` are oldest first; `aim` is the service's published speed or empty.

    `recipient`, in lines as printed, is None until the right postcode was given; `postcode_sentence` says when a wrong
    one was, and is empty otherwise.
    """

    tracking_number: str
    service: str
    aim: str
    status: Status
    headline: str
    sentence: str
    since: datetime
    delivered_at: datetime | None
    steps: tuple[PublicStep, ...]
    recipient: tuple[str, ...] | None = None
    postcode_sentence: str = ""


async def public_tracking(box: Box, counter: Counter, postcode: str = "") -> Owned[PublicTracking]:
    """Return what everybody may see; name and address only with the postcode on the label, compared in constant time.

    A label without a postcode never shows its addressee. The door limits the tries with a postcode for each number,
    because a postcode can be guessed (there are about 1.8 million in the UK, and a number hints at none of them).
    """
    parcel = await box.one(SQL["parcel_in_hand"], ParcelInHand)
    events = await box.all(SQL["events_of_parcel"], EventRow, label_id=box.open(parcel).label_id)
    if not _folded(postcode):
        return render(_public, parcel, _without_notes(events), counter=counter)
    on_label = await box.one(SQL["recipient_on_label"], RecipientOnLabel)
    printed = printed_postcode(box.open(on_label).recipient.recipient, box.open(parcel).country)
    if not _same(postcode, printed):
        return render(_public, parcel, _without_notes(events), counter=counter, sentence=WRONG_POSTCODE)
    return render(_public, parcel, _without_notes(events), on_label, counter=counter)


def _folded(postcode: str) -> bytes:
    return "".join(c for c in postcode.casefold()[:40] if c.isalnum()).encode()


def _same(given: str, printed: str) -> bool:
    """Compare as people type: spacing, case and punctuation do not matter; an empty one is never right."""
    return bool(_folded(printed)) and hmac.compare_digest(_folded(given), _folded(printed))


def _without_notes(events: Owned[tuple[EventRow, ...]]) -> Owned[tuple[EventRow, ...]]:
    return render(lambda rows: tuple(msgspec.structs.replace(row, note=None) for row in rows), events)


def _public(
    parcel: ParcelInHand,
    events: tuple[EventRow, ...],
    on_label: RecipientOnLabel | None = None,
    *,
    counter: Counter,
    sentence: str = "",
) -> PublicTracking:
    state = settle(parcel.tracking_number, parcel.bought_at, parcel.voided_at, events)
    service, aim = service_words(counter.pack, parcel.service_code)
    return PublicTracking(
        tracking_number=parcel.tracking_number,
        service=service,
        aim=aim,
        status=state.status,
        headline=headline(state, london_date(counter.clock())),
        sentence=state.status.sentence,
        since=state.since or parcel.bought_at,
        delivered_at=state.delivered_at,
        steps=tuple(_step(entry) for entry in state.timeline),
        recipient=on_label.recipient.recipient if on_label else None,
        postcode_sentence=sentence,
    )


def _step(entry: Entry) -> PublicStep:
    event = entry.event
    return PublicStep(event.at, step_words(entry), event.place, event.note)
