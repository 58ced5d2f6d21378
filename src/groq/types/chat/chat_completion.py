"""`ChatCompletion`: an answer in one piece."""

from __future__ import annotations

from typing import Literal, TypeAlias

from ..._models import BaseModel
from ..completion_usage import CompletionUsage, UsageBreakdown, UsageBreakdownModel
from ..shared.debug import Debug as XGroqDebug
from ..shared.service_tier import ServiceTier
from .chat_completion_message import ChatCompletionMessage
from .chat_completion_token_logprob import ChoiceLogprobs

__all__ = [
    "ChatCompletion",
    "Choice",
    "ChoiceLogprobs",
    "FinishReason",
    "McpListTool",
    "McpListToolTool",
    "UsageBreakdown",
    "UsageBreakdownModel",
    "XGroq",
    "XGroqDebug",
    "XGroqUsage",
]

FinishReason: TypeAlias = Literal["stop", "length", "tool_calls", "function_call"]
"""Why the model stopped: it was done (or came to a stop sequence), the tokens ran out, or it wants
a tool or, in the old form, a function called."""


class Choice(BaseModel):
    """One answer to the request; there is always exactly one."""

    finish_reason: FinishReason
    """The reason that the model stopped."""

    index: int
    """The index of the choice: 0."""

    logprobs: ChoiceLogprobs | None = None
    """The log probabilities of the tokens, with `logprobs`."""

    message: ChatCompletionMessage
    """The message of the model."""


class McpListToolTool(BaseModel):
    """A tool of an MCP server."""

    annotations: object | None = None
    """Further details of the server."""

    description: str | None = None
    """Its description."""

    input_schema: dict[str, object] | None = None
    """Its parameters, as a JSON Schema."""

    name: str | None = None
    """Its name."""


class McpListTool(BaseModel):
    """The tools that an MCP server offered the model."""

    id: str | None = None
    """The id of the listing."""

    server_label: str | None = None
    """The server's label in the request."""

    tools: list[McpListToolTool] | None = None
    """The tools."""

    type: str | None = None
    """Always `mcp_list_tools`."""


class XGroqUsage(BaseModel):
    """The source of cached tokens."""

    dram_cached_tokens: int | None = None
    """Tokens read from a cache in DRAM."""

    sram_cached_tokens: int | None = None
    """Tokens read from a cache in SRAM."""


class XGroq(BaseModel):
    """Metadata of the request."""

    id: str
    """The id of the request, for support: `req_…`."""

    debug: XGroqDebug | None = None
    """The tokens of the request, with debug output."""

    seed: int | None = None
    """The seed that was used, for similar answers."""

    usage: XGroqUsage | None = None
    """The source of cached tokens."""


class ChatCompletion(BaseModel):
    """A whole answer of `client.chat.completions.create`."""

    id: str
    """The id of the answer."""

    choices: list[Choice]
    """The answer: `choices[0].message`."""

    created: int
    """When it was created, in seconds since 1970, UTC."""

    model: str
    """The model that answered."""

    object: Literal["chat.completion"]
    """Always `chat.completion`."""

    mcp_list_tools: list[McpListTool] | None = None
    """The tools that MCP servers offered the model."""

    service_tier: ServiceTier | None = None
    """The service tier that was used."""

    system_fingerprint: str | None = None
    """The version of the server; when it changes, the same seed may give another answer."""

    usage: CompletionUsage | None = None
    """The usage, in tokens and seconds."""

    usage_breakdown: UsageBreakdown | None = None
    """The usage by model, from compound systems."""

    x_groq: XGroq | None = None
    """Metadata of the request."""

    def _repr_markdown_(self) -> str | None:
        """Return the text for a notebook: the content, or the tool calls."""
        try:
            message = self.choices[0].message
            calls = [call.function for call in message.tool_calls or []]
            return message.content or "\n\n".join(f"`{c.name}({c.arguments})`" for c in calls)
        except (AttributeError, LookupError, TypeError):  # an odd answer is shown as it is
            return None
