"""Messages of answers that are sent back, without the fields that the API refuses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .._types import is_dict, is_iterable, is_list

if TYPE_CHECKING:
    from .._models import BaseModel

_T = TypeVar("_T")

ACCEPTED_FIELDS = ("role", "content", "reasoning", "name", "tool_calls", "function_call")
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
    params = [each if type(each) in _DICTS else to_param(each) for each in messages]
    return cast("list[_T]", params)  # a converted message is a message too


def to_param(message: object) -> object:
    """Return the message of an answer with the accepted fields; anything else unchanged."""
    from ..types.chat.chat_completion_message import ChatCompletionMessage  # imports pydantic

    if not isinstance(message, ChatCompletionMessage):
        return message
    fields = _set_fields(message, ACCEPTED_FIELDS)
    calls: object = fields.get("tool_calls")
    if is_list(calls):
        fields["tool_calls"] = [_call_param(each) for each in calls]
    if "function_call" in fields:
        fields["function_call"] = _function_param(fields["function_call"])
    return fields


def sendable(value: Any) -> Any:
    """Replace lone surrogates in a model's output, which JSON cannot hold."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if is_list(value):
        return [sendable(each) for each in value]
    if is_dict(value):
        return {key: sendable(each) for key, each in value.items()}
    return value


def _set_fields(model: BaseModel, names: Iterable[str]) -> dict[str, Any]:
    fields_set = model.model_fields_set
    return {name: getattr(model, name, None) for name in names if name in fields_set}


def _call_param(call: object) -> object:
    from .._models import BaseModel

    if not isinstance(call, BaseModel):
        return call  # an odd value, which is sent unchanged
    fields = _set_fields(call, ("id", "type", "function"))
    if "function" in fields:
        fields["function"] = _function_param(fields["function"])
    return fields


def _function_param(function: object) -> object:
    from .._models import BaseModel

    return (
        _set_fields(function, ("name", "arguments"))
        if isinstance(function, BaseModel)
        else function
    )
