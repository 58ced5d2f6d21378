"""The public surface has all that groq 1.7.0 had: names, schemas, signatures, errors, defaults.

`data/surface-1.7.0.json` describes it, read from the package at run time. Extra names, extra
optional parameters and extra models are no difference: the surface may grow. A model of 1.7.0 stays
as it is, since its fields are keys of every dump.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, cast

import pydantic
import pytest
from typing_extensions import Required, is_typeddict

import groq
from groq._types import is_dict
from groq.types.chat import CompletionCreateParams

SURFACE: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "surface-1.7.0.json").read_text()
)
PROSE = ("title", "description", "additionalProperties", "default", "$defs", "discriminator")


def named(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def plain(schema: Any) -> Any:
    """Leave out what is prose, or depends on how a library words a schema."""
    if isinstance(schema, dict):
        fields = cast("dict[str, Any]", schema)
        kept = {key: value for key, value in fields.items() if key not in PROSE}
        properties = kept.pop("properties", {})
        if "const" in kept:
            kept.pop("enum", None)  # pydantic before 2.10 writes both
        described = {name: plain(part) for name, part in properties.items()}
        return {"properties": described, **{key: plain(value) for key, value in kept.items()}}
    if isinstance(schema, list):
        items = cast("list[object]", schema)
        return sorted(map(plain, items), key=lambda each: json.dumps(each, sort_keys=True))
    return schema


def inlined(schema: dict[str, Any]) -> Any:
    """Put in place of each reference what it refers to: the names of nested models are free."""

    def walk(node: Any) -> Any:
        if isinstance(node, list):
            items = cast("list[object]", node)
            return list(map(walk, items))
        if not isinstance(node, dict):
            return node
        part = cast("dict[str, Any]", node)
        if "$ref" in part:
            return walk(schema["$defs"][part["$ref"].rpartition("/")[2]])
        return {key: walk(value) for key, value in part.items() if key != "$defs"}

    return plain(walk(schema))


def schema_of(value: Any) -> Any:
    if not is_typeddict(value):
        return inlined(value.model_json_schema())
    try:
        return inlined(pydantic.TypeAdapter(value).json_schema())
    except pydantic.PydanticSchemaGenerationError:  # an open file has none: the keys have to do
        required, optional = sorted(value.__required_keys__), sorted(value.__optional_keys__)
        return plain({"required": required, "optional": optional})


def contains(new: Any, old: Any) -> bool:
    """Say whether a request type takes all that another one takes; both are plain schemas."""
    if not is_dict(new) or not is_dict(old):
        return bool(new == old)
    options = new.get("anyOf", [new])
    if len(options) > 1:
        return all(any(contains(n, o) for n in options) for o in old.get("anyOf", [old]))
    added = new.get("properties", {}).keys() - old.get("properties", {}).keys()
    return (
        new.keys() == old.keys()
        and all(contains_part(key, new[key], value) for key, value in old.items())
        and not added & set(new.get("required", []))
    )


def contains_part(key: str, new: Any, old: Any) -> bool:
    if key == "properties":
        return all(name in new and contains(new[name], part) for name, part in old.items())
    # A value, or a key that may be left out, can be added; a key that is required cannot.
    return set(old) <= set(new) if key in ("enum", "optional") else contains(new, old)


def default(value: object) -> str:
    if value is inspect.Parameter.empty:
        return "required"
    if isinstance(value, enum.Enum):
        return str(value)
    kind = type(value).__name__
    return kind.lower() if kind in ("Omit", "NotGiven") else repr(value)


def signature(function: Callable[..., object]) -> dict[str, list[str]]:
    parameters = inspect.signature(function).parameters.values()
    return {each.name: [each.kind.description, default(each.default)] for each in parameters}


def entries(section: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", SURFACE[section])


@entries("modules")
def test_a_module_has_its_names(path: str) -> None:
    module = importlib.import_module(path)
    assert [name for name in SURFACE["modules"][path] if not hasattr(module, name)] == []


@entries("models")
def test_a_model_has_its_schema(path: str) -> None:
    assert schema_of(named(path)) == plain(SURFACE["models"][path])


@entries("params")
def test_a_request_type_has_its_schema(path: str) -> None:
    if path.endswith(".CompletionCreateParams") and pydantic.VERSION.startswith("2.8."):
        pytest.skip("pydantic 2.8 takes two nested types of one name for one")
    assert contains(schema_of(named(path)), plain(SURFACE["params"][path]))


class Grown(CompletionCreateParams, total=False):
    """The arguments of `create` with one more."""

    style: Literal["plain", "ornate"] | None


class Changed(CompletionCreateParams, total=False):
    """The arguments of `create` with another type, and one that every call lacks."""

    seed: str | None  # type: ignore[misc]  # a type that it cannot have is the point
    style: Required[str]


def test_a_parameter_can_be_added_and_none_changed() -> None:
    old = plain(SURFACE["params"]["groq.types.chat.CompletionCreateParams"])
    assert contains(schema_of(Grown), old)
    changed = schema_of(Changed)
    assert not contains(changed, old)
    assert not contains({**changed, "required": old["required"]}, old)
    assert not contains({**schema_of(Grown), "required": changed["required"]}, old)


@entries("signatures")
def test_a_method_has_its_parameters(path: str) -> None:
    owner, _, name = path.rpartition(".")
    attribute = inspect.getattr_static(named(owner), name)
    expected = {name: rest for name, *rest in SURFACE["signatures"][path]}
    if "property" in expected:
        assert not inspect.isfunction(attribute)
        return
    assert inspect.isfunction(attribute)
    if owner.startswith("groq.resources"):
        assert inspect.iscoroutinefunction(attribute) == (expected.pop("async", None) is not None)
    got = signature(attribute)
    assert {name: got.get(name) for name in expected} == expected
    added = {name: value for name, value in got.items() if name not in expected}
    assert [
        name
        for name, (kind, value) in added.items()
        if value == "required" and name != "self" and "variadic" not in kind
    ] == []


@entries("errors")
def test_an_error_has_its_bases_and_its_status(path: str) -> None:
    error, expected = named(path), SURFACE["errors"][path]
    assert [base.__name__ for base in error.__mro__[1:-2]] == expected["bases"]
    assert getattr(error, "status_code", None) == expected["status_code"]
    got = {name: value for name, value in signature(error.__init__).items() if name != "self"}
    assert got == {name: rest for name, *rest in expected["init"]}


@entries("constants")
def test_a_default_is_the_same(path: str) -> None:
    assert repr(getattr(groq, path)) == SURFACE["constants"][path]
