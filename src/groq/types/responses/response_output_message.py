"""`ResponseOutputMessage`: A message of the model."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, Union

from pydantic import Discriminator

from ..._http.codec import Tagged
from ..._models import BaseModel
from .response_output_refusal import ResponseOutputRefusal
from .response_output_text import ResponseOutputText

__all__ = ["Content", "ResponseOutputMessage"]

Content: TypeAlias = Annotated[
    Union[ResponseOutputText, ResponseOutputRefusal],
    Discriminator("type"),
    Tagged(fallback=BaseModel),
]
"""A part of a message."""


class ResponseOutputMessage(BaseModel):
    """A message of the model."""

    id: str
    """The id of the message: `msg_…`."""

    content: list[Content]
    """The parts of the message."""

    role: Literal["assistant"]
    """Always `assistant`."""

    type: Literal["message"]
    """Always `message`."""

    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """The status of the message."""
