"""The type of `create` for each value of `stream`, for the type checkers and at run time.

Both checkers read this file in the session `types`; `assert_type` does nothing when it runs.
"""

from __future__ import annotations

from typing import Union

import pytest
from typing_extensions import assert_type

from groq import (
    NOT_GIVEN,
    APIResponse,
    AsyncAPIResponse,
    AsyncGroq,
    AsyncStream,
    Groq,
    Stream,
    not_given,
    omit,
)
from groq.testing import LocalServer
from groq.types.chat import (
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionMcpToolParam,
    ChatCompletionMessageParam,
    ChatCompletionMessageUnionParam,
    ChatCompletionToolUnionParam,
    CompletionCreateParams,
)

MODEL = "openai/gpt-oss-20b"
MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Hi"}]

booleans = pytest.mark.parametrize("flag", [False, True])


def test_create_returns_a_completion_or_a_stream(groq_client: Groq) -> None:
    create = groq_client.chat.completions.create

    absent = create(messages=MESSAGES, model=MODEL)
    assert_type(absent, ChatCompletion)
    assert isinstance(absent, ChatCompletion)

    false = create(messages=MESSAGES, model=MODEL, stream=False)
    assert_type(false, ChatCompletion)
    assert isinstance(false, ChatCompletion)

    for left_out in (
        create(messages=MESSAGES, model=MODEL, stream=omit),
        create(messages=MESSAGES, model=MODEL, stream=NOT_GIVEN),
        create(messages=MESSAGES, model=MODEL, stream=None),
    ):
        assert_type(left_out, ChatCompletion)
        assert isinstance(left_out, ChatCompletion)

    with create(messages=MESSAGES, model=MODEL, stream=True) as stream:
        assert_type(stream, Stream[ChatCompletionChunk])
        for chunk in stream:
            assert_type(chunk, ChatCompletionChunk)
            assert_type(chunk.choices[0].delta.content, Union[str, None])
            assert isinstance(chunk, ChatCompletionChunk)


@booleans
def test_create_returns_either_for_a_boolean(groq_client: Groq, flag: bool) -> None:
    create = groq_client.chat.completions.create
    either = create(messages=MESSAGES, model=MODEL, stream=flag)
    assert_type(either, Union[ChatCompletion, Stream[ChatCompletionChunk]])
    assert isinstance(either, Stream) is flag


@pytest.mark.anyio
async def test_the_async_create_returns_a_completion_or_a_stream(groq_server: LocalServer) -> None:
    async with groq_server.async_client() as client:
        create = client.chat.completions.create

        absent = await create(messages=MESSAGES, model=MODEL)
        assert_type(absent, ChatCompletion)
        assert isinstance(absent, ChatCompletion)

        false = await create(messages=MESSAGES, model=MODEL, stream=False)
        assert_type(false, ChatCompletion)
        assert isinstance(false, ChatCompletion)

        async with await create(messages=MESSAGES, model=MODEL, stream=True) as stream:
            assert_type(stream, AsyncStream[ChatCompletionChunk])
            async for chunk in stream:
                assert_type(chunk, ChatCompletionChunk)
                assert isinstance(chunk, ChatCompletionChunk)


@booleans
@pytest.mark.anyio
async def test_the_async_create_returns_either_for_a_boolean(
    groq_server: LocalServer, flag: bool
) -> None:
    async with groq_server.async_client() as client:
        either = await client.chat.completions.create(messages=MESSAGES, model=MODEL, stream=flag)
        assert_type(either, Union[ChatCompletion, AsyncStream[ChatCompletionChunk]])
        if isinstance(either, AsyncStream):
            await either.close()
        assert isinstance(either, AsyncStream) is flag


@booleans
def test_the_raw_create_returns_a_response_of_either(groq_client: Groq, flag: bool) -> None:
    create = groq_client.chat.completions.with_raw_response.create

    whole = create(messages=MESSAGES, model=MODEL)
    assert_type(whole, APIResponse[ChatCompletion])
    assert_type(whole.parse(), ChatCompletion)
    assert_type(whole.parse(to=str), str)
    assert isinstance(whole.parse(), ChatCompletion)
    false = create(messages=MESSAGES, model=MODEL, stream=False)
    assert_type(false, APIResponse[ChatCompletion])

    streamed = create(messages=MESSAGES, model=MODEL, stream=True)
    assert_type(streamed, APIResponse[Stream[ChatCompletionChunk]])
    assert isinstance(streamed.parse(), Stream)
    streamed.close()

    either = create(messages=MESSAGES, model=MODEL, stream=flag)
    assert_type(either, APIResponse[Union[ChatCompletion, Stream[ChatCompletionChunk]]])
    assert isinstance(either.parse(), Stream) is flag
    either.close()


