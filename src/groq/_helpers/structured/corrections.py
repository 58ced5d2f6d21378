"""Corrections: asking a model to correct an answer that was refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from ..._exceptions import APIError, error_details
from .errors import StructuredOutputError

if TYPE_CHECKING:
    from ...types.chat import ChatCompletionMessageParam

_T = TypeVar("_T")

CORRECTABLE_CODES = frozenset({"tool_use_failed", "json_validate_failed"})
"""The codes of server errors that the model's output caused."""


def is_correctable(error: Exception) -> bool:
    """Return whether the model's output caused an error, so that the model can correct it."""
    if isinstance(error, APIError):
        return error.code in CORRECTABLE_CODES
    return isinstance(error, StructuredOutputError)


def correction(error: Exception, text: str | None = None) -> list[ChatCompletionMessageParam]:
    """Return the messages that ask the model to correct its answer.

    Args:
        error: An error for which `is_correctable` is true.
        text: The request to the model; the default quotes the error's message.
    """
    refused: object = getattr(
        error, "text" if isinstance(error, StructuredOutputError) else "failed_generation", None
    )
    reason = error_details(getattr(error, "body", None)).get("message") or error
    messages: list[ChatCompletionMessageParam] = []
    if refused:
        messages.append({"role": "assistant", "content": str(refused)})
    content = text or f"Your last answer was refused: {reason}\nCorrect it."
    messages.append({"role": "user", "content": content})
    return messages


async def async_create_corrected(
    create: Callable[..., Awaitable[Any]],
    request: dict[str, Any],
    parse: Callable[[Any], _T],
    max_corrections: int,
) -> _T:
    """Create an answer and parse it; ask the model to correct one that is refused.

    Raises the error of an answer that cannot be corrected, and of the last one.
    """
    while True:
        try:
            return parse(await create(**request))
        except (APIError, StructuredOutputError) as error:
            if max_corrections <= 0 or not is_correctable(error):
                raise
            max_corrections -= 1
            messages = [*request["messages"], *correction(error)]
            request = {**request, "messages": messages}


# >>> sync half: produced by scripts/mirror.py


def create_corrected(
    create: Callable[..., Any],
    request: dict[str, Any],
    parse: Callable[[Any], _T],
    max_corrections: int,
) -> _T:
    """Create an answer and parse it; ask the model to correct one that is refused.

    Raises the error of an answer that cannot be corrected, and of the last one.
    """
    while True:
        try:
            return parse(create(**request))
        except (APIError, StructuredOutputError) as error:
            if max_corrections <= 0 or not is_correctable(error):
                raise
            max_corrections -= 1
            messages = [*request["messages"], *correction(error)]
            request = {**request, "messages": messages}


# <<<
