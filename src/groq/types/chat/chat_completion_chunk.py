"""`ChatCompletionChunk`: a chunk of a streamed answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from ..._models import BaseModel
from ..completion_usage import CompletionUsage, UsageBreakdown, UsageBreakdownModel
from ..shared.debug import Debug as XGroqDebug
from ..shared.service_tier import ServiceTier
from .chat_completion_message import Annotation, ExecutedTool
from .chat_completion_token_logprob import ChoiceLogprobs

__all__ = [
    "ChatCompletionChunk",
    "Choice",
    "ChoiceDelta",
    "ChoiceDeltaFunctionCall",
    "ChoiceDeltaToolCall",
    "ChoiceDeltaToolCallFunction",
    "ChoiceLogprobs",
    "FinishReason",
    "UsageBreakdown",
    "UsageBreakdownModel",
    "XGroq",
    "XGroqDebug",
]

FinishReason: TypeAlias = Literal["stop", "length", "tool_calls", "content_filter", "function_call"]
"""Why the model stopped: it was done (or came to a stop sequence), the tokens ran out, it wants a
tool or, in the old form, a function called, or content was left out by a filter."""


class ChoiceDeltaFunctionCall(BaseModel):
    """Deprecated: a piece of a function call; use `tools`."""

    arguments: str | None = None
    """The next piece of the arguments, which are JSON when all pieces are joined."""

    name: str | None = None
    """The function's name."""


class ChoiceDeltaToolCallFunction(BaseModel):
    """A piece of a function call of the model."""

    arguments: str | None = None
    """The next piece of the arguments, which are JSON when all pieces are joined."""

    name: str | None = None
    """The function's name."""


class ChoiceDeltaToolCall(BaseModel):
    """A tool call of the model, or a piece of one; usually it is complete."""

    index: int
    """The index of the call of this piece, from 0."""

    id: str | None = None
    """The id for `tool_call_id` of the message with the result."""

    function: ChoiceDeltaToolCallFunction | None = None
    """The function to call."""

    type: Literal["function"] | None = None
    """Always `function`."""


class ChoiceDelta(BaseModel):
    """The part of the message in a chunk."""

    content: str | None = None
    """The next piece of the text."""

    annotations: list[Annotation] | None = None
    """The citations of the text."""

    function_call: ChoiceDeltaFunctionCall | None = None
    """Deprecated: a piece of a function call; see `tool_calls`."""

    reasoning: str | None = None
    """The next piece of the reasoning, if `reasoning_format` is `parsed`."""

    role: Literal["system", "user", "assistant", "tool"] | None = None
    """The role of the author; only in the first chunk."""

    tool_calls: list[ChoiceDeltaToolCall] | None = None
    """The tool calls of the model."""

    executed_tools: list[ExecutedTool] | None = None
    """Built-in tools that the server runs for the model: first the call, then the result."""

    if TYPE_CHECKING:  # see `groq.types`
        channel: str | None = None
        """The channel of the answer, for example `analysis`, from models that have channels."""


class Choice(BaseModel):
    """A piece of the answer."""

    delta: ChoiceDelta
    """The part of the message in the chunk."""

    finish_reason: FinishReason | None = None
    """The reason that the model stopped; only in the last chunk."""

    index: int
    """The index of the choice: 0."""

    logprobs: ChoiceLogprobs | None = None
    """The log probabilities of this piece, with `logprobs`."""


class XGroq(BaseModel):
    """Metadata of the request, in the first and the last chunk."""

    id: str | None = None
    """The id of the request, for support: `req_…`."""

    debug: XGroqDebug | None = None
    """The tokens of the request, with debug output."""

    seed: int | None = None
    """The seed that was used, for similar answers."""

    usage: CompletionUsage | None = None
    """The usage of the answer, in tokens and seconds; in the last chunk."""

    usage_breakdown: UsageBreakdown | None = None
    """The usage by model, from compound systems; in the last chunk."""

    error: str | None = None
    """The error that ended the stream early."""


class ChatCompletionChunk(BaseModel):
    """A chunk of a streamed answer of `client.chat.completions.create(stream=True)`."""

    id: str
    """The id of the answer, the same in all chunks."""

    choices: list[Choice]
    """The piece: `choices[0].delta`. The chunk that `include_usage` adds at the end has none."""

    created: int
    """When the answer was created, in seconds since 1970, UTC."""

    model: str
    """The model that answers."""

    object: Literal["chat.completion.chunk"]
    """Always `chat.completion.chunk`."""

    system_fingerprint: str | None = None
    """The version of the server; when it changes, the same seed may give another answer."""

    usage: CompletionUsage | None = None
    """The usage of the answer, if `stream_options` has `include_usage`; in the last chunk."""

    x_groq: XGroq | None = None
    """Metadata of the request."""

    if TYPE_CHECKING:  # see `groq.types`
        service_tier: ServiceTier | None = None
        """The service tier of the request."""