@booleans
@pytest.mark.anyio
async def test_the_raw_async_create_returns_a_response_of_either(
    groq_server: LocalServer, flag: bool
) -> None:
    async with groq_server.async_client() as client:
        create = client.chat.completions.with_raw_response.create

        whole = await create(messages=MESSAGES, model=MODEL)
        assert_type(whole, AsyncAPIResponse[ChatCompletion])
        assert_type(await whole.parse(), ChatCompletion)
        assert_type(await whole.parse(to=str), str)
        assert isinstance(await whole.parse(), ChatCompletion)

        streamed = await create(messages=MESSAGES, model=MODEL, stream=True)
        assert_type(streamed, AsyncAPIResponse[AsyncStream[ChatCompletionChunk]])
        assert isinstance(await streamed.parse(), AsyncStream)
        await (await streamed.parse()).close()

        either = await create(messages=MESSAGES, model=MODEL, stream=flag)
        assert_type(
            either, AsyncAPIResponse[Union[ChatCompletion, AsyncStream[ChatCompletionChunk]]]
        )
        parsed = await either.parse()
        assert isinstance(parsed, AsyncStream) is flag
        if isinstance(parsed, AsyncStream):
            await parsed.close()


@booleans
def test_the_streaming_create_is_a_block_with_a_response(groq_client: Groq, flag: bool) -> None:
    create = groq_client.chat.completions.with_streaming_response.create
    with create(messages=MESSAGES, model=MODEL) as whole:
        assert_type(whole, APIResponse[ChatCompletion])
        assert isinstance(whole.parse(), ChatCompletion)
    with create(messages=MESSAGES, model=MODEL, stream=True) as streamed:
        assert_type(streamed, APIResponse[Stream[ChatCompletionChunk]])
        assert isinstance(streamed.parse(), Stream)
    with create(messages=MESSAGES, model=MODEL, stream=flag) as either:
        assert_type(either, APIResponse[Union[ChatCompletion, Stream[ChatCompletionChunk]]])
        assert isinstance(either.parse(), Stream) is flag


@booleans
@pytest.mark.anyio
async def test_the_streaming_async_create_is_a_block_with_a_response(
    groq_server: LocalServer, flag: bool
) -> None:
    async with groq_server.async_client() as client:
        create = client.chat.completions.with_streaming_response.create
        async with create(messages=MESSAGES, model=MODEL) as whole:
            assert_type(whole, AsyncAPIResponse[ChatCompletion])
            assert isinstance(await whole.parse(), ChatCompletion)
        async with create(messages=MESSAGES, model=MODEL, stream=True) as streamed:
            assert_type(streamed, AsyncAPIResponse[AsyncStream[ChatCompletionChunk]])
            async with await streamed.parse() as stream:
                assert isinstance(stream, AsyncStream)
        async with create(messages=MESSAGES, model=MODEL, stream=flag) as either:
            assert_type(
                either, AsyncAPIResponse[Union[ChatCompletion, AsyncStream[ChatCompletionChunk]]]
            )
            parsed = await either.parse()
            assert isinstance(parsed, AsyncStream) is flag
            if isinstance(parsed, AsyncStream):
                await parsed.close()


def test_every_argument_may_be_left_out_or_null(groq_client: Groq) -> None:
    completion = groq_client.chat.completions.create(
        messages=MESSAGES,
        model=MODEL,
        temperature=omit,
        top_p=not_given,
        seed=NOT_GIVEN,
        stop=None,
        timeout=NOT_GIVEN,
    )
    assert_type(completion, ChatCompletion)
    assert completion.choices


def test_the_clients_that_wrap_are_typed(groq_client: Groq) -> None:
    assert_type(groq_client.with_options(timeout=5), Groq)
    response = groq_client.with_raw_response.chat.completions.create(messages=MESSAGES, model=MODEL)
    assert_type(response, APIResponse[ChatCompletion])
    assert_type(AsyncGroq(api_key="k").with_options(timeout=5), AsyncGroq)


def test_a_message_of_an_answer_goes_back(groq_client: Groq) -> None:
    history: list[ChatCompletionMessageUnionParam] = [{"role": "user", "content": "Hi"}]
    completion = groq_client.chat.completions.create(messages=history, model=MODEL)
    history.append(completion.choices[0].message)
    history.append({"role": "user", "content": "And then?"})
    assert groq_client.chat.completions.create(messages=history, model=MODEL).id
    params: CompletionCreateParams = {"messages": history, "model": MODEL}
    assert params


def test_tools_that_the_server_runs_are_tools(groq_client: Groq) -> None:
    mcp: ChatCompletionMcpToolParam = {
        "type": "mcp",
        "server_label": "files",
        "server_url": "https://mcp.example/files",
        "headers": {"Authorization": "Bearer x"},
        "allowed_tools": ["read"],
    }
    tools: list[ChatCompletionToolUnionParam] = [{"type": "browser_search"}, mcp]
    assert groq_client.chat.completions.create(messages=MESSAGES, model=MODEL, tools=tools).id
