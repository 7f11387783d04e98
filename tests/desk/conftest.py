import asyncio
import csv
import io
import zipfile

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


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@pytest.fixture(scope="session")
def workbook():
    """An XLSX of one sheet of words and numbers."""

    def cell(at, value):
        if isinstance(value, int | float):
            return f'<c r="{at}"><v>{value}</v></c>'
        return f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>'

    def make(rows):
        body = "".join(
            f'<row r="{n}">{"".join(cell(f"{chr(65 + i)}{n}", v) for i, v in enumerate(row))}</row>'
            for n, row in enumerate(rows, 1)
        )
        parts = {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Override PartName="/xl/workbook.xml" '
            f'ContentType="{_TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
            f'ContentType="{_TYPE}.worksheet+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
            '<sheet name="S1" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>',
        }
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name, text in parts.items():
                archive.writestr(name, text)
        return file.getvalue()

    return make
