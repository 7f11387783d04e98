"""The description of the API (OpenAPI 3.1), written from the routes and the structs they take and give.

Nothing is described twice: a route that is added is described, and a struct that changes changes the description.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from pillarbox.api.encoding import CSV, ENCODER, JSON, PDF
from pillarbox.api.examples import EXAMPLES
from pillarbox.api.problems import PROBLEM_JSON, BodyTooLarge, Problem, described, status_of
from pillarbox.api.reading import BodyUnreadable, ParameterUnknown, ParameterUnreadable
from pillarbox.api.route import Door, NoParameters, Once, Route
from pillarbox.desk.idempotent import IdempotencyKeyMissing, IdempotencyKeyReused, IdempotencyKeyUnusable
from pillarbox.gate import NoSuchCredential, Suspended
from pillarbox.gate.key import ScopeMissing
from pillarbox.kernel.errors import NotFound, PillarboxError
from pillarbox.kernel.ids import ALPHABET, Id, Kind

VERSION: Final = "3.1.0"
_ABOUT: Final = """
Send parcels by program: write orders down, price them, buy and print labels, follow parcels.

**Keys.** Send `Authorization: Bearer <key>`. A key holds the scopes it was made with; each address names the one it
needs. What is not there and what is not yours are answered alike, by 404.

**Asking again.** An address that takes `Idempotency-Key` does a thing once under one key and gives the same answer for
24 hours, with `Idempotent-Replay: true`. The same key with another body is refused with 422.

**Units.** Money is in whole pence, gross unless a name says net; weights are in grams, sides in millimetres, times
in UTC (RFC 3339).

**Pages.** Lists have `next_cursor`; hand it back as `cursor` until it is null.

