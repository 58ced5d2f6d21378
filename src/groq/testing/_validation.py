"""Validates JSON against the part of JSON Schema that requests and structured outputs use."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeGuard

from ._json import JSONObject, compact, is_list, is_object, list_of, object_of, resolve

Path: TypeAlias = tuple[str | int, ...]

_MAX_DEPTH = 200
_MAX_CHECKS = 200_000
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}
_BOUNDS: dict[str, Callable[[float, float], bool]] = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}
_LENGTHS: dict[str, tuple[type[Sized], Callable[[int, float], bool]]] = {
    "minLength": (str, operator.ge),
    "maxLength": (str, operator.le),
    "minItems": (list, operator.ge),
    "maxItems": (list, operator.le),
    "minProperties": (dict, operator.ge),
    "maxProperties": (dict, operator.le),
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


class Validator:
    """A schema that is compiled where it is used, for any number of values.

    Patterns and formats are not checked, because a hostile pattern may take forever to match.
    """

    def __init__(self, schema: Any) -> None:
        self._root = object_of(schema)
        self._nodes: dict[int, _Node] = {}
        self._node = self.node(schema)

    def violations(self, value: Any) -> Sequence[Violation]:
        """Return all errors of a value."""
        try:
            return self._node.check(value, (), _Work())
        except RecursionError:
            raise TooLarge("the schema refers to itself without an end") from None

    def node(self, schema: Any) -> _Node:
        """Return the node of a part of the schema, which may refer to itself."""
        node = self._nodes.get(id(schema))
        if node is None:
            node = self._nodes.setdefault(id(schema), _Node(self, schema))
        return node

    def resolved(self, schema: Any) -> JSONObject:
        """Return a part of the schema without references; `True` and the like as no rules."""
        return resolve(object_of(schema), self._root)


class _Work:
    """Counts the checks of a value, because a schema may refer to itself endlessly."""

    def __init__(self) -> None:
        self._left = _MAX_CHECKS

    def spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise TooLarge("the schema takes too long to check")


_Rule: TypeAlias = Callable[[Any, Path, _Work], Sequence[Violation]]
"""Returns the errors of a value at a path."""


class _Node:
    """A part of a schema, which is compiled to rules when it is used first."""

    def __init__(self, validator: Validator, schema: Any) -> None:
        self._validator = validator
        self._schema = schema
        self._is_compiled = False
        self._wanted: Any = None
        """The `type` of the schema."""
        self._classes: frozenset[type] | None = None
        """The Python types of valid values; `None` for all."""
        self._rules: Sequence[_Rule] = ()

    def check(self, value: Any, path: Path, work: _Work) -> Sequence[Violation]:
        """Return the errors of a value at a path."""
        work.spend()
        if not self._is_compiled:
            self._compile()
        if self._classes is not None and type(value) not in self._classes:
            names = self._wanted if is_list(self._wanted) else [self._wanted]
            if not any(is_type(value, str(name)) for name in names):
                return [Violation(path, "type", self._wanted, value)]
        if not self._rules or len(path) > _MAX_DEPTH:
            return ()
        if len(self._rules) == 1:
            return self._rules[0](value, path, work)
        return [violation for rule in self._rules for violation in rule(value, path, work)]

    def _compile(self) -> None:
        schema = self._validator.resolved(self._schema)
        rules: list[_Rule] = []
        if self._schema is False:
            rules.append(
                lambda value, path, _: [Violation(path, "not", expected=False, found=value)]
            )
        elif is_object(rule := schema.get("discriminator")):
            rules.append(self._discriminator(rule))
        else:
            self._wanted = schema.get("type")
            if self._wanted:
                names = self._wanted if is_list(self._wanted) else [self._wanted]
                classes = (_TYPES.get(str(name), ()) for name in names)
                self._classes = frozenset(each for some in classes for each in some)
            rules += self._rules_of(schema)
        self._rules = rules
        self._is_compiled = True

    def _rules_of(self, schema: JSONObject) -> Iterator[_Rule]:
        if is_list(choices := schema.get("enum")):
            yield _choices(choices)
        if "const" in schema:
            yield _choices([schema["const"]])
        for part in list_of(schema.get("allOf")):
            yield self._validator.node(part).check
        for keyword in ("anyOf", "oneOf"):
            if schemas := list_of(schema.get(keyword)):
                yield self._branches(schemas)
        yield from _sizes(schema)
        if {"properties", "required", "additionalProperties"} & schema.keys():
            yield self._properties(schema)
        if {"items", "prefixItems", "uniqueItems"} & schema.keys():
            yield self._items(schema)

    def _discriminator(self, rule: Mapping[str, Any]) -> _Rule:
        name = rule["propertyName"]
        nodes = {kind: self._validator.node(each) for kind, each in rule["mapping"].items()}

        def check(value: Any, path: Path, work: _Work) -> Sequence[Violation]:
            if not is_object(value):
                return [Violation(path, "type", "object", value)]
            if name not in value:
                return [Violation((*path, name), "required", name, name)]
            kind = value[name]
            if not isinstance(kind, str) or kind not in nodes:
                return [Violation(path, "discriminator", name, kind)]
            if found := nodes[kind].check(value, path, work):
                return [Violation(path, "discriminator", name, kind, branches=(tuple(found),))]
            return ()

        return check

    def _branches(self, schemas: list[Any]) -> _Rule:
        nodes = [self._validator.node(each) for each in schemas]

        def check(value: Any, path: Path, work: _Work) -> Sequence[Violation]:
            branches: list[tuple[Violation, ...]] = []
            for node in nodes:
                found = node.check(value, path, work)
                if not found:
                    return ()
                branches.append(tuple(found))
            return [Violation(path, "anyOf", schemas, value, branches=tuple(branches))]

        return check

    def _properties(self, schema: JSONObject) -> _Rule:
        properties = object_of(schema.get("properties"))
        nodes = {name: self._validator.node(each) for name, each in properties.items()}
        required = [name for name in list_of(schema.get("required")) if isinstance(name, str)]
        additional = schema.get("additionalProperties")
        others = self._validator.node(additional) if is_object(additional) else None

        def check(value: Any, path: Path, work: _Work) -> Sequence[Violation]:
            if not is_object(value):
                return ()
            found = [
                Violation((*path, name), "required", name, name)
                for name in required
                if name not in value
            ]
            for name, member in value.items():
                node = nodes.get(name, others)
                if node is not None:
                    found += node.check(member, (*path, name), work)
                elif additional is False:
                    known = tuple(properties)
                    found.append(Violation(path, "additionalProperties", additional, name, known))
            return found

        return check

    def _items(self, schema: JSONObject) -> _Rule:
        first = [self._validator.node(each) for each in list_of(schema.get("prefixItems"))]
        rest = self._validator.node(schema.get("items"))
        is_unique = schema.get("uniqueItems")

        def check(value: Any, path: Path, work: _Work) -> Sequence[Violation]:
            if not is_list(value):
                return ()
            found: list[Violation] = []
            for place, item in enumerate(value):
                node = first[place] if place < len(first) else rest
                found += node.check(item, (*path, place), work)
            if is_unique is True and len({*map(compact, value)}) < len(value):
                found.append(Violation(path, "uniqueItems", is_unique, value))
            return found

        return check


def is_type(value: Any, name: str) -> bool:
    """Say whether a value has the type of a schema."""
    if isinstance(value, bool):
        return name == "boolean"
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES.get(name, (object,)))


def _choices(choices: list[Any]) -> _Rule:
    def check(value: Any, path: Path, _: _Work) -> Sequence[Violation]:
        # As JSON compares, where `true` is not 1.
        is_bool = isinstance(value, bool)
        if any(value == each and is_bool == isinstance(each, bool) for each in choices):
            return ()
        return [Violation(path, "enum", choices, value)]

    return check


def _sizes(schema: JSONObject) -> Iterator[_Rule]:
    for keyword, (kind, fits) in _LENGTHS.items():
        if _is_number(bound := schema.get(keyword)):
            yield _length(keyword, kind, fits, bound)
    for keyword, compare in _BOUNDS.items():
        if _is_number(bound := schema.get(keyword)):
            yield _bound(keyword, compare, bound)
    if _is_number(step := schema.get("multipleOf")) and step > 0:
        yield _bound("multipleOf", _is_multiple, step)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_multiple(value: float, step: float) -> bool:
    count = value / step
    return math.isinf(count) or math.isclose(count, round(count), rel_tol=1e-9, abs_tol=1e-9)


def _length(
    keyword: str, kind: type[Sized], fits: Callable[[int, float], bool], bound: float
) -> _Rule:
    def check(value: Any, path: Path, _: _Work) -> Sequence[Violation]:
        if not isinstance(value, kind) or fits(len(value), bound):
            return ()
        return [Violation(path, keyword, bound, value)]

    return check


def _bound(keyword: str, fits: Callable[[float, float], bool], bound: float) -> _Rule:
    def check(value: Any, path: Path, _: _Work) -> Sequence[Violation]:
        if not _is_number(value) or fits(value, bound):
            return ()
        return [Violation(path, keyword, bound, value)]

    return check
