"""`client.chat.completions`: what a model is asked, and what it answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cached_property, partial
from typing import Any, Final, Literal, cast, overload

from typing_extensions import TypedDict, Unpack

from ... import _helpers, types
from ..._base_client import make_request_options
from ..._constants import (
    MAX_CALLS_AT_ONCE,
    MAX_CONCURRENCY,
    MAX_CORRECTIONS,
    MAX_RESULT_CHARS,
)
from ..._exceptions import APIError
from ..._helpers.messages import messages_of
from ..._helpers.shape import checked_completion
from ..._http.codec import without_omitted
from ..._http.library import HttpTimeout
from ..._resource import AsyncAPIResource, SyncAPIResource
from ..._response import (
    BaseAPIResponse,
    async_to_raw_response_wrapper,
    async_to_streamed_response_wrapper,
    to_raw_response_wrapper,
    to_streamed_response_wrapper,
)
from ..._streaming import AsyncStream, Stream
from ..._types import (
    Body,
    Headers,
    Maybe,
    NotGiven,
    Query,
    ResponseFormatT,
    SequenceNotStr,
    TypeForm,
    not_given,
    omit,
)
from ...types import chat as chat_types

__all__ = ["AsyncCompletions", "Completions"]


# >>> arguments of create: produced by scripts/mirror.py


class CompletionArguments(TypedDict, total=False):
    """The arguments of `create` that other methods hand on."""

    citation_options: Maybe[Literal["enabled", "disabled"] | None]
    compound_custom: Maybe[chat_types.completion_create_params.CompoundCustom | None]
    disable_tool_validation: Maybe[bool | None]
    documents: Maybe[Iterable[chat_types.completion_create_params.Document] | None]
    exclude_domains: Maybe[SequenceNotStr[str] | None]
    frequency_penalty: Maybe[float | None]
    function_call: Maybe[chat_types.completion_create_params.FunctionCall | None]
    functions: Maybe[Iterable[chat_types.completion_create_params.Function] | None]
    include_domains: Maybe[SequenceNotStr[str] | None]
    include_reasoning: Maybe[bool | None]
    logit_bias: Maybe[dict[str, int] | None]
    logprobs: Maybe[bool | None]
    max_completion_tokens: Maybe[int | None]
    max_tokens: Maybe[int | None]
    metadata: Maybe[dict[str, str] | None]
    n: Maybe[int | None]
    parallel_tool_calls: Maybe[bool | None]
    presence_penalty: Maybe[float | None]
    reasoning_effort: Maybe[chat_types.completion_create_params.ReasoningEffort | None]
    reasoning_format: Maybe[chat_types.completion_create_params.ReasoningFormat | None]
    search_settings: Maybe[chat_types.completion_create_params.SearchSettings | None]
    seed: Maybe[int | None]
    service_tier: Maybe[types.ServiceTier | None]
    stop: Maybe[str | SequenceNotStr[str] | None]
    store: Maybe[bool | None]
    temperature: Maybe[float | None]
    tool_choice: Maybe[chat_types.ChatCompletionToolChoiceOptionParam | None]
    top_logprobs: Maybe[int | None]
    top_p: Maybe[float | None]
    user: Maybe[str | None]
    extra_headers: Headers | None
    extra_query: Query | None
    extra_body: Body | None
    timeout: float | HttpTimeout | None | NotGiven


# <<<


def check_arguments(arguments: CompletionArguments) -> None:
    """Raise `TypeError` for an argument that `create` does not take, before anything is sent."""
    for name in arguments.keys() - CompletionArguments.__annotations__.keys():
        raise TypeError(f"Expected an argument that `create` takes but received {name!r}")


class AsyncCompletions(AsyncAPIResource):
    """What a model is asked, and what it answers.

    See https://console.groq.com/docs/api-reference#chat
    """

    @cached_property
    def with_raw_response(self) -> AsyncCompletionsWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncCompletionsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncCompletionsWithStreamingResponse:
        """The same methods, which return the response itself, read as it is asked for."""
        return AsyncCompletionsWithStreamingResponse(self)

    # >>> overloads: produced by scripts/mirror.py
    @overload
    async def create(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        citation_options: Maybe[Literal["enabled", "disabled"] | None] = omit,
        compound_custom: Maybe[chat_types.completion_create_params.CompoundCustom | None] = omit,
        disable_tool_validation: Maybe[bool | None] = omit,
        documents: Maybe[Iterable[chat_types.completion_create_params.Document] | None] = omit,
        exclude_domains: Maybe[SequenceNotStr[str] | None] = omit,
        frequency_penalty: Maybe[float | None] = omit,
        function_call: Maybe[chat_types.completion_create_params.FunctionCall | None] = omit,
        functions: Maybe[Iterable[chat_types.completion_create_params.Function] | None] = omit,
        include_domains: Maybe[SequenceNotStr[str] | None] = omit,
        include_reasoning: Maybe[bool | None] = omit,
        logit_bias: Maybe[dict[str, int] | None] = omit,
        logprobs: Maybe[bool | None] = omit,
        max_completion_tokens: Maybe[int | None] = omit,
        max_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        n: Maybe[int | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        presence_penalty: Maybe[float | None] = omit,
        reasoning_effort: Maybe[chat_types.completion_create_params.ReasoningEffort | None] = omit,
        reasoning_format: Maybe[chat_types.completion_create_params.ReasoningFormat | None] = omit,
        response_format: Maybe[chat_types.completion_create_params.ResponseFormat | None] = omit,
        search_settings: Maybe[chat_types.completion_create_params.SearchSettings | None] = omit,
        seed: Maybe[int | None] = omit,
        service_tier: Maybe[types.ServiceTier | None] = omit,
        stop: Maybe[str | SequenceNotStr[str] | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: Maybe[Literal[False] | None] = omit,
        temperature: Maybe[float | None] = omit,
        tool_choice: Maybe[chat_types.ChatCompletionToolChoiceOptionParam | None] = omit,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        top_logprobs: Maybe[int | None] = omit,
        top_p: Maybe[float | None] = omit,
        user: Maybe[str | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> chat_types.ChatCompletion: ...

    @overload
    async def create(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        citation_options: Maybe[Literal["enabled", "disabled"] | None] = omit,
        compound_custom: Maybe[chat_types.completion_create_params.CompoundCustom | None] = omit,
        disable_tool_validation: Maybe[bool | None] = omit,
        documents: Maybe[Iterable[chat_types.completion_create_params.Document] | None] = omit,
        exclude_domains: Maybe[SequenceNotStr[str] | None] = omit,
        frequency_penalty: Maybe[float | None] = omit,
        function_call: Maybe[chat_types.completion_create_params.FunctionCall | None] = omit,
        functions: Maybe[Iterable[chat_types.completion_create_params.Function] | None] = omit,
        include_domains: Maybe[SequenceNotStr[str] | None] = omit,
        include_reasoning: Maybe[bool | None] = omit,
        logit_bias: Maybe[dict[str, int] | None] = omit,
        logprobs: Maybe[bool | None] = omit,
        max_completion_tokens: Maybe[int | None] = omit,
        max_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        n: Maybe[int | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        presence_penalty: Maybe[float | None] = omit,
        reasoning_effort: Maybe[chat_types.completion_create_params.ReasoningEffort | None] = omit,
        reasoning_format: Maybe[chat_types.completion_create_params.ReasoningFormat | None] = omit,
        response_format: Maybe[chat_types.completion_create_params.ResponseFormat | None] = omit,
        search_settings: Maybe[chat_types.completion_create_params.SearchSettings | None] = omit,
        seed: Maybe[int | None] = omit,
        service_tier: Maybe[types.ServiceTier | None] = omit,
        stop: Maybe[str | SequenceNotStr[str] | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: Literal[True],
        temperature: Maybe[float | None] = omit,
        tool_choice: Maybe[chat_types.ChatCompletionToolChoiceOptionParam | None] = omit,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        top_logprobs: Maybe[int | None] = omit,
        top_p: Maybe[float | None] = omit,
        user: Maybe[str | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> AsyncStream[chat_types.ChatCompletionChunk]: ...

    @overload
    async def create(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        citation_options: Maybe[Literal["enabled", "disabled"] | None] = omit,
        compound_custom: Maybe[chat_types.completion_create_params.CompoundCustom | None] = omit,
        disable_tool_validation: Maybe[bool | None] = omit,
        documents: Maybe[Iterable[chat_types.completion_create_params.Document] | None] = omit,
        exclude_domains: Maybe[SequenceNotStr[str] | None] = omit,
        frequency_penalty: Maybe[float | None] = omit,
        function_call: Maybe[chat_types.completion_create_params.FunctionCall | None] = omit,
        functions: Maybe[Iterable[chat_types.completion_create_params.Function] | None] = omit,
        include_domains: Maybe[SequenceNotStr[str] | None] = omit,
        include_reasoning: Maybe[bool | None] = omit,
        logit_bias: Maybe[dict[str, int] | None] = omit,
        logprobs: Maybe[bool | None] = omit,
        max_completion_tokens: Maybe[int | None] = omit,
        max_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        n: Maybe[int | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        presence_penalty: Maybe[float | None] = omit,
        reasoning_effort: Maybe[chat_types.completion_create_params.ReasoningEffort | None] = omit,
        reasoning_format: Maybe[chat_types.completion_create_params.ReasoningFormat | None] = omit,
        response_format: Maybe[chat_types.completion_create_params.ResponseFormat | None] = omit,
        search_settings: Maybe[chat_types.completion_create_params.SearchSettings | None] = omit,
        seed: Maybe[int | None] = omit,
        service_tier: Maybe[types.ServiceTier | None] = omit,
        stop: Maybe[str | SequenceNotStr[str] | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: bool,
        temperature: Maybe[float | None] = omit,
        tool_choice: Maybe[chat_types.ChatCompletionToolChoiceOptionParam | None] = omit,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        top_logprobs: Maybe[int | None] = omit,
        top_p: Maybe[float | None] = omit,
        user: Maybe[str | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> chat_types.ChatCompletion | AsyncStream[chat_types.ChatCompletionChunk]: ...

    # <<<

    async def create(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        citation_options: Maybe[Literal["enabled", "disabled"] | None] = omit,
        compound_custom: Maybe[chat_types.completion_create_params.CompoundCustom | None] = omit,
        disable_tool_validation: Maybe[bool | None] = omit,
        documents: Maybe[Iterable[chat_types.completion_create_params.Document] | None] = omit,
        exclude_domains: Maybe[SequenceNotStr[str] | None] = omit,
        frequency_penalty: Maybe[float | None] = omit,
        function_call: Maybe[chat_types.completion_create_params.FunctionCall | None] = omit,
        functions: Maybe[Iterable[chat_types.completion_create_params.Function] | None] = omit,
        include_domains: Maybe[SequenceNotStr[str] | None] = omit,
        include_reasoning: Maybe[bool | None] = omit,
        logit_bias: Maybe[dict[str, int] | None] = omit,
        logprobs: Maybe[bool | None] = omit,
        max_completion_tokens: Maybe[int | None] = omit,
        max_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        n: Maybe[int | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        presence_penalty: Maybe[float | None] = omit,
        reasoning_effort: Maybe[chat_types.completion_create_params.ReasoningEffort | None] = omit,
        reasoning_format: Maybe[chat_types.completion_create_params.ReasoningFormat | None] = omit,
        response_format: Maybe[chat_types.completion_create_params.ResponseFormat | None] = omit,
        search_settings: Maybe[chat_types.completion_create_params.SearchSettings | None] = omit,
        seed: Maybe[int | None] = omit,
        service_tier: Maybe[types.ServiceTier | None] = omit,
        stop: Maybe[str | SequenceNotStr[str] | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: Maybe[bool | None] = omit,
        temperature: Maybe[float | None] = omit,
        tool_choice: Maybe[chat_types.ChatCompletionToolChoiceOptionParam | None] = omit,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        top_logprobs: Maybe[int | None] = omit,
        top_p: Maybe[float | None] = omit,
        user: Maybe[str | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> chat_types.ChatCompletion | AsyncStream[chat_types.ChatCompletionChunk]:
        """Ask a model, and get the answer whole or, with `stream=True`, piece by piece.

        An argument that is left out is not sent; `None` is sent as `null`.

        Args:
            messages: The conversation so far, oldest message first.
            model: The model to ask.
            citation_options: Whether the answer cites what it rests on; `enabled` by default.
            compound_custom: The models and tools that a compound system is made of.
            disable_tool_validation: Whether calls of unknown tools pass; `False` by default.
            documents: Documents that the model may cite.
            exclude_domains: Deprecated: domains not to search; see `search_settings`.
            frequency_penalty: From -2 to 2; above 0, words that came often come less; 0 by default.
            function_call: Deprecated: whether the model calls a function; see `tool_choice`.
            functions: Deprecated: functions that the model may call; see `tools`.
            include_domains: Deprecated: the only domains to search; see `search_settings`.
            include_reasoning: Whether the answer has `reasoning`; excludes `reasoning_format`.
            logit_bias: Token numbers, from -100 (never) to 100 (always); no model supports it yet.
            logprobs: Whether to tell how likely each token was; no model supports it yet.
            max_completion_tokens: Tokens that the answer may have, its reasoning included.
            max_tokens: Deprecated: see `max_completion_tokens`.
            metadata: What to attach to a stored answer; not supported yet.
            n: The number of answers: 1.
            parallel_tool_calls: Whether several calls may come at once; `True` by default.
            presence_penalty: From -2 to 2; above 0, words that came at all come less; 0 by default.
            reasoning_effort: How long the model thinks.
            reasoning_format: Where thoughts go; excludes `include_reasoning`.
            response_format: The form of the answer; text by default.
            search_settings: How compound systems search the web.
            seed: A number that makes a like answer to the same request likely.
            service_tier: The tier to serve the request; `on_demand` by default.
            stop: A text, or up to 4, where the answer ends. The text itself is left out.
            store: Whether to store the answer; not supported yet.
            stream: Whether the answer comes piece by piece; `False` by default.
            temperature: From 0 to 2, higher is more random; 1 by default.
            tool_choice: Whether the model calls a tool; by default `auto`, if there are any.
            tools: The tools that the model may use, at most 128.
            top_logprobs: From 0 to 20: likely tokens to tell for each place; takes `logprobs`.
            top_p: From 0 to 1: only the likeliest tokens that add up to this share; 1 by default.
            user: An id of the end user, for finding misuse.
            stream_options: What else the stream tells; takes `stream`.
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.

        Raises:
            APIStatusError: The request was refused; see its subclasses.
            APIConnectionError: No answer came, or only a part of one.
        """
        return await self._post(
            "/openai/v1/chat/completions",
            body={
                "messages": messages_of(messages),
                "model": model,
                "citation_options": citation_options,
                "compound_custom": compound_custom,
                "disable_tool_validation": disable_tool_validation,
                "documents": documents,
                "exclude_domains": exclude_domains,
                "frequency_penalty": frequency_penalty,
                "function_call": function_call,
                "functions": functions,
                "include_domains": include_domains,
                "include_reasoning": include_reasoning,
                "logit_bias": logit_bias,
                "logprobs": logprobs,
                "max_completion_tokens": max_completion_tokens,
                "max_tokens": max_tokens,
                "metadata": metadata,
                "n": n,
                "parallel_tool_calls": parallel_tool_calls,
                "presence_penalty": presence_penalty,
                "reasoning_effort": reasoning_effort,
                "reasoning_format": reasoning_format,
                "response_format": response_format,
                "search_settings": search_settings,
                "seed": seed,
                "service_tier": service_tier,
                "stop": stop,
                "store": store,
                "stream": stream,
                "temperature": temperature,
                "tool_choice": tool_choice,
                "tools": tools,
                "top_logprobs": top_logprobs,
                "top_p": top_p,
                "user": user,
                "stream_options": stream_options,
            },
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=chat_types.ChatCompletion,
            stream=stream or False,
            stream_cls=AsyncStream[chat_types.ChatCompletionChunk],
        )

    def create_many(
        self,
        requests: _helpers.AsyncRequests,
        *,
        max_concurrency: int = MAX_CONCURRENCY,
        in_order: bool = False,
        stop_on_error: bool = False,
        on_progress: Callable[[_helpers.RunProgress], object] | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> _helpers.AsyncManyResults:
        """Have any number of requests answered now, some at a time.

        They are sent as fast as the rate limits allow, and wait for them: a client without a
        `limiter` gets one for the run. Each is tried again as `create` does.

            asked = [[{"role": "user", "content": text}] for text in texts]
            requests = [{"model": "openai/gpt-oss-20b", "messages": messages} for messages in asked]
            async for result in client.chat.completions.create_many(requests):
                print(result.custom_id, result.completion or result.error)

        Args:
            requests: The arguments of `create` for each request, with a `custom_id` to find its
                result by (`request-0`, `request-1`, … by default); or lines of a batch file, or
                its path.
            max_concurrency: Requests that are on their way, or wait, at once; 64 by default. No
                more are taken from `requests` than that, so that any number fits in memory.
            in_order: Whether results come in the order of the requests; else as they are there.
            stop_on_error: Whether the first error is raised, and ends the run; else it is a result.
            on_progress: Is called with a `RunProgress` for each result.
            checkpoint: A file to write each result to, as a line of a batch's output. Run again, a
                request whose `custom_id` is there is skipped; what failed for a passing reason is
                not there, and is sent again.

        Returns:
            An iterator of `BatchResult`, each with an answer or an `error`.

        Raises:
            ValueError: `max_concurrency` is below 1, or a line of the checkpoint is no result.
        """
        return _helpers.async_run_many(
            self,
            "/v1/chat/completions",
            requests,
            max_concurrency=max_concurrency,
            in_order=in_order,
            stop_on_error=stop_on_error,
            on_progress=on_progress,
            checkpoint=checkpoint,
        )

    @overload
    async def parse(
        self,
        *,
        response_format: TypeForm[ResponseFormatT],
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        strict: bool | None = None,
        max_corrections: int = 0,
        **arguments: Unpack[CompletionArguments],
    ) -> chat_types.ParsedChatCompletion[ResponseFormatT]: ...

    @overload
    async def parse(
        self,
        *,
        response_format: Maybe[chat_types.completion_create_params.ResponseFormat | None] = omit,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        strict: bool | None = None,
        max_corrections: int = 0,
        **arguments: Unpack[CompletionArguments],
    ) -> chat_types.ParsedChatCompletion[None]: ...

    async def parse(
        self,
        *,
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        strict: bool | None = None,
        max_corrections: int = 0,
        **arguments: Unpack[CompletionArguments],
    ) -> chat_types.ParsedChatCompletion[ResponseFormatT]:
        """Ask a model, and get the answer as a value of the type that it is asked for.

            class City(pydantic.BaseModel):
                name: str
                country: str

            completion = await client.chat.completions.parse(
                model="...", messages=messages, response_format=City
            )
            city = completion.choices[0].message.parsed

        The type is sent as a JSON Schema. A type that is no object, such as `list[City]` or a
        union, is put into one, under `value`, and taken out again. The arguments of calls are
        decoded too, for tools that know how: see `function_tool` and `pydantic_function_tool`.

        Models that have strict mode are held to the schema: they write every property, also those
        with a default, and no others. What strict mode does not take, such as `minLength`, stands
        in the description and is checked when the answer is decoded.

        Where the server refuses tools beside `response_format`, ask with `run_tools`, which asks
        for the type alone, after the tools.

        Args:
            response_format: A pydantic model, a dataclass, a TypedDict or any type that pydantic
                describes. A format that is written out is sent as it is, and nothing is decoded.
            messages: The conversation so far, oldest message first.
            model: The model to ask.
            tools: The tools that the model may use, at most 128; of those that know how, such as
                `function_tool` makes, the arguments of calls are decoded too.
            strict: Whether the model is held to the schema; by default if it can be, as the
                gpt-oss models can. With `False` it does its best.
            max_corrections: How often the model is told what is wrong with its answer, and asked
                again, where that does not fit the type or the server refuses it as
                `json_validate_failed`; 0 by default. Each one is a request.
            arguments: All else that `create` takes.

        Raises:
            TypeError: Strict mode cannot express the type; the message names the part.
            APIResponseValidationError: The answer has not the shape of a completion.
            LengthFinishReasonError: The tokens ran out before the answer was whole.
            ContentFilterFinishReasonError: A filter cut the answer.
            StructuredOutputError: The answer does not fit the type; it has the `text`.
            APIError: See `create`.
        """
        check_arguments(arguments)
        request: dict[str, Any] = without_omitted(
            {
                "messages": messages,
                "model": model,
                "tools": tools,
                "response_format": _helpers.response_format_param(
                    response_format, model=model, strict=strict
                ),
                **arguments,
            }
        )
        parsers = _helpers.Parsers(response_format, request.get("tools"))
        create: Any = self.create  # its overloads cannot be told apart by such a dict
        while True:
            try:
                return self._parsed(await create(**request), parsers)
            except (APIError, _helpers.StructuredOutputError) as error:
                if max_corrections <= 0 or not _helpers.is_correctable(error):
                    raise
                max_corrections -= 1
                request["messages"] = [*request["messages"], *_helpers.correction(error)]

    @overload
    def stream(
        self,
        *,
        response_format: TypeForm[ResponseFormatT],
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        strict: bool | None = None,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.AsyncChatCompletionStreamManager[ResponseFormatT]: ...

    @overload
    def stream(
        self,
        *,
        response_format: Maybe[chat_types.completion_create_params.ResponseFormat | None] = omit,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        strict: bool | None = None,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.AsyncChatCompletionStreamManager[None]: ...

    def stream(
        self,
        *,
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        strict: bool | None = None,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.AsyncChatCompletionStreamManager[ResponseFormatT]:
        """Ask a model, and get what it writes as typed events, added up as they come.

            async with client.chat.completions.stream(model="...", messages=messages) as stream:
                async for event in stream:
                    if event.type == "content.delta":
                        print(event.delta, end="", flush=True)
                completion = await stream.get_final_completion()

        The request is sent when the block is entered, and the connection released at its end.
        Where the server refuses to stream what has a `response_format`, ask with `parse`.

        Args:
            response_format: The type that the answer is to have, as in `parse`: the event
                `content.done` has it as `parsed`, and `content.delta` the JSON as far as it goes.
            messages: The conversation so far, oldest message first.
            model: The model to ask.
            tools: The tools that the model may use, as in `parse`.
            strict: Whether the model is held to the schema, as in `parse`.
            stream_options: What else the stream tells.
            arguments: All else that `create` takes.

        Raises:
            TypeError: Strict mode cannot express the type; the message names the part.
        """
        check_arguments(arguments)
        request: dict[str, Any] = without_omitted(
            {
                "messages": messages,
                "model": model,
                "tools": tools,
                "stream_options": stream_options,
                "response_format": _helpers.response_format_param(
                    response_format, model=model, strict=strict
                ),
                **arguments,
            }
        )
        return _helpers.AsyncChatCompletionStreamManager(
            lambda: self.create(stream=True, **request),
            response_format=response_format,
            input_tools=request.get("tools"),
        )

    # >>> overloads: produced by scripts/mirror.py
    @overload
    def run_tools(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[Literal[False] | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.AsyncToolRunner[ResponseFormatT]: ...

    @overload
    def run_tools(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Literal[True],
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.AsyncStreamingToolRunner[ResponseFormatT]: ...

    @overload
    def run_tools(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: bool,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> (
        _helpers.AsyncToolRunner[ResponseFormatT]
        | _helpers.AsyncStreamingToolRunner[ResponseFormatT]
    ): ...

    # <<<

    def run_tools(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[bool | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> (
        _helpers.AsyncToolRunner[ResponseFormatT]
        | _helpers.AsyncStreamingToolRunner[ResponseFormatT]
    ):
        """Ask a model, run the tools that it calls, and ask again until it calls no more.

        Nothing is sent until the run is iterated over, for each turn, or told to run
        `until_done`, for the last answer alone. `stopped_by` says why it ended.

        Args:
            messages: The conversation so far, oldest message first.
            model: The model to ask.
            tools: The tools that the model may use, at most 128.
            response_format: The type that the last answer is to have, as in `parse`. Tools and a
                format do not go together, so it is asked for at the end, without the tools, if
                the answer does not fit already: one request more.
            strict: Whether the model is held to the schema, as in `parse`.
            max_turns: The number of answers after which the run ends, whatever the model wants.
            on_tool_error: What becomes of an exception in a tool, of arguments that do not fit,
                of a tool that is not there, and of a call that the server refuses
                (`tool_use_failed`): `answer` tells the model, `raise` ends the run with the
                exception, and a function returns what the model is told. Of an exception other
                than `ToolCallError` the model is told the type alone, and the log has the rest.
            max_corrections: How often in a row the model is told that the server refused what it
                wrote (`tool_use_failed`), or that its typed answer does not fit.
            max_concurrency: The calls of a turn that an async client runs at the same time.
            max_result_chars: The characters of a result that the model is told; the rest is cut,
                and the result says so.
            stream: Whether a turn is a stream, as of `stream`, or an answer in one piece.
            stream_options: What else the streams tell; takes `stream`.
            arguments: All else that `create` takes. A `tool_choice` that forces a call holds for
                the first turn; the model would else never be done.

        Raises:
            TypeError: A tool is no tool, or is async where the client is not.
            ValueError: Two tools have one name, or a number is too small.
        """
        check_arguments(arguments)
        loop: _helpers.ToolLoop[ResponseFormatT] = _helpers.ToolLoop(
            {
                **arguments,
                "messages": messages,
                "model": model,
                "stream": stream,
                "stream_options": stream_options,
            },
            tools,
            response_format=response_format,
            strict=strict,
            max_turns=max_turns,
            on_tool_error=on_tool_error,
            max_corrections=max_corrections,
            max_concurrency=max_concurrency,
            max_result_chars=max_result_chars,
            url=self._url,
        )
        if stream:
            return _helpers.AsyncStreamingToolRunner(self.create, loop)
        return _helpers.AsyncToolRunner(self.create, loop)

    @property
    def _url(self) -> str:
        return f"{str(self._client.base_url).rstrip('/')}/openai/v1/chat/completions"

    def _parsed(
        self, answer: object, parsers: _helpers.Parsers[ResponseFormatT]
    ) -> chat_types.ParsedChatCompletion[ResponseFormatT]:
        """Decode an answer now or, of `with_raw_response`, when the response is parsed."""
        if isinstance(answer, BaseAPIResponse):
            answer.post_parser = partial(self._parsed, parsers=parsers)
            # `with_raw_response.parse` says itself that it returns the response.
            response = cast("object", answer)
            return cast("chat_types.ParsedChatCompletion[ResponseFormatT]", response)
        return _helpers.parse_chat_completion(checked_completion(answer, url=self._url), parsers)


class AsyncCompletionsWithRawResponse:
    """`client.chat.completions.with_raw_response`: responses, read whole."""

    def __init__(self, completions: AsyncCompletions) -> None:
        self.create: Final = async_to_raw_response_wrapper(completions.create)
        self.parse: Final = async_to_raw_response_wrapper(completions.parse)


class AsyncCompletionsWithStreamingResponse:
    """`client.chat.completions.with_streaming_response`: responses, unread."""

    def __init__(self, completions: AsyncCompletions) -> None:
        self.create: Final = async_to_streamed_response_wrapper(completions.create)
        self.parse: Final = async_to_streamed_response_wrapper(completions.parse)


# >>> sync half: produced by scripts/mirror.py


class Completions(SyncAPIResource):
    """What a model is asked, and what it answers.

    See https://console.groq.com/docs/api-reference#chat
    """

    @cached_property
    def with_raw_response(self) -> CompletionsWithRawResponse:
        """The same methods, which return the whole response."""
        return CompletionsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> CompletionsWithStreamingResponse:
        """The same methods, which return the response itself, read as it is asked for."""
        return CompletionsWithStreamingResponse(self)

    @overload
    def create(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        citation_options: Maybe[Literal["enabled", "disabled"] | None] = omit,
        compound_custom: Maybe[chat_types.completion_create_params.CompoundCustom | None] = omit,
        disable_tool_validation: Maybe[bool | None] = omit,
        documents: Maybe[Iterable[chat_types.completion_create_params.Document] | None] = omit,
        exclude_domains: Maybe[SequenceNotStr[str] | None] = omit,
        frequency_penalty: Maybe[float | None] = omit,
        function_call: Maybe[chat_types.completion_create_params.FunctionCall | None] = omit,
        functions: Maybe[Iterable[chat_types.completion_create_params.Function] | None] = omit,
        include_domains: Maybe[SequenceNotStr[str] | None] = omit,
        include_reasoning: Maybe[bool | None] = omit,
        logit_bias: Maybe[dict[str, int] | None] = omit,
        logprobs: Maybe[bool | None] = omit,
        max_completion_tokens: Maybe[int | None] = omit,
        max_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        n: Maybe[int | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        presence_penalty: Maybe[float | None] = omit,
        reasoning_effort: Maybe[chat_types.completion_create_params.ReasoningEffort | None] = omit,
        reasoning_format: Maybe[chat_types.completion_create_params.ReasoningFormat | None] = omit,
        response_format: Maybe[chat_types.completion_create_params.ResponseFormat | None] = omit,
        search_settings: Maybe[chat_types.completion_create_params.SearchSettings | None] = omit,
        seed: Maybe[int | None] = omit,
        service_tier: Maybe[types.ServiceTier | None] = omit,
        stop: Maybe[str | SequenceNotStr[str] | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: Maybe[Literal[False] | None] = omit,
        temperature: Maybe[float | None] = omit,
        tool_choice: Maybe[chat_types.ChatCompletionToolChoiceOptionParam | None] = omit,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        top_logprobs: Maybe[int | None] = omit,
        top_p: Maybe[float | None] = omit,
        user: Maybe[str | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> chat_types.ChatCompletion: ...

    @overload
    def create(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        citation_options: Maybe[Literal["enabled", "disabled"] | None] = omit,
        compound_custom: Maybe[chat_types.completion_create_params.CompoundCustom | None] = omit,
        disable_tool_validation: Maybe[bool | None] = omit,
        documents: Maybe[Iterable[chat_types.completion_create_params.Document] | None] = omit,
        exclude_domains: Maybe[SequenceNotStr[str] | None] = omit,
        frequency_penalty: Maybe[float | None] = omit,
        function_call: Maybe[chat_types.completion_create_params.FunctionCall | None] = omit,
        functions: Maybe[Iterable[chat_types.completion_create_params.Function] | None] = omit,
        include_domains: Maybe[SequenceNotStr[str] | None] = omit,
        include_reasoning: Maybe[bool | None] = omit,
        logit_bias: Maybe[dict[str, int] | None] = omit,
        logprobs: Maybe[bool | None] = omit,
        max_completion_tokens: Maybe[int | None] = omit,
        max_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        n: Maybe[int | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        presence_penalty: Maybe[float | None] = omit,
        reasoning_effort: Maybe[chat_types.completion_create_params.ReasoningEffort | None] = omit,
        reasoning_format: Maybe[chat_types.completion_create_params.ReasoningFormat | None] = omit,
        response_format: Maybe[chat_types.completion_create_params.ResponseFormat | None] = omit,
        search_settings: Maybe[chat_types.completion_create_params.SearchSettings | None] = omit,
        seed: Maybe[int | None] = omit,
        service_tier: Maybe[types.ServiceTier | None] = omit,
        stop: Maybe[str | SequenceNotStr[str] | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: Literal[True],
        temperature: Maybe[float | None] = omit,
        tool_choice: Maybe[chat_types.ChatCompletionToolChoiceOptionParam | None] = omit,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        top_logprobs: Maybe[int | None] = omit,
        top_p: Maybe[float | None] = omit,
        user: Maybe[str | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> Stream[chat_types.ChatCompletionChunk]: ...

    @overload
    def create(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        citation_options: Maybe[Literal["enabled", "disabled"] | None] = omit,
        compound_custom: Maybe[chat_types.completion_create_params.CompoundCustom | None] = omit,
        disable_tool_validation: Maybe[bool | None] = omit,
        documents: Maybe[Iterable[chat_types.completion_create_params.Document] | None] = omit,
        exclude_domains: Maybe[SequenceNotStr[str] | None] = omit,
        frequency_penalty: Maybe[float | None] = omit,
        function_call: Maybe[chat_types.completion_create_params.FunctionCall | None] = omit,
        functions: Maybe[Iterable[chat_types.completion_create_params.Function] | None] = omit,
        include_domains: Maybe[SequenceNotStr[str] | None] = omit,
        include_reasoning: Maybe[bool | None] = omit,
        logit_bias: Maybe[dict[str, int] | None] = omit,
        logprobs: Maybe[bool | None] = omit,
        max_completion_tokens: Maybe[int | None] = omit,
        max_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        n: Maybe[int | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        presence_penalty: Maybe[float | None] = omit,
        reasoning_effort: Maybe[chat_types.completion_create_params.ReasoningEffort | None] = omit,
        reasoning_format: Maybe[chat_types.completion_create_params.ReasoningFormat | None] = omit,
        response_format: Maybe[chat_types.completion_create_params.ResponseFormat | None] = omit,
        search_settings: Maybe[chat_types.completion_create_params.SearchSettings | None] = omit,
        seed: Maybe[int | None] = omit,
        service_tier: Maybe[types.ServiceTier | None] = omit,
        stop: Maybe[str | SequenceNotStr[str] | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: bool,
        temperature: Maybe[float | None] = omit,
        tool_choice: Maybe[chat_types.ChatCompletionToolChoiceOptionParam | None] = omit,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        top_logprobs: Maybe[int | None] = omit,
        top_p: Maybe[float | None] = omit,
        user: Maybe[str | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> chat_types.ChatCompletion | Stream[chat_types.ChatCompletionChunk]: ...

    def create(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        citation_options: Maybe[Literal["enabled", "disabled"] | None] = omit,
        compound_custom: Maybe[chat_types.completion_create_params.CompoundCustom | None] = omit,
        disable_tool_validation: Maybe[bool | None] = omit,
        documents: Maybe[Iterable[chat_types.completion_create_params.Document] | None] = omit,
        exclude_domains: Maybe[SequenceNotStr[str] | None] = omit,
        frequency_penalty: Maybe[float | None] = omit,
        function_call: Maybe[chat_types.completion_create_params.FunctionCall | None] = omit,
        functions: Maybe[Iterable[chat_types.completion_create_params.Function] | None] = omit,
        include_domains: Maybe[SequenceNotStr[str] | None] = omit,
        include_reasoning: Maybe[bool | None] = omit,
        logit_bias: Maybe[dict[str, int] | None] = omit,
        logprobs: Maybe[bool | None] = omit,
        max_completion_tokens: Maybe[int | None] = omit,
        max_tokens: Maybe[int | None] = omit,
        metadata: Maybe[dict[str, str] | None] = omit,
        n: Maybe[int | None] = omit,
        parallel_tool_calls: Maybe[bool | None] = omit,
        presence_penalty: Maybe[float | None] = omit,
        reasoning_effort: Maybe[chat_types.completion_create_params.ReasoningEffort | None] = omit,
        reasoning_format: Maybe[chat_types.completion_create_params.ReasoningFormat | None] = omit,
        response_format: Maybe[chat_types.completion_create_params.ResponseFormat | None] = omit,
        search_settings: Maybe[chat_types.completion_create_params.SearchSettings | None] = omit,
        seed: Maybe[int | None] = omit,
        service_tier: Maybe[types.ServiceTier | None] = omit,
        stop: Maybe[str | SequenceNotStr[str] | None] = omit,
        store: Maybe[bool | None] = omit,
        stream: Maybe[bool | None] = omit,
        temperature: Maybe[float | None] = omit,
        tool_choice: Maybe[chat_types.ChatCompletionToolChoiceOptionParam | None] = omit,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        top_logprobs: Maybe[int | None] = omit,
        top_p: Maybe[float | None] = omit,
        user: Maybe[str | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> chat_types.ChatCompletion | Stream[chat_types.ChatCompletionChunk]:
        """Ask a model, and get the answer whole or, with `stream=True`, piece by piece.

        An argument that is left out is not sent; `None` is sent as `null`.

        Args:
            messages: The conversation so far, oldest message first.
            model: The model to ask.
            citation_options: Whether the answer cites what it rests on; `enabled` by default.
            compound_custom: The models and tools that a compound system is made of.
            disable_tool_validation: Whether calls of unknown tools pass; `False` by default.
            documents: Documents that the model may cite.
            exclude_domains: Deprecated: domains not to search; see `search_settings`.
            frequency_penalty: From -2 to 2; above 0, words that came often come less; 0 by default.
            function_call: Deprecated: whether the model calls a function; see `tool_choice`.
            functions: Deprecated: functions that the model may call; see `tools`.
            include_domains: Deprecated: the only domains to search; see `search_settings`.
            include_reasoning: Whether the answer has `reasoning`; excludes `reasoning_format`.
            logit_bias: Token numbers, from -100 (never) to 100 (always); no model supports it yet.
            logprobs: Whether to tell how likely each token was; no model supports it yet.
            max_completion_tokens: Tokens that the answer may have, its reasoning included.
            max_tokens: Deprecated: see `max_completion_tokens`.
            metadata: What to attach to a stored answer; not supported yet.
            n: The number of answers: 1.
            parallel_tool_calls: Whether several calls may come at once; `True` by default.
            presence_penalty: From -2 to 2; above 0, words that came at all come less; 0 by default.
            reasoning_effort: How long the model thinks.
            reasoning_format: Where thoughts go; excludes `include_reasoning`.
            response_format: The form of the answer; text by default.
            search_settings: How compound systems search the web.
            seed: A number that makes a like answer to the same request likely.
            service_tier: The tier to serve the request; `on_demand` by default.
            stop: A text, or up to 4, where the answer ends. The text itself is left out.
            store: Whether to store the answer; not supported yet.
            stream: Whether the answer comes piece by piece; `False` by default.
            temperature: From 0 to 2, higher is more random; 1 by default.
            tool_choice: Whether the model calls a tool; by default `auto`, if there are any.
            tools: The tools that the model may use, at most 128.
            top_logprobs: From 0 to 20: likely tokens to tell for each place; takes `logprobs`.
            top_p: From 0 to 1: only the likeliest tokens that add up to this share; 1 by default.
            user: An id of the end user, for finding misuse.
            stream_options: What else the stream tells; takes `stream`.
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.

        Raises:
            APIStatusError: The request was refused; see its subclasses.
            APIConnectionError: No answer came, or only a part of one.
        """
        return self._post(
            "/openai/v1/chat/completions",
            body={
                "messages": messages_of(messages),
                "model": model,
                "citation_options": citation_options,
                "compound_custom": compound_custom,
                "disable_tool_validation": disable_tool_validation,
                "documents": documents,
                "exclude_domains": exclude_domains,
                "frequency_penalty": frequency_penalty,
                "function_call": function_call,
                "functions": functions,
                "include_domains": include_domains,
                "include_reasoning": include_reasoning,
                "logit_bias": logit_bias,
                "logprobs": logprobs,
                "max_completion_tokens": max_completion_tokens,
                "max_tokens": max_tokens,
                "metadata": metadata,
                "n": n,
                "parallel_tool_calls": parallel_tool_calls,
                "presence_penalty": presence_penalty,
                "reasoning_effort": reasoning_effort,
                "reasoning_format": reasoning_format,
                "response_format": response_format,
                "search_settings": search_settings,
                "seed": seed,
                "service_tier": service_tier,
                "stop": stop,
                "store": store,
                "stream": stream,
                "temperature": temperature,
                "tool_choice": tool_choice,
                "tools": tools,
                "top_logprobs": top_logprobs,
                "top_p": top_p,
                "user": user,
                "stream_options": stream_options,
            },
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=chat_types.ChatCompletion,
            stream=stream or False,
            stream_cls=Stream[chat_types.ChatCompletionChunk],
        )

    def create_many(
        self,
        requests: _helpers.Requests,
        *,
        max_concurrency: int = MAX_CONCURRENCY,
        in_order: bool = False,
        stop_on_error: bool = False,
        on_progress: Callable[[_helpers.RunProgress], object] | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> _helpers.ManyResults:
        """Have any number of requests answered now, some at a time.

        They are sent as fast as the rate limits allow, and wait for them: a client without a
        `limiter` gets one for the run. Each is tried again as `create` does.

            asked = [[{"role": "user", "content": text}] for text in texts]
            requests = [{"model": "openai/gpt-oss-20b", "messages": messages} for messages in asked]
            for result in client.chat.completions.create_many(requests):
                print(result.custom_id, result.completion or result.error)

        Args:
            requests: The arguments of `create` for each request, with a `custom_id` to find its
                result by (`request-0`, `request-1`, … by default); or lines of a batch file, or
                its path.
            max_concurrency: Requests that are on their way, or wait, at once; 64 by default. No
                more are taken from `requests` than that, so that any number fits in memory.
            in_order: Whether results come in the order of the requests; else as they are there.
            stop_on_error: Whether the first error is raised, and ends the run; else it is a result.
            on_progress: Is called with a `RunProgress` for each result.
            checkpoint: A file to write each result to, as a line of a batch's output. Run again, a
                request whose `custom_id` is there is skipped; what failed for a passing reason is
                not there, and is sent again.

        Returns:
            An iterator of `BatchResult`, each with an answer or an `error`.

        Raises:
            ValueError: `max_concurrency` is below 1, or a line of the checkpoint is no result.
        """
        return _helpers.run_many(
            self,
            "/v1/chat/completions",
            requests,
            max_concurrency=max_concurrency,
            in_order=in_order,
            stop_on_error=stop_on_error,
            on_progress=on_progress,
            checkpoint=checkpoint,
        )

    @overload
    def parse(
        self,
        *,
        response_format: TypeForm[ResponseFormatT],
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        strict: bool | None = None,
        max_corrections: int = 0,
        **arguments: Unpack[CompletionArguments],
    ) -> chat_types.ParsedChatCompletion[ResponseFormatT]: ...

    @overload
    def parse(
        self,
        *,
        response_format: Maybe[chat_types.completion_create_params.ResponseFormat | None] = omit,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        strict: bool | None = None,
        max_corrections: int = 0,
        **arguments: Unpack[CompletionArguments],
    ) -> chat_types.ParsedChatCompletion[None]: ...

    def parse(
        self,
        *,
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        strict: bool | None = None,
        max_corrections: int = 0,
        **arguments: Unpack[CompletionArguments],
    ) -> chat_types.ParsedChatCompletion[ResponseFormatT]:
        """Ask a model, and get the answer as a value of the type that it is asked for.

            class City(pydantic.BaseModel):
                name: str
                country: str

            completion = client.chat.completions.parse(
                model="...", messages=messages, response_format=City
            )
            city = completion.choices[0].message.parsed

        The type is sent as a JSON Schema. A type that is no object, such as `list[City]` or a
        union, is put into one, under `value`, and taken out again. The arguments of calls are
        decoded too, for tools that know how: see `function_tool` and `pydantic_function_tool`.

        Models that have strict mode are held to the schema: they write every property, also those
        with a default, and no others. What strict mode does not take, such as `minLength`, stands
        in the description and is checked when the answer is decoded.

        Where the server refuses tools beside `response_format`, ask with `run_tools`, which asks
        for the type alone, after the tools.

        Args:
            response_format: A pydantic model, a dataclass, a TypedDict or any type that pydantic
                describes. A format that is written out is sent as it is, and nothing is decoded.
            messages: The conversation so far, oldest message first.
            model: The model to ask.
            tools: The tools that the model may use, at most 128; of those that know how, such as
                `function_tool` makes, the arguments of calls are decoded too.
            strict: Whether the model is held to the schema; by default if it can be, as the
                gpt-oss models can. With `False` it does its best.
            max_corrections: How often the model is told what is wrong with its answer, and asked
                again, where that does not fit the type or the server refuses it as
                `json_validate_failed`; 0 by default. Each one is a request.
            arguments: All else that `create` takes.

        Raises:
            TypeError: Strict mode cannot express the type; the message names the part.
            APIResponseValidationError: The answer has not the shape of a completion.
            LengthFinishReasonError: The tokens ran out before the answer was whole.
            ContentFilterFinishReasonError: A filter cut the answer.
            StructuredOutputError: The answer does not fit the type; it has the `text`.
            APIError: See `create`.
        """
        check_arguments(arguments)
        request: dict[str, Any] = without_omitted(
            {
                "messages": messages,
                "model": model,
                "tools": tools,
                "response_format": _helpers.response_format_param(
                    response_format, model=model, strict=strict
                ),
                **arguments,
            }
        )
        parsers = _helpers.Parsers(response_format, request.get("tools"))
        create: Any = self.create  # its overloads cannot be told apart by such a dict
        while True:
            try:
                return self._parsed(create(**request), parsers)
            except (APIError, _helpers.StructuredOutputError) as error:
                if max_corrections <= 0 or not _helpers.is_correctable(error):
                    raise
                max_corrections -= 1
                request["messages"] = [*request["messages"], *_helpers.correction(error)]

    @overload
    def stream(
        self,
        *,
        response_format: TypeForm[ResponseFormatT],
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        strict: bool | None = None,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.ChatCompletionStreamManager[ResponseFormatT]: ...

    @overload
    def stream(
        self,
        *,
        response_format: Maybe[chat_types.completion_create_params.ResponseFormat | None] = omit,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        strict: bool | None = None,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.ChatCompletionStreamManager[None]: ...

    def stream(
        self,
        *,
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam]
            | None
        ] = omit,
        strict: bool | None = None,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.ChatCompletionStreamManager[ResponseFormatT]:
        """Ask a model, and get what it writes as typed events, added up as they come.

            with client.chat.completions.stream(model="...", messages=messages) as stream:
                for event in stream:
                    if event.type == "content.delta":
                        print(event.delta, end="", flush=True)
                completion = stream.get_final_completion()

        The request is sent when the block is entered, and the connection released at its end.
        Where the server refuses to stream what has a `response_format`, ask with `parse`.

        Args:
            response_format: The type that the answer is to have, as in `parse`: the event
                `content.done` has it as `parsed`, and `content.delta` the JSON as far as it goes.
            messages: The conversation so far, oldest message first.
            model: The model to ask.
            tools: The tools that the model may use, as in `parse`.
            strict: Whether the model is held to the schema, as in `parse`.
            stream_options: What else the stream tells.
            arguments: All else that `create` takes.

        Raises:
            TypeError: Strict mode cannot express the type; the message names the part.
        """
        check_arguments(arguments)
        request: dict[str, Any] = without_omitted(
            {
                "messages": messages,
                "model": model,
                "tools": tools,
                "stream_options": stream_options,
                "response_format": _helpers.response_format_param(
                    response_format, model=model, strict=strict
                ),
                **arguments,
            }
        )
        return _helpers.ChatCompletionStreamManager(
            lambda: self.create(stream=True, **request),
            response_format=response_format,
            input_tools=request.get("tools"),
        )

    @overload
    def run_tools(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[Literal[False] | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.ToolRunner[ResponseFormatT]: ...

    @overload
    def run_tools(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Literal[True],
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.StreamingToolRunner[ResponseFormatT]: ...

    @overload
    def run_tools(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: bool,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.ToolRunner[ResponseFormatT] | _helpers.StreamingToolRunner[ResponseFormatT]: ...

    def run_tools(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Iterable[_helpers.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[bool | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.ToolRunner[ResponseFormatT] | _helpers.StreamingToolRunner[ResponseFormatT]:
        """Ask a model, run the tools that it calls, and ask again until it calls no more.

        Nothing is sent until the run is iterated over, for each turn, or told to run
        `until_done`, for the last answer alone. `stopped_by` says why it ended.

        Args:
            messages: The conversation so far, oldest message first.
            model: The model to ask.
            tools: The tools that the model may use, at most 128.
            response_format: The type that the last answer is to have, as in `parse`. Tools and a
                format do not go together, so it is asked for at the end, without the tools, if
                the answer does not fit already: one request more.
            strict: Whether the model is held to the schema, as in `parse`.
            max_turns: The number of answers after which the run ends, whatever the model wants.
            on_tool_error: What becomes of an exception in a tool, of arguments that do not fit,
                of a tool that is not there, and of a call that the server refuses
                (`tool_use_failed`): `answer` tells the model, `raise` ends the run with the
                exception, and a function returns what the model is told. Of an exception other
                than `ToolCallError` the model is told the type alone, and the log has the rest.
            max_corrections: How often in a row the model is told that the server refused what it
                wrote (`tool_use_failed`), or that its typed answer does not fit.
            max_concurrency: The calls of a turn that an async client runs at the same time.
            max_result_chars: The characters of a result that the model is told; the rest is cut,
                and the result says so.
            stream: Whether a turn is a stream, as of `stream`, or an answer in one piece.
            stream_options: What else the streams tell; takes `stream`.
            arguments: All else that `create` takes. A `tool_choice` that forces a call holds for
                the first turn; the model would else never be done.

        Raises:
            TypeError: A tool is no tool, or is async where the client is not.
            ValueError: Two tools have one name, or a number is too small.
        """
        check_arguments(arguments)
        loop: _helpers.ToolLoop[ResponseFormatT] = _helpers.ToolLoop(
            {
                **arguments,
                "messages": messages,
                "model": model,
                "stream": stream,
                "stream_options": stream_options,
            },
            tools,
            response_format=response_format,
            strict=strict,
            max_turns=max_turns,
            on_tool_error=on_tool_error,
            max_corrections=max_corrections,
            max_concurrency=max_concurrency,
            max_result_chars=max_result_chars,
            url=self._url,
        )
        if stream:
            return _helpers.StreamingToolRunner(self.create, loop)
        return _helpers.ToolRunner(self.create, loop)

    @property
    def _url(self) -> str:
        return f"{str(self._client.base_url).rstrip('/')}/openai/v1/chat/completions"

    def _parsed(
        self, answer: object, parsers: _helpers.Parsers[ResponseFormatT]
    ) -> chat_types.ParsedChatCompletion[ResponseFormatT]:
        """Decode an answer now or, of `with_raw_response`, when the response is parsed."""
        if isinstance(answer, BaseAPIResponse):
            answer.post_parser = partial(self._parsed, parsers=parsers)
            # `with_raw_response.parse` says itself that it returns the response.
            response = cast("object", answer)
            return cast("chat_types.ParsedChatCompletion[ResponseFormatT]", response)
        return _helpers.parse_chat_completion(checked_completion(answer, url=self._url), parsers)


class CompletionsWithRawResponse:
    """`client.chat.completions.with_raw_response`: responses, read whole."""

    def __init__(self, completions: Completions) -> None:
        self.create: Final = to_raw_response_wrapper(completions.create)
        self.parse: Final = to_raw_response_wrapper(completions.parse)


class CompletionsWithStreamingResponse:
    """`client.chat.completions.with_streaming_response`: responses, unread."""

    def __init__(self, completions: Completions) -> None:
        self.create: Final = to_streamed_response_wrapper(completions.create)
        self.parse: Final = to_streamed_response_wrapper(completions.parse)


# <<<
