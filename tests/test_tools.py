"""`function_tool`, `pydantic_function_tool` and `chat.completions.run_tools`."""

from __future__ import annotations

import asyncio
import copy
import functools
import gc
import json
import math
import pickle
import threading
import weakref
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any, Generic, Literal, TypeVar

import anyio
import pydantic
import pytest

from groq import (
    APIConnectionError,
    BadRequestError,
    FunctionTool,
    RateLimitError,
    ToolCallError,
    function_tool,
    pydantic_function_tool,
)
from groq.testing import Cut, ErrorEvent, LocalServer, Reply, ToolCall
from twins import MESSAGES, MODEL, Twin


class Unit(Enum):
    CELSIUS = "C"
    FAHRENHEIT = "F"


class Place(pydantic.BaseModel):
    """A place on earth."""

    city: str
    country: str = "Norway"


@function_tool
def get_weather(city: str, unit: Literal["C", "F"] = "C") -> str:
    """Tell the weather in a city.

    It is slow.

    Args:
        city: The city,
            in English.
        unit (str, optional): C or F.

    Returns:
        The weather: in words.
    """
    return f"18 °{unit} in {city}"


@function_tool
async def get_time(city: str) -> str:
    """Tell the time in a city."""
    await anyio.lowlevel.checkpoint()
    return f"noon in {city}"


def schema_of(tool: FunctionTool[..., Any]) -> Any:
    return tool["function"]["parameters"]


# -------------------------------------------------------------------------------------- the tools


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


# --------------------------------------------------------------------------------------- the runs


def run(twin: Twin, server: LocalServer, *tools: Any, **options: Any) -> Any:
    client = twin.client(server)
    return client.chat.completions.run_tools(
        **{"model": MODEL, "messages": MESSAGES, "tools": tools, **options}
    )


def calling(*calls: ToolCall) -> Reply:
    return Reply(tool_calls=calls)


def text_of(completion: Any) -> Any:
    return completion.choices[0].message.content


def results(server: LocalServer) -> list[str]:
    """Return the results of tools that the last request has."""
    messages = server.last_request.json()["messages"]
    return [message["content"] for message in messages if message["role"] == "tool"]


