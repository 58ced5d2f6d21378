"""Reads JSON that a client sent, of which nothing is known yet."""

from __future__ import annotations

import json
from typing import Any, cast

JSONObject = dict[str, Any]


def object_of(value: object) -> JSONObject:
    """Gives the value if it is a JSON object, and an empty object otherwise."""
    # JSON object keys are always strings.
    return cast("JSONObject", value) if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """Gives the value if it is a JSON array, and an empty list otherwise."""
    # `json.loads` makes no other lists than lists of JSON values.
    return cast("list[Any]", value) if isinstance(value, list) else []


def compact(value: object) -> str:
    """Writes a value as the API writes it: no spaces, no escapes that JSON does not need."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
