"""`ResponseInputTextParam`: text that is sent to a model."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

__all__ = ["ResponseInputTextParam"]


class ResponseInputTextParam(TypedDict):
    """Text that is sent to a model."""

    text: str
    """The text."""

    type: Literal["input_text"]
    """Always `input_text`."""
