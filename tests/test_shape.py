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
from groq import GroqError, function_tool
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
def test_a_damaged_stream_raises_only_groq_errors(chance: random.Random) -> None:
    chunks = [damaged(CHUNK, chance) for _ in range(chance.randrange(4))]
    last: list[Any] = [{**CHUNK, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}]
    chunks += last * chance.randrange(2)
    events = [b"data: " + json.dumps(each).encode() for each in chunks]
    body = b"\n\n".join([*events, b"data: [DONE]", b""])
    completions: Any = client_of(body, "text/event-stream").chat.completions
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
