"""`ResponseCodeInterpreterToolCall`: a program that the server ran for a model."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, Union

from pydantic import Discriminator

from ..._http.codec import Tagged
from ..._models import BaseModel

__all__ = ["Output", "OutputImage", "OutputLogs", "ResponseCodeInterpreterToolCall"]


class OutputLogs(BaseModel):
    """What a program printed."""

    logs: str
    """The text."""

    type: Literal["logs"]
    """Always `logs`."""


class OutputImage(BaseModel):
    """A picture that a program made."""

    type: Literal["image"]
    """Always `image`."""

    url: str
    """The address of the picture."""


Output: TypeAlias = Annotated[
    Union[OutputLogs, OutputImage], Discriminator("type"), Tagged(otherwise=BaseModel)
]
"""A part of what came out of a program."""


class ResponseCodeInterpreterToolCall(BaseModel):
    """A program that the server ran for a model."""

    id: str
    """The id of the item."""

    type: Literal["code_interpreter_call"]
    """Always `code_interpreter_call`."""

    code: str | None = None
    """The program."""

    container_id: str | None = None
    """Where the program ran."""

    outputs: list[Output] | None = None
    """What came out of it."""

    status: Literal["in_progress", "completed", "incomplete", "interpreting", "failed"] | None = (
        None
    )
    """How far the program has come."""
