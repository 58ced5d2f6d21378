"""`client.chat.completions`: chat completions."""

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
from ..._helpers.messages import messages_of
from ..._helpers.shape import checked_completion
from ..._http.codec import without_omitted
from ..._library import HttpTimeout
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
    """The arguments of `create` that other methods pass on."""

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
    """Raise `TypeError` for an unknown argument of `create`, before anything is sent."""
    for name in arguments.keys() - CompletionArguments.__annotations__.keys():
        raise TypeError(f"Expected an argument of `create` but received {name!r}")


class AsyncCompletions(AsyncAPIResource):
    """Chat completions: a model continues a conversation.

    See https://console.groq.com/docs/api-reference#chat
    """

    @cached_property
    def with_raw_response(self) -> AsyncCompletionsWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncCompletionsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncCompletionsWithStreamingResponse:
        """The same methods, which return the unread response."""
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
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
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
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
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
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
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
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
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
        """Create a chat completion, as a whole or, with `stream=True`, as a stream of chunks.

        An omitted argument is not sent; `None` is sent as `null`.

        Args:
            messages: The conversation so far, oldest message first.
            model: The model.
            citation_options: Whether the answer cites its sources; `enabled` by default.
            compound_custom: The models and tools of a compound system.
            disable_tool_validation: Whether to accept calls of unknown tools; `False` by default.
            documents: Documents that the model may cite.
            exclude_domains: Deprecated: domains not to search; see `search_settings`.
            frequency_penalty: From -2 to 2; positive values make frequent words less likely; 0 by
                default.
            function_call: Deprecated: whether the model calls a function; see `tool_choice`.
            functions: Deprecated: functions that the model may call; see `tools`.
            include_domains: Deprecated: the only domains to search; see `search_settings`.
            include_reasoning: Whether the answer has `reasoning`; excludes `reasoning_format`.
            logit_bias: Bias of tokens, from -100 (never) to 100 (always); no model supports it yet.
            logprobs: Whether to return log probabilities; no model supports it yet.
            max_completion_tokens: The most tokens of the answer, including its reasoning.
            max_tokens: Deprecated: see `max_completion_tokens`.
            metadata: Metadata of a stored completion; not supported yet.
            n: The number of answers: 1.
            parallel_tool_calls: Whether an answer may call several tools; `True` by default.
            presence_penalty: From -2 to 2; positive values make repeated words less likely; 0 by
                default.
            reasoning_effort: How much the model reasons.
            reasoning_format: Where the reasoning is returned; excludes `include_reasoning`.
            response_format: The format of the answer; text by default.
            search_settings: How compound systems search the web.
            seed: A seed for sampling, for similar answers to the same request.
            service_tier: The service tier of the request; `on_demand` by default.
            stop: Up to 4 texts that end the answer, which does not include them.
            store: Whether to store the completion; not supported yet.
            stream: Whether to return a stream of chunks; `False` by default.
            temperature: From 0 to 2, higher is more random; 1 by default.
            tool_choice: Whether and which tools the model calls; `auto` by default with `tools`.
            tools: The tools that the model may call, at most 128.
            top_logprobs: From 0 to 20: likely tokens to return for each position; with `logprobs`.
            top_p: From 0 to 1: sample from the likeliest tokens with this total probability; 1 by
                default.
            user: An id of the end user, for detecting abuse.
            stream_options: Options of the stream; with `stream`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

        Raises:
            APIStatusError: The server refused the request; see its subclasses.
            APIConnectionError: There was no response, or only a part of one.
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
        requests: _helpers.many.AsyncRequests,
        *,
        max_concurrency: int = MAX_CONCURRENCY,
        in_order: bool = False,
        stop_on_error: bool = False,
        on_progress: Callable[[_helpers.many.RunProgress], object] | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> _helpers.many.AsyncManyResults:
        """Create completions for any number of requests, a limited number at a time.

        They are sent as fast as the rate limits allow: a client without a `limiter` gets one for
        the run. Each request is retried as by `create`.

            asked = [[{"role": "user", "content": text}] for text in texts]
            requests = [{"model": "openai/gpt-oss-20b", "messages": messages} for messages in asked]
            async for result in client.chat.completions.create_many(requests):
                print(result.custom_id, result.completion or result.error)

        Args:
            requests: The arguments of `create` for each request, with a `custom_id` that names its
                result (`request-0`, `request-1`, … by default); or the lines of a batch file, or
                its path.
            max_concurrency: Requests that are in flight, or wait, at once; 64 by default. No more
                are taken from `requests`, so that any number fits in memory.
            in_order: Whether results are in the order of the requests, or in order of arrival.
            stop_on_error: Whether to stop at the first error and raise it, or return it as a
                result.
            on_progress: A function that is called with a `RunProgress` after each result.
            checkpoint: A file to write each result to, in the format of a batch's output. Another
                run with the same file skips the requests that are in it. Requests that failed for
                a temporary reason are not in it, and are sent again.

        Returns:
            An iterator of `BatchResult`, each with an answer or an `error`.

        Raises:
            ValueError: `max_concurrency` is below 1, or a line of the checkpoint is not a result.
        """
        return _helpers.many.async_run_many(
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
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
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
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
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
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
            | None
        ] = omit,
        strict: bool | None = None,
        max_corrections: int = 0,
        **arguments: Unpack[CompletionArguments],
    ) -> chat_types.ParsedChatCompletion[ResponseFormatT]:
        """Create a completion whose content is decoded to a requested type.

            class City(pydantic.BaseModel):
                name: str
                country: str

            completion = await client.chat.completions.parse(
                model="...", messages=messages, response_format=City
            )
            city = completion.choices[0].message.parsed

        The type is sent as a JSON Schema. A type that is not an object, such as `list[City]` or a
        union, is wrapped in an object, as its `value`, and unwrapped again. The arguments of calls
        are decoded too, for tools of `function_tool` and `pydantic_function_tool`.

        Models with strict mode always follow the schema: they write every property, even those
        with a default, and no others. Keywords that strict mode lacks, such as `minLength`, move
        to the description, and are checked when the answer is decoded.

        The server may refuse tools together with `response_format`; `run_tools` then asks for the
        type in a request of its own, after the tools.

        Args:
            response_format: A pydantic model, a dataclass, a TypedDict or any type that pydantic
                can describe. A dict is sent unchanged, and nothing is decoded.
            messages: The conversation so far, oldest message first.
            model: The model.
            tools: The tools that the model may call, at most 128; the arguments of calls of
                `function_tool`s are decoded too.
            strict: Whether the model must follow the schema; by default if the model supports
                it, as the gpt-oss models do. With `False`, it does its best.
            max_corrections: How often the model is asked to correct an answer that does not fit the
                type, or that the server refuses with `json_validate_failed`; 0 by default. Each
                correction is a request.
            arguments: Other arguments of `create`.

        Raises:
            TypeError: Strict mode cannot express the type; the message names the part.
            APIResponseValidationError: The answer does not have the shape of a completion.
            LengthFinishReasonError: The limit of tokens was reached before the answer was complete.
            ContentFilterFinishReasonError: A content filter stopped the answer.
            StructuredOutputError: The answer does not fit the type; it has the `text`.
            APIError: See `create`.
        """
        check_arguments(arguments)
        request: dict[str, Any] = without_omitted(
            {
                "messages": messages,
                "model": model,
                "tools": tools,
                "response_format": _helpers.structured.output_types.response_format_param(
                    response_format, model=model, strict=strict
                ),
                **arguments,
            }
        )
        parser = _helpers.structured.parsing.AnswerParser(response_format, request.get("tools"))
        return await _helpers.structured.corrections.async_create_corrected(
            self.create, request, partial(self._parsed, parser=parser), max_corrections
        )

    @overload
    def stream(
        self,
        *,
        response_format: TypeForm[ResponseFormatT],
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
            | None
        ] = omit,
        strict: bool | None = None,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.chat_stream.AsyncChatCompletionStreamManager[ResponseFormatT]: ...

    @overload
    def stream(
        self,
        *,
        response_format: Maybe[chat_types.completion_create_params.ResponseFormat | None] = omit,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
            | None
        ] = omit,
        strict: bool | None = None,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.chat_stream.AsyncChatCompletionStreamManager[None]: ...

    def stream(
        self,
        *,
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
            | None
        ] = omit,
        strict: bool | None = None,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.chat_stream.AsyncChatCompletionStreamManager[ResponseFormatT]:
        """Create a completion as a stream of typed events, which also accumulates the answer.

            async with client.chat.completions.stream(model="...", messages=messages) as stream:
                async for event in stream:
                    if event.type == "content.delta":
                        print(event.delta, end="", flush=True)
                completion = await stream.get_final_completion()

        The request is sent when the block is entered, and the connection is released at its end.
        The server may refuse to stream with a `response_format`; use `parse` then.

        Args:
            response_format: The type of the content, as in `parse`. The event `content.done` has
                the value as `parsed`, and `content.delta` the JSON so far.
            messages: The conversation so far, oldest message first.
            model: The model.
            tools: The tools that the model may call, as in `parse`.
            strict: Whether the model must follow the schema, as in `parse`.
            stream_options: Options of the stream.
            arguments: Other arguments of `create`.

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
                "response_format": _helpers.structured.output_types.response_format_param(
                    response_format, model=model, strict=strict
                ),
                **arguments,
            }
        )
        return _helpers.chat_stream.AsyncChatCompletionStreamManager(
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
        tools: Iterable[
            _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
        ],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[Literal[False] | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.chat_tools.AsyncToolRunner[ResponseFormatT]: ...

    @overload
    def run_tools(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Iterable[
            _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
        ],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Literal[True],
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.chat_tools.AsyncStreamingToolRunner[ResponseFormatT]: ...

    @overload
    def run_tools(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Iterable[
            _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
        ],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: bool,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> (
        _helpers.chat_tools.AsyncToolRunner[ResponseFormatT]
        | _helpers.chat_tools.AsyncStreamingToolRunner[ResponseFormatT]
    ): ...

    # <<<

    def run_tools(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Iterable[
            _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
        ],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[bool | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> (
        _helpers.chat_tools.AsyncToolRunner[ResponseFormatT]
        | _helpers.chat_tools.AsyncStreamingToolRunner[ResponseFormatT]
    ):
        """Create completions and run the tools that the model calls, until it calls no more.

        Nothing is sent until the run is iterated over, turn by turn, or `until_done` is called,
        which returns the last answer. `stopped_by` says why the run ended.

        Args:
            messages: The conversation so far, oldest message first.
            model: The model.
            tools: The tools that the model may call, at most 128.
            response_format: The type of the last answer, as in `parse`. The server does not support
                tools together with a format, so the type is requested at the end, without the
                tools, unless the answer already fits: one more request.
            strict: Whether the model must follow the schema, as in `parse`.
            max_turns: The most answers before the run ends.
            on_tool_error: How to handle an exception in a tool, invalid arguments, an unknown tool,
                and a call that the server refuses (`tool_use_failed`): `answer` reports it to the
                model, `raise` ends the run with the exception, and a function returns the text for
                the model. Of an exception other than `ToolCallError`, only the type is reported to
                the model; the log has the rest.
            max_corrections: How often in a row the model is asked to correct an output that the
                server refused (`tool_use_failed`), or a typed answer that does not fit.
            max_concurrency: The most calls of a turn that an async client runs at once.
            max_result_chars: The longest result of a tool, in characters; the rest is cut off, and
                the result says so.
            stream: Whether a turn is a stream, as that of `stream`, or a whole answer.
            stream_options: Options of the streams; with `stream`.
            arguments: Other arguments of `create`. A `tool_choice` that forces a call only applies
                to the first turn; otherwise the run would never end.

        Raises:
            TypeError: A tool has the wrong type, or is a coroutine function and the client is sync.
            ValueError: Two tools have the same name, or a number is too small.
        """
        check_arguments(arguments)
        loop: _helpers.chat_tools.ToolLoop[ResponseFormatT] = _helpers.chat_tools.ToolLoop(
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
            return _helpers.chat_tools.AsyncStreamingToolRunner(self.create, loop)
        return _helpers.chat_tools.AsyncToolRunner(self.create, loop)

    @property
    def _url(self) -> str:
        return f"{str(self._client.base_url).rstrip('/')}/openai/v1/chat/completions"

    def _parsed(
        self, answer: object, parser: _helpers.structured.parsing.AnswerParser[ResponseFormatT]
    ) -> chat_types.ParsedChatCompletion[ResponseFormatT]:
        """Decode an answer now or, with `with_raw_response`, when the response is parsed."""
        if isinstance(answer, BaseAPIResponse):
            answer.post_parser = partial(self._parsed, parser=parser)
            # `with_raw_response.parse` says itself that it returns the response.
            response = cast("object", answer)
            return cast("chat_types.ParsedChatCompletion[ResponseFormatT]", response)
        return _helpers.structured.parsing.parse_chat_completion(
            checked_completion(answer, url=self._url), parser
        )


class AsyncCompletionsWithRawResponse:
    """`client.chat.completions.with_raw_response`: methods for whole responses."""

    def __init__(self, completions: AsyncCompletions) -> None:
        self.create: Final = async_to_raw_response_wrapper(completions.create)
        self.parse: Final = async_to_raw_response_wrapper(completions.parse)


class AsyncCompletionsWithStreamingResponse:
    """`client.chat.completions.with_streaming_response`: methods for unread responses."""

    def __init__(self, completions: AsyncCompletions) -> None:
        self.create: Final = async_to_streamed_response_wrapper(completions.create)
        self.parse: Final = async_to_streamed_response_wrapper(completions.parse)


# >>> sync half: produced by scripts/mirror.py


class Completions(SyncAPIResource):
    """Chat completions: a model continues a conversation.

    See https://console.groq.com/docs/api-reference#chat
    """

    @cached_property
    def with_raw_response(self) -> CompletionsWithRawResponse:
        """The same methods, which return the whole response."""
        return CompletionsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> CompletionsWithStreamingResponse:
        """The same methods, which return the unread response."""
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
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
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
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
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
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
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
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
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
        """Create a chat completion, as a whole or, with `stream=True`, as a stream of chunks.

        An omitted argument is not sent; `None` is sent as `null`.

        Args:
            messages: The conversation so far, oldest message first.
            model: The model.
            citation_options: Whether the answer cites its sources; `enabled` by default.
            compound_custom: The models and tools of a compound system.
            disable_tool_validation: Whether to accept calls of unknown tools; `False` by default.
            documents: Documents that the model may cite.
            exclude_domains: Deprecated: domains not to search; see `search_settings`.
            frequency_penalty: From -2 to 2; positive values make frequent words less likely; 0 by
                default.
            function_call: Deprecated: whether the model calls a function; see `tool_choice`.
            functions: Deprecated: functions that the model may call; see `tools`.
            include_domains: Deprecated: the only domains to search; see `search_settings`.
            include_reasoning: Whether the answer has `reasoning`; excludes `reasoning_format`.
            logit_bias: Bias of tokens, from -100 (never) to 100 (always); no model supports it yet.
            logprobs: Whether to return log probabilities; no model supports it yet.
            max_completion_tokens: The most tokens of the answer, including its reasoning.
            max_tokens: Deprecated: see `max_completion_tokens`.
            metadata: Metadata of a stored completion; not supported yet.
            n: The number of answers: 1.
            parallel_tool_calls: Whether an answer may call several tools; `True` by default.
            presence_penalty: From -2 to 2; positive values make repeated words less likely; 0 by
                default.
            reasoning_effort: How much the model reasons.
            reasoning_format: Where the reasoning is returned; excludes `include_reasoning`.
            response_format: The format of the answer; text by default.
            search_settings: How compound systems search the web.
            seed: A seed for sampling, for similar answers to the same request.
            service_tier: The service tier of the request; `on_demand` by default.
            stop: Up to 4 texts that end the answer, which does not include them.
            store: Whether to store the completion; not supported yet.
            stream: Whether to return a stream of chunks; `False` by default.
            temperature: From 0 to 2, higher is more random; 1 by default.
            tool_choice: Whether and which tools the model calls; `auto` by default with `tools`.
            tools: The tools that the model may call, at most 128.
            top_logprobs: From 0 to 20: likely tokens to return for each position; with `logprobs`.
            top_p: From 0 to 1: sample from the likeliest tokens with this total probability; 1 by
                default.
            user: An id of the end user, for detecting abuse.
            stream_options: Options of the stream; with `stream`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

        Raises:
            APIStatusError: The server refused the request; see its subclasses.
            APIConnectionError: There was no response, or only a part of one.
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
        requests: _helpers.many.Requests,
        *,
        max_concurrency: int = MAX_CONCURRENCY,
        in_order: bool = False,
        stop_on_error: bool = False,
        on_progress: Callable[[_helpers.many.RunProgress], object] | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> _helpers.many.ManyResults:
        """Create completions for any number of requests, a limited number at a time.

        They are sent as fast as the rate limits allow: a client without a `limiter` gets one for
        the run. Each request is retried as by `create`.

            asked = [[{"role": "user", "content": text}] for text in texts]
            requests = [{"model": "openai/gpt-oss-20b", "messages": messages} for messages in asked]
            for result in client.chat.completions.create_many(requests):
                print(result.custom_id, result.completion or result.error)

        Args:
            requests: The arguments of `create` for each request, with a `custom_id` that names its
                result (`request-0`, `request-1`, … by default); or the lines of a batch file, or
                its path.
            max_concurrency: Requests that are in flight, or wait, at once; 64 by default. No more
                are taken from `requests`, so that any number fits in memory.
            in_order: Whether results are in the order of the requests, or in order of arrival.
            stop_on_error: Whether to stop at the first error and raise it, or return it as a
                result.
            on_progress: A function that is called with a `RunProgress` after each result.
            checkpoint: A file to write each result to, in the format of a batch's output. Another
                run with the same file skips the requests that are in it. Requests that failed for
                a temporary reason are not in it, and are sent again.

        Returns:
            An iterator of `BatchResult`, each with an answer or an `error`.

        Raises:
            ValueError: `max_concurrency` is below 1, or a line of the checkpoint is not a result.
        """
        return _helpers.many.run_many(
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
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
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
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
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
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
            | None
        ] = omit,
        strict: bool | None = None,
        max_corrections: int = 0,
        **arguments: Unpack[CompletionArguments],
    ) -> chat_types.ParsedChatCompletion[ResponseFormatT]:
        """Create a completion whose content is decoded to a requested type.

            class City(pydantic.BaseModel):
                name: str
                country: str

            completion = client.chat.completions.parse(
                model="...", messages=messages, response_format=City
            )
            city = completion.choices[0].message.parsed

        The type is sent as a JSON Schema. A type that is not an object, such as `list[City]` or a
        union, is wrapped in an object, as its `value`, and unwrapped again. The arguments of calls
        are decoded too, for tools of `function_tool` and `pydantic_function_tool`.

        Models with strict mode always follow the schema: they write every property, even those
        with a default, and no others. Keywords that strict mode lacks, such as `minLength`, move
        to the description, and are checked when the answer is decoded.

        The server may refuse tools together with `response_format`; `run_tools` then asks for the
        type in a request of its own, after the tools.

        Args:
            response_format: A pydantic model, a dataclass, a TypedDict or any type that pydantic
                can describe. A dict is sent unchanged, and nothing is decoded.
            messages: The conversation so far, oldest message first.
            model: The model.
            tools: The tools that the model may call, at most 128; the arguments of calls of
                `function_tool`s are decoded too.
            strict: Whether the model must follow the schema; by default if the model supports
                it, as the gpt-oss models do. With `False`, it does its best.
            max_corrections: How often the model is asked to correct an answer that does not fit the
                type, or that the server refuses with `json_validate_failed`; 0 by default. Each
                correction is a request.
            arguments: Other arguments of `create`.

        Raises:
            TypeError: Strict mode cannot express the type; the message names the part.
            APIResponseValidationError: The answer does not have the shape of a completion.
            LengthFinishReasonError: The limit of tokens was reached before the answer was complete.
            ContentFilterFinishReasonError: A content filter stopped the answer.
            StructuredOutputError: The answer does not fit the type; it has the `text`.
            APIError: See `create`.
        """
        check_arguments(arguments)
        request: dict[str, Any] = without_omitted(
            {
                "messages": messages,
                "model": model,
                "tools": tools,
                "response_format": _helpers.structured.output_types.response_format_param(
                    response_format, model=model, strict=strict
                ),
                **arguments,
            }
        )
        parser = _helpers.structured.parsing.AnswerParser(response_format, request.get("tools"))
        return _helpers.structured.corrections.create_corrected(
            self.create, request, partial(self._parsed, parser=parser), max_corrections
        )

    @overload
    def stream(
        self,
        *,
        response_format: TypeForm[ResponseFormatT],
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
            | None
        ] = omit,
        strict: bool | None = None,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.chat_stream.ChatCompletionStreamManager[ResponseFormatT]: ...

    @overload
    def stream(
        self,
        *,
        response_format: Maybe[chat_types.completion_create_params.ResponseFormat | None] = omit,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
            | None
        ] = omit,
        strict: bool | None = None,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.chat_stream.ChatCompletionStreamManager[None]: ...

    def stream(
        self,
        *,
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Maybe[
            Iterable[
                _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
            ]
            | None
        ] = omit,
        strict: bool | None = None,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.chat_stream.ChatCompletionStreamManager[ResponseFormatT]:
        """Create a completion as a stream of typed events, which also accumulates the answer.

            with client.chat.completions.stream(model="...", messages=messages) as stream:
                for event in stream:
                    if event.type == "content.delta":
                        print(event.delta, end="", flush=True)
                completion = stream.get_final_completion()

        The request is sent when the block is entered, and the connection is released at its end.
        The server may refuse to stream with a `response_format`; use `parse` then.

        Args:
            response_format: The type of the content, as in `parse`. The event `content.done` has
                the value as `parsed`, and `content.delta` the JSON so far.
            messages: The conversation so far, oldest message first.
            model: The model.
            tools: The tools that the model may call, as in `parse`.
            strict: Whether the model must follow the schema, as in `parse`.
            stream_options: Options of the stream.
            arguments: Other arguments of `create`.

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
                "response_format": _helpers.structured.output_types.response_format_param(
                    response_format, model=model, strict=strict
                ),
                **arguments,
            }
        )
        return _helpers.chat_stream.ChatCompletionStreamManager(
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
        tools: Iterable[
            _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
        ],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[Literal[False] | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.chat_tools.ToolRunner[ResponseFormatT]: ...

    @overload
    def run_tools(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Iterable[
            _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
        ],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Literal[True],
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> _helpers.chat_tools.StreamingToolRunner[ResponseFormatT]: ...

    @overload
    def run_tools(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Iterable[
            _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
        ],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: bool,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> (
        _helpers.chat_tools.ToolRunner[ResponseFormatT]
        | _helpers.chat_tools.StreamingToolRunner[ResponseFormatT]
    ): ...

    def run_tools(
        self,
        *,
        messages: Iterable[chat_types.ChatCompletionMessageUnionParam],
        model: str | types.ChatModel,
        tools: Iterable[
            _helpers.tools.FunctionTool[..., Any] | chat_types.ChatCompletionToolUnionParam
        ],
        response_format: Maybe[
            TypeForm[ResponseFormatT] | chat_types.completion_create_params.ResponseFormat | None
        ] = omit,
        strict: bool | None = None,
        max_turns: int = 10,
        on_tool_error: _helpers.tool_calls.OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        stream: Maybe[bool | None] = omit,
        stream_options: Maybe[chat_types.ChatCompletionStreamOptionsParam | None] = omit,
        **arguments: Unpack[CompletionArguments],
    ) -> (
        _helpers.chat_tools.ToolRunner[ResponseFormatT]
        | _helpers.chat_tools.StreamingToolRunner[ResponseFormatT]
    ):
        """Create completions and run the tools that the model calls, until it calls no more.

        Nothing is sent until the run is iterated over, turn by turn, or `until_done` is called,
        which returns the last answer. `stopped_by` says why the run ended.

        Args:
            messages: The conversation so far, oldest message first.
            model: The model.
            tools: The tools that the model may call, at most 128.
            response_format: The type of the last answer, as in `parse`. The server does not support
                tools together with a format, so the type is requested at the end, without the
                tools, unless the answer already fits: one more request.
            strict: Whether the model must follow the schema, as in `parse`.
            max_turns: The most answers before the run ends.
            on_tool_error: How to handle an exception in a tool, invalid arguments, an unknown tool,
                and a call that the server refuses (`tool_use_failed`): `answer` reports it to the
                model, `raise` ends the run with the exception, and a function returns the text for
                the model. Of an exception other than `ToolCallError`, only the type is reported to
                the model; the log has the rest.
            max_corrections: How often in a row the model is asked to correct an output that the
                server refused (`tool_use_failed`), or a typed answer that does not fit.
            max_concurrency: The most calls of a turn that an async client runs at once.
            max_result_chars: The longest result of a tool, in characters; the rest is cut off, and
                the result says so.
            stream: Whether a turn is a stream, as that of `stream`, or a whole answer.
            stream_options: Options of the streams; with `stream`.
            arguments: Other arguments of `create`. A `tool_choice` that forces a call only applies
                to the first turn; otherwise the run would never end.

        Raises:
            TypeError: A tool has the wrong type, or is a coroutine function and the client is sync.
            ValueError: Two tools have the same name, or a number is too small.
        """
        check_arguments(arguments)
        loop: _helpers.chat_tools.ToolLoop[ResponseFormatT] = _helpers.chat_tools.ToolLoop(
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
            return _helpers.chat_tools.StreamingToolRunner(self.create, loop)
        return _helpers.chat_tools.ToolRunner(self.create, loop)

    @property
    def _url(self) -> str:
        return f"{str(self._client.base_url).rstrip('/')}/openai/v1/chat/completions"

    def _parsed(
        self, answer: object, parser: _helpers.structured.parsing.AnswerParser[ResponseFormatT]
    ) -> chat_types.ParsedChatCompletion[ResponseFormatT]:
        """Decode an answer now or, with `with_raw_response`, when the response is parsed."""
        if isinstance(answer, BaseAPIResponse):
            answer.post_parser = partial(self._parsed, parser=parser)
            # `with_raw_response.parse` says itself that it returns the response.
            response = cast("object", answer)
            return cast("chat_types.ParsedChatCompletion[ResponseFormatT]", response)
        return _helpers.structured.parsing.parse_chat_completion(
            checked_completion(answer, url=self._url), parser
        )


class CompletionsWithRawResponse:
    """`client.chat.completions.with_raw_response`: methods for whole responses."""

    def __init__(self, completions: Completions) -> None:
        self.create: Final = to_raw_response_wrapper(completions.create)
        self.parse: Final = to_raw_response_wrapper(completions.parse)


class CompletionsWithStreamingResponse:
    """`client.chat.completions.with_streaming_response`: methods for unread responses."""

    def __init__(self, completions: Completions) -> None:
        self.create: Final = to_streamed_response_wrapper(completions.create)
        self.parse: Final = to_streamed_response_wrapper(completions.parse)


# <<<
