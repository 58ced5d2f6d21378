"""The public surface has all that groq 1.7.0 had: names, schemas, signatures, errors, defaults.

`data/surface-1.7.0.json` describes it, read from the package at run time. Extra names, extra
optional parameters and extra models are no difference: the surface may grow.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pydantic
import pytest
from typing_extensions import is_typeddict

import groq

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
    assert schema_of(named(path)) == plain(SURFACE["params"][path])


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
