"""`client.responses`: the Responses API, whose answers are lists of items."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final, Literal, overload

from typing_extensions import Required, TypedDict, Unpack

from .. import _helpers, types
from .._base_client import make_request_options
from .._constants import MAX_CALLS_AT_ONCE, MAX_CORRECTIONS, MAX_RESULT_CHARS
from .._helpers.conversation import input_items, refuse_store, refuse_unsupported
from .._helpers.responses import ResponseParser, TextFormatT, flat_tools, parse_response, text_param
from .._helpers.shape import checked_response
from .._library import HttpTimeout
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
    """Arguments of OpenAI's client that Groq refuses; the error has advice."""

    background: None
    conversation: None
    include: None
    previous_response_id: None
    prompt: None
    prompt_cache_key: None
    safety_identifier: None


class ResponseArguments(RefusedArguments, total=False):
    """The arguments of `create` that `parse` and `stream` pass on."""

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
    """Responses: answers that are lists of items, such as messages and calls; in beta.

    Groq does not store them: see `groq.Conversation`.

    See https://console.groq.com/docs/responses-api
    """

    @cached_property
    def with_raw_response(self) -> AsyncResponsesWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncResponsesWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncResponsesWithStreamingResponse:
        """The same methods, which return the unread response."""
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
        tools: Maybe[
            Iterable[response_types.ToolParam | _helpers.tools.FunctionTool[..., Any]]
        ] = omit,
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
        tools: Maybe[
            Iterable[response_types.ToolParam | _helpers.tools.FunctionTool[..., Any]]
        ] = omit,
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
        tools: Maybe[
            Iterable[response_types.ToolParam | _helpers.tools.FunctionTool[..., Any]]
        ] = omit,
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
        tools: Maybe[
            Iterable[response_types.ToolParam | _helpers.tools.FunctionTool[..., Any]]
        ] = omit,
        top_p: Maybe[float | None] = omit,
        truncation: Maybe[Literal["auto", "disabled"] | None] = omit,
        user: Maybe[str] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        **refused: Unpack[RefusedArguments],
    ) -> response_types.Response | AsyncStream[response_types.ResponseStreamEvent]:
        """Create a response, as a whole or, with `stream=True`, as a stream of events.

        An omitted argument is not sent; `None` is sent as `null`. Items of earlier responses can be
        passed as they are: parts that the server refuses are left out.

        Args:
            input: A text, or a list of items, oldest first.
            model: The model.
            instructions: A system message, before the input.
            max_output_tokens: The most tokens of the answer, including its reasoning.
            metadata: Metadata of the response.
            parallel_tool_calls: Whether an answer may call several functions; `True` by default.
            reasoning: Options of the reasoning.
            service_tier: The service tier of the request; `auto` by default.
            store: Whether to store the response; `True` is refused, as the server stores none.
            stream: Whether to return a stream of events; `False` by default.
            temperature: From 0 to 2, higher is more random; 1 by default.
            text: Options of the text, such as a JSON Schema.
            tool_choice: Whether and which tools the model calls; `auto` by default.
            tools: The tools that the model may call; those in chat's format are converted.
            top_p: From 0 to 1: sample from the likeliest tokens with this total probability; 1 by
                default.
            truncation: Whether an input that is too long is truncated; `disabled` by default.
            user: An id of the end user, for detecting abuse.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
            refused: Arguments of OpenAI's client that Groq refuses, such as
                `previous_response_id`; the error has advice.

        Raises:
            TypeError: Groq refuses an argument.
            ValueError: `store` is `True`.
            APIStatusError: The server refused the request; see its subclasses.
            APIConnectionError: There was no response, or only a part of one.
        """
        refuse_unsupported(refused)
        refuse_store(store)
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
        tools: Maybe[
            Iterable[response_types.ToolParam | _helpers.tools.FunctionTool[..., Any]]
        ] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> response_types.ParsedResponse[TextFormatT]:
        """Create a response whose text is decoded to a requested type, as `output_parsed`.

            response = client.responses.parse(
                model="openai/gpt-oss-20b", input="Berlin, 3.7 million people", text_format=City
            )
            city = response.output_parsed

        A response that was cut off has the `status` `incomplete`, and is not decoded.

        Args:
            text_format: A pydantic model, a dataclass, or another type that pydantic can describe.
            text: Other options of the text.
            tools: The tools that the model may call; those of `function_tool` decode arguments.
            arguments: Other arguments of `create`.

        Raises:
            TypeError: Strict mode cannot express the type; the message names the part.
            StructuredOutputError: The answer does not fit the type; it has the `text`.
            APIError: See `create`.
        """
        tools = flat_tools(tools)
        parser = ResponseParser(text_format, tools)
        response = await self.create(text=text_param(text, text_format), tools=tools, **arguments)
        return parse_response(checked_response(response, url=self._url), parser)

    def stream(
        self,
        *,
        text_format: Maybe[type[TextFormatT]] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        tools: Maybe[
            Iterable[response_types.ToolParam | _helpers.tools.FunctionTool[..., Any]]
        ] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.response_stream.AsyncResponseStreamManager[TextFormatT]:
        """Create a response as a stream of events with snapshots, which also accumulates it.

        The request is sent when the block is entered.

        Args:
            text_format: The type of the text, as in `parse`.
            text: Other options of the text.
            tools: The tools that the model may call; those of `function_tool` decode arguments.
            arguments: Other arguments of `create`.

        Raises:
            TypeError: Strict mode cannot express the type; the message names the part.
        """
        tools = flat_tools(tools)
        asked = text_param(text, text_format)
        arguments["input"] = input_items(arguments["input"])
        return _helpers.response_stream.AsyncResponseStreamManager(
            lambda: self.create(text=asked, tools=tools, stream=True, **arguments),
            text_format=text_format,
            input_tools=tools,
        )

    # >>> overloads: produced by scripts/mirror.py
    @overload
    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        text_format: Maybe[type[TextFormatT]] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[Literal[False] | None] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.response_tools.AsyncResponseToolRunner[TextFormatT]: ...

    @overload
    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        text_format: Maybe[type[TextFormatT]] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Literal[True],
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.response_tools.AsyncStreamingResponseToolRunner[TextFormatT]: ...

    @overload
    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        text_format: Maybe[type[TextFormatT]] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: bool,
        **arguments: Unpack[ResponseArguments],
    ) -> (
        _helpers.response_tools.AsyncResponseToolRunner[TextFormatT]
        | _helpers.response_tools.AsyncStreamingResponseToolRunner[TextFormatT]
    ): ...

    # <<<

    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        text_format: Maybe[type[TextFormatT]] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[bool | None] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> (
        _helpers.response_tools.AsyncResponseToolRunner[TextFormatT]
        | _helpers.response_tools.AsyncStreamingResponseToolRunner[TextFormatT]
    ):
        """Create responses and run the tools that the model calls, until it calls no more.

        The tools are those of `client.chat.completions.run_tools`. Nothing is sent until the run is
        iterated over, turn by turn, or `until_done` is called, which returns the last answer.
        `stopped_by` says why the run ended. A `Conversation` as `input` is continued in place.

        Args:
            tools: The tools that the model may call, at most 128.
            text_format: The type of the last answer, as in `parse`. The server does not support
                tools together with a format, so the type is requested at the end, without the
                tools, unless the answer already fits: one more request.
            text: Other options of the text.
            max_turns: The most answers before the run ends.
            on_tool_error: How to handle an exception in a tool, and a call that the server refuses
                (`tool_use_failed`), as in chat.
            max_corrections: How often in a row the model is asked to correct an output that the
                server refused (`tool_use_failed`), or a typed answer that does not fit.
            max_concurrency: The most calls of a turn that an async client runs at once.
            max_result_chars: The longest result of a tool, in characters; the rest is cut off, and
                the result says so.
            stream: Whether a turn is a stream, as that of `stream`, or a whole response.
            arguments: Other arguments of `create`. A `tool_choice` that forces a call only applies
                to the first turn; otherwise the run would never end.

        Raises:
            TypeError: A tool has the wrong type, or is a coroutine function and the client is sync;
                or strict mode cannot express the type.
            ValueError: Two tools have the same name, or a number is too small.
        """
        loop: _helpers.response_tools.ResponseToolLoop[TextFormatT] = (
            _helpers.response_tools.ResponseToolLoop(
                {**arguments, "stream": stream},
                tools,
                text=text,
                text_format=text_format,
                url=self._url,
                max_turns=max_turns,
                on_tool_error=on_tool_error,
                max_corrections=max_corrections,
                max_concurrency=max_concurrency,
                max_result_chars=max_result_chars,
            )
        )
        if stream:
            return _helpers.response_tools.AsyncStreamingResponseToolRunner(self.create, loop)
        return _helpers.response_tools.AsyncResponseToolRunner(self.create, loop)

    @property
    def _url(self) -> str:
        return f"{str(self._client.base_url).rstrip('/')}/openai/v1/responses"


