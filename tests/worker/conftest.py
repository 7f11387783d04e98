import asyncio
import contextlib
import dataclasses
import os
import signal
import subprocess
import sys

import msgspec
import pytest

from pillarbox.gate.admit import Knock
from pillarbox.main.compose import counter_of
from pillarbox.main.house import build, conninfo
from pillarbox.main.place import Place
from pillarbox.main.settings import environment_of
from pillarbox.worker.hands import Hands
from pillarbox.worker.loop import work


@pytest.fixture
def program(installation, tmp_path):
    """`with program() as process` runs the worker's own program on this run's database, as `pillarbox up` does."""
    settings = dataclasses.replace(installation.settings, data=tmp_path)
    keys = Place(tmp_path).keys
    keys.write_bytes(msgspec.json.encode(installation.secrets))
    keys.chmod(0o600)

    @contextlib.contextmanager
    def run():
        argv = [sys.executable, "-m", "pillarbox.main.working"]
        process = subprocess.Popen(argv, env=os.environ | environment_of(settings), stderr=subprocess.PIPE)
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            process.communicate()

    return run


@pytest.fixture
def working(installation, anyio_backend):
    """`async with working(tasks)` works the queue in this process, quick to see that another worker is dead."""
    settings, keys = installation.settings, installation.secrets

    @contextlib.asynccontextmanager
    async def run(**named):
        async with build(settings, keys, "worker") as house:
            hands = Hands(house.gate, counter_of(settings, keys))
            running = asyncio.create_task(work(hands, conninfo(settings, keys, "worker"), dead_after=1.0, **named))
            try:
                yield hands
            finally:
                hands.stopping.set()
                await running

    return run


@pytest.fixture(scope="session")
def ask(house):
    async def served(person, verb, *given, **named):
        knock = Knock("pages", person.session, check_first=True)
        return await house.gate.serve(knock, "orders:write", lambda box: verb(box, *given, **named))

    return served


@pytest.fixture(scope="session")
def until():
    async def wait(look, seconds=20.0):
        """Look every 20 ms until it finds something."""
        for _ in range(int(seconds / 0.02)):
            found = await look()
            if found:
                return found
            await asyncio.sleep(0.02)
        raise AssertionError("it never happened")

    return wait
