"""A route of the API as one value: what it is called, who may use it, what it takes, does and gives.

The handler, the check of the scope and the OpenAPI document are all made from this value, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import KW_ONLY, dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Final, Literal, get_args

import msgspec
from litestar import Request, Response

from pillarbox.api.encoding import JSON
from pillarbox.api.form import MULTIPART, file_of_form
from pillarbox.api.reading import MOST_BODY, read_body, read_query
from pillarbox.gate import Box, Owned, Public
from pillarbox.kernel.errors import PillarboxError
from pillarbox.kernel.ids import Id, Kind, parse

Incoming = Request[Any, Any, Any]
Verb = Callable[[Box], Awaitable[Owned[Any] | Public[Any]]]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
_METHODS: Final[dict[str, Method]] = {m: m for m in get_args(Method)}


class Once(Enum):
    """Whether a route takes an `Idempotency-Key`: it may be sent, it must be, or it means nothing."""

    NO = "no"
    MAY = "may"
    MUST = "must"


class Door(Enum):
    """How a caller comes in: with a key of an account, with the network's key, or with nothing at all."""

    KEY = "key"
    NETWORK = "network"
    OPEN = "open"


class Ask:
    """One request, read as its route says. `body` and `query` are read when they are first asked for."""

    def __init__(self, request: Incoming, route: Route, raw: bytes, key: str) -> None:
        """`raw` is the body as it came; `key` the usable `Idempotency-Key`, or ""."""
        self.request = request
        self.route = route
        self.raw = raw
        self.key = key

    @cached_property
    def body(self) -> Any:
        """The body as the route's struct. Raises `BadInput`."""
        return read_body(self.raw, self.route.takes)

    @cached_property
    def file(self) -> tuple[bytes, str]:
        """The file that was sent, as the body itself or in a form, and its name there. Raises `FormUnreadable`."""
        content_type = self.request.headers.get("content-type", "")
        if content_type.partition(";")[0].strip().lower() == MULTIPART:
            return file_of_form(content_type, self.raw)
        return self.raw, ""

    @property
    def material(self) -> bytes:
        """What makes two requests the same: the body, without the frame that a form puts around a file."""
        return self.file[0] if self.route.takes is bytes else self.raw

    @cached_property
    def query(self) -> Any:
        """The parameters as the route's struct; a route without any takes none. Raises `BadInput`."""
        return read_query(dict(self.request.query_params.items()), self.route.query)

    def id(self, kind: Kind) -> Id:
        """The id of this kind in the path. Raises `NotFound` for what is no such id."""
        return parse(kind, self.path(f"{kind.name.lower()}_id"))

    def path(self, name: str) -> str:
        """A part of the path as text."""
        return str(self.request.path_params[name])


class NoParameters(msgspec.Struct, frozen=True):
    """A route without parameters."""


@dataclass(frozen=True, slots=True)
class Route:
    """One route. `address` is method and path: `GET /v1/orders/{order_id}`.

    `verb` makes of a request what is to be done in the box, `view` makes the answer of its result. `gives` is the
    struct of the answer, or None for a document of type `media`. Where the common way does not fit, `run` answers the
    request itself. `raises` lists what can be wrong beyond what is the same for every route.
    """

    name: str
    address: str
    summary: str
    scope: str = ""
    _: KW_ONLY
    door: Door = Door.KEY
    takes: Any = None
    takes_media: tuple[str, ...] = (JSON,)
    query: type[msgspec.Struct] = NoParameters
    gives: Any = None
    media: str = JSON
    status: int = 200
    once: Once = Once.NO
    surface: str = "api"
    most_body: int = MOST_BODY
    raises: tuple[type[PillarboxError], ...] = ()
    verb: Callable[[Ask], Verb] | None = None
    view: Callable[..., Any] | None = None
    run: Callable[[Incoming, Route], Awaitable[Response[bytes]]] | None = None

    @property
    def method(self) -> Method:
        """The HTTP method."""
        return _METHODS[self.address.partition(" ")[0]]

    @property
    def path(self) -> str:
        """The path, with names in braces."""
        return self.address.partition(" ")[2]

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method != "GET"