def test_a_model_is_asked_until_it_calls_no_more(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply(calling(ToolCall("get_weather", {"city": "Oslo"}, id="call_1")))
    groq_server.reply(calling(ToolCall("get_weather", {"city": "Rome", "unit": "F"}, id="call_2")))
    groq_server.reply("It is warm.")
    runner = run(twin, groq_server, get_weather, temperature=0.5)
    assert groq_server.requests == []
    assert text_of(twin.do(runner.until_done)) == "It is warm."
    bodies = [request.json() for request in groq_server.requests]
    assert [body["tools"] for body in bodies] == [[get_weather]] * 3
    assert [body["temperature"] for body in bodies] == [0.5] * 3
    call = {"name": "get_weather", "arguments": '{"city":"Oslo"}'}
    assert bodies[1]["messages"] == [
        *MESSAGES,
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call_1", "type": "function", "function": call}],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "18 °C in Oslo"},
    ]
    assert results(groq_server) == ["18 °C in Oslo", "18 °F in Rome"]
    assert runner.messages[-1] == {"role": "assistant", "content": "It is warm."}


def test_a_run_yields_every_turn(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply(calling(ToolCall("get_weather", {"city": "Oslo"})))
    groq_server.reply("Done.")
    turns = twin.list(run(twin, groq_server, get_weather))
    assert [turn.choices[0].finish_reason for turn in turns] == ["tool_calls", "stop"]


def test_a_turn_is_handed_out_before_its_calls_run(twin: Twin, groq_server: LocalServer) -> None:
    called: list[str] = []

    @function_tool
    def tool(name: str) -> None:
        called.append(name)

    groq_server.reply(calling(ToolCall("tool", {"name": "a"})))
    groq_server.reply("Done.")
    runner = run(twin, groq_server, tool)
    twin.next(runner)
    assert called == []
    runner.messages.append({"role": "user", "content": "Hurry."})
    twin.do(runner.until_done)
    assert called == ["a"]
    assert {"role": "user", "content": "Hurry."} in groq_server.last_request.json()["messages"]


def test_a_run_ends_after_max_turns_without_running_more(
    twin: Twin, groq_server: LocalServer
) -> None:
    called: list[int] = []

    @function_tool
    def count() -> None:
        called.append(1)

    groq_server.reply(calling(ToolCall("count")), times=None)
    last = twin.do(run(twin, groq_server, count, max_turns=3).until_done)
    assert last.choices[0].finish_reason == "tool_calls"
    assert len(groq_server.requests) == 3
    assert len(called) == 2


def test_a_choice_that_forces_a_call_holds_for_the_first_turn(
    twin: Twin, groq_server: LocalServer
) -> None:
    groq_server.reply(calling(ToolCall("get_weather", {"city": "Oslo"})))
    groq_server.reply("Done.")
    twin.do(run(twin, groq_server, get_weather, tool_choice="required").until_done)
    choices = [request.json().get("tool_choice") for request in groq_server.requests]
    assert choices == ["required", None]


def test_tools_of_the_server_pass_through(twin: Twin, groq_server: LocalServer) -> None:
    twin.do(run(twin, groq_server, get_weather, {"type": "browser_search"}).until_done)
    assert groq_server.last_request.json()["tools"] == [get_weather, {"type": "browser_search"}]


def test_a_call_of_a_tool_without_a_function_ends_the_run(
    twin: Twin, groq_server: LocalServer
) -> None:
    groq_server.reply(
        calling(ToolCall("Place", {"city": "Oslo"}), ToolCall("get_weather", {"city": "Oslo"}))
    )
    runner = run(twin, groq_server, get_weather, pydantic_function_tool(Place))
    last = twin.do(runner.until_done)
    assert last.choices[0].message.tool_calls[0].function.name == "Place"
    assert len(groq_server.requests) == 1
    assert runner.messages[-1]["content"] == "18 °C in Oslo"


@pytest.mark.parametrize(
    ("result", "text"),
    [
        ("text", "text"),
        (None, "null"),
        ({"a": [1, 2.5]}, '{"a":[1,2.5]}'),
        (Place(city="Oslo"), '{"city":"Oslo","country":"Norway"}'),
        (date(2026, 1, 2), '"2026-01-02"'),
        (Unit.CELSIUS, '"C"'),
        (range(2), '"range(0, 2)"'),
    ],
    ids=["text", "none", "dict", "model", "date", "enum", "other"],
)
def test_a_result_is_sent_as_text_or_json(
    twin: Twin, groq_server: LocalServer, result: object, text: str
) -> None:
    @function_tool
    def tool() -> object:
        return result

    groq_server.reply(calling(ToolCall("tool", "")))
    groq_server.reply("Done.")
    twin.do(run(twin, groq_server, tool).until_done)
    assert results(groq_server) == [text]


# ------------------------------------------------------------------------------------- the errors


@function_tool
def fail(number: int) -> None:
    """Fail."""
    raise LookupError(f"no number {number}")


FAULTS = [
    pytest.param(ToolCall("fail", {"number": 1}), "LookupError", id="exception"),
    pytest.param(ToolCall("nothing"), "There is no tool 'nothing'", id="unknown"),
    pytest.param(ToolCall("fail", {"number": "x"}), "number: Input should be", id="misfit"),
    pytest.param(ToolCall("fail", {}), "number: Field required", id="missing"),
    pytest.param(ToolCall("fail", {"number": 1, "b": 2}), "b: Extra inputs", id="unexpected"),
    pytest.param(ToolCall("fail", '{"number": '), "Invalid JSON", id="no JSON"),
]


@pytest.mark.parametrize(("call", "said"), FAULTS)
def test_the_model_is_sent_the_error_of_a_call(
    twin: Twin, groq_server: LocalServer, call: ToolCall, said: str
) -> None:
    groq_server.reply(calling(call))
    groq_server.reply("Sorry.")
    assert text_of(twin.do(run(twin, groq_server, fail).until_done)) == "Sorry."
    (result,) = results(groq_server)
    assert result.startswith("Error: ")
    assert said in result


@pytest.mark.parametrize(("call", "said"), FAULTS)
def test_an_error_ends_the_run_if_asked_to(
    twin: Twin, groq_server: LocalServer, call: ToolCall, said: str
) -> None:
    groq_server.reply(calling(call))
    with pytest.raises((LookupError, ToolCallError)) as caught:
        twin.do(run(twin, groq_server, fail, on_tool_error="raise").until_done)
    assert said in f"{type(caught.value).__name__}: {caught.value}"
    assert len(groq_server.requests) == 1


def test_on_tool_error_writes_the_result(twin: Twin, groq_server: LocalServer) -> None:
    seen: list[Exception] = []

    def say(error: Exception) -> str:
        seen.append(error)
        return "It failed."

    groq_server.reply(calling(ToolCall("fail", {"number": 1})))
    groq_server.reply("Sorry.")
    twin.do(run(twin, groq_server, fail, on_tool_error=say).until_done)
    assert results(groq_server) == ["It failed."]
    assert str(seen[0]) == "no number 1"


def test_a_run_can_go_on_after_an_error(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply(calling(ToolCall("get_weather", {"city": "Oslo"})))
    groq_server.fail(429, error="slow down")
    groq_server.reply("Done.")
    client = twin.client(groq_server, max_retries=0)
    runner = client.chat.completions.run_tools(model=MODEL, messages=MESSAGES, tools=[get_weather])
    with pytest.raises(RateLimitError):
        twin.do(runner.until_done)
    assert text_of(twin.do(runner.until_done)) == "Done."
    assert results(groq_server) == ["18 °C in Oslo"]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"tools": [get_weather, get_weather]}, ValueError, "'get_weather' comes twice"),
        ({"tools": [len]}, TypeError, "made by `@groq.function_tool`"),
        ({"tools": [], "max_turns": 0}, ValueError, "at least 1 but received 0"),
    ],
    ids=["twice", "plain", "no turn"],
)
def test_invalid_tools_and_turns_are_refused_at_once(
    twin: Twin, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    client = twin.client()
    with pytest.raises(error, match=message):
        client.chat.completions.run_tools(model=MODEL, messages=MESSAGES, **options)


def test_the_model_gets_the_exception_type_and_the_log_its_message(
    twin: Twin, groq_server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    @function_tool
    def connect() -> None:
        raise ConnectionError("postgres://admin:hunter2@db")

    groq_server.reply(calling(ToolCall("connect")))
    groq_server.reply("Sorry.")
    twin.do(run(twin, groq_server, connect).until_done)
    assert results(groq_server) == ["Error: The tool 'connect' failed: ConnectionError"]
    (record,) = [each for each in caplog.records if each.levelname == "WARNING"]
    assert "hunter2" not in record.getMessage()
    assert record.exc_info is not None
    assert "hunter2" in str(record.exc_info[1])


def test_a_tool_call_error_sends_its_message_to_the_model(
    twin: Twin, groq_server: LocalServer
) -> None:
    @function_tool
    def find(city: str) -> str:
        raise ToolCallError(f"There is no city {city}")

    groq_server.reply(calling(ToolCall("find", {"city": "Oz"})))
    groq_server.reply("Sorry.")
    twin.do(run(twin, groq_server, find).until_done)
    assert results(groq_server) == ["Error: There is no city Oz"]


def test_error_results_are_bounded(twin: Twin, groq_server: LocalServer) -> None:
    unknown = {f"argument_{number}": 1 for number in range(20_000)}
    groq_server.reply(
        calling(
            ToolCall("get_weather", {"city": "Oslo", **unknown}),
            ToolCall("get_weather", {"city": "Oslo", "x" * 1_000_000: 1}),
            ToolCall("y" * 1_000_000),
        )
    )
    groq_server.reply("Sorry.")
    twin.do(run(twin, groq_server, get_weather).until_done)
    told = results(groq_server)
    assert told[0].endswith("(and 19995 more)")
    assert all(len(each) < 1_100 for each in told)


@pytest.mark.parametrize("result", ["x" * 300, ["x"] * 300], ids=["text", "list"])
def test_a_long_result_is_cut_with_a_note(
    twin: Twin, groq_server: LocalServer, result: object
) -> None:
    @function_tool
    def tool() -> object:
        return result

    groq_server.reply(calling(ToolCall("tool")))
    groq_server.reply("Done.")
    twin.do(run(twin, groq_server, tool, max_result_chars=100).until_done)
    (told,) = results(groq_server)
    assert "[The result was cut: these are 100 of " in told
    assert len(told) < 200


def test_a_function_may_have_parameters_named_self_and_args(
    twin: Twin, groq_server: LocalServer
) -> None:
    @function_tool
    def tool(self: int, args: int, function: int, kwargs: int) -> list[int]:
        return [self, args, function, kwargs]

    groq_server.reply(calling(ToolCall("tool", {"self": 1, "args": 2, "function": 3, "kwargs": 4})))
    groq_server.reply("Done.")
    twin.do(run(twin, groq_server, tool).until_done)
    assert results(groq_server) == ["[1,2,3,4]"]


def test_a_result_with_a_lone_surrogate_does_not_end_the_run(
    twin: Twin, groq_server: LocalServer
) -> None:
    @function_tool
    def tool() -> str:
        return "a\ud800b"

    groq_server.reply(calling(ToolCall("tool")))
    groq_server.reply("Done.")
    twin.do(run(twin, groq_server, tool).until_done)
    assert results(groq_server) == ["a\ufffdb"]


@pytest.mark.parametrize("finish_reason", ["length", "content_filter"])
@pytest.mark.parametrize("stream", [False, True])
def test_the_calls_of_a_turn_that_was_cut_are_not_run(
    twin: Twin, groq_server: LocalServer, finish_reason: str, stream: bool
) -> None:
    called: list[int] = []

    @function_tool
    def count() -> None:
        called.append(1)

    groq_server.reply(Reply(tool_calls=[ToolCall("count")], finish_reason=finish_reason))
    runner = run(twin, groq_server, count, stream=stream)
    twin.do(runner.until_done)
    assert called == []
    assert runner.stopped_by == finish_reason


@pytest.mark.parametrize("stream", [False, True])
def test_the_repr_of_a_run_says_whether_it_goes_on(
    twin: Twin, groq_server: LocalServer, stream: bool
) -> None:
    groq_server.reply("Hello")
    runner = run(twin, groq_server, get_weather, stream=stream)
    name = type(runner).__name__
    assert repr(runner) == f"<{name}, running>"
    twin.do(runner.until_done)
    assert repr(runner) == f"<{name}, stopped by answer>"


def test_a_run_says_why_it_ended(twin: Twin, groq_server: LocalServer) -> None:
    place = pydantic_function_tool(Place)
    groq_server.reply("Hello")
    groq_server.reply(calling(ToolCall("get_weather", {"city": "Oslo"})))
    groq_server.reply(calling(ToolCall("Place", {"city": "Oslo", "country": "Norway"})))
    groq_server.reply(Reply("Hel", finish_reason="length"))
    reasons: list[str | None] = []
    for _ in range(4):
        runner = run(
            twin, groq_server, get_weather, place, max_turns=1 if reasons == ["answer"] else 5
        )
        assert runner.stopped_by is None
        twin.do(runner.until_done)
        reasons.append(runner.stopped_by)
    assert reasons == ["answer", "max_turns", "caller_tool", "length"]


@pytest.mark.parametrize(
    ("option", "error"),
    [
        ({"on_tool_error": "rais"}, ValueError),
        ({"max_turns": 1.5}, TypeError),
        ({"max_turns": True}, TypeError),
        ({"max_corrections": -1}, ValueError),
        ({"max_concurrency": 0}, ValueError),
        ({"max_result_chars": 0}, ValueError),
    ],
    ids=str,
)
def test_an_option_that_makes_no_sense_is_refused_at_once(
    twin: Twin, option: dict[str, Any], error: type[Exception]
) -> None:
    client = twin.client()
    with pytest.raises(error, match=f"Expected `{next(iter(option))}`"):
        client.chat.completions.run_tools(model=MODEL, messages=MESSAGES, tools=[], **option)


# ------------------------------------------------------------------- calls that the server refuses


REFUSED = {
    "message": "Tool call validation failed: attempted to call tool 'get_wether'",
    "type": "invalid_request_error",
    "code": "tool_use_failed",
    "failed_generation": '{"name": "get_wether", "arguments": {"city": "Oslo"}}',
}


@pytest.mark.parametrize(
    ("stream", "is_late"),
    [(False, False), (True, False), (True, True)],
    ids=["whole", "streamed", "in mid-stream"],
)
def test_a_call_that_the_server_refuses_does_not_end_the_run(
    twin: Twin, groq_server: LocalServer, stream: bool, is_late: bool
) -> None:
    if is_late:
        groq_server.reply(Reply(["Let ", "me "]), ErrorEvent(after=2, error=REFUSED))
    else:
        groq_server.fail(400, error=REFUSED)
    groq_server.reply(calling(ToolCall("get_weather", {"city": "Oslo"})))
    groq_server.reply("It is warm.")
    runner = run(twin, groq_server, get_weather, stream=stream)
    if stream:
        texts = ["".join(twin.list(turn.text_stream)) for turn in twin.each(runner)]
        assert texts[-1] == "It is warm."
    else:
        assert text_of(twin.do(runner.until_done)) == "It is warm."
    said, told = groq_server.requests[1].json()["messages"][len(MESSAGES) :]
    assert said == {"role": "assistant", "content": REFUSED["failed_generation"]}
    assert told["role"] == "user"
    assert REFUSED["message"] in told["content"]
    assert results(groq_server) == ["18 °C in Oslo"]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("options", "requests"),
    [({}, 4), ({"max_corrections": 0}, 1), ({"on_tool_error": "raise"}, 1)],
    ids=["by default", "never", "raise"],
)
def test_consecutive_corrections_of_a_run_are_limited(
    twin: Twin, groq_server: LocalServer, options: dict[str, Any], requests: int, stream: bool
) -> None:
    groq_server.fail(400, error=REFUSED, times=None)
    with pytest.raises(BadRequestError) as caught:
        twin.do(run(twin, groq_server, get_weather, stream=stream, **options).until_done)
    assert caught.value.code == "tool_use_failed"
    assert len(groq_server.requests) == requests


def test_on_tool_error_writes_the_result_of_a_refused_call(
    twin: Twin, groq_server: LocalServer
) -> None:
    groq_server.fail(400, error=REFUSED)
    groq_server.reply("Done.")

    def say(error: Exception) -> str:
        return type(error).__name__

    twin.do(run(twin, groq_server, get_weather, on_tool_error=say).until_done)
    assert groq_server.last_request.json()["messages"][-1]["content"] == "BadRequestError"


# ------------------------------------------------------------------------------ typed last answers


PLACE = '{"city": "Oslo", "country": "Norway"}'


@pytest.mark.parametrize("stream", [False, True])
def test_the_last_answer_of_a_run_may_have_a_type(
    twin: Twin, groq_server: LocalServer, stream: bool
) -> None:
    groq_server.reply(calling(ToolCall("get_weather", {"city": "Oslo"})))
    groq_server.reply("It is warm in Oslo.")
    groq_server.reply(PLACE)
    runner = run(twin, groq_server, get_weather, response_format=Place, stream=stream)
    last = twin.do(runner.until_done)
    assert last.choices[0].message.parsed == Place(city="Oslo", country="Norway")
    *first, final = [request.json() for request in groq_server.requests]
    assert all("tools" in body and "response_format" not in body for body in first)
    assert "tools" not in final
    assert final["response_format"]["json_schema"]["name"] == "Place"
    assert final["messages"][-1]["content"] == "18 °C in Oslo"
    assert runner.messages[-1]["content"] == PLACE


def test_an_answer_that_fits_already_is_not_asked_for_again(
    twin: Twin, groq_server: LocalServer
) -> None:
    groq_server.reply(PLACE)
    last = twin.do(run(twin, groq_server, get_weather, response_format=Place).until_done)
    assert last.choices[0].message.parsed == Place(city="Oslo", country="Norway")
    assert len(groq_server.requests) == 1


@pytest.mark.parametrize("stream", [False, True])
def test_a_typed_answer_that_does_not_fit_is_corrected(
    twin: Twin, groq_server: LocalServer, stream: bool
) -> None:
    groq_server.reply("It is warm.")
    groq_server.reply('{"city": 1, "country": "Norway"}')
    groq_server.reply(PLACE)
    runner = run(twin, groq_server, get_weather, response_format=Place, stream=stream)
    last = twin.do(runner.until_done)
    assert last.choices[0].message.parsed == Place(city="Oslo", country="Norway")
    assert "city: Input should be" in groq_server.last_request.json()["messages"][-1]["content"]


def test_a_typed_run_whose_turns_ran_out_has_no_value(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply(calling(ToolCall("get_weather", {"city": "Oslo"})))
    runner = run(twin, groq_server, get_weather, response_format=Place, max_turns=1)
    last = twin.do(runner.until_done)
    assert last.choices[0].message.parsed is None
    assert runner.stopped_by == "max_turns"


# --------------------------------------------------------------------------------- sync and async


def test_calls_of_a_sync_client_run_in_order_in_the_thread_that_iterates(
    groq_server: LocalServer,
) -> None:
    seen: list[tuple[str, int]] = []

    @function_tool
    def tool(name: str) -> None:
        seen.append((name, threading.get_ident()))

    groq_server.reply(calling(*(ToolCall("tool", {"name": name}) for name in "abc")))
    with groq_server.client() as client:
        client.chat.completions.run_tools(model=MODEL, messages=MESSAGES, tools=[tool]).until_done()
    assert seen == [(name, threading.get_ident()) for name in "abc"]


@pytest.mark.parametrize("stream", [False, True])
def test_a_sync_client_refuses_async_tools(groq_server: LocalServer, stream: bool) -> None:
    with groq_server.client() as client, pytest.raises(TypeError, match="run it with `AsyncGroq`"):
        client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[get_time], stream=stream
        )


@pytest.mark.anyio
async def test_calls_of_an_async_client_run_at_the_same_time(groq_server: LocalServer) -> None:
    # Each waits for the others, so that none returns if they run one after the other.
    arrived = {name: anyio.Event() for name in "ab"}
    in_thread = threading.Event()
    loop_thread = threading.get_ident()

    @function_tool
    async def meet(name: str, other: str) -> str:
        arrived[name].set()
        await arrived[other].wait()
        await anyio.to_thread.run_sync(in_thread.wait, 5)
        return name

    @function_tool
    def block() -> bool:
        in_thread.set()
        return threading.get_ident() != loop_thread

    groq_server.reply(
        calling(
            ToolCall("meet", {"name": "a", "other": "b"}),
            ToolCall("block"),
            ToolCall("meet", {"name": "b", "other": "a"}),
        )
    )
    groq_server.reply("Done.")
    async with groq_server.async_client() as client:
        runner = client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[meet, block]
        )
        with anyio.fail_after(10):
            await runner.until_done()
    assert results(groq_server) == ["a", "true", "b"]


