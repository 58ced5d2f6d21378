"""`function_tool` and `pydantic_function_tool`: what becomes a tool, and how it is described."""

from __future__ import annotations

import copy
import functools
import gc
import json
import math
import pickle
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

import pydantic
import pytest

from groq import (
    FunctionTool,
    function_tool,
    pydantic_function_tool,
)
from groq.testing import LocalServer, ToolCall
from tooling import Place, Unit, calling, get_weather, results, run
from twins import MESSAGES, MODEL, Twin


def schema_of(tool: FunctionTool[..., Any]) -> Any:
    return tool["function"]["parameters"]


def test_a_tool_is_described_by_signature_and_docstring() -> None:
    assert get_weather == {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Tell the weather in a city.\n\nIt is slow.",
            "parameters": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "city": {"type": "string", "description": "The city, in English."},
                    "unit": {
                        "type": "string",
                        "enum": ["C", "F"],
                        "default": "C",
                        "description": "C or F.",
                    },
                },
                "required": ["city"],
            },
        },
    }
    assert get_weather.to_dict() == get_weather


def test_a_tool_is_called_as_the_function_is() -> None:
    assert get_weather("Oslo", unit="F") == "18 °F in Oslo"
    assert get_weather.__name__ == "get_weather"
    assert repr(get_weather) == "<FunctionTool 'get_weather'>"


@pytest.mark.parametrize(
    "docstring",
    [
        "Add.\n\n    Args:\n        a: The first.\n        b: The second.\n",
        "Add.\n\n    :param int a: The\n        first.\n    :param b: The second.\n    :return: x",
        (
            "Add.\n\n    Parameters\n    ----------\n    a : int\n        The first.\n    b\n"
            "        The second.\n\n    Returns\n    -------\n    int\n        The sum.\n"
        ),
    ],
    ids=["google", "rest", "numpy"],
)
def test_arguments_are_described_in_three_forms_of_docstring(docstring: str) -> None:
    def add(a: int, b: int) -> int:
        return a + b

    add.__doc__ = docstring
    tool = function_tool(add)
    assert tool["function"]["description"] == "Add."
    assert schema_of(tool)["properties"] == {
        "a": {"type": "integer", "description": "The first."},
        "b": {"type": "integer", "description": "The second."},
    }


def test_a_function_without_docstring_or_arguments_is_a_tool() -> None:
    @function_tool
    def ping() -> str:
        return "pong"

    function = ping["function"]
    assert function == {
        "name": "ping",
        "parameters": {"type": "object", "properties": {}, "additionalProperties": False},
    }


def test_name_and_description_may_be_given() -> None:
    @function_tool(name="other", description="Something else.")
    def tool(x: Annotated[int, pydantic.Field(description="A number.", ge=1)]) -> int:
        """Is not told."""
        return x

    assert tool["function"]["name"] == "other"
    assert tool["function"]["description"] == "Something else."
    properties = schema_of(tool)["properties"]
    assert properties == {"x": {"type": "integer", "minimum": 1, "description": "A number."}}


def test_a_strict_tool_requires_every_argument() -> None:
    tool = function_tool(strict=True)(get_weather.__wrapped__)
    assert tool["function"]["strict"] is True
    assert schema_of(tool)["required"] == ["city", "unit"]
    assert "default" not in schema_of(tool)["properties"]["unit"]


def test_types_of_arguments_are_resolved_in_the_scope_of_the_function() -> None:
    @dataclass
    class Local:
        day: date

    @function_tool
    def tool(where: Local, unit: Unit, *, places: list[Place]) -> str:
        return f"{where.day.year} {unit.name} {places[0].city}"

    arguments = {"where": {"day": "2026-01-02"}, "unit": "C", "places": [{"city": "Oslo"}]}
    parsed = tool.parse_arguments(json.dumps(arguments))
    assert parsed["places"] == [Place(city="Oslo")]
    assert tool(**parsed) == "2026 CELSIUS Oslo"


def variadic(*numbers: int) -> None: ...


def keyworded(**numbers: int) -> None: ...


