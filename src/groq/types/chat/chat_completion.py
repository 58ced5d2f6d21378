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
    """Why the model stopped."""

    index: int
    """The place among the choices: 0."""

    logprobs: ChoiceLogprobs | None = None
    """How likely the tokens were, when `logprobs` asks for it."""

    message: ChatCompletionMessage
    """What the model answers."""


class McpListToolTool(BaseModel):
    """A tool of an MCP server."""

    annotations: object | None = None
    """What else the server says about it."""

    description: str | None = None
    """What it does."""

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
    """Where cached tokens were read from."""

    dram_cached_tokens: int | None = None
    """Tokens read from a cache in DRAM."""

    sram_cached_tokens: int | None = None
    """Tokens read from a cache in SRAM."""


class XGroq(BaseModel):
    """What the API tells about the request itself."""

    id: str
    """The id of the request, for support: `req_…`."""

    debug: XGroqDebug | None = None
    """The tokens of the request, when debug output is switched on."""

    seed: int | None = None
    """The seed that was used: the same one makes a like answer likely."""

    usage: XGroqUsage | None = None
    """Where cached tokens were read from."""


class ChatCompletion(BaseModel):
    """An answer in one piece, of `client.chat.completions.create`."""

    id: str
    """The id of the answer."""

    choices: list[Choice]
    """The answer: `choices[0].message`."""

    created: int
    """When it was made, in seconds since 1970, UTC."""

    model: str
    """The model that answered."""

    object: Literal["chat.completion"]
    """Always `chat.completion`."""

    mcp_list_tools: list[McpListTool] | None = None
    """The tools that MCP servers offered the model."""

    service_tier: ServiceTier | None = None
    """The tier that served the request."""

    system_fingerprint: str | None = None
    """The state of the server; when it changes, the same seed can give another answer."""

    usage: CompletionUsage | None = None
    """What it cost, in tokens and seconds."""

    usage_breakdown: UsageBreakdown | None = None
    """What it cost model by model, from compound systems."""

    x_groq: XGroq | None = None
    """What the API tells about the request itself."""

    def _repr_markdown_(self) -> str | None:
        """Return what a notebook shows: the text, or the calls that the model wants made."""
        try:
            message = self.choices[0].message
            calls = [call.function for call in message.tool_calls or []]
            return message.content or "\n\n".join(f"`{c.name}({c.arguments})`" for c in calls)
        except (AttributeError, LookupError, TypeError):  # an odd answer is shown as it is
            return None
