"""`chat.completions.run_tools`: its turns, its errors, and its last answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from groq import (
    APIConnectionError,
    BadRequestError,
    RateLimitError,
    ToolCallError,
    function_tool,
    pydantic_function_tool,
)
from groq.testing import Cut, ErrorEvent, LocalServer, Reply, ToolCall
from tooling import Place, Unit, calling, get_weather, results, run, text_of
from twins import MESSAGES, MODEL, Twin


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


# ------------------------------------------------------------------------------------------- errors


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


def test_a_stop_iteration_of_a_tool_does_not_end_the_run_silently(
    twin: Twin, groq_server: LocalServer
) -> None:
    @function_tool
    def stop() -> str:
        raise StopIteration

    groq_server.reply(calling(ToolCall("stop")))
    with pytest.raises(RuntimeError, match="raised StopIteration"):
        twin.do(run(twin, groq_server, stop, on_tool_error="raise").until_done)


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


# -------------------------------------------------------------------- calls that the server refuses


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


# ------------------------------------------------------------------------------- typed last answers


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


# ---------------------------------------------------------------------------------------- streaming


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
