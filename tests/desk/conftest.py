import asyncio
import csv
import io

import pytest

from pillarbox.desk.read_import import read_import
from pillarbox.desk.start_import import start_import
from pillarbox.desk.upload_file import upload_order_file
from pillarbox.gate.admit import Knock
from pillarbox.main.compose import counter_of
from pillarbox.main.house import build, conninfo
from pillarbox.worker.hands import Hands
from pillarbox.worker.loop import work


@pytest.fixture(scope="module")
async def worker(installation, anyio_backend):
    """A worker on the queue until the module's last test; tests/worker has workers of its own."""
    settings, keys = installation.settings, installation.secrets
    async with build(settings, keys, "worker") as house:
        hands = Hands(house.gate, counter_of(settings, keys))
        running = asyncio.create_task(work(hands, conninfo(settings, keys, "worker")))
        yield hands
        hands.stopping.set()
        await running


@pytest.fixture(scope="session")
def ask(house):
    """`await ask(person, verb, *args)` does what a door does: one request of this person, released."""

    async def served(person, verb, *given, **named):
        knock = Knock("pages", person.session, check_first=True)
        return await house.gate.serve(knock, "orders:write", lambda box: verb(box, *given, **named))

    return served


@pytest.fixture(scope="module")
def imported(ask, worker):
    """Upload a file, start it, wait for its end and return it."""

    async def run(person, data, choices=None, name="orders.csv"):
        row = await ask(person, upload_order_file, name, data)
        await ask(person, start_import, row.import_id, choices)
        for _ in range(100):
            row = await ask(person, read_import, row.import_id)
            if row.status in ("done", "failed"):
                return row
            await asyncio.sleep(0.05)
        raise AssertionError(row)

    return run


HEADER = [
    "Order reference", "Date", "First Name", "Last Name", "Address Line 1", "City", "Postcode", "Country", "Email",
    "Package Format", "Weight", "Total",
]  # fmt: skip


def _csv(rows):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADER)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.fixture(scope="session")
def csv_of():
    """A Click & Drop file of rows, given by column."""
    return _csv


@pytest.fixture(scope="session")
def row_of():
    """One good row by its number, with changed columns."""

    def row(number, **changed):
        return {
            "Order reference": f"R-{number}", "Date": "20/11/2026", "First Name": "Zoë", "Last Name": f"Hart{number}",
            "Address Line 1": f"{number} Maple Street", "City": "York", "Postcode": "YO1 7HH",
            "Country": "United Kingdom", "Email": f"z{number}@example.com", "Package Format": "Parcel",
            "Weight": "0.450", "Total": "16.44",
        } | {name.replace("_", " "): value for name, value in changed.items()}  # fmt: skip

    return row
