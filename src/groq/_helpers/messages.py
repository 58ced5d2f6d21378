"""Messages of answers that are sent back, without the fields that the API refuses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .._types import is_iterable, is_list

if TYPE_CHECKING:
    from .._models import BaseModel
    from ..types.chat import ChatCompletionMessageParam

_T = TypeVar("_T")

TAKEN_BACK = ("role", "content", "reasoning", "name", "tool_calls", "function_call")
"""The fields of an assistant's message that the API accepts; it refuses others in a request.

See https://console.groq.com/docs/api-reference#chat-create
"""


def messages_of(messages: Iterable[_T]) -> Iterable[_T]:
    """Return the messages of a request; those of answers without fields that the API refuses.

    Dicts come from the caller and are not changed.
    """
    if not is_iterable(messages):
        return messages
    return [_sendable(each) for each in cast("Iterable[_T]", messages)]


def _sendable(message: _T) -> _T:
    kind: object = type(message)
    if kind is dict:  # the common case
        return message
    from .._models import BaseModel  # imports pydantic

    if not isinstance(message, BaseModel):
        return message
    return cast("_T", given_back(message))  # a message too


def given_back(message: BaseModel) -> ChatCompletionMessageParam | BaseModel:
    """Return the message of an answer with the accepted fields; any other model unchanged."""
    from ..types.chat.chat_completion_message import ChatCompletionMessage

    if not isinstance(message, ChatCompletionMessage):
        return message
    given: dict[str, Any] = {
        name: getattr(message, name, None) for name in _set(message, TAKEN_BACK)
    }
    calls: object = given.get("tool_calls")
    if is_list(calls):
        given["tool_calls"] = [_call(each) for each in calls]
    return cast("ChatCompletionMessageParam", given)  # an assistant's message


def _set(model: BaseModel, names: Iterable[str]) -> list[str]:
    return [name for name in names if name in model.model_fields_set]


def _call(call: object) -> object:
    from .._models import BaseModel

    if not isinstance(call, BaseModel):
        return call  # an odd value, which is sent unchanged
    given: dict[str, Any] = {name: getattr(call, name) for name in _set(call, ("id", "type"))}
    function: object = getattr(call, "function", None)
    if isinstance(function, BaseModel):
        names = _set(function, ("name", "arguments"))
        given["function"] = {name: getattr(function, name) for name in names}
    return given