**Problems.** Whatever is wrong is answered as `application/problem+json` (RFC 9457): `title` says what to do, the last
part of `type` is stable for programs, `field` says where. Every answer has `X-Request-Id`; please quote it.
"""
_REF: Final = "#/components/schemas/{name}"
_NAMES: Final = {JSON: "answer", PDF: "PDF", CSV: "CSV"}
_REASONS: Final = {
    401: "No key, or one that opens nothing",
    403: "The key lacks the scope",
    404: "Not there, or not yours",
    405: "Not this method",
    409: "Not in the state it is in now",
    413: "Too large",
    422: "Something sent cannot be used",
    429: "Tried too often",
    503: "Not available just now",
}
_BINARY: Final = {"type": "string", "contentMediaType": "application/octet-stream"}


def describe(routes: Sequence[Route], public_url: str) -> bytes:
    """Return the description as JSON."""
    shown = [route for route in routes if route.path.startswith("/v1")]
    types = [kind for route in shown for kind in (route.takes, route.gives) if kind not in (None, bytes)]
    _, schemas = msgspec.json.schema_components([*types, Problem], schema_hook=_custom, ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for route in shown:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    document = {
        "openapi": VERSION,
        "info": {"title": "Pillarbox", "version": "1", "description": _ABOUT.strip()},
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": _keys()},
    }
    return ENCODER.encode(document)


def _custom(kind: type[Any]) -> dict[str, Any]:
    if kind is Id:
        return {"type": "string", "pattern": rf"^[a-z]{{3}}_[{ALPHABET}]{{26}}$"}
    raise NotImplementedError(kind.__name__)


def _keys() -> dict[str, Any]:
    return {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key: `pbk_live_…` or `pbk_test_…`."},
        "network": {"type": "http", "scheme": "bearer", "description": "The scanning network's key: `pbn_…`."},
    }


def _operation(route: Route) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.path.split("/")[2]],
        "security": [{"key": [route.scope]} if route.door is Door.KEY else {"network": []}],
        "parameters": [*_path_parameters(route), *_query_parameters(route), *_key_parameter(route)],
        "responses": {str(route.status): _success(route), **_failures(route)},
    }
    if route.door is Door.OPEN:
        made["security"] = []
    elif route.door is Door.KEY:
        made["description"] = f"Needs the scope `{route.scope}`."
    if route.query is not NoParameters:
        made["description"] = " ".join([made.get("description", ""), _words(route.query)]).strip()
    if route.takes is not None:
        made["requestBody"] = _body(route)
    return made


def _words(struct: type[Any]) -> str:
    return " ".join((struct.__doc__ or "").split())


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(name)}
        for name in re.findall(r"\{(\w+)\}", route.path)
    ]


def _path_schema(name: str) -> dict[str, Any]:
    kind = name.removesuffix("_id").upper()
    if kind in Kind.__members__:
        return {"type": "string", "pattern": rf"^{Kind[kind].value}_[{ALPHABET}]{{26}}$"}
    return {"type": "integer", "minimum": 1} if name == "line" else {"type": "string"}


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    (schema,), components = msgspec.json.schema_components([route.query], ref_template=_REF)
    properties = components[schema["$ref"].rpartition("/")[2]]["properties"]
    return [{"name": name, "in": "query", "schema": each} for name, each in properties.items()]


def _key_parameter(route: Route) -> list[dict[str, Any]]:
    if route.once is Once.NO:
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}
    required = route.once is Once.MUST
    return [{"name": "Idempotency-Key", "in": "header", "required": required, "schema": schema}]


def _schema(kind: Any) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([kind], schema_hook=_custom, ref_template=_REF)
    return dict(schema)


def _body(route: Route) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for media in route.takes_media:
        if media == "multipart/form-data":
            form = {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]}
            content[media] = {"schema": form}
        else:
            content[media] = {"schema": _BINARY if route.takes is bytes else _schema(route.takes)}
    example = EXAMPLES.get(route.name)
    if example is not None and example.request is not None:
        content[route.takes_media[0]]["example"] = example.request
    return {"required": not _may_be_empty(route), "content": content}


def _may_be_empty(route: Route) -> bool:
    return (
        route.takes is not bytes
        and isinstance(route.takes, type)
        and not any(field.required for field in msgspec.structs.fields(route.takes))
    )


def _success(route: Route) -> dict[str, Any]:
    schema = _schema(route.gives) if route.gives is not None else _BINARY
    content: dict[str, Any] = {"schema": schema}
    example = EXAMPLES.get(route.name)
    if example is not None and example.response is not None:
        content["example"] = example.response
    return {"description": f"The {_NAMES[route.media]}", "content": {route.media: content}}


def _failures(route: Route) -> dict[str, Any]:
    by_status: dict[int, dict[str, Any]] = {}
    for error in dict.fromkeys(_errors(route)):
        said = described(error)
        code = said.type.rpartition("/")[2]
        by_status.setdefault(status_of(error), {})[code] = {"summary": said.title, "value": msgspec.to_builtins(said)}
    return {str(status): _failure(status, examples) for status, examples in sorted(by_status.items())}


def _failure(status: int, examples: dict[str, Any]) -> dict[str, Any]:
    content = {"schema": _schema(Problem), "examples": examples}
    return {"description": _REASONS[status], "content": {PROBLEM_JSON: content}}


def _errors(route: Route) -> list[type[PillarboxError]]:
    found: list[type[PillarboxError]] = [Suspended, *route.raises]
    if route.door is not Door.OPEN:
        found.append(NoSuchCredential)
    if route.door is Door.KEY:
        found.append(ScopeMissing)
    if "{" in route.path or route.door is Door.NETWORK:
        found.append(NotFound)
    if route.query is not NoParameters:
        found += [ParameterUnknown, ParameterUnreadable]
    if route.writes:
        found.append(BodyTooLarge)
    if route.takes not in (None, bytes):
        found.append(BodyUnreadable)
    if route.once is not Once.NO:
        found += [IdempotencyKeyUnusable, IdempotencyKeyReused]
    if route.once is Once.MUST:
        found.append(IdempotencyKeyMissing)
    return found
