"""What a model is to say: replies that a test scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from typing import Any, TypeAlias

from ._json import JSONObject, compact, list_of, object_of, text_of_content
from ._received import ReceivedRequest, scope_of


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


@dataclass(frozen=True)
class Match:
    """Which requests a reply is for; what is `None` is not looked at."""

    model: str | None = None
    message: str | None = None
    """A regular expression that is found in the text of the last message."""
    tool_result: str | None = None
    """A regular expression that is found in the result of a tool, which is the last message."""
    turn: int | None = None
    """How many answers of the model the conversation has, counted from 0."""
    scope: str | None = None
    """The key, or the header `x-groq-local-scope`, of the requests."""

    def __post_init__(self) -> None:
        for pattern in (self.message, self.tool_result):
            try:
                re.compile(pattern or "")
            except re.error as error:
                raise ValueError(f"Expected a regular expression: {error}") from error

    def fits(self, request: ReceivedRequest) -> bool:
        """Say whether a request matches."""
        if self.scope is not None and self.scope not in scope_of(request):
            return False
        if self == Match(scope=self.scope):
            return True
        body = _body_of(request)
        messages = [object_of(each) for each in list_of(body.get("messages"))]
        last = messages[-1] if messages else {}
        text = text_of_content(last.get("content"))
        answers = sum(each.get("role") == "assistant" for each in messages)
        result = text if last.get("role") == "tool" else None
        return (
            self.model in (None, body.get("model"))
            and (self.message is None or re.search(self.message, text) is not None)
            and (self.tool_result is None or _is_found(self.tool_result, result))
            and self.turn in (None, answers)
        )


def _is_found(pattern: str, text: str | None) -> bool:
    return text is not None and re.search(pattern, text) is not None


def _body_of(request: ReceivedRequest) -> JSONObject:
    try:
        return object_of(request.json() if not request.parts else request.form)
    except (ValueError, RecursionError):
        return {}


def reply_of(value: object) -> Reply:
    """Return a reply from a text, or from JSON: a dict, a pydantic model or a dataclass."""
    if isinstance(value, Reply):
        return value
    if isinstance(value, str):
        return Reply(value)
    dump = getattr(value, "model_dump_json", None)  # A pydantic model, without importing pydantic.
    if callable(dump):
        return Reply(str(dump()))
    if is_dataclass(value) and not isinstance(value, type):
        return Reply(compact(asdict(value)))
    return Reply(compact(value))


ReplyFunction: TypeAlias = Callable[[ReceivedRequest], "Reply | str | Mapping[str, Any]"]
"""Decides on the reply from the request. It runs in the server's thread and must not block."""


def tokens_of(text: str | Sequence[str] | None) -> list[str]:
    """Split a text into words with their preceding spaces; given tokens are unchanged."""
    if text is None:
        return []
    if isinstance(text, str):
        return re.findall(r"\s*\S+|\s+", text)
    return [token for token in text if token]


def text_of(text: str | Sequence[str]) -> str:
    """Return the text of a value that may be a list of tokens."""
    return text if isinstance(text, str) else "".join(text)
