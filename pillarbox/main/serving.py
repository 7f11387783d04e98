"""The web server's application: the doors, with the front before them and the house behind them.

Started by `pillarbox up` as `granian --interface asgi --factory pillarbox.main.serving:app`, with the settings in the
environment. Each worker process makes one.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from typing import Any, Final

import structlog
from litestar import Litestar, Request, Response, get
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import ExceptionHandlersMap

from pillarbox.api.problems import from_framework
from pillarbox.api.routes import routes as api_routes
from pillarbox.desk.counter import Counter
from pillarbox.kernel.errors import PillarboxError
from pillarbox.main import secrets
from pillarbox.main.compose import counter_of
from pillarbox.main.front import Front
from pillarbox.main.house import House, build
from pillarbox.main.logs import speak
from pillarbox.main.place import Place
from pillarbox.main.secrets import Secrets
from pillarbox.main.settings import Settings, load
from pillarbox.web.assets import STATIC_PATH, by_served_name
from pillarbox.web.cookies import csrf
from pillarbox.web.routes import exception_handlers
from pillarbox.web.routes import routes as web_routes

_LOG = structlog.get_logger()
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_PRICES_SECONDS: Final = 15.0
"""How long a price that staff have just confirmed may take to be sold by every worker."""
_FOR_PROGRAMS: Final = ("/v1", "/api", "/callbacks")
_HEALTH_SECONDS: Final = 2.0


def app() -> Front:
    """Make the application from the environment; Granian calls this."""
    settings = load(os.environ)
    speak(settings.log_level)
    place = Place(settings.data)
    made = make_app(settings, secrets.read(place.keys))
    place.wait_until_prepared()
    return made


def make_app(settings: Settings, keys: Secrets) -> Front:
    """Make the application; the house opens when the server starts it and closes when the server ends it."""
    house = build(settings, keys, "app")
    counter = counter_of(settings, keys)

    @contextlib.asynccontextmanager
    async def opened(_: Litestar) -> AsyncIterator[None]:
        async with house:
            counter.confirmed_prices = await house.gate.confirmed_prices()
            refreshing = asyncio.create_task(_refresh_prices(house, counter), name="confirmed prices")
            try:
                yield
            finally:
                refreshing.cancel()
                await asyncio.gather(refreshing, return_exceptions=True)

    https = settings.address.startswith("https://")
    doors = (*api_routes(house.gate, house.sign_in, counter), *web_routes(house.gate, house.sign_in, counter))
    inside = Litestar(
        [*doors, static_file, _health(house)],
        lifespan=[opened],
        csrf_config=csrf(keys.tag, https=https),
        exception_handlers=_outside_all_doors(counter),
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    return Front(inside, https=https, static=STATIC_PATH, delivered=house.delivered)


def _outside_all_doors(counter: Counter) -> ExceptionHandlersMap:
    """How an address is answered that no door knows: a program in the API's shape, a person with a page."""
    pages: ExceptionHandlersMap = exception_handlers(counter)

    def answer(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
        if request.url.path.startswith(_FOR_PROGRAMS):
            return from_framework(request, error)
        return pages[HTTPException](request, error)

    return {**pages, HTTPException: answer}


async def _refresh_prices(house: House, counter: Counter) -> None:
    while True:
        await asyncio.sleep(_PRICES_SECONDS)
        try:
            counter.confirmed_prices = await house.gate.confirmed_prices()
        except PillarboxError as error:
            _LOG.warning("confirmed prices could not be read", cause=error.code)


@get(STATIC_PATH + "/{name:str}", sync_to_thread=False)
def static_file(name: FromPath[str]) -> Response[bytes]:
    """Serve a style sheet, script or font; its name changes with its content, so it may be kept for ever."""
    found = by_served_name().get(name)
    if found is None:
        raise NotFoundException
    return Response(found.body, media_type=found.media_type, headers={"Cache-Control": _FOR_EVER})


def _health(house: House) -> HTTPRouteHandler:
    @get("/healthz")
    async def health() -> Response[dict[str, str]]:
        """Say whether this process can serve: 200 when the database answers within two seconds, else 503."""
        try:
            await asyncio.wait_for(house.gate.confirmed_prices(), _HEALTH_SECONDS)
        except (PillarboxError, TimeoutError):
            return Response({"status": "the database does not answer"}, status_code=503)
        return Response({"status": "ok"})

    return health
