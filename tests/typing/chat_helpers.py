"""Type checkers infer the caller's own types from `parse` and `stream`, without a cast.

This file is read by mypy and pyright, and never run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pydantic
from typing_extensions import TypedDict, assert_type

from groq import (
    AsyncChatCompletionStream,
    AsyncGroq,
    ChatCompletionStream,
    ChatCompletionStreamState,
    Groq,
    LengthFinishReasonError,
    StructuredOutputError,
)
from groq.types.chat import (
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionMessageParam,
    ChatCompletionStreamEvent,
    ContentDeltaEvent,
    ContentDoneEvent,
    FunctionToolCallArgumentsDoneEvent,
    ParsedChatCompletion,
)


class City(pydantic.BaseModel):
    name: str


@dataclass
class Point:
    x: int


class Person(TypedDict):
    name: str


MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Hi"}]
MODEL = "openai/gpt-oss-20b"


def parsed(client: Groq) -> None:
    parse = client.chat.completions.parse
    city = parse(messages=MESSAGES, model=MODEL, response_format=City)
    assert_type(city, ParsedChatCompletion[City])
    assert_type(city.choices[0].message.parsed, City | None)
    point = parse(messages=MESSAGES, model=MODEL, response_format=Point)
    assert_type(point.choices[0].message.parsed, Point | None)
    person = parse(messages=MESSAGES, model=MODEL, response_format=Person)
    assert_type(person.choices[0].message.parsed, Person | None)
    cities = parse(messages=MESSAGES, model=MODEL, response_format=list[City])
    assert_type(cities.choices[0].message.parsed, list[City] | None)
    plain: ChatCompletion = city
    assert_type(plain.choices[0].message.content, str | None)


def parsed_as_any_form_of_type(client: Groq) -> None:
    parse = client.chat.completions.parse
    word = parse(messages=MESSAGES, model=MODEL, response_format=Literal["yes", "no"])
    assert_type(word.choices[0].message.parsed, Literal["yes", "no"] | None)
    either = parse(messages=MESSAGES, model=MODEL, response_format=City | Point)
    assert_type(either.choices[0].message.parsed, City | Point | None)
    with client.chat.completions.stream(
        messages=MESSAGES, model=MODEL, response_format=City | Point
    ) as stream:
        assert_type(stream, ChatCompletionStream[City | Point])


def wrong_arguments_are_found(client: Groq) -> None:
    parse = client.chat.completions.parse
    parse(messages=MESSAGES, model=MODEL, temperatur=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]  # misspelt
    parse(messages=MESSAGES, model=MODEL, temperature="hot")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]  # text
    parse(messages=MESSAGES, model=MODEL, response_format="json")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]  # no type


def parsed_without_a_type(client: Groq) -> None:
    parse = client.chat.completions.parse
    text = parse(messages=MESSAGES, model=MODEL)
    assert_type(text, ParsedChatCompletion[None])
    written_out = parse(
        messages=MESSAGES, model=MODEL, response_format={"type": "json_object"}, temperature=0
    )
    assert_type(written_out, ParsedChatCompletion[None])


def streamed(client: Groq) -> None:
    with client.chat.completions.stream(
        messages=MESSAGES, model=MODEL, response_format=City
    ) as stream:
        assert_type(stream, ChatCompletionStream[City])
        assert_type(stream.text_stream, Iterator[str])
        for event in stream:
            assert_type(event, ChatCompletionStreamEvent[City])
            told_apart(event)
        assert_type(stream.until_done(), ChatCompletionStream[City])
        assert_type(stream.get_final_completion(), ParsedChatCompletion[City])
    with client.chat.completions.stream(messages=MESSAGES, model=MODEL) as text:
        assert_type(text.get_final_completion(), ParsedChatCompletion[None])


def told_apart(event: ChatCompletionStreamEvent[City]) -> None:
    if event.type == "content.delta":
        assert_type(event, ContentDeltaEvent)
        assert_type(event.parsed, object | None)
        assert_type(event.snapshot, str)
    elif event.type == "content.done":
        assert_type(event, ContentDoneEvent[City])
        assert_type(event.parsed, City | None)
    elif event.type == "tool_calls.function.arguments.done":
        assert_type(event, FunctionToolCallArgumentsDoneEvent)
    elif event.type == "chunk":
        assert_type(event.chunk, ChatCompletionChunk)
        assert_type(event.type, Literal["chunk"])
    if isinstance(event, ContentDoneEvent):
        assert_type(event.parsed, City | None)


async def awaited(client: AsyncGroq) -> None:
    city = await client.chat.completions.parse(messages=MESSAGES, model=MODEL, response_format=City)
    assert_type(city.choices[0].message.parsed, City | None)
    async with client.chat.completions.stream(
        messages=MESSAGES, model=MODEL, response_format=City
    ) as stream:
        assert_type(stream, AsyncChatCompletionStream[City])
        async for event in stream:
            assert_type(event, ChatCompletionStreamEvent[City])
        assert_type(await stream.get_final_completion(), ParsedChatCompletion[City])


def added_up(chunk: ChatCompletionChunk) -> None:
    state = ChatCompletionStreamState(response_format=City)
    assert_type(state.handle_chunk(chunk), list[ChatCompletionStreamEvent[City]])
    assert_type(state.get_final_completion(), ParsedChatCompletion[City])
    assert_type(ChatCompletionStreamState(), ChatCompletionStreamState[None])


def failed(error: LengthFinishReasonError | StructuredOutputError) -> None:
    assert_type(error.completion, ChatCompletion)
