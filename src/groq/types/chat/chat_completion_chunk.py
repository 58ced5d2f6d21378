"""`ChatCompletionChunk`: a piece of a streamed answer."""

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
    """A piece of a function call in the old form; new requests use `tools`."""

    arguments: str | None = None
    """The next piece of the arguments, which are JSON once all pieces are joined."""

    name: str | None = None
    """The function's name."""


class ChoiceDeltaToolCallFunction(BaseModel):
    """A piece of the function that the model wants called."""

    arguments: str | None = None
    """The next piece of the arguments, which are JSON once all pieces are joined."""

    name: str | None = None
    """The function's name."""


class ChoiceDeltaToolCall(BaseModel):
    """A call that the model wants made, or a piece of one; mostly it comes whole."""

    index: int
    """The call that the piece belongs to, from 0."""

    id: str | None = None
    """What the message with the result gives as `tool_call_id`."""

    function: ChoiceDeltaToolCallFunction | None = None
    """The function to call."""

    type: Literal["function"] | None = None
    """Always `function`."""


class ChoiceDelta(BaseModel):
    """What a chunk adds to the message."""

    content: str | None = None
    """The next piece of the text."""

    annotations: list[Annotation] | None = None
    """What stretches of the text rest on."""

    function_call: ChoiceDeltaFunctionCall | None = None
    """A piece of a function call in the old form; see `tool_calls`."""

    reasoning: str | None = None
    """The next piece of what the model thinks, when `reasoning_format` is `parsed`."""

    role: Literal["system", "user", "assistant", "tool"] | None = None
    """Who speaks; only the first chunk says so."""

    tool_calls: list[ChoiceDeltaToolCall] | None = None
    """The calls that the model wants made."""

    executed_tools: list[ExecutedTool] | None = None
    """Built-in tools that the server runs for the model: first the question, then the result."""

    if TYPE_CHECKING:  # see `groq.types`
        channel: str | None = None
        """The part of the answer that this is, from models that tell, for example `analysis`."""


class Choice(BaseModel):
    """A piece of the answer."""

    delta: ChoiceDelta
    """What the chunk adds to the message."""

    finish_reason: FinishReason | None = None
    """Why the model stopped; only the last piece says so."""

    index: int
    """The place among the choices: 0."""

    logprobs: ChoiceLogprobs | None = None
    """How likely the tokens of this piece were, when `logprobs` asks for it."""


class XGroq(BaseModel):
    """What the API tells about the request itself, in the first chunk and in the last."""

    id: str | None = None
    """The id of the request, for support: `req_…`."""

    debug: XGroqDebug | None = None
    """The tokens of the request, when debug output is switched on."""

    seed: int | None = None
    """The seed that was used: the same one makes a like answer likely."""

    usage: CompletionUsage | None = None
    """What the answer cost, in tokens and seconds; in the last chunk."""

    usage_breakdown: UsageBreakdown | None = None
    """What it cost model by model, from compound systems; in the last chunk."""

    error: str | None = None
    """Why the stream stopped early."""


class ChatCompletionChunk(BaseModel):
    """A piece of a streamed answer, of `client.chat.completions.create(stream=True)`."""

    id: str
    """The id of the answer, the same in all chunks."""

    choices: list[Choice]
    """The piece: `choices[0].delta`. The chunk that `include_usage` adds at the end has none."""

    created: int
    """When the answer was begun, in seconds since 1970, UTC."""

    model: str
    """The model that answers."""

    object: Literal["chat.completion.chunk"]
    """Always `chat.completion.chunk`."""

    system_fingerprint: str | None = None
    """The state of the server; when it changes, the same seed can give another answer."""

    usage: CompletionUsage | None = None
    """What the answer cost, when `stream_options` has `include_usage`; in the last chunk."""

    x_groq: XGroq | None = None
    """What the API tells about the request itself."""

    if TYPE_CHECKING:  # see `groq.types`
        service_tier: ServiceTier | None = None
        """The tier that serves the request."""
