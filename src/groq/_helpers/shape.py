"""Checks the shape of an answer before a helper reads it.

Models are lenient: values that do not fit are kept as they are. Helpers therefore check an answer
here before they read `choices[0].message`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, cast

from .. import _library as library
from .._exceptions import APIResponseValidationError
from .._http import codec

if TYPE_CHECKING:
    import httpx

    from ..types.chat import ChatCompletion
    from ..types.responses import Response

MAX_SHOWN_CHARS = 200
"""The characters of an invalid value that an error shows."""


def checked_completion(
    answer: object, *, url: str = "", response: httpx.Response | None = None
) -> ChatCompletion:
    """Return an answer if it has the shape of a completion, with a choice and its message.

    Raises `APIResponseValidationError` otherwise. Its `response` is the given one, or is rebuilt
    from the answer.
    """
    from ..types.chat.chat_completion import ChatCompletion, Choice
    from ..types.chat.chat_completion_message import ChatCompletionMessage

    if not isinstance(answer, ChatCompletion):
        raise_unexpected(answer, "a chat completion", answer, url=url, response=response)
    choices = _field(answer, "choices")
    if not choices or not isinstance(choices, list):
        raise_unexpected(
            answer, "a list with an answer as `choices`", choices, url=url, response=response
        )
    for index, choice in enumerate(cast("list[object]", choices)):
        path = f"choices[{index}]"
        if not isinstance(choice, Choice):
            raise_unexpected(answer, f"an object as `{path}`", choice, url=url, response=response)
        message = _field(choice, "message")
        if not isinstance(message, ChatCompletionMessage):
            raise_unexpected(
                answer, f"an object as `{path}.message`", message, url=url, response=response
            )
        mismatch = _message_mismatch(message, f"{path}.message")
        if mismatch:
            expected, received = mismatch
            raise_unexpected(answer, expected, received, url=url, response=response)
    return answer


def _message_mismatch(message: object, path: str) -> tuple[str, object] | None:
    """Return what was expected in a message and what it has instead; `None` if it is valid."""
    from ..types.chat.chat_completion_message_tool_call import (
        ChatCompletionMessageToolCall,
        Function,
    )

    for name in ("content", "reasoning"):
        text = _field(message, name)
        if text is not None and not isinstance(text, str):
            return f"text or null as `{path}.{name}`", text
    calls = _field(message, "tool_calls")
    if calls is None:
        return None
    if not isinstance(calls, list):
        return f"a list or null as `{path}.tool_calls`", calls
    for index, call in enumerate(cast("list[object]", calls)):
        call_path = f"{path}.tool_calls[{index}]"
        if not isinstance(call, ChatCompletionMessageToolCall):
            return f"an object as `{call_path}`", call
        if not isinstance(_field(call, "id"), str):
            return f"text as `{call_path}.id`", call.id
        function = _field(call, "function")
        if not isinstance(function, Function):
            return f"an object as `{call_path}.function`", function
        for name in ("name", "arguments"):
            value = _field(function, name)
            if not isinstance(value, str):
                return f"text as `{call_path}.function.{name}`", value
    return None


def checked_response(answer: object, *, url: str = "") -> Response:
    """Return an answer if it has the shape of one of the Responses API, with a list of items.

    Raises `APIResponseValidationError` for any other.
    """
    from .._models import BaseModel
    from ..types.responses import Response

    if not isinstance(answer, Response):
        raise_unexpected(answer, "a response", answer, url=url)
    output = _field(answer, "output")
    if output is None and answer.status == "failed":
        answer.output = []
        return answer
    if not isinstance(output, list):
        raise_unexpected(answer, "a list as `output`", output, url=url)
    for index, item in enumerate(cast("list[object]", output)):
        path = f"output[{index}]"
        if not isinstance(item, BaseModel):
            raise_unexpected(answer, f"an object as `{path}`", item, url=url)
        kind = _field(item, "type")
        if kind is not None and not isinstance(kind, str):
            raise_unexpected(answer, f"text as `{path}.type`", kind, url=url)
        for name in _TEXT_FIELDS.get(kind, ()):
            value = _field(item, name)
            if not isinstance(value, str):
                raise_unexpected(answer, f"text as `{path}.{name}`", value, url=url)
    return answer


_TEXT_FIELDS: dict[object, tuple[str, ...]] = {
    "function_call": ("call_id", "name", "arguments"),
    "mcp_approval_request": ("id",),
}
"""What an item is read for, by its type; a message that is odd has no text."""


def _field(part: object, name: str) -> object:
    """Return a field, which an odd answer may lack or have as another type."""
    return getattr(part, name, None)


def raise_unexpected(
    answer: object,
    expected: str,
    received: object,
    *,
    url: str = "",
    response: httpx.Response | None = None,
) -> NoReturn:
    """Raise the error for an answer of an unexpected shape."""
    from .._models import BaseModel

    body = answer.to_dict(warnings=False) if isinstance(answer, BaseModel) else answer
    shown = repr(received.to_dict(warnings=False) if isinstance(received, BaseModel) else received)
    if len(shown) > MAX_SHOWN_CHARS:
        shown = f"{shown[:MAX_SHOWN_CHARS]}…"
    raise APIResponseValidationError(
        response if response is not None else _rebuilt_response(answer, body, url),
        body,
        message=f"Expected {expected} but received {shown}",
    )


def _rebuilt_response(answer: object, body: object, url: str) -> httpx.Response:
    """Rebuild a response from its parsed body."""
    its = library.of(None)
    request_id = getattr(answer, "_request_id", None)
    try:
        content = codec.encode(body)
    except (TypeError, ValueError):
        content = b""
    return its.Response(
        200,
        headers={"x-request-id": request_id} if isinstance(request_id, str) else None,
        content=content,
        request=its.Request("POST", url),
    )
