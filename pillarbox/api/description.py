"""The address at which the API describes itself. It holds words and shapes of ours alone, so it needs no key."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from litestar import Response

from pillarbox.api.desk import Desk
from pillarbox.api.encoding import JSON
from pillarbox.api.openapi import describe
from pillarbox.api.route import Door, Incoming, Route


def routes(desk: Desk, others: Sequence[Route]) -> list[Route]:
    """The route of /v1/openapi.json, which describes `others` and itself."""

    @cache
    def written() -> bytes:
        return describe([*others, own], desk.counter.public_url)

    async def answer(_: Incoming, __: Route) -> Response[bytes]:
        return Response(written(), media_type=JSON, headers={"Cache-Control": "public, max-age=300"})

    own = Route(
        "describe_api", "GET /v1/openapi.json", "This description (OpenAPI 3.1)",
        door=Door.OPEN, gives=dict[str, Any], run=answer,
    )  # fmt: skip
    return [own]
