"""`ResponseOutputMessageParam`: a message that a model wrote, given back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from typing_extensions import Required, TypedDict

__all__ = ["ResponseOutputMessageParam"]


class ResponseOutputMessageParam(TypedDict, total=False):
    """A message that a model wrote, given back."""

    id: str
    """The id of the message."""

    content: Required[Iterable[dict[str, Any]]]
    """What the model wrote, part by part."""

    role: Required[Literal["assistant"]]
    """Always `assistant`."""

    type: Required[Literal["message"]]
    """Always `message`."""

    status: Literal["in_progress", "completed", "incomplete"]
    """How far the message had come."""
