"""`ResponseOutputText`: text that a model wrote."""

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
    """A page that a stretch of the text rests on."""

    type: Literal["url_citation"]
    """Always `url_citation`."""

    url: str
    """The address of the page."""

    title: str | None = None
    """The title of the page."""

    start_index: int | None = None
    """The first character of the stretch, counted from 0."""

    end_index: int | None = None
    """The character after the stretch."""


class AnnotationFileCitation(BaseModel):
    """A file that a stretch of the text rests on."""

    type: Literal["file_citation"]
    """Always `file_citation`."""

    file_id: str
    """The id of the file."""

    index: int | None = None
    """The place of the file among those given."""

    filename: str | None = None
    """The name of the file."""


Annotation: TypeAlias = Annotated[
    Union[AnnotationURLCitation, AnnotationFileCitation],
    Discriminator("type"),
    Tagged(otherwise=BaseModel),
]
"""What a stretch of a text rests on."""


class ResponseOutputText(BaseModel):
    """Text that a model wrote."""

    text: str
    """The text."""

    type: Literal["output_text"]
    """Always `output_text`."""

    annotations: list[Annotation] | None = None
    """What stretches of the text rest on."""

    logprobs: list[dict[str, Any]] | None = None
    """How likely the tokens were; no model tells yet."""
