"""`client.responses`: the Responses API, in which an answer is a list of items."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final, Literal, overload

from typing_extensions import Required, TypedDict, Unpack

from .. import _helpers, types
from .._base_client import make_request_options
from .._constants import MAX_CALLS_AT_ONCE, MAX_RESULT_CHARS
from .._helpers.conversation import check_refused, check_store, input_items
from .._helpers.responses import TextFormatT, TextParsers, flat_tools, parse_response, text_param
from .._http.library import HttpTimeout
from .._resource import AsyncAPIResource, SyncAPIResource
from .._response import (
    async_to_raw_response_wrapper,
    async_to_streamed_response_wrapper,
    to_raw_response_wrapper,
    to_streamed_response_wrapper,
)
from .._streaming import AsyncStream, Stream
from .._types import Body, Headers, Maybe, NotGiven, Query, not_given, omit
from ..types import chat as chat_types
from ..types import responses as response_types

__all__ = ["AsyncResponses", "ResponseArguments", "Responses"]


class RefusedArguments(TypedDict, total=False):
    """Arguments of OpenAI's client that Groq refuses; the error says what to do instead."""

    background: None
    conversation: None
    include: None
    previous_response_id: None
    prompt: None
    prompt_cache_key: None
    safety_identifier: None


class ResponseArguments(RefusedArguments, total=False):
    """The arguments of `create` that `parse` and `stream` hand on."""

    input: Required[str | response_types.ResponseInputParam]
    model: Required[str | types.ChatModel]
    instructions: Maybe[str | None]
    max_output_tokens: Maybe[int | None]
    metadata: Maybe[dict[str, str] | None]
    parallel_tool_calls: Maybe[bool | None]
    reasoning: Maybe[response_types.response_create_params.Reasoning | None]
    service_tier: Maybe[response_types.response_create_params.ServiceTier | None]
    store: Maybe[bool | None]
    temperature: Maybe[float | None]
    tool_choice: Maybe[response_types.response_create_params.ToolChoice]
    top_p: Maybe[float | None]
    truncation: Maybe[Literal["auto", "disabled"] | None]
    user: Maybe[str]
    extra_headers: Headers | None
    extra_query: Query | None
    extra_body: Body | None
    timeout: float | HttpTimeout | None | NotGiven