def test_an_awaitable_result_of_a_plain_function_is_awaited(
    twin: Twin, groq_server: LocalServer
) -> None:
    async def slowly() -> str:
        await anyio.lowlevel.checkpoint()
        return "slow"

    @function_tool
    def tool() -> Any:
        return slowly()

    groq_server.reply(calling(ToolCall("tool")))
    groq_server.reply("Done.")
    runner = run(twin, groq_server, tool)
    if twin.is_async:
        twin.do(runner.until_done)
        assert results(groq_server) == ["slow"]
    else:
        with pytest.raises(TypeError, match="received coroutine, which is to be awaited"):
            runner.until_done()


@pytest.mark.anyio
async def test_the_result_of_an_async_generator_is_a_list(groq_server: LocalServer) -> None:
    @function_tool
    async def tool() -> AsyncIterator[int]:
        for number in range(3):
            await anyio.lowlevel.checkpoint()
            yield number

    groq_server.reply(calling(ToolCall("tool")))
    groq_server.reply("Done.")
    async with groq_server.async_client() as client:
        await client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[tool]
        ).until_done()
    assert results(groq_server) == ["[0,1,2]"]


@function_tool
def cancelled() -> None:
    """Stands for a tool that waits for a task which is cancelled."""
    raise asyncio.CancelledError


