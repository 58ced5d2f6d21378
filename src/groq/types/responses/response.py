"""`Response`: an answer of the Responses API."""

from __future__ import annotations

from typing import Any, Literal

from ..._models import BaseModel
from ..._types import is_list
from .response_error import ResponseError
from .response_output_item import ResponseOutputItem
from .response_output_message import ResponseOutputMessage
from .response_output_text import ResponseOutputText
from .response_status import ResponseStatus
from .response_usage import ResponseUsage

__all__ = ["IncompleteDetails", "Response"]


class IncompleteDetails(BaseModel):
    """The reason that a response is incomplete."""

    reason: Literal["max_output_tokens", "content_filter"] | None = None
    """The limit of tokens was reached, or a content filter stopped the answer."""


class Response(BaseModel):
    """A response of `client.responses.create`.

    Groq does not store responses: send the items of `output` in the next `input`, or let
    `Conversation` do so.

    See https://console.groq.com/docs/responses-api
    """

    id: str
    """The id of the answer: `resp_…`."""

    created_at: float
    """When the answer was created, in seconds since 1970, UTC."""

    model: str
    """The model that answered."""

    object: Literal["response"]
    """Always `response`."""

    output: list[ResponseOutputItem]
    """The output: reasoning, messages and calls, in order."""

    status: ResponseStatus | None = None
    """The status of the response."""

    error: ResponseError | None = None
    """The error, if `status` is `failed`."""

    incomplete_details: IncompleteDetails | None = None
    """The reason that the response was cut off, if `status` is `incomplete`."""

    instructions: str | list[Any] | None = None
    """The instructions of the request."""

    max_output_tokens: int | None = None
    """The most tokens of the answer, including its reasoning."""

    metadata: dict[str, str] | None = None
    """The metadata of the request. With the header `Groq-Beta: inference-metrics` it has times."""

    parallel_tool_calls: bool | None = None
    """Whether an answer may call several functions."""

    previous_response_id: str | None = None
    """Always `None`: Groq does not store responses."""

    reasoning: dict[str, Any] | None = None
    """The options of the reasoning."""

    service_tier: str | None = None
    """The service tier that was used."""

    store: bool | None = None
    """Always `False`: Groq does not store responses."""

    temperature: float | None = None
    """The temperature of the request."""

    text: dict[str, Any] | None = None
    """The format of the text."""

    tool_choice: Any | None = None
    """The tool choice of the request."""

    tools: list[dict[str, Any]] | None = None
    """The tools of the request."""

    top_p: float | None = None
    """The `top_p` of the request."""

    truncation: Literal["auto", "disabled"] | None = None
    """Whether an input that is too long is truncated."""

    usage: ResponseUsage | None = None
    """The usage of the answer."""

    user: str | None = None
    """The id of the end user, from the request."""

    @property
    def output_text(self) -> str:
        """The text of all messages, joined; empty if there is none."""
        texts: list[object] = [
            part.text
            for item in _items(self.output)
            if isinstance(item, ResponseOutputMessage)
            for part in _items(item.content)
            if isinstance(part, ResponseOutputText)
        ]
        return "".join(text for text in texts if isinstance(text, str))


def _items(value: object) -> list[object]:
    """Return the items of a list; an odd answer may have another value in its place."""
    return value if is_list(value) else []
