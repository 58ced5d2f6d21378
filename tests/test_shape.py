"""The shape of an answer: whatever comes, helpers raise errors of this package or none."""

from __future__ import annotations

import contextlib
import json
import random
from typing import Any, cast

import httpx
import pydantic
from hypothesis import given
from hypothesis import strategies as st

import groq
from groq import Conversation, GroqError, function_tool
from groq.types.responses import Response
from twins import MESSAGES, MODEL


class City(pydantic.BaseModel):
    name: str


@function_tool
def get_weather(city: str) -> str:
    """Tell the weather."""
    return city


CALL = {"id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
MESSAGE = {"role": "assistant", "content": '{"name": "Oslo"}', "tool_calls": [CALL]}
KNOWN = {"id": "1", "object": "chat.completion", "created": 1, "model": MODEL}
CHOICE = {"index": 0, "finish_reason": "tool_calls", "message": MESSAGE}
COMPLETION = {**KNOWN, "choices": [CHOICE], "usage": {"completion_tokens": 1}}
DELTA = {
    **MESSAGE,
    "tool_calls": [{"index": 0, **CALL}],
    "reasoning": "Hm.",
    "executed_tools": [{"index": 0, "type": "f", "arguments": ""}],
    "annotations": [],
    "function_call": {"name": "f", "arguments": ""},
}
TOKEN: dict[str, Any] = {"token": "a", "logprob": 0, "top_logprobs": []}
CHUNK: Any = {
    **KNOWN,
    "choices": [
        {
            "index": 0,
            "delta": DELTA,
            "logprobs": {"content": [TOKEN], "refusal": []},
            "finish_reason": None,
        }
    ],
    "x_groq": {"id": "req", "usage": {}},
}

PART: dict[str, Any] = {"type": "output_text", "text": '{"name": "Oslo"}', "annotations": []}
ANSWER: dict[str, Any] = {"type": "message", "id": "m1", "role": "assistant", "content": [PART]}
FUNCTION_CALL = {
    "type": "function_call",
    "id": "fc1",
    "call_id": "c1",
    "name": "get_weather",
    "arguments": '{"city": "Oslo"}',
}
APPROVAL = {
    "type": "mcp_approval_request",
    "id": "a1",
    "name": "f",
    "arguments": "{}",
    "server_label": "s",
}
RESPONSE: dict[str, Any] = {
    "id": "r1",
    "object": "response",
    "status": "completed",
    "model": MODEL,
    "output": [ANSWER, FUNCTION_CALL, FUNCTION_CALL, APPROVAL],
    "usage": {"input_tokens": 1, "output_tokens": 1},
}
AT: dict[str, Any] = {"item_id": "m1", "output_index": 0, "content_index": 0}
CALL_AT: dict[str, Any] = {"item_id": "fc1", "output_index": 1}
EVENTS: list[dict[str, Any]] = [
    {"type": "response.created", "response": {**RESPONSE, "output": []}},
    {"type": "response.output_item.added", "output_index": 0, "item": {**ANSWER, "content": []}},
    {"type": "response.content_part.added", "part": {**PART, "text": ""}, **AT},
    {"type": "response.output_text.delta", "delta": "{", **AT},
    {"type": "response.output_text.done", "text": PART["text"], **AT},
    {"type": "response.content_part.done", "part": PART, **AT},
    {"type": "response.output_item.done", "output_index": 0, "item": ANSWER},
    {"type": "response.output_item.added", "output_index": 1, "item": FUNCTION_CALL},
    {"type": "response.function_call_arguments.delta", "delta": "{", **CALL_AT},
    {"type": "response.function_call_arguments.done", "arguments": "{}", **CALL_AT},
    {"type": "response.reasoning_text.delta", "delta": "Hm.", "output_index": 2},
    {"type": "response.mcp_call_arguments.delta", "delta": "{", "output_index": 3},
    {"type": "response.completed", "response": RESPONSE},
]

ODD: list[Any] = [None, True, 0, -1, 1.5, "", "x", [], ["a"], [[]], {}, {"a": 1}, "\ud800"]


def damaged(value: object, chance: random.Random) -> Any:
    """Return a document that has something else in some places, or nothing."""
    if chance.random() < 0.06:
        return chance.choice(ODD)
    if isinstance(value, dict):
        parts = cast("dict[str, object]", value).items()
        return {key: damaged(each, chance) for key, each in parts if chance.random() > 0.06}
    if isinstance(value, list):
        return [damaged(each, chance) for each in cast("list[object]", value)]
    return value


def event_stream(items: list[Any]) -> bytes:
    events = [b"data: " + json.dumps(each).encode() for each in items]
    return b"\n\n".join([*events, b"data: [DONE]", b""])


SEEDS = st.integers(0, 2**32).map(random.Random)


def client_of(body: bytes, content_type: str) -> groq.Groq:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body, headers={"content-type": content_type})

    http_client = httpx.Client(transport=httpx.MockTransport(answer))
    return groq.Groq(api_key="key", http_client=http_client, max_retries=0)


