import asyncio
import time

import psycopg
import pytest

from pillarbox.db.wire import Wire

pytestmark = pytest.mark.anyio


async def test_a_trip_larger_than_the_socket_ends_although_others_hog_the_loop(installation):
    """The last answer may have been read while the last bytes were still being sent."""

    async def hog():
        while True:
            time.sleep(0.002)  # that is the point
            await asyncio.sleep(0)

    connection = await psycopg.AsyncConnection.connect(installation.administrator, autocommit=True)
    wire = Wire(connection)
    hogging = asyncio.create_task(hog())
    try:
        for size in range(200_000, 400_000, 2_000):
            trip = wire.trip([(b"select 1", ()), (b"select length($1)", (bytes(size),)), (b"select 2", ())])
            replies = await asyncio.wait_for(trip, 10)
            assert [reply.rows for reply in replies] == [[(1,)], [(size,)], [(2,)]]
    finally:
        hogging.cancel()
        await connection.close()
