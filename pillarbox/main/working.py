"""The worker process: takes jobs until SIGTERM or SIGINT, then ends after the steps that are under way.

Started by `pillarbox up` as `python -m pillarbox.main.working`, with the settings in the environment.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from typing import TYPE_CHECKING, Final

import structlog

from pillarbox.main import secrets
from pillarbox.main.logs import speak
from pillarbox.main.place import Place
from pillarbox.main.secrets import Secrets
from pillarbox.main.settings import Settings, load

if TYPE_CHECKING:
    from pillarbox.desk.counter import Counter
    from pillarbox.main.house import House

_LOG: Final = structlog.get_logger()


async def run(settings: Settings, keys: Secrets) -> None:
    """Open the house as the worker's role and work until a signal asks for the end."""
    # Loaded once the database is ready: until then the web server needs the processor more.
    from pillarbox.main.compose import counter_of
    from pillarbox.main.house import build, conninfo
    from pillarbox.worker.hands import Hands
    from pillarbox.worker.loop import work

    async with build(settings, keys, "worker") as house:
        counter = counter_of(settings, keys)
        counter.confirmed_prices = await house.gate.confirmed_prices()
        hands = Hands(house.gate, counter)
        walking = _simulate(settings, house, counter)
        loop = asyncio.get_running_loop()
        for asked in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(asked, hands.stopping.set)
        try:
            await work(hands, conninfo(settings, keys, "worker"))
        finally:
            if walking is not None:
                walking.cancel()
                await asyncio.gather(walking, return_exceptions=True)


def _simulate(settings: Settings, house: House, counter: Counter) -> asyncio.Task[None] | None:
    """Start the demonstration's network where there is a demonstration and labels are specimens."""
    from pillarbox.main.demonstration_story import read_sign_ins
    from pillarbox.outside.simulated_network import SimulatedNetwork

    sign_ins = read_sign_ins(Place(settings.data))
    if sign_ins is None or not settings.specimen:
        return None
    network = SimulatedNetwork(house.gate, counter, sign_ins.network_key)
    walking = asyncio.create_task(network.run(), name="simulated network")
    walking.add_done_callback(_say_why)
    return walking


def _say_why(ended: asyncio.Task[None]) -> None:
    if not ended.cancelled() and (error := ended.exception()) is not None:
        _LOG.error("the simulated network ended", cause=type(error).__name__)


def calm() -> None:
    """Let the collector of cycles look less often: imports hold many orders at a time and make no cycles."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def main() -> None:
    """Read the settings from the environment and work."""
    calm()
    settings = load(os.environ)
    speak(settings.log_level)
    place = Place(settings.data)
    place.wait_until_prepared()
    asyncio.run(run(settings, secrets.read(place.keys)))


if __name__ == "__main__":
    main()