@function_tool
async def cancelled_async() -> None:
    """Does the same, and is awaited."""
    raise asyncio.CancelledError


@pytest.mark.parametrize("tool", [cancelled, cancelled_async], ids=lambda tool: tool.name)
def test_a_tool_that_is_cancelled_by_itself_is_an_error_for_the_model(
    groq_server: LocalServer, tool: FunctionTool[[], Any]
) -> None:
    async def main() -> None:
        async with groq_server.async_client() as client:
            await client.chat.completions.run_tools(
                model=MODEL, messages=MESSAGES, tools=[tool, get_time]
            ).until_done()

    groq_server.reply(calling(ToolCall(tool.name), ToolCall("get_time", {"city": "Oslo"})))
    groq_server.reply("Done.")
    asyncio.run(main())
    assert results(groq_server) == [f"Error: The tool {tool.name!r} was cancelled", "noon in Oslo"]


def test_a_tool_that_is_cancelled_by_itself_does_not_end_a_run_without_a_loop(
    groq_server: LocalServer,
) -> None:
    groq_server.reply(calling(ToolCall("cancelled"), ToolCall("get_weather", {"city": "Oslo"})))
    groq_server.reply("Done.")
    with groq_server.client() as client:
        client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[cancelled, get_weather]
        ).until_done()
    assert results(groq_server)[0] == "Error: The tool 'cancelled' was cancelled"
    assert len(results(groq_server)) == 2


