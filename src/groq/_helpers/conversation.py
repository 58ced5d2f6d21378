"""`Conversation`: keeps the items of a conversation for the Responses API, which is stateless."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from .._types import is_iterable, is_mapping
from .messages import sendable
from .structured.parsed_models import instances_of

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

_UNSUPPORTED = {
    "background": "The server has no background mode: send the request in a task of your own.",
    "conversation": "The server does not store conversations: use `groq.Conversation`.",
    "include": "The response always includes everything that the API supports.",
    "previous_response_id": (
        "The server does not store responses: send the items of earlier turns as `input`, "
        "or use `groq.Conversation`, which does so."
    ),
    "prompt": "The server does not store prompts: use `instructions` and `input`.",
    "prompt_cache_key": "The server caches common prefixes of prompts by itself.",
    "safety_identifier": "Identify the end user with `user`.",
}
"""Parameters of OpenAI's API that Groq refuses, with advice on what to do instead."""


def refuse_unsupported(parameters: Mapping[str, object]) -> None:
    """Check for parameters that the server refuses, unless they are `None`.

    Raises `TypeError` with advice on what to do instead.
    """
    for name, value in parameters.items():
        if name not in _UNSUPPORTED:
            raise TypeError(f"Expected a parameter of the Responses API but received {name!r}")
        if value is not None:
            raise TypeError(f"Groq's Responses API has no `{name}`. {_UNSUPPORTED[name]}")


def refuse_store(store: object) -> None:
    """Raise `ValueError` for `store=True`, because the server does not store responses."""
    if store is True:
        raise ValueError(
            "Expected `store` to be False or omitted but received True: the server does not store "
            "responses. Keep `response.to_json()` yourself."
        )


def input_items(items: str | ResponseInputParam) -> str | list[Any]:
    """Return the `input` of a request, with the items of responses in the form the API accepts.

    Dicts come from the caller and are not changed. Raises `TypeError` for another type.
    """
    if isinstance(items, str):
        return items
    plain_items = _plain_items(items)
    if plain_items is None:
        raise TypeError(
            f"Expected `input` to be a text or a list of items but received {type(items).__name__}"
        )
    return plain_items


def _plain_items(given: object) -> list[Any] | None:
    """Return the items of an iterable in the API's form; `None` for anything else."""
    from .._models import BaseModel

    if isinstance(given, BaseModel) or not is_iterable(given):
        return None
    items: list[Any] = []
    for item in given:
        if isinstance(item, BaseModel):
            items += to_input_items(item)
        else:
            items.append(item)
    return items


def to_input_items(item: BaseModel) -> Iterator[dict[str, Any]]:
    """Yield an item of a response in the form of an input, or nothing if it cannot be sent back.

    The server accepts messages and function calls. It refuses reasoning, and the calls of its own
    and of remote tools, which are left out.
    """
    values = sendable(item.to_dict(warnings=False))
    kind = values.get("type")
    if kind == "message":
        yield {
            "type": "message",
            "role": values.get("role", "assistant"),
            "content": _message_text(values.get("content")),
        }
    elif kind == "function_call":
        call = {name: values.get(name) for name in ("type", "call_id", "name", "arguments")}
        if all(isinstance(each, str) for each in call.values()):
            yield call
    elif kind in ("function_call_output", "mcp_approval_response", "item_reference"):
        yield values


def _message_text(parts: object) -> str:
    """Join the texts of a message."""
    if not isinstance(parts, list):
        return parts if isinstance(parts, str) else ""
    texts = (
        part.get("text") or part.get("refusal")
        for part in cast("list[object]", parts)
        if is_mapping(part)
    )
    return "".join(text for text in texts if isinstance(text, str))


