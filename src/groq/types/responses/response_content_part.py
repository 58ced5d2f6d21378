"""`Part`: a part of an item, as events of a stream carry it."""

from __future__ import annotations

from typing import Annotated, TypeAlias, Union

from pydantic import Discriminator

from ..._http.codec import Tagged
from ..._models import BaseModel
from .response_output_refusal import ResponseOutputRefusal
from .response_output_text import ResponseOutputText
from .response_reasoning_item import Content as PartReasoningText

__all__ = ["Part", "PartReasoningText"]

Part: TypeAlias = Annotated[
    Union[ResponseOutputText, ResponseOutputRefusal, PartReasoningText],
    Discriminator("type"),
    Tagged(fallback=BaseModel),
]
"""A part of a message or of reasoning."""
