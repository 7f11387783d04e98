"""The worker process: takes jobs until SIGTERM or SIGINT, then ends after the steps that are under way.

Started by `pillarbox up` as `python -m pillarbox.main.working`, with the settings in the environment.
"""

from __future__ import annotations

import asyncio
import os
import signal

from pillarbox.main import secrets
from pillarbox.main.logs import speak
from pillarbox.main.place import Place
from pillarbox.main.secrets import Secrets
from pillarbox.main.settings import Settings, load


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
        loop = asyncio.get_running_loop()
        for asked in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(asked, hands.stopping.set)
        await work(hands, conninfo(settings, keys, "worker"))


def main() -> None:
    """Read the settings from the environment and work."""
    settings = load(os.environ)
    speak(settings.log_level)
    place = Place(settings.data)
    place.wait_until_prepared()
    asyncio.run(run(settings, secrets.read(place.keys)))


if __name__ == "__main__":
    main()