@pytest.mark.anyio
async def test_the_number_of_simultaneous_calls_is_limited(groq_server: LocalServer) -> None:
    running = most = 0

    @function_tool
    async def tool() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(5):
            await anyio.lowlevel.checkpoint()
        running -= 1

    groq_server.reply(calling(*[ToolCall("tool")] * 500))
    groq_server.reply("Done.")
    async with groq_server.async_client() as client:
        await client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[tool], max_concurrency=7
        ).until_done()
    assert most == 7
    assert len(results(groq_server)) == 500


@pytest.mark.anyio
async def test_calls_that_were_made_are_not_made_again_after_an_error(
    groq_server: LocalServer,
) -> None:
    called: list[str] = []
    in_thread = threading.Event()
    failures = iter([LookupError("once")])

    @function_tool
    async def quick() -> None:
        called.append("quick")

    @function_tool
    def slow() -> str:
        called.append("slow")
        in_thread.set()
        return "slow"

    @function_tool
    async def fail_once() -> str:
        await anyio.to_thread.run_sync(in_thread.wait, 5)
        for failure in failures:
            raise failure
        return "fine"

    groq_server.reply(calling(ToolCall("quick"), ToolCall("slow"), ToolCall("fail_once")))
    groq_server.reply("Done.")
    async with groq_server.async_client() as client:
        runner = client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[quick, slow, fail_once], on_tool_error="raise"
        )
        with pytest.raises(LookupError):
            await runner.until_done()
        await runner.until_done()
    assert sorted(called) == ["quick", "slow"]
    assert results(groq_server) == ["null", "slow", "fine"]


