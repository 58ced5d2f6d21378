"""Messages of answers that are sent back, without the fields that the API refuses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .._types import is_iterable, is_list

if TYPE_CHECKING:
    from .._models import BaseModel

_T = TypeVar("_T")

TAKEN_BACK = ("role", "content", "reasoning", "name", "tool_calls", "function_call")
"""The fields of an assistant's message that the API accepts in a request; it refuses others.

See https://console.groq.com/docs/api-reference#chat-create
"""

_DICTS = frozenset({dict})


def messages_of(messages: Iterable[_T]) -> Iterable[_T]:
    """Return the messages of a request; those of answers without fields that the API refuses.

    Dicts come from the caller and are not changed.
    """
    if not is_iterable(messages):
        return messages
    # Most messages are dicts: they need no further check.
    given = [each if type(each) in _DICTS else to_param(each) for each in messages]
    return cast("list[_T]", given)  # a converted message is a message too


def to_param(message: object) -> object:
    """Return the message of an answer with the accepted fields; anything else unchanged."""
    from ..types.chat.chat_completion_message import ChatCompletionMessage  # imports pydantic

    if not isinstance(message, ChatCompletionMessage):
        return message
    given = _set(message, TAKEN_BACK)
    calls: object = given.get("tool_calls")
    if is_list(calls):
        given["tool_calls"] = [_call(each) for each in calls]
    if "function_call" in given:
        given["function_call"] = _function(given["function_call"])
    return given


def _set(model: BaseModel, names: Iterable[str]) -> dict[str, Any]:
    fields_set = model.model_fields_set
    return {name: getattr(model, name, None) for name in names if name in fields_set}


def _call(call: object) -> object:
    from .._models import BaseModel

    if not isinstance(call, BaseModel):
        return call  # an odd value, which is sent unchanged
    given = _set(call, ("id", "type", "function"))
    if "function" in given:
        given["function"] = _function(given["function"])
    return given


def _function(function: object) -> object:
    from .._models import BaseModel

    return _set(function, ("name", "arguments")) if isinstance(function, BaseModel) else function
