"""`ResponseTextDeltaEvent`: a piece of a text."""

from __future__ import annotations

from typing import Any, Literal

from ..._models import BaseModel

__all__ = ["ResponseTextDeltaEvent"]


class ResponseTextDeltaEvent(BaseModel):
    """A piece of a text."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    content_index: int
    """The index of the part in the item, from 0."""

    delta: str
    """The piece."""

    logprobs: list[Any] | None = None
    """The log probabilities of the tokens; no model returns them yet."""

    type: Literal["response.output_text.delta"]
    """Always `response.output_text.delta`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""
