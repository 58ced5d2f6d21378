"""`ResponseOutputText`: text of the model."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias, Union

from pydantic import Discriminator

from ..._http.codec import Tagged
from ..._models import BaseModel

__all__ = [
    "Annotation",
    "AnnotationFileCitation",
    "AnnotationURLCitation",
    "ResponseOutputText",
]


class AnnotationURLCitation(BaseModel):
    """A page that a span of the text cites."""

    type: Literal["url_citation"]
    """Always `url_citation`."""

    url: str
    """The URL of the page."""

    title: str | None = None
    """The title of the page."""

    start_index: int | None = None
    """The first character of the span, counted from 0."""

    end_index: int | None = None
    """The character after the span."""


class AnnotationFileCitation(BaseModel):
    """A file that a span of the text cites."""

    type: Literal["file_citation"]
    """Always `file_citation`."""

    file_id: str
    """The id of the file."""

    index: int | None = None
    """The index of the file."""

    filename: str | None = None
    """The name of the file."""


Annotation: TypeAlias = Annotated[
    Union[AnnotationURLCitation, AnnotationFileCitation],
    Discriminator("type"),
    Tagged(fallback=BaseModel),
]
"""A citation of a span of a text."""


class ResponseOutputText(BaseModel):
    """Text of the model."""

    text: str
    """The text."""

    type: Literal["output_text"]
    """Always `output_text`."""

    annotations: list[Annotation] | None = None
    """The citations of the text."""

    logprobs: list[dict[str, Any]] | None = None
    """The log probabilities of the tokens; no model returns them yet."""
