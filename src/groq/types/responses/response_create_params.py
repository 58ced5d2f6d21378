"""`ResponseCreateParams`: what the Responses API is asked."""

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
    """How a model thinks."""

    effort: Literal["low", "medium", "high"] | None
    """How long it thinks."""


class ToolChoiceFunction(TypedDict):
    """A function that the model has to call."""

    name: str
    """The name of the function."""

    type: Literal["function"]
    """Always `function`."""


ToolChoice: TypeAlias = Union[Literal["none", "auto", "required"], ToolChoiceFunction]
"""Whether the model calls tools: never, as it sees fit, at least one, or this function."""


class ResponseCreateParams(TypedDict, total=False):
    """What the Responses API is asked.

    See https://console.groq.com/docs/responses-api
    """

    input: Required[str | ResponseInputParam]
    """What the model is given: a text, or items."""

    model: Required[str | ChatModel]
    """The model to ask."""

    instructions: str | None
    """What the model is told before the input."""

    max_output_tokens: int | None
    """Tokens that the answer may have, thoughts included."""

    metadata: dict[str, str] | None
    """What to attach to the answer."""

    parallel_tool_calls: bool | None
    """Whether several functions may be called at once; `True` by default."""

    reasoning: Reasoning | None
    """How the model thinks."""

    service_tier: ServiceTier | None
    """The tier to serve the request; `auto` by default."""

    store: Literal[False] | None
    """Whether the server keeps the answer: Groq keeps none."""

    stream: bool | None
    """Whether the answer comes piece by piece; `False` by default."""

    temperature: float | None
    """From 0 to 2, higher is more random; 1 by default."""

    text: ResponseTextConfigParam
    """How text is to be written."""

    tool_choice: ToolChoice
    """Whether the model calls tools; `auto` by default."""

    tools: Iterable[ToolParam]
    """What the model may use."""

    top_p: float | None
    """From 0 to 1: only the likeliest tokens that add up to this share; 1 by default."""

    truncation: Literal["auto", "disabled"] | None
    """Whether an input that is too long is cut; `disabled` by default."""

    user: str
    """An id of the end user, for finding misuse."""
