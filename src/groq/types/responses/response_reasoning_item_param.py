"""`ResponseReasoningItemParam`: reasoning of the model, sent back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from typing_extensions import Required, TypedDict

__all__ = ["ResponseReasoningItemParam"]


class ResponseReasoningItemParam(TypedDict, total=False):
    """Reasoning of the model, sent back."""

    id: str
    """The id of the item."""

    summary: Required[Iterable[dict[str, Any]]]
    """Summaries of the reasoning."""

    type: Required[Literal["reasoning"]]
    """Always `reasoning`."""

    content: Iterable[dict[str, Any]]
    """The reasoning itself."""
