"""Makes up a JSON value that fits a JSON schema."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ._json import JSONObject, list_of, object_of, resolve
from ._validation import TooLarge, Validator

_MAX_DEPTH = 5
_MOST = 1_000_000
_RULES = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf")
"""The keywords that bound a number."""
_FORMATS = {
    "date-time": "2025-01-31T12:00:00Z",
    "date": "2025-01-31",
    "time": "12:00:00Z",
    "duration": "PT1H",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "127.0.0.1",
    "ipv6": "::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
}


def instance_of(schema: Mapping[str, Any]) -> Any:
    """Return a value that is valid for a schema.

    It knows what structured outputs use: types, `enum`, `const`, `properties`, `required`,
    `items`, `prefixItems`, bounds, lengths, formats, `anyOf`, `oneOf`, `allOf` and local `$ref`,
    also where they refer to themselves. A `pattern` is met only by an example or a default.

    Raises:
        TooLarge: The smallest value that the schema allows is larger than an answer may be.
    """
    try:
        return _Generator(dict(schema)).make(dict(schema), 0, "value")
    except RecursionError:
        raise TooLarge("the schema refers to itself without an end") from None


class _Generator:
    def __init__(self, root: JSONObject) -> None:
        self._root = root
        self._left: float = _MOST

    def _spend(self, size: float) -> None:
        self._left -= size
        if self._left < 0:
            raise TooLarge(f"the smallest value that fits is larger than {_MOST} characters")

    def make(self, schema: Any, depth: int, name: str) -> Any:
        self._spend(len(name) + 4)
        schema = self._resolve(object_of(schema))
        for key in ("const", "default"):
            if key in schema:
                return schema[key]
        for key in ("enum", "examples"):
            if choices := list_of(schema.get(key)):
                return choices[0]
        for key in ("anyOf", "oneOf"):
            if options := list_of(schema.get(key)):
                return self._choose(schema, options, depth, name)
        type_ = schema.get("type")
        if names := [{"type": each} for each in list_of(type_) if isinstance(each, str)]:
            return self._choose(schema, names, depth, name)
        type_ = type_ if isinstance(type_, str) else _guess_type(schema)
        return self._make_type(type_, schema, depth, name)

    def _resolve(self, schema: JSONObject) -> JSONObject:
        """Resolve references and merge `allOf`."""
        schema = resolve(schema, self._root)
        for part in list_of(schema.get("allOf")):
            resolved = self._resolve(object_of(part))
            schema = {
                **resolved,
                **schema,
                "properties": {
                    **object_of(resolved.get("properties")),
                    **object_of(schema.get("properties")),
                },
                "required": [*list_of(resolved.get("required")), *list_of(schema.get("required"))],
            }
        return schema

    def _choose(self, schema: JSONObject, options: list[Any], depth: int, name: str) -> Any:
        beside = {
            key: value for key, value in schema.items() if key not in ("anyOf", "oneOf", "type")
        }
        candidates = [{**beside, **self._resolve(object_of(option))} for option in options]
        # A schema that refers to itself ends where it may be null or empty.
        is_deep = depth >= _MAX_DEPTH
        order = sorted(candidates, key=lambda option: _weight(option) if is_deep else 0)
        rest = [each for each in order if is_deep or each.get("type") != "null"]
        return self.make((rest or order)[0], depth, name)

    def _make_type(self, type_: str, schema: JSONObject, depth: int, name: str) -> Any:
        if type_ == "object":
            return self._make_object(schema, depth)
        if type_ == "array":
            return self._make_array(schema, depth, name)
        if type_ == "string":
            return self._make_string(schema, name)
        if type_ in ("integer", "number"):
            return _make_number(schema, is_integer=type_ == "integer")
        return True if type_ == "boolean" else None

    def _make_object(self, schema: JSONObject, depth: int) -> JSONObject:
        properties = object_of(schema.get("properties"))
        required = [str(name) for name in list_of(schema.get("required"))]
        names = required if depth >= _MAX_DEPTH else [*properties, *required]
        made = {
            name: self.make(properties.get(name, {}), depth + 1, name)
            for name in dict.fromkeys(names)
        }
        additional = schema.get("additionalProperties")
        for number in range(_count(schema, "minProperties") - len(made)):
            made[f"key_{number + 1}"] = self.make(additional, depth + 1, "value")
        return made

    def _make_array(self, schema: JSONObject, depth: int, name: str) -> list[Any]:
        first = list_of(schema.get("prefixItems"))
        made = [self.make(item, depth + 1, name) for item in first]
        usual = 0 if depth >= _MAX_DEPTH or first else 1
        wanted = max(_count(schema, "minItems"), min(usual, _count(schema, "maxItems", usual)))
        if schema.get("items") is not False:
            while len(made) < wanted:
                made.append(self.make(schema.get("items"), depth + 1, name))
        if schema.get("uniqueItems"):
            made = _made_unique(made, self._resolve(object_of(schema.get("items"))))
        return made

    def _make_string(self, schema: JSONObject, name: str) -> str:
        least = _count(schema, "minLength")
        self._spend(least)
        text = _FORMATS.get(str(schema.get("format")), name.replace("_", " ")).ljust(least, ".")
        return text[: _count(schema, "maxLength", len(text))]


def _number(schema: JSONObject, *keywords: str) -> float | None:
    """Return the first number that a keyword has; other values count for nothing."""
    values = (schema.get(keyword) for keyword in keywords)
    return next((value for value in values if isinstance(value, (int, float))), None)


def _count(schema: JSONObject, keyword: str, default: int = 0) -> int:
    value = _number(schema, keyword)
    return default if value is None else max(0, int(value))


def _guess_type(schema: JSONObject) -> str:
    if "properties" in schema or "required" in schema or "additionalProperties" in schema:
        return "object"
    if "items" in schema or "prefixItems" in schema:
        return "array"
    if "minimum" in schema or "maximum" in schema or "multipleOf" in schema:
        return "number"
    return "string"


def _weight(schema: JSONObject) -> int:
    return {"null": 0, "array": 2, "object": 3, "None": 4}.get(str(schema.get("type")), 1)


def _make_number(schema: JSONObject, *, is_integer: bool) -> int | float:
    low = _number(schema, "minimum", "exclusiveMinimum")
    high = _number(schema, "maximum", "exclusiveMaximum")
    step = _number(schema, "multipleOf") or (1 if is_integer else 0)
    candidates: list[float] = [1]
    if low is not None:
        candidates += [low, low + 1]
    if high is not None:
        candidates += [high, high - 1]
    if low is not None and high is not None:
        candidates.append(low / 2 + high / 2)
    if step > 0:
        quotients = [each / step for each in candidates]
        finite = [each for each in quotients if math.isfinite(each)]
        candidates += [way(each) * step for each in finite for way in (_up, math.floor)]
    rules = {keyword: schema[keyword] for keyword in _RULES if keyword in schema}
    if is_integer:
        rules["type"] = "integer"
    validator = Validator(rules)
    fitting = (each for each in candidates if not validator.violations(each))
    value = next(fitting, candidates[0])
    return int(value) if is_integer else value


def _up(value: float) -> int:
    """Return the next greater integer, for an exclusive bound."""
    return math.floor(value) + 1


def _made_unique(values: list[Any], schema: JSONObject) -> list[Any]:
    if choices := list_of(schema.get("enum")):
        return choices[: len(values)]
    if all(isinstance(value, (int, float)) for value in values):
        step = _number(schema, "multipleOf") or 1
        return [values[0] + place * step for place in range(len(values))]
    return [f"{value} {place}" if place else value for place, value in enumerate(values)]
