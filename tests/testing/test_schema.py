"""Values made up for a JSON schema, judged by pydantic's own validation."""

from __future__ import annotations

import datetime
import uuid
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from groq.testing._schema import instance_of


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Inner(BaseModel):
    count: Annotated[int, Field(gt=5, lt=8)]
    ratio: Annotated[float, Field(gt=0, lt=1)]
    even: Annotated[int, Field(multiple_of=4, gt=4)]
    below: Annotated[int, Field(lt=-3)]
    price: Annotated[float, Field(ge=2.5, multiple_of=0.5)]


class Tree(BaseModel):
    name: str
    children: list[Tree]
    parent: Tree | None


class Chain(BaseModel):
    next: Chain | None
    value: int | str


class Everything(BaseModel):
    text: str
    short: Annotated[str, Field(max_length=3)]
    long: Annotated[str, Field(min_length=40)]
    yes: bool
    nothing: None
    when: datetime.datetime
    day: datetime.date
    hour: datetime.time
    span: datetime.timedelta
    identity: uuid.UUID
    colour: Colour
    kind: Literal["a", "b"]
    only: Literal["one"]
    maybe: int | None
    either: int | list[str]
    inner: Inner
    several: Annotated[list[Inner], Field(min_length=2, max_length=3)]
    different: Annotated[set[int], Field(min_length=3)]
    words: Annotated[set[str], Field(min_length=2)]
    pair: tuple[int, str]
    table: dict[str, int]
    anything: Any
    given: int = 17


@pytest.mark.parametrize("model", [Everything, Inner, Tree, Chain])
def test_the_value_fits_the_schema(model: type[BaseModel]) -> None:
    schema = model.model_json_schema()
    model.model_validate(instance_of(schema))


SCHEMAS: list[tuple[Any, object]] = [
    ({}, "value"),
    ({"const": 3}, 3),
    ({"type": ["null", "integer"]}, 1),
    ({"type": "null"}, None),
    ({"type": "string", "pattern": "^x+$", "examples": ["xx"]}, "xx"),
    ({"type": "array", "items": {"type": "boolean"}, "maxItems": 0}, []),
    ({"type": "object", "minProperties": 1}, {"key_1": "value"}),
    ({"properties": {"first_name": {}}}, {"first_name": "first name"}),
    ({"required": ["a"], "type": "object"}, {"a": "a"}),
    (
        {
            "allOf": [
                {"type": "object", "properties": {"a": {"const": 1}}},
                {"properties": {"b": {"const": 2}}},
            ]
        },
        {"a": 1, "b": 2},
    ),
    ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "integer", "minimum": 9}}}, 9),
    ({"$ref": "#/nowhere"}, "value"),
    ({"type": "array", "items": {"enum": [1, 2]}, "minItems": 2, "uniqueItems": True}, [1, 2]),
    ({"type": "number", "minimum": 0, "maximum": 0.5}, 0),
    ({"type": "number", "minimum": 1e308, "maximum": 1.5e308, "multipleOf": 1e-308}, 1e308),
    # A keyword with a value of the wrong type counts for nothing.
    ({"type": [[], 3], "minLength": "x", "maxLength": None}, "value"),
    ({"type": "integer", "minimum": "a", "maximum": [], "multipleOf": {}}, 1),
    ({"type": "array", "minItems": "1", "maxItems": None, "items": {"enum": 3}}, ["value"]),
    ({"type": "object", "minProperties": []}, {}),
    ({"anyOf": []}, "value"),
]


@pytest.mark.parametrize(("schema", "value"), SCHEMAS)
def test_the_value_is_the_simplest_that_fits(schema: dict[str, Any], value: object) -> None:
    assert instance_of(schema) == value
