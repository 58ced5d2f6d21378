"""`ChatCompletionToolMessageParam`: the result of a tool call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from typing_extensions import Required, TypedDict

from .chat_completion_content_part_param import ChatCompletionContentPartParam

__all__ = ["ChatCompletionToolMessageParam"]


class ChatCompletionToolMessageParam(TypedDict, total=False):
    """The result of a tool call."""

    content: Required[str | Iterable[ChatCompletionContentPartParam]]
    """The result."""

    role: Required[Literal["tool"]]
    """Always `tool`."""

    tool_call_id: Required[str]
    """The `id` of the call of this result."""
