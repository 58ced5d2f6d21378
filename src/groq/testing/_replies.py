"""Replies: the scripted output of a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from ._json import JSONObject, compact, list_of, object_of, text_of_content
from ._received import ReceivedRequest, scopes_of


@dataclass(frozen=True)
class ToolCall:
    """A function call of the model."""

    name: str
    arguments: Mapping[str, Any] | str = field(default_factory=dict[str, Any])
    """An object, or the text of the model, which may be invalid JSON."""
    id: str | None = None
    """The id of the call; generated if it is absent."""

    @property
    def arguments_text(self) -> str:
        """The arguments as text."""
        return self.arguments if isinstance(self.arguments, str) else compact(self.arguments)


@dataclass(frozen=True)
class Reply:
    """An answer of a model, sent whole or streamed as requested.

    `Reply("Hello")` is split into words; `Reply(["Hel", "lo"])` is streamed in these tokens.
    """

    content: str | Sequence[str] = ""
    reasoning: str | Sequence[str] | None = None
    """The reasoning; omitted, or put into the content, as requested."""
    tool_calls: Sequence[ToolCall] = ()
    executed_tools: Sequence[Mapping[str, Any]] = ()
    """The executed built-in tools, in the API's form: `index`, `type`, `arguments`, `output`, …"""
    finish_reason: str | None = None
    """Derived from the reply and the request if it is absent."""
    usage: Mapping[str, Any] | None = None
    """Overrides numbers that the server counts."""
    pace: float | None = None
    """Seconds between tokens; the server's pace if it is absent."""
    is_checked: bool = True
    """Whether it is checked against the tools and the schema of the request, as by the API."""


@dataclass(frozen=True)
class Match:
    """The requests that a reply is for; fields that are `None` match anything."""

    model: str | None = None
    message: str | None = None
    """A regular expression that is searched in the text of the last message."""
    tool_result: str | None = None
    """A regular expression that is searched in the result of a tool, as the last message."""
    turn: int | None = None
    """The number of answers of the model in the conversation, from 0."""
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
        if self.scope is not None and self.scope not in scopes_of(request.headers):
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
    except ValueError:
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
"""Returns the reply to a request."""


def tokens_of(text: str | Sequence[str] | None) -> Sequence[str]:
    """Split a text into words with their preceding spaces; given tokens are unchanged."""
    if not text:
        return ()
    return _words_of(text) if isinstance(text, str) else [token for token in text if token]


@lru_cache(maxsize=32)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\s*\S+|\s+", text))


def text_of(text: str | Sequence[str]) -> str:
    """Return the text of a value that may be a list of tokens."""
    return text if isinstance(text, str) else "".join(text)
