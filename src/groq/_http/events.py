"""`EventReader`: turns the events of a stream into items, and detects a stream that is cut."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final, Generic, TypeVar, cast

from .._exceptions import APIConnectionError, APIError, error_details, shown
from .._library import httpx
from .._text import MAX_ERROR_TEXT, cut
from .._types import is_dict, is_list
from . import codec
from .sse import Event, ServerSentEvent, SSEDecoder

_T = TypeVar("_T")


class Done:
    """Marks the end of a stream in place of an item."""


DONE: Final = Done()


class EventReader(Generic[_T]):
    """Turns events into items, and raises if a stream ends before its answer is complete."""

    def __init__(self, kind: type[_T], response: httpx.Response) -> None:
        self._kind = kind
        self._response = response
        # A named event is a tuple, which the validator refuses: it takes the lenient path.
        self._validate: Callable[..., Any] = codec.validator(cast("Hashable", kind)).validate_json
        fields: Any = getattr(kind, "model_fields", {})
        self._is_chat = "choices" in fields and "x_groq" in fields
        notes: Iterable[object] = getattr(kind, "__metadata__", ())
        self._last = next((note.last for note in notes if isinstance(note, codec.Tagged)), None)
        # Only models that copy a shared set before they change it have this function.
        self._share_fields_set: Callable[..., None] | None = getattr(
            kind, "_share_fields_set", None
        )
        self._usual_fields: codec.SharedFieldsSet | None = None
        self._is_finished = False

    def read(self, event: Event) -> _T | Done:
        """Return the item in an event. Raises `APIError` if it holds an error."""
        if self._last is not None:
            return self._read_typed(event, self._last)
        try:
            item = self._validate(event, strict=True)
        except (ValueError, TypeError):
            return self._read_leniently(event)
        if self._is_chat:
            if item.__pydantic_fields_set__ != self._usual_fields:
                self._check_chunk(item)
            elif self._share_fields_set is not None:
                self._share_fields_set(item, self._usual_fields)
            for choice in item.choices:
                if choice.finish_reason is not None:
                    self._is_finished = True
        elif error := item.get("error") if is_dict(item) else getattr(item, "error", None):
            raise self._error(error)
        return item  # type: ignore[no-any-return]  # validated as `kind`

    def _check_chunk(self, chunk: Any) -> None:
        """Look for an error in a chunk whose fields are not the usual ones.

        If it cannot hold an error, later chunks with the same fields are not checked, and share
        the set of names, which is a third of a chunk's memory.
        """
        if chunk.x_groq is not None and chunk.x_groq.error:
            raise self._error(chunk.x_groq.error)
        if chunk.__pydantic_extra__ and chunk.__pydantic_extra__.get("error"):
            raise self._error(chunk.__pydantic_extra__["error"])
        names = chunk.__pydantic_fields_set__
        if "x_groq" not in names and not chunk.__pydantic_extra__:
            self._usual_fields = codec.SharedFieldsSet(names)

    def _read_typed(self, event: Event, last: frozenset[str]) -> _T | Done:
        """Read an event whose data repeats its name as `type`."""
        name, data = event if isinstance(event, ServerSentEvent) else ("", event)
        item: Any
        try:
            item = self._validate(data, strict=True)
        except (ValueError, TypeError):
            item = self._read_leniently(event if name == "error" else data)
        if item is DONE:
            self._check_is_finished("before its last event")
        elif (kind := getattr(item, "type", None)) == "error":
            raise self._error(item.to_dict(warnings=False))
        elif isinstance(kind, str) and kind in last:
            self._is_finished = True
        return item  # type: ignore[no-any-return]  # validated as `kind`, or fitted to it

    def _read_leniently(self, event: Event) -> _T | Done:
        name, data = event if isinstance(event, ServerSentEvent) else ("", event)
        if data.startswith(b"[DONE]"):
            return DONE
        # The standard replaces bytes that are not UTF-8 instead of refusing them.
        text = data.decode("utf-8", "replace")
        try:
            value: Any = codec.loads(text.encode())
        except (ValueError, RecursionError) as error:
            if name == "error":
                raise self._error(text) from error
            raise APIError(
                f"Expected JSON in an event of the stream but received {shown(text)}",
                self._response.request,
                body=text,
            ) from error
        if name == "error":
            raise self._error(_inner_error(value))
        if name:
            return codec.construct(self._kind, {"data": value, "event": name})
        if is_dict(value):
            self._check(value)
        return codec.construct(self._kind, value)

    def _check(self, value: dict[str, Any]) -> None:
        """Look for an error and a finish reason in an item that does not fit its schema."""
        if value.get("error"):
            raise self._error(value["error"])
        x_groq = value.get("x_groq")
        if is_dict(x_groq) and x_groq.get("error"):
            raise self._error(x_groq["error"])
        choices = value.get("choices")
        for choice in choices if is_list(choices) else ():
            if is_dict(choice) and choice.get("finish_reason"):
                self._is_finished = True

    def check_complete(self, decoder: SSEDecoder, first: bytes, *, has_items: bool) -> None:
        """Raise if a body that ended without `[DONE]` was not a complete answer.

        `first` is the first piece of the body.
        """
        if not has_items:
            raise self.wrong_kind(first)
        where = " in the middle of an event" if decoder.unfinished_bytes else ""
        if self._is_chat:
            self._check_is_finished(f"{where} before `[DONE]` and before a finish_reason".lstrip())
        elif self._last is not None:
            self._check_is_finished(f"{where} before its last event".lstrip())

    def _check_is_finished(self, where: str) -> None:
        """Raise if no event marked the answer as complete."""
        if self._is_finished:
            return
        error = APIConnectionError(
            message=f"Connection error. The stream ended {where}: the answer is cut short.",
            request=self._response.request,
        )
        error.response = self._response
        raise error

    def _error(self, body: object) -> APIError:
        details = error_details({"error": body})
        message = details.get("message")
        if not isinstance(message, str) or not message:
            message = body if isinstance(body, str) and body else "The stream ended with an error"
        error = APIError(cut(message, MAX_ERROR_TEXT), self._response.request, body=body)
        status = details.get("status_code")
        error.status_code = status if isinstance(status, int) else None
        return error

    def is_wrong_kind(self, first: bytes) -> bool:
        """Say whether the first bytes of a body look like JSON or HTML, whatever its type."""
        return first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[", b"<", b'"'))

    def wrong_kind(self, content: bytes) -> APIError:
        """Return the error for a body that is not an event stream."""
        text = content.decode("utf-8", "replace")
        body: object = text
        with contextlib.suppress(ValueError, RecursionError):
            body = codec.loads(content)
        if is_dict(body) and "error" in body:
            return self._error(body["error"])
        content_type = self._response.headers.get("content-type") or "no content type"
        return APIError(
            f"Expected an event stream but received {content_type}: {shown(text)}",
            self._response.request,
            body=body,
        )


def _inner_error(value: object) -> object:
    """Return the value of `error` in an error event, or the whole value of a flat one."""
    return value.get("error", value) if is_dict(value) else value