class AsyncResponsesWithRawResponse:
    """`client.responses.with_raw_response`: methods for whole responses."""

    def __init__(self, responses: AsyncResponses) -> None:
        self.create: Final = async_to_raw_response_wrapper(responses.create)


class AsyncResponsesWithStreamingResponse:
    """`client.responses.with_streaming_response`: methods for unread responses."""

    def __init__(self, responses: AsyncResponses) -> None:
        self.create: Final = async_to_streamed_response_wrapper(responses.create)


# >>> sync half: produced by scripts/mirror.py


class Responses(SyncAPIResource):
    """Responses: answers that are lists of items, such as messages and calls; in beta.

    Groq does not store them: see `groq.Conversation`.

    See https://console.groq.com/docs/responses-api
    """

    @cached_property
    def with_raw_response(self) -> ResponsesWithRawResponse:
        """The same methods, which return the whole response."""
        return ResponsesWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> ResponsesWithStreamingResponse:
        """The same methods, which return the unread response."""
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
        tools: Maybe[
            Iterable[response_types.ToolParam | _helpers.tools.FunctionTool[..., Any]]
        ] = omit,
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
        tools: Maybe[
            Iterable[response_types.ToolParam | _helpers.tools.FunctionTool[..., Any]]
        ] = omit,
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
        tools: Maybe[
            Iterable[response_types.ToolParam | _helpers.tools.FunctionTool[..., Any]]
        ] = omit,
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
        tools: Maybe[
            Iterable[response_types.ToolParam | _helpers.tools.FunctionTool[..., Any]]
        ] = omit,
        top_p: Maybe[float | None] = omit,
        truncation: Maybe[Literal["auto", "disabled"] | None] = omit,
        user: Maybe[str] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        **refused: Unpack[RefusedArguments],
    ) -> response_types.Response | Stream[response_types.ResponseStreamEvent]:
        """Create a response, as a whole or, with `stream=True`, as a stream of events.

        An omitted argument is not sent; `None` is sent as `null`. Items of earlier responses can be
        passed as they are: parts that the server refuses are left out.

        Args:
            input: A text, or a list of items, oldest first.
            model: The model.
            instructions: A system message, before the input.
            max_output_tokens: The most tokens of the answer, including its reasoning.
            metadata: Metadata of the response.
            parallel_tool_calls: Whether an answer may call several functions; `True` by default.
            reasoning: Options of the reasoning.
            service_tier: The service tier of the request; `auto` by default.
            store: Whether to store the response; `True` is refused, as the server stores none.
            stream: Whether to return a stream of events; `False` by default.
            temperature: From 0 to 2, higher is more random; 1 by default.
            text: Options of the text, such as a JSON Schema.
            tool_choice: Whether and which tools the model calls; `auto` by default.
            tools: The tools that the model may call; those in chat's format are converted.
            top_p: From 0 to 1: sample from the likeliest tokens with this total probability; 1 by
                default.
            truncation: Whether an input that is too long is truncated; `disabled` by default.
            user: An id of the end user, for detecting abuse.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
            refused: Arguments of OpenAI's client that Groq refuses, such as
                `previous_response_id`; the error has advice.

        Raises:
            TypeError: Groq refuses an argument.
            ValueError: `store` is `True`.
            APIStatusError: The server refused the request; see its subclasses.
            APIConnectionError: There was no response, or only a part of one.
        """
        refuse_unsupported(refused)
        refuse_store(store)
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
        tools: Maybe[
            Iterable[response_types.ToolParam | _helpers.tools.FunctionTool[..., Any]]
        ] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> response_types.ParsedResponse[TextFormatT]:
        """Create a response whose text is decoded to a requested type, as `output_parsed`.

            response = client.responses.parse(
                model="openai/gpt-oss-20b", input="Berlin, 3.7 million people", text_format=City
            )
            city = response.output_parsed

        A response that was cut off has the `status` `incomplete`, and is not decoded.

        Args:
            text_format: A pydantic model, a dataclass, or another type that pydantic can describe.
            text: Other options of the text.
            tools: The tools that the model may call; those of `function_tool` decode arguments.
            arguments: Other arguments of `create`.

        Raises:
            TypeError: Strict mode cannot express the type; the message names the part.
            StructuredOutputError: The answer does not fit the type; it has the `text`.
            APIError: See `create`.
        """
        tools = flat_tools(tools)
        parser = ResponseParser(text_format, tools)
        response = self.create(text=text_param(text, text_format), tools=tools, **arguments)
        return parse_response(checked_response(response, url=self._url), parser)

    def stream(
        self,
        *,
        text_format: Maybe[type[TextFormatT]] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        tools: Maybe[
            Iterable[response_types.ToolParam | _helpers.tools.FunctionTool[..., Any]]
        ] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.response_stream.ResponseStreamManager[TextFormatT]:
        """Create a response as a stream of events with snapshots, which also accumulates it.

        The request is sent when the block is entered.

        Args:
            text_format: The type of the text, as in `parse`.
            text: Other options of the text.
            tools: The tools that the model may call; those of `function_tool` decode arguments.
            arguments: Other arguments of `create`.

        Raises:
            TypeError: Strict mode cannot express the type; the message names the part.
        """
        tools = flat_tools(tools)
        asked = text_param(text, text_format)
        arguments["input"] = input_items(arguments["input"])
        return _helpers.response_stream.ResponseStreamManager(
            lambda: self.create(text=asked, tools=tools, stream=True, **arguments),
            text_format=text_format,
            input_tools=tools,
        )

    @overload
    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        text_format: Maybe[type[TextFormatT]] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[Literal[False] | None] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.response_tools.ResponseToolRunner[TextFormatT]: ...

    @overload
    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        text_format: Maybe[type[TextFormatT]] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Literal[True],
        **arguments: Unpack[ResponseArguments],
    ) -> _helpers.response_tools.StreamingResponseToolRunner[TextFormatT]: ...

    @overload
    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        text_format: Maybe[type[TextFormatT]] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: bool,
        **arguments: Unpack[ResponseArguments],
    ) -> (
        _helpers.response_tools.ResponseToolRunner[TextFormatT]
        | _helpers.response_tools.StreamingResponseToolRunner[TextFormatT]
    ): ...

    def run_tools(
        self,
        *,
        tools: Iterable[_helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolParam],
        text_format: Maybe[type[TextFormatT]] = omit,
        text: Maybe[response_types.ResponseTextConfigParam] = omit,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[bool | None] = omit,
        **arguments: Unpack[ResponseArguments],
    ) -> (
        _helpers.response_tools.ResponseToolRunner[TextFormatT]
        | _helpers.response_tools.StreamingResponseToolRunner[TextFormatT]
    ):
        """Create responses and run the tools that the model calls, until it calls no more.

        The tools are those of `client.chat.completions.run_tools`. Nothing is sent until the run is
        iterated over, turn by turn, or `until_done` is called, which returns the last answer.
        `stopped_by` says why the run ended. A `Conversation` as `input` is continued in place.

        Args:
            tools: The tools that the model may call, at most 128.
            text_format: The type of the last answer, as in `parse`. The server does not support
                tools together with a format, so the type is requested at the end, without the
                tools, unless the answer already fits: one more request.
            text: Other options of the text.
            max_turns: The most answers before the run ends.
            on_tool_error: How to handle an exception in a tool, and a call that the server refuses
                (`tool_use_failed`), as in chat.
            max_corrections: How often in a row the model is asked to correct an output that the
                server refused (`tool_use_failed`), or a typed answer that does not fit.
            max_concurrency: The most calls of a turn that an async client runs at once.
            max_result_chars: The longest result of a tool, in characters; the rest is cut off, and
                the result says so.
            stream: Whether a turn is a stream, as that of `stream`, or a whole response.
            arguments: Other arguments of `create`. A `tool_choice` that forces a call only applies
                to the first turn; otherwise the run would never end.

        Raises:
            TypeError: A tool has the wrong type, or is a coroutine function and the client is sync;
                or strict mode cannot express the type.
            ValueError: Two tools have the same name, or a number is too small.
        """
        loop: _helpers.response_tools.ResponseToolLoop[TextFormatT] = (
            _helpers.response_tools.ResponseToolLoop(
                {**arguments, "stream": stream},
                tools,
                text=text,
                text_format=text_format,
                url=self._url,
                max_turns=max_turns,
                on_tool_error=on_tool_error,
                max_corrections=max_corrections,
                max_concurrency=max_concurrency,
                max_result_chars=max_result_chars,
            )
        )
        if stream:
            return _helpers.response_tools.StreamingResponseToolRunner(self.create, loop)
        return _helpers.response_tools.ResponseToolRunner(self.create, loop)

    @property
    def _url(self) -> str:
        return f"{str(self._client.base_url).rstrip('/')}/openai/v1/responses"


class ResponsesWithRawResponse:
    """`client.responses.with_raw_response`: methods for whole responses."""

    def __init__(self, responses: Responses) -> None:
        self.create: Final = to_raw_response_wrapper(responses.create)


class ResponsesWithStreamingResponse:
    """`client.responses.with_streaming_response`: methods for unread responses."""

    def __init__(self, responses: Responses) -> None:
        self.create: Final = to_streamed_response_wrapper(responses.create)


# <<<
