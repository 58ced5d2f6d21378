"""Narrows the types of JSON from a client."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn, TypeAlias, TypeGuard
from urllib.parse import unquote

JSONObject: TypeAlias = dict[str, Any]

_SURROGATE = re.compile(rb"\\ud[89a-f]", re.IGNORECASE)
"""The escape of a surrogate, which may lack its other half."""


def parse(data: bytes) -> Any:
    """Parse JSON in UTF-8, as the API does: half a surrogate pair becomes U+FFFD.

    Raises:
        ValueError: It is no JSON, is nested too deeply, or has a number that no double holds.
    """
    try:
        value: Any = _DECODER.decode(data.decode())
        if _SURROGATE.search(data):
            text = compact(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            value = _DECODER.decode(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"invalid value {name}")


def _number(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"number {text[:40]} is out of range")
    return value


def _integer(text: str) -> int:
    _number(text)
    return int(text)


# Python's parser also takes constants that JSON does not have, and numbers of any size.
_DECODER = json.JSONDecoder(
    parse_constant=_refuse_constant, parse_float=_number, parse_int=_integer
)


def is_object(value: object) -> TypeGuard[JSONObject]:
    """Say whether a value is a JSON object, whose keys are always strings."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Say whether a value is a JSON array."""
    return isinstance(value, list)


def object_of(value: object) -> JSONObject:
    """Return the value if it is a JSON object, else an empty one."""
    return value if is_object(value) else {}


def list_of(value: object) -> list[Any]:
    """Return the value if it is a JSON array, else an empty one."""
    return value if is_list(value) else []


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def compact(value: object) -> str:
    """Return a value as compact JSON without unnecessary escapes, as the API does."""
    return _ENCODER.encode(value)


def resolve(schema: JSONObject, root: JSONObject) -> JSONObject:
    """Resolve the local references of a schema, and keep their siblings."""
    seen: set[str] = set()
    while isinstance(reference := schema.get("$ref"), str) and reference not in seen:
        seen.add(reference)
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**_look_up(reference, root), **beside}
    return schema


def _look_up(reference: str, root: JSONObject) -> JSONObject:
    node: Any = root
    for segment in reference.removeprefix("#").split("/")[1:]:
        key = unquote(segment).replace("~1", "/").replace("~0", "~")
        node = object_of(node).get(key)
    return object_of(node)


def text_of_content(content: object) -> str:
    """Return the text of a message and of its parts."""
    if isinstance(content, str):
        return content
    return " ".join(str(object_of(part).get("text", "")) for part in list_of(content))
