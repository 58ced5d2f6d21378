"""What a model is to say: replies that a test scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ._json import compact
from ._received import ReceivedRequest


@dataclass(frozen=True)
class ToolCall:
    """A call of a function that the model asks for."""

    name: str
    arguments: Mapping[str, Any] | str = field(default_factory=dict[str, Any])
    """An object, or the very text that the model wrote, which need not be JSON."""
    id: str | None = None
    """The id that the tool's answer refers to; made up when absent."""

    @property
    def arguments_text(self) -> str:
        """The arguments as they stand in an answer."""
        return self.arguments if isinstance(self.arguments, str) else compact(self.arguments)


@dataclass(frozen=True)
class Reply:
    """One answer of a model, given whole or streamed as the request asks.

    `Reply("Hello")` is cut into words; `Reply(["Hel", "lo"])` is streamed in these very tokens.
    """

    content: str | Sequence[str] = ""
    reasoning: str | Sequence[str] | None = None
    """What the model thought first; left out, or put into the content, as the request asks."""
    tool_calls: Sequence[ToolCall] = ()
    executed_tools: Sequence[Mapping[str, Any]] = ()
    """What built-in tools did, as the API writes it: `index`, `type`, `arguments`, `output`, …"""
    finish_reason: str | None = None
    """Told from the reply and the request when absent."""
    usage: Mapping[str, Any] | None = None
    """Laid over the numbers that the server counts."""
    pace: float | None = None
    """Seconds between two tokens; the server's when absent."""
    is_checked: bool = True
    """Whether it is held to the tools and the schema of the request, as the API holds a model."""


ReplyFunction: TypeAlias = Callable[[ReceivedRequest], Reply | str]
"""Decides on the reply from the request. It runs in the server's thread and must not block."""


def tokens_of(text: str | Sequence[str] | None) -> list[str]:
    """Cuts a text into words, each with the space before it; takes given tokens as they are."""
    if text is None:
        return []
    if isinstance(text, str):
        return re.findall(r"\s*\S+|\s+", text)
    return [token for token in text if token]


def text_of(text: str | Sequence[str]) -> str:
    """Gives the whole of a text that may be given in tokens."""
    return text if isinstance(text, str) else "".join(text)
