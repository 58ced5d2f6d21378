"""What an answer of the Responses API gives back: the API keeps nothing, so the caller does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from .._types import is_iterable, is_mapping

if TYPE_CHECKING:
    from .._models import BaseModel
    from ..types.responses import (
        Response,
        ResponseFunctionToolCall,
        ResponseInputItemParam,
        ResponseInputParam,
    )
    from ..types.responses.response_output_item import McpApprovalRequest

__all__ = ["Conversation"]

_REFUSED = {
    "background": "The server answers at once: send the request from a task of your own.",
    "conversation": "The server keeps no conversations: `groq.Conversation` does.",
    "include": "The answer always has what the API can tell.",
    "previous_response_id": (
        "The server keeps no answers: give the items of earlier turns in `input`, "
        "or let `groq.Conversation` do so."
    ),
    "prompt": "The server keeps no prompts: write it into `instructions` and `input`.",
    "prompt_cache_key": "The server caches equal beginnings of prompts by itself.",
    "safety_identifier": "Identify the end user with `user`.",
}
"""Parameters of OpenAI's API that this one refuses, and what to do instead."""


def check_refused(refused: Mapping[str, object]) -> None:
    """Raise for a parameter that the server refuses, unless it is `None`.

    Raises `TypeError` that says what to do instead.
    """
    for name, value in refused.items():
        if name not in _REFUSED:
            raise TypeError(f"Expected a parameter of the Responses API but received {name!r}")
        if value is not None:
            raise TypeError(f"Groq's Responses API has no `{name}`. {_REFUSED[name]}")


def check_store(store: object) -> None:
    """Raise `ValueError` for `store=True`: the server keeps no answers."""
    if store is True:
        raise ValueError(
            "Expected `store` to be False or left out but received True: the server keeps no "
            "answers. Keep `response.to_json()` yourself."
        )


def input_items(given: str | ResponseInputParam) -> str | list[Any]:
    """Return what a model is given, with items of answers as they may go back.

    A dict of the caller's goes as it is. Raises `TypeError` for what is neither text nor items.
    """
    if isinstance(given, str):
        return given
    items = _plain_items(given)
    if items is None:
        raise TypeError(
            f"Expected `input` to be a text or a list of items but received {type(given).__name__}"
        )
    return items


def _plain_items(given: object) -> list[Any] | None:
    """Return the items of an iterable in the form of the API; `None` for anything else."""
    from .._models import BaseModel

    if isinstance(given, BaseModel) or not is_iterable(given):
        return None
    items: list[Any] = []
    for item in given:
        if isinstance(item, BaseModel):
            items += given_back(item)
        else:
            items.append(item)
    return items


def given_back(item: BaseModel) -> Iterator[dict[str, Any]]:
    """Give an item of an answer as the next input may have it; nothing for what may not go back.

    The server takes back messages and calls of functions. Thoughts, and what it has done with
    tools of its own or with remote ones, stay out: it refuses them.
    """
    values = item.to_dict()
    kind = values.get("type")
    if kind == "message":
        parts: Any = values.get("content")
        yield {"type": "message", "role": values.get("role", "assistant"), "content": _text(parts)}
    elif kind == "function_call":
        yield {name: values[name] for name in ("type", "call_id", "name", "arguments")}
    elif kind in ("function_call_output", "mcp_approval_response", "item_reference"):
        yield values


def _text(parts: object) -> str:
    """Join the texts of a message."""
    if not isinstance(parts, list):
        return parts if isinstance(parts, str) else ""
    texts = (
        part.get("text") or part.get("refusal")
        for part in cast("list[object]", parts)
        if is_mapping(part)
    )
    return "".join(text for text in texts if isinstance(text, str))


class Conversation:
    """The items of a conversation, which the Responses API does not keep.

        conversation = Conversation()
        conversation.add("Who wrote Faust?")
        response = client.responses.create(model=model, input=conversation)
        conversation.add(response)
        conversation.add("When did he live?")
        response = client.responses.create(model=model, input=conversation)

    It is an iterable of items, and can be given as `input` any number of times.

    Args:
        items: Items to begin with, for example those of an earlier conversation.
    """

    items: list[Any]
    """The items, oldest first, as the next request sends them."""

    def __init__(self, items: Iterable[ResponseInputItemParam] = ()) -> None:
        self.items = _plain_items(items) or []
        self._calls: dict[str, ResponseFunctionToolCall] = {}
        self._approvals: dict[str, McpApprovalRequest] = {}

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self.items))

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        waiting = len(self._calls) + len(self._approvals)
        return f"<Conversation of {len(self.items)} items, {waiting} waiting for an answer>"

    def add(self, turn: str | Response | Mapping[str, Any], *, role: str = "user") -> None:
        """Add a turn: words of the user, an answer, or an item.

        Of an answer, what may go back is kept; calls and requests for approval wait for theirs.

        Args:
            turn: A text, a `Response`, or a dict in the form of the API.
            role: Who says the text: `user`, `system`, `developer` or `assistant`.
        """
        from ..types.responses import Response, ResponseFunctionToolCall
        from ..types.responses.response_output_item import McpApprovalRequest

        if isinstance(turn, str):
            self.items.append({"type": "message", "role": role, "content": turn})
        elif isinstance(turn, Response):
            for item in turn.output or ():
                self.items += given_back(item)
                if isinstance(item, ResponseFunctionToolCall):
                    self._calls[item.call_id] = item
                elif isinstance(item, McpApprovalRequest):
                    self._approvals[item.id] = item
        elif is_mapping(turn):
            self.items.append(dict(turn))
        else:
            raise TypeError(
                "Expected a text, a Response or a dict as a turn but received "
                f"{type(turn).__name__}"
            )

    @property
    def function_calls(self) -> list[ResponseFunctionToolCall]:
        """The calls of functions that have no result yet."""
        return list(self._calls.values())

    def add_result(self, call: ResponseFunctionToolCall | str, output: str) -> None:
        """Add the result of a function.

        Args:
            call: The call, or its `call_id`.
            output: The result as text, which may be JSON.

        Raises:
            ValueError: No such call waits for a result.
        """
        call_id = call if isinstance(call, str) else call.call_id
        if self._calls.pop(call_id, None) is None:
            raise ValueError(f"Expected a call that waits for its result but received {call_id!r}")
        self.items.append({"type": "function_call_output", "call_id": call_id, "output": output})

    @property
    def approval_requests(self) -> list[McpApprovalRequest]:
        """The calls of remote tools that wait for approval."""
        return list(self._approvals.values())

    def answer_approval(
        self, request: McpApprovalRequest | str, *, approve: bool, reason: str | None = None
    ) -> None:
        """Approve a call of a remote tool, or refuse it.

        Args:
            request: The request, or its `id`.
            approve: Whether the call may run.
            reason: Why, for the model.

        Raises:
            ValueError: No such request waits for an answer.
        """
        request_id = request if isinstance(request, str) else request.id
        if self._approvals.pop(request_id, None) is None:
            raise ValueError(
                f"Expected a request that waits for approval but received {request_id!r}"
            )
        answer = {
            "type": "mcp_approval_response",
            "approval_request_id": request_id,
            "approve": approve,
        }
        self.items.append(answer if reason is None else {**answer, "reason": reason})
