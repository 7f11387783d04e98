"""The limit beside which the API is measured: the same worker, framework, wire and statements, no layer of ours.

An unprotected copy of the orders (no row security, no seal, plain JSON in the row), read as a role that may do all, no
binding, no journal, no release. Nobody should run this for anything but a measurement.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from litestar import Litestar, Request, Response, get, post
from psycopg_pool import AsyncConnectionPool

from pillarbox.db.wire import Wire

ONE = b"select account_id, body from bare where account_id = $1 and id = $2"
PAGE = b"select account_id, body from bare where account_id = $1 and number < $2 order by number desc limit 20"
ADD = b"insert into bare values ($1, gen_random_uuid(), nextval('bare_number'), $2) returning id"


def app() -> Litestar:
    """Make the bare application from the environment."""
    pool = AsyncConnectionPool(
        os.environ["BARE_CONNINFO"], min_size=8, max_size=8, open=False, kwargs={"autocommit": True}
    )
    account = int(os.environ["BARE_ACCOUNT"])
    wires: dict[int, Wire] = {}

    async def run(text: bytes, *values: Any) -> list[tuple[Any, ...]]:
        async with pool.connection() as connection:
            wire = wires.get(id(connection)) or wires.setdefault(id(connection), Wire(connection))
            (reply,) = await wire.trip([(text, values)])
        return reply.rows

    @get("/one/{which:str}")
    async def one(which: str) -> Response[bytes]:
        return Response((await run(ONE, account, UUID(which)))[0][1].encode(), media_type="application/json")

    @get("/page")
    async def page() -> Response[bytes]:
        rows = await run(PAGE, account, 2**62)
        return Response(f"[{','.join(r[1] for r in rows)}]".encode(), media_type="application/json")

    @post("/add")
    async def add(request: Request[Any, Any, Any]) -> Response[bytes]:
        rows = await run(ADD, account, (await request.body()).decode())
        return Response(f'{{"id":"{rows[0][0]}"}}'.encode(), media_type="application/json", status_code=201)

    @contextlib.asynccontextmanager
    async def opened(_: Litestar) -> AsyncIterator[None]:
        await pool.open()
        yield
        await pool.close()

    return Litestar([one, page, add], lifespan=[opened], openapi_config=None, logging_config=None)
