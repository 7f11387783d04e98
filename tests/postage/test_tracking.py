import itertools
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.postage.country import Zone
from pillarbox.postage.journey import Speed, simulated_journey
from pillarbox.postage.tracking import Event, Flag, ParcelState, Status, _statuses, fold, headline, void_allowed
from pillarbox.postage.tracking_codes import EventTimeUnusable, all_codes, event_from_code, event_key, network_code

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def ev(hour: int, status: Status | None, *, key: str = "", received: int | None = None, code: str = "X") -> Event:
    at = START + timedelta(hours=hour)
    got = at if received is None else START + timedelta(hours=received)
    return Event(key or f"{hour}-{status}-{code}", at, got, code, status)


def flags(state: ParcelState) -> list[tuple[Flag, ...]]:
    return [entry.flags for entry in state.timeline]


events = st.lists(
    st.builds(
        ev,
        st.integers(0, 6),
        st.sampled_from([*Status, None]),
        key=st.sampled_from(["", "", "", "a", "b", "c"]),
        received=st.integers(0, 8),
        code=st.sampled_from(["X", "Y"]),
    ),
    max_size=12,
)


@given(events, st.randoms(use_true_random=False))
@settings(derandomize=True, max_examples=400, deadline=None)
def test_order_of_arrival_does_not_matter(found: list[Event], dice: random.Random) -> None:
    mixed = found.copy()
    dice.shuffle(mixed)
    assert fold(mixed) == fold(found)


@given(events, st.data())
@settings(derandomize=True, max_examples=200, deadline=None)
def test_repeats_change_nothing(found: list[Event], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(found), max_size=5)) if found else []
    assert fold(found + again) == fold(found)


@given(events)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_nothing_is_rejected_and_the_timeline_is_in_order(found: list[Event]) -> None:
    state = fold(found)
    assert {entry.event.event_key for entry in state.timeline} == {event.event_key for event in found}
    assert len(state.timeline) == len({event.event_key for event in found})
    times = [entry.event.at for entry in state.timeline]
    assert times == sorted(times)
    assert (state.timeline[-1].status if state.timeline else Status.UNKNOWN) is state.status


def test_a_plain_journey() -> None:
    state = fold([ev(0, Status.LABEL_CREATED), ev(1, Status.ACCEPTED), ev(2, Status.ACCEPTED, code="Y")])
    assert state.status is Status.ACCEPTED
    assert state.since == START + timedelta(hours=1) == state.first_scan_at
    assert flags(state) == [(), (), ()]
    done = fold([*(e.event for e in state.timeline), ev(3, Status.DELIVERED), ev(4, Status.DELIVERED)])
    assert done.delivered_at == START + timedelta(hours=3)
    assert done.terminal
    assert flags(done) == [()] * 5


def test_nothing_known() -> None:
    assert fold([]) == ParcelState(Status.UNKNOWN, None, (), None, None, None, terminal=False)
    assert void_allowed(fold([]))


def test_an_impossible_step_is_flagged_and_counts() -> None:
    state = fold([ev(0, Status.ACCEPTED), ev(1, Status.OUT_FOR_DELIVERY), ev(2, Status.ACCEPTED)])
    assert flags(state) == [(), (), (Flag.ILLEGAL_TRANSITION,)]
    assert state.status is Status.ACCEPTED


def test_paperwork_never_takes_back_a_scan() -> None:
    state = fold([ev(0, Status.ACCEPTED), ev(1, Status.PRE_ADVISED), ev(2, Status.LABEL_CANCELLED)])
    assert state.status is Status.ACCEPTED
    assert flags(state)[1:] == [(Flag.ILLEGAL_TRANSITION,)] * 2
    assert state.used_although_void


def test_delivered_is_corrected_only_by_a_later_scan_in_transit() -> None:
    delivered = [ev(0, Status.ACCEPTED), ev(2, Status.DELIVERED)]
    corrected = fold([*delivered, ev(3, Status.IN_TRANSIT)])
    assert (corrected.status, corrected.delivered_at) == (Status.IN_TRANSIT, None)
    assert flags(corrected)[-1] == (Flag.CORRECTED,)
    again = fold([*delivered, ev(3, Status.IN_TRANSIT), ev(5, Status.DELIVERED)])
    assert again.delivered_at == START + timedelta(hours=5)
    for other in (ev(3, Status.OUT_FOR_DELIVERY), ev(3, Status.LOST), ev(3, Status.ACCEPTED)):
        still = fold([*delivered, other])
        assert still.status is Status.DELIVERED
        assert flags(still)[-1] == (Flag.ILLEGAL_TRANSITION,)
    same_time = fold([*delivered, ev(2, Status.IN_TRANSIT)])
    assert same_time.status is Status.DELIVERED
    reaffirmed = fold([*delivered, ev(4, Status.DELIVERED), ev(3, Status.IN_TRANSIT)])
    assert reaffirmed.status is Status.DELIVERED


def test_found_after_lost_is_a_correction() -> None:
    state = fold([ev(0, Status.IN_TRANSIT), ev(1, Status.LOST), ev(2, Status.DELIVERED)])
    assert state.status is Status.DELIVERED
    assert flags(state)[-1] == (Flag.CORRECTED,)


def test_a_return_counts_as_delivered_to_the_sender() -> None:
    state = fold([ev(0, Status.RETURNING_TO_SENDER), ev(1, Status.RETURNED_TO_SENDER)])
    assert (state.delivered_at, state.returned_at) == (None, START + timedelta(hours=1))
    assert state.terminal


