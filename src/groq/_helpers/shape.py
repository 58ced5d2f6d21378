"""The shape of an answer: the one place that says what a helper may read without a further look.

Models are lenient: what does not fit is kept raw. A helper that reads `choices[0].message` first
has the answer checked here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, cast

from .._exceptions import APIResponseValidationError
from .._http import codec, library

if TYPE_CHECKING:
    import httpx

    from ..types.chat import ChatCompletion

MAX_SHOWN_CHARS = 200
"""The characters of an odd value that an error shows."""


def checked_completion(
    answer: object, *, url: str = "", response: httpx.Response | None = None
) -> ChatCompletion:
    """Return an answer if it has the shape of a completion, with a choice and its message.

    Raises `APIResponseValidationError` for any other. Its `response` is the one that is given, or
    is made anew of what was kept of the answer.
    """
    from ..types.chat.chat_completion import ChatCompletion, Choice
    from ..types.chat.chat_completion_message import ChatCompletionMessage

    if not isinstance(answer, ChatCompletion):
        refuse(answer, "a chat completion", answer, url=url, response=response)
    choices = _of(answer, "choices")
    if not choices or not isinstance(choices, list):
        refuse(answer, "a list with an answer as `choices`", choices, url=url, response=response)
    for place, choice in enumerate(cast("list[object]", choices)):
        path = f"choices[{place}]"
        if not isinstance(choice, Choice):
            refuse(answer, f"an object as `{path}`", choice, url=url, response=response)
        message = _of(choice, "message")
        if not isinstance(message, ChatCompletionMessage):
            refuse(answer, f"an object as `{path}.message`", message, url=url, response=response)
        fault = _fault(message)
        if fault:
            expected, received = fault
            expected = expected.format(f"{path}.message")
            refuse(answer, expected, received, url=url, response=response)
    return answer


def _fault(message: object) -> tuple[str, object] | None:
    """Return what a message is expected to have, and has not."""
    from ..types.chat.chat_completion_message_tool_call import (
        ChatCompletionMessageToolCall,
        Function,
    )

    for name in ("content", "reasoning"):
        text = _of(message, name)
        if text is not None and not isinstance(text, str):
            return f"text or null as `{{}}.{name}`", text
    calls = _of(message, "tool_calls")
    if calls is None:
        return None
    if not isinstance(calls, list):
        return "a list or null as `{}.tool_calls`", calls
    for place, call in enumerate(cast("list[object]", calls)):
        path = f"{{}}.tool_calls[{place}]"
        if not isinstance(call, ChatCompletionMessageToolCall):
            return f"an object as `{path}`", call
        if not isinstance(_of(call, "id"), str):
            return f"text as `{path}.id`", call.id
        function = _of(call, "function")
        if not isinstance(function, Function):
            return f"an object as `{path}.function`", function
        for name in ("name", "arguments"):
            value = _of(function, name)
            if not isinstance(value, str):
                return f"text as `{path}.function.{name}`", value
    return None


def _of(part: object, name: str) -> object:
    """Return a field, which an odd answer may not have, or not as its type says."""
    return getattr(part, name, None)


def refuse(
    answer: object,
    expected: str,
    received: object,
    *,
    url: str = "",
    response: httpx.Response | None = None,
) -> NoReturn:
    """Raise the error of an answer that has not the shape that was expected."""
    from .._models import BaseModel

    body = answer.to_dict(warnings=False) if isinstance(answer, BaseModel) else answer
    shown = repr(received.to_dict(warnings=False) if isinstance(received, BaseModel) else received)
    if len(shown) > MAX_SHOWN_CHARS:
        shown = f"{shown[:MAX_SHOWN_CHARS]}…"
    raise APIResponseValidationError(
        response if response is not None else _response(answer, body, url),
        body,
        message=f"Expected {expected} but received {shown}",
    )


def _response(answer: object, body: object, url: str) -> httpx.Response:
    """Make a response of what was kept of one."""
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