@pytest.mark.anyio
async def test_an_error_that_ends_the_run_cancels_the_other_calls(
    groq_server: LocalServer,
) -> None:
    started = anyio.Event()
    ended: list[str] = []

    @function_tool
    async def wait() -> None:
        try:
            started.set()
            await anyio.sleep_forever()
        finally:
            ended.append("wait")

    @function_tool
    async def fail_then() -> None:
        await started.wait()
        raise LookupError("no")

    groq_server.reply(calling(ToolCall("wait"), ToolCall("fail_then")))
    async with groq_server.async_client() as client:
        runner = client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[wait, fail_then], on_tool_error="raise"
        )
        with pytest.raises(LookupError):
            await runner.until_done()
    assert ended == ["wait"]


@pytest.mark.anyio
async def test_a_cancelled_run_leaves_no_task_and_no_thread(groq_server: LocalServer) -> None:
    ended: list[str] = []
    in_thread = threading.Event()

    @function_tool
    def work() -> None:
        in_thread.set()
        may_end.wait(5)
        ended.append("work")

    @function_tool
    async def wait() -> None:
        try:
            await anyio.to_thread.run_sync(in_thread.wait, 5)
            scope.cancel()
            await anyio.sleep_forever()
        finally:
            ended.append("wait")
            may_end.set()

    may_end = threading.Event()
    groq_server.reply(calling(ToolCall("wait"), ToolCall("work")))
    async with groq_server.async_client() as client:
        runner = client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[wait, work]
        )
        with anyio.CancelScope() as scope:
            await runner.until_done()
    assert ended == ["wait", "work"]
    assert len(groq_server.requests) == 1