class AsyncResponses(AsyncAPIResource):
    """Answers that are lists of items: thoughts, messages, calls. In beta.

    Groq keeps none of them: see `groq.Conversation`.

    See https://console.groq.com/docs/responses-api
    """

    @cached_property
    def with_raw_response(self) -> AsyncResponsesWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncResponsesWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncResponsesWithStreamingResponse:
        """The same methods, which return the response itself, read as it is asked for."""
        return AsyncResponsesWithStreamingResponse(self)

    # >>> overloads: produced by scripts/mirror.py
    @overload
    async def create(
        self,
        *,
        input: str | response_types.ResponseInputParam,
        model: str | types.ChatModel,
        instructions: Maybe[str | None] = omit,
        max_output_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        reasoning: Maybe[response_types.response_create_params.Reasoning | None] = omit,
        service_tier: Maybe[response_types.response_create_params.ServiceTier | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: Maybe[Literal[False] | None] = omit,
        temperature: Maybe[float | None] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        tool_choice: Maybe[response_types.response_create_params.ToolChoice] = omit,
        tools: Maybe[Iterable[response_types.ToolParam | _helpers.FunctionTool[..., Any]]] = omit,
        top_p: Maybe[float | None] = omit,
        truncation: Maybe[Literal["auto", "disabled"] | None] = omit,
        user: Maybe[str] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        **refused: Unpack[RefusedArguments],
    ) -> response_types.Response: ...

    @overload
    async def create(
        self,
        *,
        input: str | response_types.ResponseInputParam,
        model: str | types.ChatModel,
        instructions: Maybe[str | None] = omit,
        max_output_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        reasoning: Maybe[response_types.response_create_params.Reasoning | None] = omit,
        service_tier: Maybe[response_types.response_create_params.ServiceTier | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: Literal[True],
        temperature: Maybe[float | None] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        tool_choice: Maybe[response_types.response_create_params.ToolChoice] = omit,
        tools: Maybe[Iterable[response_types.ToolParam | _helpers.FunctionTool[..., Any]]] = omit,
        top_p: Maybe[float | None] = omit,
        truncation: Maybe[Literal["auto", "disabled"] | None] = omit,
        user: Maybe[str] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        **refused: Unpack[RefusedArguments],
    ) -> AsyncStream[response_types.ResponseStreamEvent]: ...

    @overload
    async def create(
        self,
        *,
        input: str | response_types.ResponseInputParam,
        model: str | types.ChatModel,
        instructions: Maybe[str | None] = omit,
        max_output_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        reasoning: Maybe[response_types.response_create_params.Reasoning | None] = omit,
        service_tier: Maybe[response_types.response_create_params.ServiceTier | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: bool,
        temperature: Maybe[float | None] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        tool_choice: Maybe[response_types.response_create_params.ToolChoice] = omit,
        tools: Maybe[Iterable[response_types.ToolParam | _helpers.FunctionTool[..., Any]]] = omit,
        top_p: Maybe[float | None] = omit,
        truncation: Maybe[Literal["auto", "disabled"] | None] = omit,
        user: Maybe[str] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        **refused: Unpack[RefusedArguments],
    ) -> response_types.Response | AsyncStream[response_types.ResponseStreamEvent]: ...

    # <<<

    async def create(
        self,
        *,
        input: str | response_types.ResponseInputParam,
        model: str | types.ChatModel,
        instructions: Maybe[str | None] = omit,
        max_output_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        reasoning: Maybe[response_types.response_create_params.Reasoning | None] = omit,
        service_tier: Maybe[response_types.response_create_params.ServiceTier | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: Maybe[bool | None] = omit,
        temperature: Maybe[float | None] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        tool_choice: Maybe[response_types.response_create_params.ToolChoice] = omit,
        tools: Maybe[Iterable[response_types.ToolParam | _helpers.FunctionTool[..., Any]]] = omit,
        top_p: Maybe[float | None] = omit,
        truncation: Maybe[Literal["auto", "disabled"] | None] = omit,
        user: Maybe[str] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        **refused: Unpack[RefusedArguments],
    ) -> response_types.Response | AsyncStream[response_types.ResponseStreamEvent]:
        """Ask a model, and get the answer whole or, with `stream=True`, event by event.

        An argument that is left out is not sent; `None` is sent as `null`. Items of earlier
        answers can be given back as they are: what the server refuses of them is not sent.

        Args:
            input: What the model is given: a text, or items, oldest first.
            model: The model to ask.
            instructions: What the model is told before the input.
            max_output_tokens: Tokens that the answer may have, thoughts included.
            metadata: What to attach to the answer.
            parallel_tool_calls: Whether several functions may be called at once; `True` by default.
            reasoning: How the model thinks.
            service_tier: The tier to serve the request; `auto` by default.
            store: Whether the server keeps the answer; it keeps none, and `True` is refused.
            stream: Whether the answer comes event by event; `False` by default.
            temperature: From 0 to 2, higher is more random; 1 by default.
            text: How text is to be written, for example by a JSON Schema.
            tool_choice: Whether the model calls tools; `auto` by default.
            tools: What the model may use; tools in the form of chat are taken too.
            top_p: From 0 to 1: only the likeliest tokens that add up to this share; 1 by default.
            truncation: Whether an input that is too long is cut; `disabled` by default.
            user: An id of the end user, for finding misuse.
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.
            refused: Arguments of OpenAI's client that Groq refuses, such as
                `previous_response_id`: the error says what to do instead.

        Raises:
            TypeError: An argument is one that Groq refuses.
            ValueError: `store` is `True`.
            APIStatusError: The request was refused; see its subclasses.
            APIConnectionError: No answer came, or only a part of one.
        """
        check_refused(refused)
        check_store(store)
        return await self._post(
            "/openai/v1/responses",
            body={
                "input": input_items(input),
                "model": model,
                "instructions": instructions,
                "max_output_tokens": max_output_tokens,
                "metadata": metadata,
                "parallel_tool_calls": parallel_tool_calls,
                "reasoning": reasoning,
                "service_tier": service_tier,
                "store": store,
                "stream": stream,
                "temperature": temperature,
                "text": text,
                "tool_choice": tool_choice,
                "tools": flat_tools(tools),
                "top_p": top_p,
                "truncation": truncation,
                "user": user,
            },
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=response_types.Response,
            stream=stream or False,
            stream_cls=AsyncStream[response_types.ResponseStreamEvent],
        )

    async def parse(
        self,
        *,
        text_format: Maybe[type[TextFormatT]] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        tools: Maybe[Iterable[response_types.ToolParam | _helpers.FunctionTool[..., Any]]] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> response_types.ParsedResponse[TextFormatT]:
        """Ask a model for a value of a type: it stands in `output_parsed` of the answer.

            response = client.responses.parse(
                model="openai/gpt-oss-20b", input="Berlin, 3.7 million people", text_format=City
            )
            city = response.output_parsed

        An answer that was cut has `status` `incomplete`, and nothing in it is decoded.

        Args:
            text_format: A pydantic model, a dataclass, or another type that pydantic describes.
            text: How text is to be written otherwise.
            tools: What the model may use; those of `function_tool` decode their arguments.
            arguments: The arguments of `create`.

        Raises:
            TypeError: Strict mode cannot express the type; the message names the part.
            StructuredOutputError: The answer does not fit the type; it has the `text`.
            APIError: See `create`.
        """
        tools = flat_tools(tools)
        parsers = TextParsers(text_format, tools)
        response = await self.create(text=text_param(text, text_format), tools=tools, **arguments)
        return parse_response(response, parsers)

    def stream(
        self,
        *,
        text_format: Maybe[type[TextFormatT]] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        tools: Maybe[Iterable[response_types.ToolParam | _helpers.FunctionTool[..., Any]]] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.AsyncResponseStreamManager[TextFormatT]:
        """Ask a model, and follow its answer as events with snapshots, and a whole answer at last.

        The request is sent when the block begins.

        Args:
            text_format: The type that the text is to have, as in `parse`.
            text: How text is to be written otherwise.
            tools: What the model may use; those of `function_tool` decode their arguments.
            arguments: The arguments of `create`.

        Raises:
            TypeError: Strict mode cannot express the type; the message names the part.
        """
        tools = flat_tools(tools)
        asked = text_param(text, text_format)
        arguments["input"] = input_items(arguments["input"])
        return _helpers.AsyncResponseStreamManager(
            lambda: self.create(text=asked, tools=tools, stream=True, **arguments),
            text_format=text_format,
            input_tools=tools,
        )

    # >>> overloads: produced by scripts/mirror.py
    @overload
    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[Literal[False] | None] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.AsyncResponseToolRunner: ...

    @overload
    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Literal[True],
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.AsyncStreamingResponseToolRunner: ...

    @overload
    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: bool,
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.AsyncResponseToolRunner | _helpers.AsyncStreamingResponseToolRunner: ...

    # <<<

    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[bool | None] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.AsyncResponseToolRunner | _helpers.AsyncStreamingResponseToolRunner:
        """Ask a model, run the tools that it calls, and ask again until it calls no more.

        The tools are those of `client.chat.completions.run_tools`. Nothing is sent until the run is
        iterated over, for each turn, or told to run `until_done`, for the last answer alone.
        `stopped_by` says why it ended. A `Conversation` that is given as `input` goes on in place.

        Args:
            tools: The tools that the model may use, at most 128.
            max_turns: The number of answers after which the run ends, whatever the model wants.
            on_tool_error: What becomes of an exception in a tool, as on chat.
            max_concurrency: The calls of a turn that an async client runs at the same time.
            max_result_chars: The characters of a result that the model is told; the rest is cut,
                and the result says so.
            stream: Whether a turn is a stream, as of `stream`, or an answer in one piece.
            arguments: The arguments of `create`. A `tool_choice` that forces a call holds for the
                first turn; the model would else never be done.

        Raises:
            TypeError: A tool is no tool, or is async where the client is not.
            ValueError: Two tools have one name, or a number is too small.
        """
        loop = _helpers.ResponseToolLoop(
            arguments,
            tools,
            max_turns=max_turns,
            on_tool_error=on_tool_error,
            max_concurrency=max_concurrency,
            max_result_chars=max_result_chars,
        )
        if stream:
            return _helpers.AsyncStreamingResponseToolRunner(self.create, loop)
        return _helpers.AsyncResponseToolRunner(self.create, loop)


class AsyncResponsesWithRawResponse:
    """`client.responses.with_raw_response`: responses, read whole."""

    def __init__(self, responses: AsyncResponses) -> None:
        self.create: Final = async_to_raw_response_wrapper(responses.create)


class AsyncResponsesWithStreamingResponse:
    """`client.responses.with_streaming_response`: responses, unread."""

    def __init__(self, responses: AsyncResponses) -> None:
        self.create: Final = async_to_streamed_response_wrapper(responses.create)


# >>> sync half: produced by scripts/mirror.py


class Responses(SyncAPIResource):
    """Answers that are lists of items: thoughts, messages, calls. In beta.

    Groq keeps none of them: see `groq.Conversation`.

    See https://console.groq.com/docs/responses-api
    """

    @cached_property
    def with_raw_response(self) -> ResponsesWithRawResponse:
        """The same methods, which return the whole response."""
        return ResponsesWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> ResponsesWithStreamingResponse:
        """The same methods, which return the response itself, read as it is asked for."""
        return ResponsesWithStreamingResponse(self)

    @overload
    def create(
        self,
        *,
        input: str | response_types.ResponseInputParam,
        model: str | types.ChatModel,
        instructions: Maybe[str | None] = omit,
        max_output_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        reasoning: Maybe[response_types.response_create_params.Reasoning | None] = omit,
        service_tier: Maybe[response_types.response_create_params.ServiceTier | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: Maybe[Literal[False] | None] = omit,
        temperature: Maybe[float | None] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        tool_choice: Maybe[response_types.response_create_params.ToolChoice] = omit,
        tools: Maybe[Iterable[response_types.ToolParam | _helpers.FunctionTool[..., Any]]] = omit,
        top_p: Maybe[float | None] = omit,
        truncation: Maybe[Literal["auto", "disabled"] | None] = omit,
        user: Maybe[str] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        **refused: Unpack[RefusedArguments],
    ) -> response_types.Response: ...

    @overload
    def create(
        self,
        *,
        input: str | response_types.ResponseInputParam,
        model: str | types.ChatModel,
        instructions: Maybe[str | None] = omit,
        max_output_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        reasoning: Maybe[response_types.response_create_params.Reasoning | None] = omit,
        service_tier: Maybe[response_types.response_create_params.ServiceTier | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: Literal[True],
        temperature: Maybe[float | None] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        tool_choice: Maybe[response_types.response_create_params.ToolChoice] = omit,
        tools: Maybe[Iterable[response_types.ToolParam | _helpers.FunctionTool[..., Any]]] = omit,
        top_p: Maybe[float | None] = omit,
        truncation: Maybe[Literal["auto", "disabled"] | None] = omit,
        user: Maybe[str] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        **refused: Unpack[RefusedArguments],
    ) -> Stream[response_types.ResponseStreamEvent]: ...

    @overload
    def create(
        self,
        *,
        input: str | response_types.ResponseInputParam,
        model: str | types.ChatModel,
        instructions: Maybe[str | None] = omit,
        max_output_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        reasoning: Maybe[response_types.response_create_params.Reasoning | None] = omit,
        service_tier: Maybe[response_types.response_create_params.ServiceTier | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: bool,
        temperature: Maybe[float | None] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        tool_choice: Maybe[response_types.response_create_params.ToolChoice] = omit,
        tools: Maybe[Iterable[response_types.ToolParam | _helpers.FunctionTool[..., Any]]] = omit,
        top_p: Maybe[float | None] = omit,
        truncation: Maybe[Literal["auto", "disabled"] | None] = omit,
        user: Maybe[str] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        **refused: Unpack[RefusedArguments],
    ) -> response_types.Response | Stream[response_types.ResponseStreamEvent]: ...

    def create(
        self,
        *,
        input: str | response_types.ResponseInputParam,
        model: str | types.ChatModel,
        instructions: Maybe[str | None] = omit,
        max_output_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        reasoning: Maybe[response_types.response_create_params.Reasoning | None] = omit,
        service_tier: Maybe[response_types.response_create_params.ServiceTier | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: Maybe[bool | None] = omit,
        temperature: Maybe[float | None] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        tool_choice: Maybe[response_types.response_create_params.ToolChoice] = omit,
        tools: Maybe[Iterable[response_types.ToolParam | _helpers.FunctionTool[..., Any]]] = omit,
        top_p: Maybe[float | None] = omit,
        truncation: Maybe[Literal["auto", "disabled"] | None] = omit,
        user: Maybe[str] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        **refused: Unpack[RefusedArguments],
    ) -> response_types.Response | Stream[response_types.ResponseStreamEvent]:
        """Ask a model, and get the answer whole or, with `stream=True`, event by event.

        An argument that is left out is not sent; `None` is sent as `null`. Items of earlier
        answers can be given back as they are: what the server refuses of them is not sent.

        Args:
            input: What the model is given: a text, or items, oldest first.
            model: The model to ask.
            instructions: What the model is told before the input.
            max_output_tokens: Tokens that the answer may have, thoughts included.
            metadata: What to attach to the answer.
            parallel_tool_calls: Whether several functions may be called at once; `True` by default.
            reasoning: How the model thinks.
            service_tier: The tier to serve the request; `auto` by default.
            store: Whether the server keeps the answer; it keeps none, and `True` is refused.
            stream: Whether the answer comes event by event; `False` by default.
            temperature: From 0 to 2, higher is more random; 1 by default.
            text: How text is to be written, for example by a JSON Schema.
            tool_choice: Whether the model calls tools; `auto` by default.
            tools: What the model may use; tools in the form of chat are taken too.
            top_p: From 0 to 1: only the likeliest tokens that add up to this share; 1 by default.
            truncation: Whether an input that is too long is cut; `disabled` by default.
            user: An id of the end user, for finding misuse.
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.
            refused: Arguments of OpenAI's client that Groq refuses, such as
                `previous_response_id`: the error says what to do instead.

        Raises:
            TypeError: An argument is one that Groq refuses.
            ValueError: `store` is `True`.
            APIStatusError: The request was refused; see its subclasses.
            APIConnectionError: No answer came, or only a part of one.
        """
        check_refused(refused)
        check_store(store)
        return self._post(
            "/openai/v1/responses",
            body={
                "input": input_items(input),
                "model": model,
                "instructions": instructions,
                "max_output_tokens": max_output_tokens,
                "metadata": metadata,
                "parallel_tool_calls": parallel_tool_calls,
                "reasoning": reasoning,
                "service_tier": service_tier,
                "store": store,
                "stream": stream,
                "temperature": temperature,
                "text": text,
                "tool_choice": tool_choice,
                "tools": flat_tools(tools),
                "top_p": top_p,
                "truncation": truncation,
                "user": user,
            },
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=response_types.Response,
            stream=stream or False,
            stream_cls=Stream[response_types.ResponseStreamEvent],
        )

    def parse(
        self,
        *,
        text_format: Maybe[type[TextFormatT]] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        tools: Maybe[Iterable[response_types.ToolParam | _helpers.FunctionTool[..., Any]]] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> response_types.ParsedResponse[TextFormatT]:
        """Ask a model for a value of a type: it stands in `output_parsed` of the answer.

            response = client.responses.parse(
                model="openai/gpt-oss-20b", input="Berlin, 3.7 million people", text_format=City
            )
            city = response.output_parsed

        An answer that was cut has `status` `incomplete`, and nothing in it is decoded.

        Args:
            text_format: A pydantic model, a dataclass, or another type that pydantic describes.
            text: How text is to be written otherwise.
            tools: What the model may use; those of `function_tool` decode their arguments.
            arguments: The arguments of `create`.

        Raises:
            TypeError: Strict mode cannot express the type; the message names the part.
            StructuredOutputError: The answer does not fit the type; it has the `text`.
            APIError: See `create`.
        """
        tools = flat_tools(tools)
        parsers = TextParsers(text_format, tools)
        response = self.create(text=text_param(text, text_format), tools=tools, **arguments)
        return parse_response(response, parsers)

    def stream(
        self,
        *,
        text_format: Maybe[type[TextFormatT]] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        tools: Maybe[Iterable[response_types.ToolParam | _helpers.FunctionTool[..., Any]]] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.ResponseStreamManager[TextFormatT]:
        """Ask a model, and follow its answer as events with snapshots, and a whole answer at last.

        The request is sent when the block begins.

        Args:
            text_format: The type that the text is to have, as in `parse`.
            text: How text is to be written otherwise.
            tools: What the model may use; those of `function_tool` decode their arguments.
            arguments: The arguments of `create`.

        Raises:
            TypeError: Strict mode cannot express the type; the message names the part.
        """
        tools = flat_tools(tools)
        asked = text_param(text, text_format)
        arguments["input"] = input_items(arguments["input"])
        return _helpers.ResponseStreamManager(
            lambda: self.create(text=asked, tools=tools, stream=True, **arguments),
            text_format=text_format,
            input_tools=tools,
        )

    @overload
    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[Literal[False] | None] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.ResponseToolRunner: ...

    @overload
    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Literal[True],
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.StreamingResponseToolRunner: ...

    @overload
    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: bool,
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.ResponseToolRunner | _helpers.StreamingResponseToolRunner: ...

    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[bool | None] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.ResponseToolRunner | _helpers.StreamingResponseToolRunner:
        """Ask a model, run the tools that it calls, and ask again until it calls no more.

        The tools are those of `client.chat.completions.run_tools`. Nothing is sent until the run is
        iterated over, for each turn, or told to run `until_done`, for the last answer alone.
        `stopped_by` says why it ended. A `Conversation` that is given as `input` goes on in place.

        Args:
            tools: The tools that the model may use, at most 128.
            max_turns: The number of answers after which the run ends, whatever the model wants.
            on_tool_error: What becomes of an exception in a tool, as on chat.
            max_concurrency: The calls of a turn that an async client runs at the same time.
            max_result_chars: The characters of a result that the model is told; the rest is cut,
                and the result says so.
            stream: Whether a turn is a stream, as of `stream`, or an answer in one piece.
            arguments: The arguments of `create`. A `tool_choice` that forces a call holds for the
                first turn; the model would else never be done.

        Raises:
            TypeError: A tool is no tool, or is async where the client is not.
            ValueError: Two tools have one name, or a number is too small.
        """
        loop = _helpers.ResponseToolLoop(
            arguments,
            tools,
            max_turns=max_turns,
            on_tool_error=on_tool_error,
            max_concurrency=max_concurrency,
            max_result_chars=max_result_chars,
        )
        if stream:
            return _helpers.StreamingResponseToolRunner(self.create, loop)
        return _helpers.ResponseToolRunner(self.create, loop)


class ResponsesWithRawResponse:
    """`client.responses.with_raw_response`: responses, read whole."""

    def __init__(self, responses: Responses) -> None:
        self.create: Final = to_raw_response_wrapper(responses.create)


class ResponsesWithStreamingResponse:
    """`client.responses.with_streaming_response`: responses, unread."""

    def __init__(self, responses: Responses) -> None:
        self.create: Final = to_streamed_response_wrapper(responses.create)


# <<<
