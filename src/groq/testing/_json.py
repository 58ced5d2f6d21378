"""Narrows the types of JSON from a client."""

from __future__ import annotations

import json
from typing import Any, TypeGuard
from urllib.parse import unquote

JSONObject = dict[str, Any]


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