@pytest.mark.parametrize("scan", [Status.ACCEPTED, Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY])
def test_a_cancelled_label_that_is_used(scan: Status) -> None:
    state = fold([ev(0, Status.LABEL_CREATED), ev(1, Status.LABEL_CANCELLED), ev(2, scan)])
    assert Flag.USED_AFTER_VOID in flags(state)[-1]
    assert state.status is scan
    assert state.used_although_void
    assert not fold([ev(0, Status.LABEL_CREATED), ev(1, Status.LABEL_CANCELLED)]).used_although_void


def test_void_until_the_first_scan() -> None:
    paper = [ev(0, Status.LABEL_CREATED), ev(1, Status.PRE_ADVISED), ev(2, None)]
    assert void_allowed(fold(paper))
    assert not void_allowed(fold([*paper, ev(3, Status.LABEL_CANCELLED)]))
    for scan in Status:
        if scan.scanned:
            assert not void_allowed(fold([*paper, ev(3, scan)]))


def test_late_means_received_after_something_that_happened_later() -> None:
    state = fold([ev(0, Status.ACCEPTED, received=9), ev(1, Status.IN_TRANSIT, received=1), ev(2, None, received=10)])
    assert flags(state) == [(Flag.LATE,), (), ()]
    batch = fold([ev(0, Status.ACCEPTED, received=5), ev(1, Status.IN_TRANSIT, received=5)])
    assert flags(batch) == [(), ()]


def test_the_same_key_with_other_contents_disagrees() -> None:
    first = ev(1, Status.DELIVERED, key="k", received=2)
    other = ev(1, Status.LOST, key="k", received=3)
    state = fold([other, first])
    assert state.status is Status.DELIVERED
    assert flags(state) == [(Flag.DISAGREES,)]
    assert flags(fold([first, ev(1, Status.DELIVERED, key="k", received=7)])) == [()]


def test_headline_says_today_only_today() -> None:
    state = fold([ev(0, Status.OUT_FOR_DELIVERY)])
    assert headline(state, date(2026, 11, 24)) == "Out for delivery today"
    assert headline(state, date(2026, 11, 25)) == "Out for delivery"
    assert headline(fold([ev(0, Status.IN_TRANSIT)]), date(2026, 11, 24)) == "On its way"


def test_every_status_has_words_and_a_row() -> None:
    assert set(_statuses()) == set(Status)
    assert len({status.label for status in Status}) == len(Status)
    for status in Status:
        assert status.sentence.endswith(".")
    ended = {status for status in Status if status.terminal}
    assert ended == set(list(Status)[-5:])


def test_codes_of_the_networks() -> None:
    count = Counter("information" if each.status is None else "status" for each in all_codes())
    assert count == {"information": 10, "status": 242}
    assert len({each.code for each in all_codes()}) == 252
    found = network_code("EVKSP")
    assert found is not None
    assert found.status is Status.DELIVERED
    assert network_code("NONSENSE") is None


def test_an_event_from_a_code() -> None:
    paris = timezone(timedelta(hours=1))
    got = event_from_code("RR473124829GB", "EVKNA", START.astimezone(paris), START, "Door")
    assert (got.at, got.at.tzinfo, got.status, got.note) == (START, UTC, Status.DELIVERY_ATTEMPTED, "no answer")
    assert got.event_key == event_key("RR473124829GB", "EVKNA", START, "Door")
    assert event_from_code("RR473124829GB", "NEW", START, START).status is None
    assert (
        len({event_key(*each) for each in (("a", "b", START, "c"), ("ab", "", START, "c"), ("a", "b", START, ""))}) == 3
    )
    with pytest.raises(EventTimeUnusable):
        event_from_code("x", "EVKNA", START.replace(tzinfo=None), START)


moments = st.integers(0, 2 * 365 * 86400).map(lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(0, seconds))


@given(st.text(max_size=13), moments, st.sampled_from(Zone), st.sampled_from(Speed))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_simulated_journeys_are_possible_and_end(seed: str, at: datetime, zone: Zone, speed: Speed) -> None:
    trip = simulated_journey(seed, at, zone, speed)
    state = fold(trip)
    assert state.status in {Status.DELIVERED, Status.RETURNED_TO_SENDER}
    assert state.first_scan_at == at
    assert {flag for entry in state.timeline for flag in entry.flags} <= {Flag.LATE}
    assert [entry.event for entry in state.timeline] == list(trip)
    assert all(a.at < b.at for a, b in itertools.pairwise(trip))
    assert all(event.received_at > event.at for event in trip)
    assert all(event.status is not None and event.place for event in trip)
    assert trip == simulated_journey(seed, at, zone, speed)


def test_most_simulated_parcels_arrive_on_their_day() -> None:
    monday = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    ends = [fold(simulated_journey(f"seed {n}", monday, Zone.UK, Speed.NEXT_DAY)) for n in range(400)]
    on_time = sum(end.delivered_at is not None and end.delivered_at.date() == date(2026, 11, 24) for end in ends)
    assert 0.75 < on_time / 400 < 0.92
    assert any(end.returned_at for end in ends)
    guaranteed = [fold(simulated_journey(f"{n}", monday, Zone.UK, Speed.GUARANTEED)).timeline for n in range(50)]
    first_try = [entry.event.at for trip in guaranteed for entry in trip[4:5]]
    assert all(at < datetime(2026, 11, 24, 13, 0, tzinfo=UTC) for at in first_try)


def test_a_simulated_journey_needs_an_aware_time() -> None:
    with pytest.raises(EventTimeUnusable):
        simulated_journey("x", START.replace(tzinfo=None), Zone.UK, Speed.NEXT_DAY)
