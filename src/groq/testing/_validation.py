"""Validates JSON against the part of JSON Schema that requests and structured outputs use."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sized
from dataclasses import dataclass
from typing import Any, TypeAlias

from ._json import JSONObject, compact, is_list, is_object, list_of, object_of, resolve

Path: TypeAlias = tuple[str | int, ...]

_MAX_DEPTH = 200
_MAX_CHECKS = 200_000
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
    "null": (type(None),),
}
_BOUNDS: dict[str, Callable[[float, float], bool]] = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}
_LENGTHS: dict[str, tuple[type[Sized], bool]] = {
    "minLength": (str, False),
    "maxLength": (str, True),
    "minItems": (list, False),
    "maxItems": (list, True),
    "minProperties": (dict, False),
    "maxProperties": (dict, True),
}


@dataclass(frozen=True)
class Violation:
    """An error: a place where a value does not fit a schema."""

    path: Path
    keyword: str
    """The violated keyword of the schema, such as `required`."""
    expected: Any
    """The value of that keyword."""
    found: Any = None
    """The value, or, for `required` and `additionalProperties`, the name of the property."""
    known: tuple[str, ...] = ()
    """The known properties, if the property is unknown."""
    branches: tuple[tuple[Violation, ...], ...] = ()
    """The errors of each branch of an `anyOf`; for a `discriminator`, of its one branch."""


class TooLarge(ValueError):
    """Validating a schema takes more work than a request may cause."""


def violations(value: Any, schema: Any) -> list[Violation]:
    """Return all errors of a value.

    Patterns and formats are not checked, because a hostile pattern may take forever to match.
    """
    try:
        return list(_Checker(object_of(schema)).check(value, schema, ()))
    except RecursionError:
        raise TooLarge("the schema refers to itself without an end") from None


class _Checker:
    def __init__(self, root: JSONObject) -> None:
        self._root = root
        self._left = _MAX_CHECKS

    def check(self, value: Any, schema: Any, path: Path) -> Iterator[Violation]:
        # A schema that refers to itself endlessly would be followed forever.
        self._left -= 1
        if self._left < 0:
            raise TooLarge("the schema takes too long to check")
        if schema is False:
            yield Violation(path, "not", schema, value)
        if not is_object(schema) or len(path) > _MAX_DEPTH:
            return
        schema = resolve(schema, self._root)
        if is_object(rule := schema.get("discriminator")):
            yield from self._check_discriminator(value, rule, path)
            return
        if wrong := _wrong_type(value, schema, path):
            yield wrong
            return
        if len(schema) == 1 and "type" in schema:
            return  # Most schemas of a request say nothing more.
        yield from _check_choices(value, schema, path)
        for part in list_of(schema.get("allOf")):
            yield from self.check(value, part, path)
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                yield from self._check_branches(value, list_of(schema[keyword]), path)
        yield from _check_size(value, schema, path)
        if is_object(value):
            yield from self._check_properties(value, schema, path)
        elif is_list(value):
            yield from self._check_items(value, schema, path)

    def _check_discriminator(
        self, value: Any, rule: Mapping[str, Any], path: Path
    ) -> Iterator[Violation]:
        name, schemas = rule["propertyName"], rule["mapping"]
        if not is_object(value):
            yield Violation(path, "type", "object", value)
        elif name not in value:
            yield Violation((*path, name), "required", name, name)
        elif not isinstance(value[name], str) or value[name] not in schemas:
            yield Violation(path, "discriminator", name, value[name])
        elif found := tuple(self.check(value, schemas[value[name]], path)):
            yield Violation(path, "discriminator", name, value[name], branches=(found,))

    def _check_branches(self, value: Any, schemas: list[Any], path: Path) -> Iterator[Violation]:
        branches = tuple(tuple(self.check(value, schema, path)) for schema in schemas)
        if branches and all(branches):
            yield Violation(path, "anyOf", schemas, value, branches=branches)

    def _check_properties(
        self, value: JSONObject, schema: JSONObject, path: Path
    ) -> Iterator[Violation]:
        properties = object_of(schema.get("properties"))
        for name in list_of(schema.get("required")):
            if name not in value:
                yield Violation((*path, str(name)), "required", name, name)
        additional = schema.get("additionalProperties")
        for name, member in value.items():
            if name in properties:
                yield from self.check(member, properties[name], (*path, name))
            elif additional is False:
                known = tuple(properties)
                yield Violation(path, "additionalProperties", additional, name, known)
            else:
                yield from self.check(member, additional, (*path, name))

    def _check_items(self, value: list[Any], schema: JSONObject, path: Path) -> Iterator[Violation]:
        first = list_of(schema.get("prefixItems"))
        for place, item in enumerate(value):
            rule = first[place] if place < len(first) else schema.get("items")
            yield from self.check(item, rule, (*path, place))
        is_unique = schema.get("uniqueItems")
        if is_unique is True and len({*map(compact, value)}) < len(value):
            yield Violation(path, "uniqueItems", is_unique, value)


def _wrong_type(value: Any, schema: JSONObject, path: Path) -> Violation | None:
    wanted = schema.get("type")
    names = wanted if is_list(wanted) else [] if wanted is None else [wanted]
    if not names or any(is_type(value, str(name)) for name in names):
        return None
    return Violation(path, "type", wanted, value)


def is_type(value: Any, name: str) -> bool:
    """Say whether a value has the type of a schema."""
    if isinstance(value, bool):
        return name == "boolean"
    if name == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return isinstance(value, _TYPES.get(name, (object,)))


def _check_choices(value: Any, schema: JSONObject, path: Path) -> Iterator[Violation]:
    if "enum" in schema and not any(_same(value, each) for each in list_of(schema["enum"])):
        yield Violation(path, "enum", schema["enum"], value)
    if "const" in schema and not _same(value, schema["const"]):
        yield Violation(path, "enum", [schema["const"]], value)


def _same(first: Any, second: Any) -> bool:
    """Compare as JSON does, where `true` is not 1."""
    return first == second and isinstance(first, bool) == isinstance(second, bool)


def _check_size(value: Any, schema: JSONObject, path: Path) -> Iterator[Violation]:
    for keyword, (kind, is_most) in _LENGTHS.items():
        bound = schema.get(keyword)
        if isinstance(bound, (int, float)) and isinstance(value, kind):
            sized: Sized = value
            length = len(sized)
            if length > bound if is_most else length < bound:
                yield Violation(path, keyword, bound, value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return
    for keyword, fits in _BOUNDS.items():
        bound = schema.get(keyword)
        if isinstance(bound, (int, float)) and not fits(value, bound):
            yield Violation(path, keyword, bound, value)
    step = schema.get("multipleOf")
    if isinstance(step, (int, float)) and step > 0:
        count = value / step
        if not math.isclose(count, round(count), rel_tol=1e-9, abs_tol=1e-9):
            yield Violation(path, "multipleOf", step, value)
