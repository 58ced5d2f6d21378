"""Strict JSON Schemas: every property is required, no others are allowed.

Strict mode supports a subset of JSON Schema. Keywords that only restrict values move to the
description; what changes the shape of a value is refused.

See https://console.groq.com/docs/structured-outputs
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

_DROPPED = {"default", "discriminator", "uniqueItems"}
"""Keywords that are removed, because the model does not need them."""

_MOVED_TO_DESCRIPTION = {
    *("format", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum"),
    *("exclusiveMaximum", "exclusiveMinimum", "multipleOf", "pattern", "contentEncoding"),
}
"""Keywords that strict mode refuses; they move to the description, and pydantic checks them."""

_REFUSED = {
    "prefixItems": "a tuple of different types; use a model with a field for each",
    "patternProperties": "an object with free keys; use a list of objects with a key and a value",
    "propertyNames": "an object with free keys; use a list of objects with a key and a value",
    "allOf": "several schemas at once",
    "not": "what something is not",
    "if": "a condition",
    "dependentSchemas": "a condition",
    "dependentRequired": "a condition",
}
"""Keywords that strict mode cannot express, and what they describe."""


def strict_json_schema(schema: Mapping[str, Any], name: str) -> dict[str, object]:
    """Return a new schema for strict mode.

    Raises `TypeError`, with the path from `name` on, for a part that strict mode cannot express.
    """
    # Strict mode needs an object at the root, where a recursive type has a reference.
    return _strict(_resolved(schema), name)


def is_object(schema: Mapping[str, Any]) -> bool:
    """Return whether the root of a schema is an object, or refers to one."""
    return bool(_resolved(schema).get("type") == "object")


def _resolved(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a root with its reference resolved."""
    root = dict(schema)
    # Before 2.9, pydantic puts the reference of a recursive type under `allOf`.
    if len(root.get("allOf", ())) == 1:
        (base,) = root.pop("allOf")
        return _resolved({**base, **root})
    reference = root.pop("$ref", None)
    if reference is None:
        return root
    return _resolved({**root["$defs"][reference.removeprefix("#/$defs/")], **root})


def _strict(schema: object, path: str) -> dict[str, Any]:
    """Return the strict form of a part of a schema."""
    given = cast("dict[str, Any]", schema) if isinstance(schema, dict) else {}
    part: dict[str, Any] = {key: given[key] for key in given if key not in _DROPPED}
    if "oneOf" in part:
        part["anyOf"] = part.pop("oneOf")
    if len(part.get("allOf", ())) == 1:
        part["anyOf"] = part.pop("allOf")
    if "$ref" in part and len(part) > 1:
        # A reference cannot have siblings, so a described one is wrapped in `anyOf`.
        part["anyOf"] = [{"$ref": part.pop("$ref")}]
    if "$ref" in part:
        return part
    for key in _REFUSED.keys() & part.keys():
        raise _inexpressible(path, _REFUSED[key])
    moved = "; ".join(
        f"{key}: {part.pop(key)}" for key in sorted(_MOVED_TO_DESCRIPTION & part.keys())
    )
    if moved:
        part["description"] = f"{part['description']} ({moved})" if "description" in part else moved
    if "properties" in part or part.get("type") == "object":
        _require_all_properties(part, path)
    elif part.get("type") == "array":
        part["items"] = _strict(part.get("items"), f"{path}[]")
    elif "anyOf" in part:
        part["anyOf"] = [_strict(each, path) for each in part["anyOf"]]
    elif not part.keys() & {"type", "enum", "const"}:
        raise _inexpressible(path, "a value of any type; name the types that it can have")
    if "$defs" in part:
        part["$defs"] = {name: _strict(each, name) for name, each in part["$defs"].items()}
    return part


def _require_all_properties(part: dict[str, Any], path: str) -> None:
    """Require all properties of an object, and allow no others."""
    if "properties" not in part:
        raise _inexpressible(path, _REFUSED["propertyNames"])
    properties = part["properties"]
    part["properties"] = {
        name: _strict(each, f"{path}.{name}") for name, each in properties.items()
    }
    part["required"] = list(properties)
    part["additionalProperties"] = False


def _inexpressible(path: str, meaning: str) -> TypeError:
    return TypeError(
        f"Strict structured outputs cannot express `{path}`: it is {meaning}. "
        "With `strict=False` the model does its best."
    )
