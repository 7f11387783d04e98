"""How the API reads what it is sent: strictly, naming the field, so that a misspelt word is not silently lost.

Bodies are JSON in UTF-8, parameters of the address are text. A field that nobody knows, a number no column can hold and
a text with a NUL character are refused with their path, also deep inside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, TypeVar

import msgspec
from msgspec import inspect

from pillarbox.kernel.errors import BadInput

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)
MOST_BODY: Final = 2_000_000
_MOST_INTEGER: Final = 2**63 - 1


class BodyUnreadable(BadInput):
    """The body is not JSON of the expected shape."""


class FieldUnknown(BadInput):
    """There is no such field. See the description of this address at /v1/openapi.json."""


class NumberTooLarge(BadInput):
    """This number is larger than anything we can keep."""


class TextUnkept(BadInput):
    """This text holds a NUL character, which cannot be kept."""


class ParameterUnknown(BadInput):
    """This address knows no such parameter."""


class ParameterUnreadable(BadInput):
    """This parameter cannot be read."""


def read_body(raw: bytes, shape: type[T]) -> T:
    """Read a JSON body into a struct. Raises `BodyUnreadable`, `FieldUnknown`, `NumberTooLarge`, `TextUnkept`."""
    try:
        value = msgspec.json.decode(raw, type=shape)
        _check(msgspec.json.decode(raw), _inside(shape), "")
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$")
        raise BodyUnreadable(f"{text}.", field=path.strip("`.") or None) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BodyUnreadable("The body is not JSON in UTF-8.") from error
    except RecursionError as error:
        raise BodyUnreadable("The body is nested too deeply.") from error
    return value


def read_query(given: Mapping[str, str], shape: type[S]) -> S:
    """Read the parameters of an address. Raises `ParameterUnknown`, `ParameterUnreadable` with the name of each."""
    fields = _fields(shape)
    for name, text in given.items():
        if name not in fields:
            raise ParameterUnknown(field=name[:100])
        if "\0" in text:
            raise TextUnkept(field=name)
    try:
        value = msgspec.convert(dict(given), shape, strict=False)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$")
        raise ParameterUnreadable(f"{text}.", field=path.strip("`.") or None) from error
    for name, attribute in fields.items():
        number = getattr(value, attribute)
        if isinstance(number, int) and abs(number) > _MOST_INTEGER:
            raise NumberTooLarge(field=name)
    return value


_known: dict[Any, inspect.Type] = {}


def _inside(shape: Any) -> inspect.Type:
    """Say what a struct looks like inside; reading it off the annotations costs more than a request does."""
    kind = _known.get(shape)
    if kind is None:
        kind = _known[shape] = inspect.type_info(shape)
    return kind


@cache
def _fields(shape: Any) -> dict[str, str]:
    """The attribute behind each parameter's name."""
    return {field.encode_name: field.name for field in msgspec.structs.fields(shape)}


def _check(value: Any, kind: inspect.Type, path: str) -> None:
    """Look for what a struct would skip or a column could not hold; the value has the right shape already."""
    if isinstance(value, dict):
        for name, inside, known in _members(value, kind):
            at = f"{path}.{name}" if path else name
            if known is None:
                raise FieldUnknown(field=at[:200])
            if "\0" in name:
                raise TextUnkept(field=path or None)
            _check(inside, known, at)
    elif isinstance(value, list):
        item = _item(kind)
        for place, inside in enumerate(value):
            _check(inside, item, f"{path}[{place}]")
    elif isinstance(value, str) and "\0" in value:
        raise TextUnkept(field=path or None)
    elif isinstance(value, int) and abs(value) > _MOST_INTEGER:
        raise NumberTooLarge(field=path or None)


def _members(value: dict[str, Any], kind: inspect.Type) -> Iterator[tuple[str, Any, inspect.Type | None]]:
    struct = _one(kind, inspect.StructType)
    if struct is not None:
        known = {field.encode_name: field.type for field in struct.fields}
        yield from ((name, inside, known.get(name)) for name, inside in value.items())
        return
    mapping = _one(kind, inspect.DictType)
    of = mapping.value_type if mapping is not None else inspect.AnyType()
    yield from ((name, inside, of) for name, inside in value.items())


def _item(kind: inspect.Type) -> inspect.Type:
    several = _one(kind, inspect.VarTupleType) or _one(kind, inspect.ListType)
    return several.item_type if several is not None else inspect.AnyType()


K = TypeVar("K", bound=inspect.Type)


def _one(kind: inspect.Type, wanted: type[K]) -> K | None:
    """Find the one of a union (`Customs | None`) that a value of this sort must be."""
    options = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return next((each for each in options if isinstance(each, wanted)), None)
