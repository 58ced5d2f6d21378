"""`ResponseCodeInterpreterToolCall`: a program that the server ran for a model."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, Union

from pydantic import Discriminator

from ..._http.codec import Tagged
from ..._models import BaseModel

__all__ = ["Output", "OutputImage", "OutputLogs", "ResponseCodeInterpreterToolCall"]


class OutputLogs(BaseModel):
    """The printed output of a program."""

    logs: str
    """The text."""

    type: Literal["logs"]
    """Always `logs`."""


class OutputImage(BaseModel):
    """An image that a program created."""

    type: Literal["image"]
    """Always `image`."""

    url: str
    """The URL of the image."""


Output: TypeAlias = Annotated[
    Union[OutputLogs, OutputImage], Discriminator("type"), Tagged(fallback=BaseModel)
]
"""A part of the output of a program."""


class ResponseCodeInterpreterToolCall(BaseModel):
    """A program that the server ran for a model."""

    id: str
    """The id of the item."""

    type: Literal["code_interpreter_call"]
    """Always `code_interpreter_call`."""

    code: str | None = None
    """The program."""

    container_id: str | None = None
    """The container of the program."""

    outputs: list[Output] | None = None
    """Its output."""

    status: Literal["in_progress", "completed", "incomplete", "interpreting", "failed"] | None = (
        None
    )
    """The status of the program."""
