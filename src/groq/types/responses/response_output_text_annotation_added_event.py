"""`ResponseOutputTextAnnotationAddedEvent`: A span of a text has a citation."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel
from .response_output_text import Annotation

__all__ = ["ResponseOutputTextAnnotationAddedEvent"]


class ResponseOutputTextAnnotationAddedEvent(BaseModel):
    """A span of a text has a citation."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    content_index: int
    """The index of the part in the item, from 0."""

    annotation: Annotation
    """Its source."""

    annotation_index: int
    """The index of the annotation in the part, from 0."""

    type: Literal["response.output_text.annotation.added"]
    """Always `response.output_text.annotation.added`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""