def positional(number: int, /) -> None: ...


@pytest.mark.parametrize("function", [variadic, keyworded, positional])
def test_parameters_without_a_name_to_give_are_refused(function: Callable[..., None]) -> None:
    with pytest.raises(TypeError, match=f"given by name, but '{function.__name__}'"):
        function_tool(function)


def test_a_model_becomes_a_strict_tool() -> None:
    tool: Any = pydantic_function_tool(Place)
    assert tool["function"]["name"] == "Place"
    assert tool["function"]["description"] == "A place on earth."
    assert tool["function"]["strict"] is True
    assert tool["function"]["parameters"]["required"] == ["city", "country"]
    assert tool["function"]["parameters"]["additionalProperties"] is False
    assert tool.model is Place
    renamed: Any = pydantic_function_tool(Place, name="at", description="Go.")
    assert (renamed["function"]["name"], renamed["function"]["description"]) == ("at", "Go.")


def test_create_sends_a_tool_unchanged(twin: Twin, groq_server: LocalServer) -> None:
    twin.chat(twin.client(groq_server), tools=[get_weather, pydantic_function_tool(Place)])
    sent = groq_server.last_request.json()["tools"]
    assert sent[0] == get_weather
    assert sent[1]["function"]["name"] == "Place"


@pytest.mark.parametrize("default", [math.inf, -math.inf, math.nan], ids=str)
def test_a_default_outside_json_is_omitted_from_the_schema(
    groq_server: LocalServer, default: float
) -> None:
    def tool(limit: float = default) -> float:
        return limit

    made = function_tool(tool)
    assert schema_of(made)["properties"]["limit"] == {"type": "number"}
    with groq_server.client() as client:
        client.chat.completions.create(model=MODEL, messages=MESSAGES, tools=[made])


def test_the_return_annotation_is_not_resolved() -> None:
    def tool(x: int) -> object:
        return x

    tool.__annotations__["return"] = "KnownToCheckersAlone"
    assert schema_of(function_tool(tool))["properties"] == {"x": {"type": "integer"}}


def test_a_field_as_default_gives_its_default_and_its_limits() -> None:
    count: Any
    names: Any
    wanted: Any
    count, names, wanted = (
        pydantic.Field(default=3, le=5, description="A number."),
        pydantic.Field(default_factory=list),
        pydantic.Field(description="Wanted."),
    )

    @function_tool
    def tool(x: int = count, y: list[int] = names, z: int = wanted) -> list[Any]:
        return [x, y, z]

    assert tool(z=1) == [3, [], 1]
    assert tool(4, z=1) == [4, [], 1]
    assert tool(**tool.parse_arguments('{"z": 1}')) == [3, [], 1]
    assert schema_of(tool)["required"] == ["z"]
    described = {"type": "integer", "maximum": 5, "description": "A number.", "default": 3}
    assert schema_of(tool)["properties"]["x"] == described


class Shop:
    class Ware(pydantic.BaseModel):
        name: str

    def __init__(self, city: str) -> None:
        self.city = city

    @function_tool
    def sell(self, ware: Ware, count: int = 1) -> str:
        """Sell something."""
        return f"{count} {ware.name} in {self.city}"

    @staticmethod
    @function_tool
    def greet(name: str) -> str:
        return f"Hello {name}"

    def plain(self, x: int) -> str:
        return f"{x} in {self.city}"


def test_a_method_is_a_tool_of_each_object(twin: Twin, groq_server: LocalServer) -> None:
    oslo, rome = Shop("Oslo"), Shop("Rome")
    assert list(schema_of(oslo.sell)["properties"]) == ["ware", "count"]
    assert oslo.sell(Shop.Ware(name="hat")) == "1 hat in Oslo"
    groq_server.reply(calling(ToolCall("sell", {"ware": {"name": "hat"}})))
    groq_server.reply("Done.")
    twin.do(run(twin, groq_server, rome.sell).until_done)
    assert results(groq_server) == ["1 hat in Rome"]
    assert Shop.greet("Ann") == "Hello Ann"
    bound = function_tool(rome.plain)
    assert bound(**bound.parse_arguments('{"x": 1}')) == "1 in Rome"