# -------------------------------------------------------------------------------------- streaming


def test_turns_may_be_streams(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply(Reply("Let me see.", tool_calls=[ToolCall("get_weather", {"city": "Oslo"})]))
    groq_server.reply(Reply(["It is ", "warm."]))
    runner = run(twin, groq_server, get_weather, stream=True)
    texts = [twin.list(turn.text_stream) for turn in twin.each(runner)]
    assert ["".join(text) for text in texts] == ["Let me see.", "It is warm."]
    assert results(groq_server) == ["18 °C in Oslo"]
    assert text_of(twin.do(runner.until_done)) == "It is warm."
    assert [request.json()["stream"] for request in groq_server.requests] == [True, True]
    assert runner.messages[1]["content"] == "Let me see."


def test_a_turn_that_was_not_read_is_read_before_the_next(
    twin: Twin, groq_server: LocalServer
) -> None:
    groq_server.reply(calling(ToolCall("get_weather", {"city": "Oslo"})))
    groq_server.reply("It is warm.")
    runner = run(twin, groq_server, get_weather, stream=True)
    assert text_of(twin.do(runner.until_done)) == "It is warm."
    assert results(groq_server) == ["18 °C in Oslo"]


def test_a_stream_that_is_cut_runs_no_tool(twin: Twin, groq_server: LocalServer) -> None:
    called: list[int] = []

    @function_tool
    def count() -> None:
        called.append(1)

    groq_server.reply(calling(ToolCall("count")), Cut(after=2))
    runner = run(twin, groq_server, count, stream=True)
    with pytest.raises(APIConnectionError):
        twin.do(runner.until_done)
    assert called == []
