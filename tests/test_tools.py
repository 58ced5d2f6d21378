"""`function_tool`, `pydantic_function_tool` and `chat.completions.run_tools`."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal

import anyio
import pydantic
import pytest

from groq import (
    APIConnectionError,
    FunctionTool,
    RateLimitError,
    ToolCallError,
    function_tool,
    pydantic_function_tool,
)
from groq.testing import Cut, LocalServer, Reply, ToolCall
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


def test_types_of_arguments_are_resolved_where_the_function_stands() -> None:
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


def test_a_tool_is_sent_by_create_as_it_is(twin: Twin, groq_server: LocalServer) -> None:
    twin.chat(twin.client(groq_server), tools=[get_weather, pydantic_function_tool(Place)])
    sent = groq_server.last_request.json()["tools"]
    assert sent[0] == get_weather
    assert sent[1]["function"]["name"] == "Place"


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


def test_a_call_of_a_tool_without_a_function_is_the_callers(
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
    pytest.param(ToolCall("fail", {"number": 1}), "LookupError: no number 1", id="exception"),
    pytest.param(ToolCall("nothing"), "There is no tool 'nothing'", id="unknown"),
    pytest.param(ToolCall("fail", {"number": "x"}), "number: Input should be", id="misfit"),
    pytest.param(ToolCall("fail", {}), "number: Field required", id="missing"),
    pytest.param(ToolCall("fail", {"number": 1, "b": 2}), "b: Extra inputs", id="unexpected"),
    pytest.param(ToolCall("fail", '{"number": '), "Invalid JSON", id="no JSON"),
]


@pytest.mark.parametrize(("call", "said"), FAULTS)
def test_the_model_is_told_what_went_wrong(
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


def test_a_function_says_what_the_model_is_told(twin: Twin, groq_server: LocalServer) -> None:
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
def test_what_cannot_be_run_is_refused_at_once(
    twin: Twin, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    client = twin.client()
    with pytest.raises(error, match=message):
        client.chat.completions.run_tools(model=MODEL, messages=MESSAGES, **options)


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