def _call_key(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what tells calls apart, because a model may use an id twice."""
    return tuple(str(item.get(name)) for name in ("call_id", "name", "arguments"))


class Conversation:
    """The items of a conversation, which the Responses API does not store.

        conversation = Conversation()
        conversation.add("Who wrote Faust?")
        response = client.responses.create(model=model, input=conversation)
        conversation.add(response)
        conversation.add("When did he live?")
        response = client.responses.create(model=model, input=conversation)

    It is an iterable of items, and can be passed as `input` any number of times.

    Args:
        items: Items to begin with, for example those of an earlier conversation.
    """

    items: list[Any]
    """The items of the next request, oldest first."""

    def __init__(self, items: Iterable[ResponseInputItemParam] = ()) -> None:
        self.items = _plain_items(items) or []
        self._calls: dict[tuple[str, ...], ResponseFunctionToolCall] = {}
        self._approvals: dict[str, McpApprovalRequest] = {}

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self.items))

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        waiting = len(self.function_calls) + len(self._approvals)
        return f"<Conversation of {len(self.items)} items, {waiting} waiting for an answer>"

    def add(self, turn: str | Response | Mapping[str, Any], *, role: str = "user") -> None:
        """Add a turn: a text, a response, or an item.

        Of a response, the items that can be sent back are kept. Its function calls then wait for
        results, and its approval requests for approval.

        Args:
            turn: A text, a `Response`, or a dict in the API's form.
            role: The role of a text: `user`, `system`, `developer` or `assistant`.
        """
        from .._models import BaseModel
        from ..types.responses import Response, ResponseFunctionToolCall
        from ..types.responses.response_output_item import McpApprovalRequest

        if isinstance(turn, str):
            self.items.append({"type": "message", "role": role, "content": turn})
        elif isinstance(turn, Response):
            for item in instances_of(BaseModel, turn.output):
                items = list(to_input_items(item))
                self.items += items
                if isinstance(item, ResponseFunctionToolCall) and items:
                    self._calls[_call_key(items[0])] = item
                elif isinstance(item, McpApprovalRequest):
                    request_id = cast("object", item.id)  # of any type in an odd answer
                    if isinstance(request_id, str):
                        self._approvals[request_id] = item
        elif is_mapping(turn):
            self.items.append(dict(turn))
        else:
            raise TypeError(
                "Expected a text, a Response or a dict as a turn but received "
                f"{type(turn).__name__}"
            )

    @property
    def function_calls(self) -> list[ResponseFunctionToolCall]:
        """The function calls without a result, oldest first."""
        from ..types.responses import ResponseFunctionToolCall

        items = [item for item in self.items if is_mapping(item)]
        results = Counter(
            str(item.get("call_id")) for item in items if item.get("type") == "function_call_output"
        )
        waiting: list[ResponseFunctionToolCall] = []
        for item in items:
            if item.get("type") != "function_call":
                continue
            call_id = str(item.get("call_id"))
            if results[call_id]:
                results[call_id] -= 1
                continue
            # Those of an earlier conversation are there as items alone.
            call = self._calls.get(_call_key(item)) or ResponseFunctionToolCall.construct(**item)
            waiting.append(call)
        return waiting

    def add_result(self, call: ResponseFunctionToolCall | str, output: str) -> None:
        """Add the result of a function.

        Args:
            call: The call, or its `call_id`.
            output: The result as text, such as JSON.

        Raises:
            ValueError: There is no such call without a result.
        """
        call_id = sendable(call if isinstance(call, str) else call.call_id)
        if call_id not in [sendable(waiting.call_id) for waiting in self.function_calls]:
            raise ValueError(f"Expected a call that waits for its result but received {call_id!r}")
        self.items.append({"type": "function_call_output", "call_id": call_id, "output": output})

    @property
    def approval_requests(self) -> list[McpApprovalRequest]:
        """The calls of remote tools that need approval."""
        return list(self._approvals.values())

    def answer_approval(
        self, request: McpApprovalRequest | str, *, approve: bool, reason: str | None = None
    ) -> None:
        """Approve a call of a remote tool, or refuse it.

        Args:
            request: The request, or its `id`.
            approve: Whether the call may run.
            reason: The reason, for the model.

        Raises:
            ValueError: There is no such request without an answer.
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
