"""`Response`: an answer of the Responses API."""

from __future__ import annotations

from typing import Any, Literal

from ..._models import BaseModel
from .response_error import ResponseError
from .response_output_item import ResponseOutputItem
from .response_output_message import ResponseOutputMessage
from .response_output_text import ResponseOutputText
from .response_status import ResponseStatus
from .response_usage import ResponseUsage

__all__ = ["IncompleteDetails", "Response"]


class IncompleteDetails(BaseModel):
    """Why an answer is not whole."""

    reason: Literal["max_output_tokens", "content_filter"] | None = None
    """The tokens ran out, or a filter cut the answer."""


class Response(BaseModel):
    """An answer of the Responses API, of `client.responses.create`.

    Groq keeps no answers: give the items of `output` back in the next `input` to go on, or let
    `Conversation` do so.

    See https://console.groq.com/docs/responses-api
    """

    id: str
    """The id of the answer: `resp_…`."""

    created_at: float
    """When the answer was begun, in seconds since 1970, UTC."""

    model: str
    """The model that answered."""

    object: Literal["response"]
    """Always `response`."""

    output: list[ResponseOutputItem]
    """What came: thoughts, messages and calls, in order."""

    status: ResponseStatus | None = None
    """How far the answer has come."""

    error: ResponseError | None = None
    """Why the answer failed, where `status` is `failed`."""

    incomplete_details: IncompleteDetails | None = None
    """Why the answer was cut, where `status` is `incomplete`."""

    instructions: str | list[Any] | None = None
    """The instructions of the request."""

    max_output_tokens: int | None = None
    """The tokens that the answer could have, thoughts included."""

    metadata: dict[str, str] | None = None
    """The metadata of the request. With the header `Groq-Beta: inference-metrics` it has times."""

    parallel_tool_calls: bool | None = None
    """Whether several functions could be called at once."""

    previous_response_id: str | None = None
    """Always `None`: Groq keeps no answers."""

    reasoning: dict[str, Any] | None = None
    """How the model was to think."""

    service_tier: str | None = None
    """The tier that served the request."""

    store: bool | None = None
    """Always `False`: Groq keeps no answers."""

    temperature: float | None = None
    """The temperature of the request."""

    text: dict[str, Any] | None = None
    """The form that the text was to have."""

    tool_choice: Any | None = None
    """Which tool the model was to call."""

    tools: list[dict[str, Any]] | None = None
    """The tools of the request."""

    top_p: float | None = None
    """The `top_p` of the request."""

    truncation: Literal["auto", "disabled"] | None = None
    """Whether an input that is too long was cut."""

    usage: ResponseUsage | None = None
    """What the answer cost."""

    user: str | None = None
    """The id of the end user that the request gave."""

    @property
    def output_text(self) -> str:
        """The text of all messages, joined; empty if there is none."""
        return "".join(
            part.text
            for item in self.output or ()
            if isinstance(item, ResponseOutputMessage)
            for part in item.content or ()
            if isinstance(part, ResponseOutputText)
        )
