"""`ResponseCreateParams`: the arguments of `client.responses.create`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias, Union

from typing_extensions import Required, TypedDict

from ..chat_model import ChatModel
from .response_input_param import ResponseInputParam
from .response_text_config_param import ResponseTextConfigParam
from .tool_param import ToolParam

__all__ = ["Reasoning", "ResponseCreateParams", "ServiceTier", "ToolChoice", "ToolChoiceFunction"]

ServiceTier: TypeAlias = Literal["auto", "default", "flex"]
"""`default` is the ordinary tier; `flex` has higher limits, and fails fast when it has no room."""


class Reasoning(TypedDict, total=False):
    """Options of the reasoning."""

    effort: Literal["low", "medium", "high"] | None
    """The amount of reasoning."""


class ToolChoiceFunction(TypedDict):
    """A function that the model must call."""

    name: str
    """The name of the function."""

    type: Literal["function"]
    """Always `function`."""


ToolChoice: TypeAlias = Union[Literal["none", "auto", "required"], ToolChoiceFunction]
"""Whether the model calls tools: never, if it decides to, at least one, or this function."""


class ResponseCreateParams(TypedDict, total=False):
    """The arguments of `client.responses.create`.

    See https://console.groq.com/docs/responses-api
    """

    input: Required[str | ResponseInputParam]
    """The input: a text, or items."""

    model: Required[str | ChatModel]
    """The model."""

    instructions: str | None
    """A system message, before the input."""

    max_output_tokens: int | None
    """The most tokens of the answer, including its reasoning."""

    metadata: dict[str, str] | None
    """Metadata of the response."""

    parallel_tool_calls: bool | None
    """Whether an answer may call several functions; `True` by default."""

    reasoning: Reasoning | None
    """Options of the reasoning."""

    service_tier: ServiceTier | None
    """The service tier of the request; `auto` by default."""

    store: Literal[False] | None
    """Whether to store the response, which Groq does not support."""

    stream: bool | None
    """Whether to return a stream of chunks; `False` by default."""

    temperature: float | None
    """From 0 to 2, higher is more random; 1 by default."""

    text: ResponseTextConfigParam
    """Options of the text."""

    tool_choice: ToolChoice
    """Whether and which tools the model calls; `auto` by default."""

    tools: Iterable[ToolParam]
    """The tools that the model may call."""

    top_p: float | None
    """From 0 to 1: sample from the likeliest tokens with this total probability; 1 by default."""

    truncation: Literal["auto", "disabled"] | None
    """Whether an input that is too long is truncated; `disabled` by default."""

    user: str
    """An id of the end user, for detecting abuse."""
