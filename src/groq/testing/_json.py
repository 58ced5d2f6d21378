"""Reads JSON that a client sent, of which nothing is known yet."""

from __future__ import annotations

import json
from typing import Any, TypeGuard

JSONObject = dict[str, Any]


def is_object(value: object) -> TypeGuard[JSONObject]:
    """Says whether a value is a JSON object, whose keys are always strings."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Says whether a value is a JSON array."""
    return isinstance(value, list)


def object_of(value: object) -> JSONObject:
    """Gives the value if it is a JSON object, and an empty object otherwise."""
    return value if is_object(value) else {}


def list_of(value: object) -> list[Any]:
    """Gives the value if it is a JSON array, and an empty list otherwise."""
    return value if is_list(value) else []


def compact(value: object) -> str:
    """Writes a value as the API writes it: no spaces, no escapes that JSON does not need."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
