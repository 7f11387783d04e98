"""How fast an order file becomes orders: validated, sealed and searchable, beside what the database could do at most.

`python -m bench.import_orders [rows]` starts a server of its own with every sync on, generates fresh rows (seeded), and
runs one import through the real job loop. The limit is a plain COPY of the same rows, as text, into one table without
index, row security or seal, on the same server in the same run.
"""

from __future__ import annotations

import asyncio
import csv
import io
import random
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path

import psycopg

from pillarbox.db.database import ensure, prepare
from pillarbox.db.embedded import EmbeddedServer
from pillarbox.desk.read_import import read_import
from pillarbox.desk.start_import import start_import
from pillarbox.desk.upload_file import upload_order_file
from pillarbox.gate.admit import Knock
from pillarbox.gate.key import MERCHANT_SCOPES
from pillarbox.main.compose import counter_of
from pillarbox.main.house import build, conninfo, office
from pillarbox.main.secrets import Secrets, read_or_make
from pillarbox.main.settings import Settings
from pillarbox.main.working import calm
from pillarbox.postage.orderfile import click_and_drop_template
from pillarbox.worker.hands import Hands
from pillarbox.worker.loop import work

FIRST = ("Zoë", "Alice", "Bob", "Carol", "Dilip", "Efua", "Farah", "Gwen", "Hugh", "Ines")
LAST = ("Hart", "Keene", "Shaw", "Patel", "Evans", "Okoro", "O'Neill", "Smith-Jones", "Lloyd", "Brown")
PLACES = (("York", "YO1 7HH"), ("Manchester", "M1 1AE"), ("Leeds", "LS1 1UR"), ("Oxford", "OX1 1BP"))
PLACES += (("Swansea", "SA1 3SN"), ("Edinburgh", "EH1 1YZ"), ("Belfast", "BT1 5GS"), ("London", "SW1A 1AA"))


def generate(rows: int, seed: int) -> bytes:
    """Write a Click & Drop file of orders that are all good and all different."""
    rng = random.Random(seed)
    text = io.StringIO(newline="")
    text.write(click_and_drop_template())
    write = csv.writer(text).writerow
    for i in range(rows):
        town, postcode = rng.choice(PLACES)
        last = f"{rng.choice(LAST)} {chr(65 + rng.randrange(26))}{rng.randrange(2000)}"
        write((
            f"B-{seed}-{i}", f"{rng.randint(1, 28)}/11/2026", rng.choice(FIRST), last, "",
            f"{rng.randint(1, 200)} Maple Street", "", town, "", postcode, "United Kingdom",
            f"07700900{rng.randrange(1000):03d}", f"buyer{i}@example.com", "TOLP48", "Parcel",
            f"0.{rng.randint(100, 999)}", f"{rng.randint(1, 90)}.{rng.randrange(100):02d}", "GBP", "1x Teapot",
        ))  # fmt: skip
    return text.getvalue().encode()


def copy_limit(administrator: str, data: bytes) -> float:
    """Copy the same rows into a bare table; return the seconds."""
    names = [f"c{i}" for i in range(len(click_and_drop_template().split(",")))]
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute("create table public.bare (" + ", ".join(f"{name} text" for name in names) + ")")
        begun = time.perf_counter()
        with connection.cursor().copy("copy public.bare from stdin (format csv, header)") as copy:
            for start in range(0, len(data), 262_144):
                copy.write(data[start : start + 262_144])
        return time.perf_counter() - begun


async def import_once(settings: Settings, keys: Secrets, data: bytes) -> tuple[float, float]:
    """Upload and import one file; return the seconds of the upload and of the import."""
    async with office(settings, keys) as accounts, build(settings, keys, "app") as house:
        account = await accounts.open("merchant")
        await accounts.add_person(account, "bench@post.example", "a long password", MERCHANT_SCOPES)
        session = await house.sign_in.sign_in("bench@post.example", "a long password")
        knock = Knock("pages", session, check_first=True)
        async with build(settings, keys, "worker") as workers:
            hands = Hands(workers.gate, counter_of(settings, keys))
            loop = asyncio.create_task(work(hands, conninfo(settings, keys, "worker")))
            begun = time.perf_counter()
            row = await house.gate.serve(knock, "orders:write", lambda box: upload_order_file(box, "bench.csv", data))
            uploaded = time.perf_counter()
            await house.gate.serve(knock, "orders:write", lambda box: start_import(box, row.import_id))
            import_id = row.import_id
            while row.status in ("uploaded", "running"):
                await asyncio.sleep(0.25)
                row = await house.gate.serve(knock, "orders:read", lambda box: read_import(box, import_id))
            ended = time.perf_counter()
            hands.stopping.set()
            await loop
    assert (row.status, row.orders_made, row.problems) == ("done", row.rows_read, 0), row
    return uploaded - begun, ended - uploaded


def main(rows: int) -> None:
    """Run it and print the figures."""
    calm()
    data = generate(rows, seed=20261124)
    with tempfile.TemporaryDirectory(prefix="pbx-bench-") as root:
        Path(root).chmod(0o755)
        server = EmbeddedServer(Path(root) / "db")
        server.start()
        try:
            keys = read_or_make(Path(root) / "keys.json", data_exists=False)
            address = server.superuser_conninfo("bench")
            ensure(server.superuser_conninfo(), "bench")
            prepare(address, keys.passwords, repeatable=[files("pillarbox.gate").joinpath("crossings.sql")])
            settings = Settings(data=Path(root), database_url=address)
            limit = copy_limit(address, data)
            upload, seconds = asyncio.run(import_once(settings, keys, data))
        finally:
            server.stop()
    print(f"{rows:,} rows, {len(data) / 1e6:.1f} MB, seed 20261124")
    print(f"upload, recognised, sealed and stored   {upload:6.2f} s")
    print(f"import, checked, sealed and searchable  {seconds:6.2f} s  {rows / seconds:9,.0f} rows/s")
    print(f"limit: plain COPY into a bare table     {limit:6.2f} s  {rows / limit:9,.0f} rows/s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