@given(SEEDS)
def test_a_damaged_answer_raises_only_groq_errors(chance: random.Random) -> None:
    body = damaged(COMPLETION, chance)
    completions: Any = client_of(json.dumps(body).encode(), "application/json").chat.completions
    options: Any = {"messages": MESSAGES, "model": MODEL}
    with contextlib.suppress(GroqError):
        completions.parse(response_format=City, tools=[get_weather], **options)
    with contextlib.suppress(GroqError):
        completions.run_tools(tools=[get_weather], max_turns=2, **options).until_done()


@given(SEEDS)
def test_damaged_turns_of_a_run_raise_only_groq_errors(chance: random.Random) -> None:
    chunks = [damaged(CHUNK, chance) for _ in range(chance.randrange(4))]
    completions: Any = client_of(event_stream(chunks), "text/event-stream").chat.completions
    run = completions.run_tools(
        tools=[get_weather],
        max_turns=2,
        stream=True,
        response_format=City,
        messages=MESSAGES,
        model=MODEL,
    )
    with contextlib.suppress(GroqError):
        for turn in run:
            list(turn.text_stream)
        run.until_done()


@given(SEEDS)
def test_a_damaged_response_raises_only_groq_errors(chance: random.Random) -> None:
    body = damaged(RESPONSE, chance)
    responses: Any = client_of(json.dumps(body).encode(), "application/json").responses
    options: Any = {"input": "Hi", "model": MODEL, "tools": [get_weather]}
    with contextlib.suppress(GroqError):
        responses.parse(text_format=City, **options)
    with contextlib.suppress(GroqError):
        responses.run_tools(max_turns=3, text_format=City, **options).until_done()
    with contextlib.suppress(GroqError):
        answer = responses.create(**options)
        if isinstance(answer, Response):
            answer_and_restore(answer)


def answer_and_restore(response: Response) -> None:
    """Add a response to a conversation, restore it from JSON, and answer what it waits for."""
    conversation = Conversation()
    conversation.add(response)
    for request in conversation.approval_requests:
        conversation.answer_approval(request, approve=True)
    restored = Conversation(json.loads(json.dumps(list(conversation))))
    for call in restored.function_calls:
        restored.add_result(call, "18 °C")
    assert not restored.function_calls


@given(SEEDS)
def test_a_damaged_stream_of_a_response_raises_only_groq_errors(chance: random.Random) -> None:
    events = [damaged(event, chance) for event in EVENTS if chance.random() > 0.1]
    responses: Any = client_of(event_stream(events), "text/event-stream").responses
    options: Any = {"input": "Hi", "model": MODEL, "tools": [get_weather]}
    with contextlib.suppress(GroqError), responses.stream(text_format=City, **options) as stream:
        for event in stream:
            repr(event)
            getattr(event, "snapshot", None)
        stream.get_final_response()
    with contextlib.suppress(GroqError):
        responses.run_tools(max_turns=3, stream=True, **options).until_done()


@given(SEEDS)
def test_a_damaged_stream_raises_only_groq_errors(chance: random.Random) -> None:
    chunks = [damaged(CHUNK, chance) for _ in range(chance.randrange(4))]
    last: list[Any] = [{**CHUNK, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}]
    chunks += last * chance.randrange(2)
    completions: Any = client_of(event_stream(chunks), "text/event-stream").chat.completions
    options: Any = {"messages": MESSAGES, "model": MODEL}
    with contextlib.suppress(GroqError):
        manager = completions.stream(response_format=City, tools=[get_weather], **options)
        with manager as stream:
            for event in stream:
                repr(event)
                getattr(event, "snapshot", None)
                getattr(event, "parsed", None)
            stream.get_final_completion().to_dict(warnings=False)
    with contextlib.suppress(GroqError):
        completions.run_tools(tools=[get_weather], max_turns=2, stream=True, **options).until_done()
