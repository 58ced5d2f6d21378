"""`ResponseStreamState`: accumulates the events of an answer, without I/O."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeAlias, Union, cast

from ..._http import codec
from ..._models import BaseModel
from ..._types import Maybe, omit
from ...types.responses.parsed_response import ParsedResponse
from ...types.responses.response import Response
from ...types.responses.response_function_call_arguments_delta_event import (
    ResponseFunctionCallArgumentsDeltaEvent,
)
from ...types.responses.response_function_call_arguments_done_event import (
    ResponseFunctionCallArgumentsDoneEvent,
)
from ...types.responses.response_snapshot_event import (
    FunctionCallArgumentsDeltaEvent,
    FunctionCallArgumentsDoneEvent,
    TextDeltaEvent,
    TextDoneEvent,
)
from ...types.responses.response_stream_event import ResponseStreamEvent
from ...types.responses.response_text_delta_event import ResponseTextDeltaEvent
from ...types.responses.response_text_done_event import ResponseTextDoneEvent
from ..responses import ResponseParser, TextFormatT, parse_response

__all__ = ["ResponseStreamState"]

ParsedResponseStreamEvent: TypeAlias = Union[
    TextDeltaEvent,
    TextDoneEvent[TextFormatT],
    FunctionCallArgumentsDeltaEvent,
    FunctionCallArgumentsDoneEvent,
    ResponseStreamEvent,
]
"""An event of `client.responses.stream`."""

_FINAL_EVENTS = ("response.completed", "response.failed", "response.incomplete")

_TEXT_EVENTS = {
    "response.output_text": ("message", "output_text", "text"),
    "response.refusal": ("message", "refusal", "refusal"),
    "response.reasoning_text": ("reasoning", "reasoning_text", "text"),
}
"""Events with pieces of a text: the types of its item and part, and the field that grows."""


class _Part:
    """A growing text: a part of an item, or the arguments of a call."""

    def __init__(self, values: dict[str, Any], field: str) -> None:
        self.values = values
        self.field = field
        text = values.get(field)
        self.pieces: list[str] = [text] if isinstance(text, str) and text else []

    def to_dict(self) -> dict[str, Any]:
        """Return the part so far."""
        return {**self.values, self.field: "".join(self.pieces)}


class _Item:
    """An item of the output, accumulated so far."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.parts: dict[int, _Part] = {}
        self.arguments = _Part(values, "arguments")

    def part(self, index: object, kind: str, field: str) -> _Part:
        """Return a part by its index, which an odd answer may leave out."""
        index = index if isinstance(index, int) else max(self.parts, default=0)
        if index not in self.parts:
            self.parts[index] = _Part({"type": kind}, field)
        return self.parts[index]

    def to_dict(self) -> dict[str, Any]:
        """Return the item so far."""
        values = dict(self.values)
        if self.parts:
            values["content"] = [self.parts[index].to_dict() for index in sorted(self.parts)]
        if self.arguments.pieces:
            values["arguments"] = "".join(self.arguments.pieces)
        return values


