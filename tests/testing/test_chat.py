"""Chat completions: the server's usual words, and what a test scripts."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from groq.testing import LocalServer, ReceivedRequest, Reply, ToolCall

from .wire import MESSAGES, chat, chunks_of, content_of, deltas_of, stream

WEATHER: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 2}},
            "required": ["city", "days"],
        },
    },
}


def message_of(completion: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = completion["choices"][0]["message"]
    return message


def test_the_usual_reply_says_that_no_model_was_asked(http: httpx.Client) -> None:
    content = message_of(chat(http))["content"]
    assert "local server" in content
    assert "No model was asked" in content
    assert "Count to three" in content


def test_a_stream_says_the_same_as_a_whole_answer(http: httpx.Client) -> None:
    assert content_of(stream(http)) == message_of(chat(http))["content"]


def test_replies_are_given_in_order_and_then_the_usual_one(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.reply("first")
    groq_server.reply("second", times=2)
    assert groq_server.pending == 3
    said = [message_of(chat(http))["content"] for _ in range(4)]
    assert said[:3] == ["first", "second", "second"]
    assert "local server" in said[3]
    assert groq_server.pending == 0


def test_a_reply_without_a_number_of_times_is_given_until_the_reset(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.reply("again", times=None)
    assert {message_of(chat(http))["content"] for _ in range(3)} == {"again"}
    groq_server.reset()
    assert message_of(chat(http))["content"] != "again"
    assert len(groq_server.requests) == 1


def test_a_text_is_streamed_by_words_and_a_list_by_its_items(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.reply("one two\n three ")
    groq_server.reply(Reply(["o", "ne t", "wo"]))
    words = [delta["content"] for delta in deltas_of(stream(http)) if delta.get("content")]
    tokens = [delta["content"] for delta in deltas_of(stream(http)) if delta.get("content")]
    assert words == ["one", " two", "\n three", " "]
    assert tokens == ["o", "ne t", "wo"]


def test_a_stream_has_its_ids_first_and_its_usage_last(http: httpx.Client) -> None:
    response = stream(http, seed=7)
    first, *_, last = chunks_of(response)
    request_id = response.headers["x-request-id"]
    assert first["choices"][0]["delta"]["role"] == "assistant"
    assert first["x_groq"] == {"id": request_id, "seed": 7}
    assert last["choices"][0] == {
        "index": 0,
        "delta": {},
        "logprobs": None,
        "finish_reason": "stop",
    }
    assert last["x_groq"]["id"] == request_id
    assert last["x_groq"]["usage"]["total_tokens"] > 0


def test_include_usage_adds_a_chunk_with_usage(http: httpx.Client) -> None:
    chunks = chunks_of(stream(http, stream_options={"include_usage": True}))
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"] == chunks[-2]["x_groq"]["usage"]


def test_usage_can_be_scripted(groq_server: LocalServer, http: httpx.Client) -> None:
    groq_server.reply(Reply("a b", usage={"prompt_tokens": 1000}))
    usage = chat(http)["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (1000, 2)


@pytest.mark.parametrize("is_streamed", [False, True])
def test_tool_calls_are_written_as_the_api_writes_them(
    groq_server: LocalServer, http: httpx.Client, is_streamed: bool
) -> None:
    calls = [ToolCall("weather", {"city": "Köln"}, id="call_1"), ToolCall("broken", "{not json")]
    groq_server.reply(Reply(tool_calls=calls, is_checked=False))
    if is_streamed:
        *_, first, second, last = chunks_of(stream(http))
        found = [each["choices"][0]["delta"]["tool_calls"][0] for each in (first, second)]
        assert [each.pop("index") for each in found] == [0, 1]
        finish_reason = last["choices"][0]["finish_reason"]
    else:
        completion = chat(http)
        found = message_of(completion)["tool_calls"]
        assert "content" not in message_of(completion)
        finish_reason = completion["choices"][0]["finish_reason"]
    assert finish_reason == "tool_calls"
    assert found[0] == {
        "id": "call_1",
        "type": "function",
        "function": {"name": "weather", "arguments": '{"city":"Köln"}'},
    }
    assert found[1]["function"]["arguments"] == "{not json"
    assert found[1]["id"].startswith("call_")


@pytest.mark.parametrize(
    "choice", ["required", {"type": "function", "function": {"name": "weather"}}]
)
def test_a_forced_tool_is_called_with_arguments_that_fit(
    http: httpx.Client, choice: object
) -> None:
    other = {"type": "function", "function": {"name": "other"}}
    tools = [WEATHER, other] if choice == "required" else [other, WEATHER]
    call = message_of(chat(http, tools=tools, tool_choice=choice))["tool_calls"][0]
    assert call["function"]["name"] == "weather"
    arguments = json.loads(call["function"]["arguments"])
    assert isinstance(arguments["city"], str)
    assert arguments["days"] >= 2


def test_a_tool_that_is_offered_is_called_once(http: httpx.Client) -> None:
    first = message_of(chat(http, tools=[WEATHER]))
    [call] = first["tool_calls"]
    assert call["function"]["name"] == "weather"
    answer = {"role": "tool", "tool_call_id": call["id"], "content": "Rain"}
    messages = [*MESSAGES, {"role": "assistant", "tool_calls": [call]}, answer]
    second = message_of(chat(http, tools=[WEATHER], messages=messages))
    assert "tool_calls" not in second
    assert "The tool answered “Rain”" in second["content"]


def test_no_tool_is_called_where_none_may_be(http: httpx.Client) -> None:
    assert "tool_calls" not in message_of(chat(http, tools=[WEATHER], tool_choice="none"))


@pytest.mark.parametrize(
    ("asked", "has_reasoning"),
    [
        ({}, True),
        ({"include_reasoning": False}, False),
        ({"model": "qwen/qwen3.8-27b", "reasoning_effort": "none"}, False),
        ({"model": "meta-llama/llama-prompt-guard-2-22m"}, False),
    ],
)
def test_a_model_that_reasons_shows_it(
    http: httpx.Client, asked: dict[str, Any], has_reasoning: bool
) -> None:
    assert ("reasoning" in message_of(chat(http, **asked))) == has_reasoning


def test_json_follows_a_schema_in_the_prompt(http: httpx.Client) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    prompt = {"role": "system", "content": f"Answer in JSON like {{x}}: {json.dumps(schema)}!"}
    completion = chat(http, messages=[prompt], response_format={"type": "json_object"})
    assert json.loads(message_of(completion)["content"]) == {"city": "city"}


@pytest.mark.parametrize(
    ("asked", "reasoning", "content"),
    [
        ({}, "So be it.", "Yes"),
        ({"reasoning_format": "parsed"}, "So be it.", "Yes"),
        ({"reasoning_format": "hidden"}, None, "Yes"),
        ({"include_reasoning": False}, None, "Yes"),
        ({"reasoning_format": "raw"}, None, "<think>So be it.</think>Yes"),
    ],
)
def test_the_request_determines_where_reasoning_is_returned(
    groq_server: LocalServer,
    http: httpx.Client,
    asked: dict[str, Any],
    reasoning: str | None,
    content: str,
) -> None:
    groq_server.reply(Reply("Yes", reasoning="So be it."), times=2)
    message = message_of(chat(http, **asked))
    assert (message.get("reasoning"), message["content"]) == (reasoning, content)
    deltas = deltas_of(stream(http, **asked))
    assert "".join(delta.get("reasoning", "") for delta in deltas) == (reasoning or "")
    assert "".join(delta.get("content", "") for delta in deltas) == content


def test_executed_tools_are_handed_on(groq_server: LocalServer, http: httpx.Client) -> None:
    tool = {"index": 0, "type": "search", "arguments": "{}", "output": "found"}
    groq_server.reply(Reply("Here", executed_tools=[tool]), times=2)
    assert message_of(chat(http))["executed_tools"] == [tool]
    assert {"executed_tools": [tool]} in deltas_of(stream(http))


@pytest.mark.parametrize("stop", ["three", ["nowhere", "three", "four"]])
def test_the_text_ends_before_a_stop_sequence(
    groq_server: LocalServer, http: httpx.Client, stop: object
) -> None:
    groq_server.reply("one two three four", times=2)
    choice = chat(http, stop=stop)["choices"][0]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("one two ", "stop")
    assert content_of(stream(http, stop=stop)) == "one two "


@pytest.mark.parametrize("name", ["max_completion_tokens", "max_tokens"])
def test_the_text_ends_at_the_limit_of_tokens(
    groq_server: LocalServer, http: httpx.Client, name: str
) -> None:
    groq_server.reply("one two three four", times=2)
    cut = chat(http, **{name: 2})
    assert message_of(cut)["content"] == "one two"
    assert cut["choices"][0]["finish_reason"] == "length"
    assert cut["usage"]["completion_tokens"] == 2
    assert chat(http, **{name: 4})["choices"][0]["finish_reason"] == "stop"


def test_a_finish_reason_can_be_scripted(groq_server: LocalServer, http: httpx.Client) -> None:
    groq_server.reply(Reply("I", finish_reason="content_filter"))
    assert chat(http)["choices"][0]["finish_reason"] == "content_filter"


def test_structured_output_fits_the_schema_that_was_asked_for(http: httpx.Client) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "size": {"enum": ["small", "large"]}},
        "required": ["name", "size"],
        "additionalProperties": False,
    }
    wanted = {"type": "json_schema", "json_schema": {"name": "thing", "schema": schema}}
    for text in (
        message_of(chat(http, response_format=wanted))["content"],
        content_of(stream(http, response_format=wanted)),
    ):
        assert json.loads(text) == {"name": "name", "size": "small"}
    asked = [{"role": "user", "content": "Any JSON"}]
    wanted = {"type": "json_object"}
    assert json.loads(message_of(chat(http, messages=asked, response_format=wanted))["content"])


def test_a_function_decides_from_the_request(groq_server: LocalServer, http: httpx.Client) -> None:
    def shout(request: ReceivedRequest) -> str:
        return str(request.json()["messages"][-1]["content"]).upper()

    groq_server.reply(shout, times=None)
    assert message_of(chat(http))["content"] == "COUNT TO THREE"
    assert content_of(stream(http, messages=[{"role": "user", "content": "hey"}])) == "HEY"


def test_an_exception_of_a_function_is_a_500_with_its_message(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    def fail(request: ReceivedRequest) -> str:
        raise LookupError("no such reply")

    groq_server.reply(fail)
    response = stream(http)
    assert response.status_code == 500
    assert response.headers["x-should-retry"] == "false"
    assert "LookupError: no such reply" in response.json()["error"]["message"]
