"""`ResponseOutputMessageParam`: A message of the model, sent back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from typing_extensions import Required, TypedDict

__all__ = ["ResponseOutputMessageParam"]


class ResponseOutputMessageParam(TypedDict, total=False):
    """A message of the model, sent back."""

    id: str
    """The id of the message."""

    content: Required[Iterable[dict[str, Any]]]
    """The parts of the message."""

    role: Required[Literal["assistant"]]
    """Always `assistant`."""

    type: Required[Literal["message"]]
    """Always `message`."""

    status: Literal["in_progress", "completed", "incomplete"]
    """The status of the message."""
