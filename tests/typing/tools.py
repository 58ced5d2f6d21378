"""What checkers infer of tools and of runs of tools; this file is checked and never run."""

from __future__ import annotations

from typing import Literal

import pydantic
from typing_extensions import assert_type

from groq import (
    AsyncGroq,
    AsyncResponseStream,
    AsyncResponseToolRunner,
    AsyncStreamingResponseToolRunner,
    AsyncStreamingToolRunner,
    AsyncToolRunner,
    ChatCompletionStream,
    Groq,
    StreamingToolRunner,
    ToolRunner,
    function_tool,
    pydantic_function_tool,
)
from groq.types.chat import (
    ChatCompletion,
    ChatCompletionMessageParam,
    ChatCompletionToolParam,
    ParsedChatCompletion,
)
from groq.types.responses import ParsedResponse, Response


class Place(pydantic.BaseModel):
    city: str


@function_tool
def get_weather(city: str, unit: Literal["C", "F"] = "C") -> float:
    return 18.0


@function_tool(name="clock", strict=True)
async def get_time(city: str) -> str:
    return "noon"


class Shop:
    @function_tool
    def sell(self, ware: str) -> int:
        return 1


BUILT_IN: ChatCompletionToolParam = {"type": "browser_search"}
MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Hi"}]


async def tools_are_called_as_functions_are() -> None:
    assert_type(get_weather("Oslo", unit="F"), float)
    assert_type(await get_time("Oslo"), str)
    get_weather(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # no city
    get_weather("Oslo", unit="K")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # no unit
    assert_type(Shop().sell("hat"), int)
    await get_time()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # no city


def tools_are_taken_by_create(client: Groq) -> None:
    assert_type(pydantic_function_tool(Place), ChatCompletionToolParam)
    tools = [get_weather.to_dict(), pydantic_function_tool(Place), BUILT_IN]
    assert_type(tools, list[ChatCompletionToolParam])
    client.chat.completions.create(model="m", messages=MESSAGES, tools=tools)
    client.chat.completions.create(model="m", messages=MESSAGES, tools=[get_weather, get_time])
    client.chat.completions.parse(model="m", messages=MESSAGES, tools=[get_weather, BUILT_IN])
    with client.chat.completions.stream(model="m", messages=MESSAGES, tools=[get_weather]):
        pass


def a_run_gives_completions(client: Groq) -> None:
    run = client.chat.completions.run_tools(
        model="m",
        messages=MESSAGES,
        tools=[get_weather, pydantic_function_tool(Place), {"type": "browser_search"}],
        temperature=0.5,
        max_turns=3,
        on_tool_error=repr,
        timeout=3,
    )
    assert_type(run, ToolRunner)
    for turn in run:
        assert_type(turn, ChatCompletion)
    assert_type(run.until_done(), ParsedChatCompletion[None])
    assert_type(run.messages, list[ChatCompletionMessageParam])


def a_streamed_run_gives_streams(client: Groq, *, maybe: bool) -> None:
    complete = client.chat.completions
    run = complete.run_tools(model="m", messages=MESSAGES, tools=[get_weather], stream=True)
    assert_type(run, StreamingToolRunner)
    for turn in run:
        assert_type(turn, ChatCompletionStream[None])
        for text in turn.text_stream:
            assert_type(text, str)
    assert_type(run.until_done(), ParsedChatCompletion[None])
    either = complete.run_tools(model="m", messages=MESSAGES, tools=[get_weather], stream=maybe)
    assert_type(either, ToolRunner | StreamingToolRunner)


async def an_async_run_gives_completions(client: AsyncGroq) -> None:
    complete = client.chat.completions
    run = complete.run_tools(model="m", messages=MESSAGES, tools=[get_weather, get_time])
    assert_type(run, AsyncToolRunner)
    async for turn in run:
        assert_type(turn, ChatCompletion)
    assert_type(await run.until_done(), ParsedChatCompletion[None])
    streamed = complete.run_tools(model="m", messages=MESSAGES, tools=[get_time], stream=True)
    assert_type(streamed, AsyncStreamingToolRunner)
    async for stream in streamed:
        async for text in stream.text_stream:
            assert_type(text, str)


def a_run_gives_a_typed_answer(client: Groq) -> None:
    run = client.chat.completions.run_tools(
        model="m", messages=MESSAGES, tools=[get_weather], response_format=Place
    )
    assert_type(run, ToolRunner[Place])
    assert_type(run.until_done().choices[0].message.parsed, Place | None)


async def the_responses_api_gives_a_typed_answer(client: AsyncGroq) -> None:
    run = client.responses.run_tools(
        model="m", input="Hi", tools=[get_weather], text_format=Place, max_corrections=1
    )
    assert_type(run, AsyncResponseToolRunner[Place])
    async for turn in run:
        assert_type(turn, Response)
    assert_type((await run.until_done()).output_parsed, Place | None)
    streamed = client.responses.run_tools(model="m", input="Hi", tools=[get_weather], stream=True)
    assert_type(streamed, AsyncStreamingResponseToolRunner)
    async for stream in streamed:
        assert_type(stream, AsyncResponseStream[None])
    assert_type(await streamed.until_done(), ParsedResponse[None])


def wrong_arguments_are_found(client: Groq) -> None:
    complete = client.chat.completions
    complete.run_tools(model="m", messages=MESSAGES, tools=[get_weather], max_tokens="many")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]  # text
    complete.run_tools(model="m", tools=[get_weather])  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]  # no messages
    complete.run_tools(model="m", messages=MESSAGES, tools=[len])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]  # no tool