class ResponseStreamState(Generic[TextFormatT]):
    """Accumulates the events of an answer from any source, without I/O.

    Events may be in any order, and without indexes or ids.

    Args:
        text_format: The type of the text, as in `parse`.
        input_tools: The tools of the request, which parse the arguments of their calls.
    """

    def __init__(
        self,
        *,
        text_format: Maybe[type[TextFormatT]] = omit,
        input_tools: Maybe[Iterable[object]] = omit,
    ) -> None:
        self._parser = ResponseParser(text_format, input_tools)
        self._response: dict[str, Any] = {"object": "response", "output": []}
        self._items: dict[int, _Item] = {}
        self._is_whole = False

    @property
    def current_response_snapshot(self) -> Response:
        """A new response of the events so far."""
        return codec.construct(Response, self._response_dict())

    def get_final_response(self) -> ParsedResponse[TextFormatT]:
        """Return the complete answer, after the last event.

        Raises `StructuredOutputError` if its text does not fit the requested type.
        """
        return parse_response(self.current_response_snapshot, self._parser)

    def _response_dict(self) -> dict[str, Any]:
        # The last event has the answer; a server may leave out what it has sent before.
        if self._response.get("output") and self._is_whole:
            return self._response
        output = [self._items[index].to_dict() for index in sorted(self._items)]
        return {**self._response, "output": output}

    # ------------------------------------------------------------------------------------- events

    def handle_event(self, event: ResponseStreamEvent) -> ParsedResponseStreamEvent[TextFormatT]:
        """Add an event, and return it, or one with a snapshot in its place.

        Raises `StructuredOutputError` if a complete text does not fit the requested type.
        """
        unchecked_event: Any = event  # an odd answer may have any value
        kind: object = getattr(unchecked_event, "type", None)
        name, _, what = kind.rpartition(".") if isinstance(kind, str) else ("", "", "")
        if what == "delta":
            return self._add_delta(unchecked_event, name)
        if what == "done":
            return self._add_done(unchecked_event, name)
        if kind == "response.output_item.added":
            self._add_item(unchecked_event)
        elif kind == "response.content_part.added":
            self._add_part(unchecked_event)
        elif isinstance(response := getattr(unchecked_event, "response", None), BaseModel):
            self._response = {**self._response, **response.to_dict(warnings=False)}
            self._is_whole = kind in _FINAL_EVENTS
        return event

    def _add_delta(self, event: Any, name: str) -> ParsedResponseStreamEvent[TextFormatT]:
        part = self._part_of(event, name)
        delta: object = getattr(event, "delta", None)
        if part is None or not isinstance(delta, str):
            return cast("ResponseStreamEvent", event)  # as it came
        part.pieces.append(delta)
        values = (delta, event.item_id, event.output_index, event.sequence_number, part.pieces)
        if isinstance(event, ResponseTextDeltaEvent):
            return TextDeltaEvent(*values, len(part.pieces), event.content_index)
        if isinstance(event, ResponseFunctionCallArgumentsDeltaEvent):
            return FunctionCallArgumentsDeltaEvent(*values, len(part.pieces))
        return cast("ResponseStreamEvent", event)  # as it came

    def _add_done(self, event: Any, name: str) -> ParsedResponseStreamEvent[TextFormatT]:
        if name == "response.output_item":
            self._add_item(event)
        elif name == "response.content_part":
            self._add_part(event)
        part = self._part_of(event, name)
        if part is None:
            return cast("ResponseStreamEvent", event)  # as it came
        whole: object = getattr(event, part.field, None)
        if isinstance(whole, str):
            part.pieces = [whole]  # earlier events keep their own lists
        text = "".join(part.pieces)
        if isinstance(event, ResponseTextDoneEvent):
            parsed = self._parser.text(text, self.current_response_snapshot)
            return TextDoneEvent(
                text,
                parsed,
                event.item_id,
                event.output_index,
                event.content_index,
                event.sequence_number,
            )
        if isinstance(event, ResponseFunctionCallArgumentsDoneEvent):
            tool = event.name or self._item_of(event, "function_call").values.get("name") or ""
            parsed_arguments = self._parser.arguments(tool, text, self.current_response_snapshot)
            return FunctionCallArgumentsDoneEvent(
                tool,
                text,
                parsed_arguments,
                event.item_id,
                event.output_index,
                event.sequence_number,
            )
        return cast("ResponseStreamEvent", event)  # as it came

    def _add_item(self, event: Any) -> None:
        item: object = event.item
        if not isinstance(item, BaseModel):
            return
        values = item.to_dict(warnings=False)
        known = self._item_of(event, str(values.get("type")))
        known.values.update(values)
        if event.type.endswith("done"):
            known.parts.clear()
            known.arguments.pieces = []

    def _add_part(self, event: Any) -> None:
        part: object = event.part
        if not isinstance(part, BaseModel):
            return
        values = part.to_dict(warnings=False)
        is_reasoning = values.get("type") == "reasoning_text"
        item = self._item_of(event, "reasoning" if is_reasoning else "message")
        known = item.part(event.content_index, str(values.get("type")), _field_of(values))
        known.values.update(values)
        text = values.get(known.field)
        if isinstance(text, str) and text:
            known.pieces = [text]

    def _part_of(self, event: Any, name: str) -> _Part | None:
        """Return the text that an event adds to, or `None`."""
        if name in ("response.function_call_arguments", "response.mcp_call_arguments"):
            return self._item_of(event, name.split(".")[1].removesuffix("_arguments")).arguments
        if name not in _TEXT_EVENTS:
            return None
        item_type, kind, field = _TEXT_EVENTS[name]
        return self._item_of(event, item_type).part(event.content_index, kind, field)

    def _item_of(self, event: Any, kind: str) -> _Item:
        """Return the item of an event: by its index, else by its id, else the last one."""
        index: object = getattr(event, "output_index", None)
        item_id: object = getattr(event, "item_id", None)
        if not isinstance(index, int):
            known = (p for p, item in self._items.items() if item.values.get("id") == item_id)
            index = next(known, max(self._items, default=0))
        if index not in self._items:
            self._items[index] = _Item({"type": kind, "id": item_id})
        return self._items[index]


def _field_of(part: dict[str, Any]) -> str:
    """Return the field of a part that grows."""
    return "refusal" if part.get("type") == "refusal" else "text"