class Adder:
    """Add."""

    def __call__(self, a: int, b: int) -> int:
        """Add two numbers."""
        return a + b


def add(a: int, b: int, c: int = 0) -> int:
    """Add three numbers."""
    return a + b + c


class Sums:
    """Tools that take no instance."""

    @function_tool
    @staticmethod
    def static(a: int) -> int:
        """Return the number."""
        return a

    partial = function_tool(name="partial")(functools.partial(add, 1))
    object = function_tool(Adder())


@pytest.mark.parametrize("name", ["static", "partial", "object"])
def test_a_tool_of_a_class_that_takes_no_instance_keeps_its_arguments(name: str) -> None:
    of_class, of_object = getattr(Sums, name), getattr(Sums(), name)
    assert schema_of(of_object) == schema_of(of_class)
    assert "b" in schema_of(of_object)["properties"] or name == "static"
    assert "a" in schema_of(of_object)["properties"] or name == "partial"


def test_a_model_as_a_function_has_typed_arguments() -> None:
    class Point(pydantic.BaseModel):
        x: int
        label: str = ""

    tool = function_tool(Point)
    assert schema_of(tool)["properties"]["x"] == {"type": "integer"}
    assert tool(**tool.parse_arguments('{"x": 1}')) == Point(x=1)


def test_partials_and_callable_objects_are_tools() -> None:
    some = function_tool(functools.partial(add, 1, c=5))
    assert some.name == "add"
    assert some["function"]["description"] == "Add three numbers."
    assert list(schema_of(some)["properties"]) == ["b"]
    assert some(**some.parse_arguments('{"b": 2}')) == 8
    adder = function_tool(Adder())
    assert adder.name == "Adder"
    assert adder["function"]["description"] == "Add two numbers."
    assert adder(**adder.parse_arguments('{"a": 1, "b": 2}')) == 3


T = TypeVar("T")


class Box(pydantic.BaseModel, Generic[T]):
    content: T


@dataclass
class Point:
    x: int


def test_a_tool_has_a_name_that_the_api_takes() -> None:
    assert function_tool(lambda: 1).name == "lambda"
    box: Any = pydantic_function_tool(Box[int])
    assert box["function"]["name"] == "Box_int"
    for make in (
        lambda: function_tool(name="two words")(add),
        lambda: pydantic_function_tool(Place, name="<x>"),
        lambda: function_tool(name="x" * 65)(add),
    ):
        with pytest.raises(ValueError, match="at most 64 letters, digits"):
            make()


def test_a_dataclass_becomes_a_strict_tool() -> None:
    tool: Any = pydantic_function_tool(Point)
    assert tool["function"]["name"] == "Point"
    assert "description" not in tool["function"]
    assert tool["function"]["parameters"]["required"] == ["x"]
    with pytest.raises(TypeError, match="a class with fields"):
        pydantic_function_tool(int)


def test_the_names_around_a_function_are_not_kept() -> None:
    class Heavy:
        pass

    def make() -> tuple[Any, Any]:
        heavy = Heavy()

        @function_tool
        def tool(x: int) -> int:
            return x

        return tool, weakref.ref(heavy)

    gc.disable()
    try:
        tool, heavy = make()
        assert heavy() is None
        assert tool(1) == 1
    finally:
        gc.enable()


@pytest.mark.parametrize("name", ["get_weather", "sum_up"])
def test_a_tool_pickles_as_a_function_does(name: str) -> None:
    tool = globals()[name]
    copied = pickle.loads(pickle.dumps(tool))
    assert copied == tool
    assert copied.name == tool.name
    assert copy.deepcopy(tool) == tool


sum_up = function_tool(name="sum")(add)


def test_the_tool_of_an_object_pickles_with_it() -> None:
    copied = pickle.loads(pickle.dumps(Shop("Oslo").sell))
    assert copied(Shop.Ware(name="hat")) == "1 hat in Oslo"
