"""Batches, which advance by one step each time they are retrieved."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ._answers import Answer, Refusal, json_answer
from ._checks import check
from ._files import Files, page_of, whole_content
from ._ids import hex_digits
from ._json import JSONObject, compact, is_object, object_of, parse
from ._received import ReceivedRequest
from ._request_schemas import BATCH

_ENDPOINTS = ("/v1/chat/completions", "/v1/audio/transcriptions", "/v1/audio/translations")
_MOST_LINES = 50_000
_MOST_BYTES = 100_000_000
"""The most bytes of input, and of output, after which lines fail."""
_TOO_MUCH = Refusal(413, "this local server writes no more output for one batch")
_ENDED = ("failed", "completed", "expired", "cancelled")
_HOURS = {"h": 1, "d": 24}

AnswerLine: TypeAlias = Callable[[str, JSONObject], tuple[str, Answer]]
"""Answers a line by its URL and body, and returns the id of the request too."""


@dataclass
class Batch:
    """A batch, with its status and the responses to its lines."""

    lines: list[JSONObject]
    state: JSONObject
    outputs: list[bytes] = field(default_factory=list[bytes])
    errors: list[bytes] = field(default_factory=list[bytes])
    size: int = 0
    """Bytes of outputs and errors."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held by the thread that advances the batch."""

    @property
    def status(self) -> str:
        """The status."""
        return str(self.state["status"])

    def enter(self, status: str) -> None:
        """Set the status, and record the time."""
        self.state["status"] = status
        if f"{status}_at" in self.state:
            self.state[f"{status}_at"] = int(time.time())


class Batches:
    """Runs batches: validating, in progress by halves, finalizing, completed."""

    def __init__(self, files: Files, answer_line: AnswerLine) -> None:
        self._files = files
        self._answer_line = answer_line
        self._batches: dict[str, Batch] = {}

    def create(self, body: JSONObject) -> Answer:
        """Create a batch."""
        check(body, BATCH)  # Required even if the server is not strict, because a batch needs them.
        window = re.fullmatch(r"(\d{1,3})([hd])", body["completion_window"])
        hours = int(window[1]) * _HOURS[window[2]] if window else 0
        if not 24 <= hours <= 7 * 24:
            raise Refusal(400, "'completion_window' : value must lie between `24h` and `7d`")
        stored = self._files.find(body["input_file_id"])
        lines, errors = read_lines(whole_content(stored))
        batch = Batch(lines, _batch_object(body, hours, len(lines)))
        if errors:
            batch.state["errors"] = {"object": "list", "data": errors}
        self._batches[batch.state["id"]] = batch
        return json_answer(batch.state)

    def retrieve(self, batch_id: str) -> Answer:
        """Advance a batch by one step, and return it."""
        batch = self._find(batch_id)
        self._step(batch)
        return json_answer(batch.state)

    def list_page(self, request: ReceivedRequest) -> Answer:
        """Return batches, newest first; each advances by one step."""
        batches = list(self._batches.values())
        for batch in batches:
            self._step(batch)
        data = [batch.state for batch in reversed(batches)]
        return json_answer(page_of(data, request))

    def cancel(self, batch_id: str) -> Answer:
        """Cancel a batch that has not ended; its next status is `cancelled`."""
        batch = self._find(batch_id)
        with batch.lock:
            if batch.status in _ENDED:
                raise Refusal(409, f"batch {batch_id!r} is {batch.status} and cannot be cancelled")
            batch.enter("cancelling")
        return json_answer(batch.state)

    def _find(self, batch_id: str) -> Batch:
        if batch_id not in self._batches:
            raise Refusal(404, f"batch {batch_id!r} not found", code="not_found", param="batch_id")
        return self._batches[batch_id]

    def _step(self, batch: Batch) -> None:
        # While another thread advances it, its present state is returned.
        if batch.lock.acquire(blocking=False):
            try:
                self._advance(batch)
            finally:
                batch.lock.release()

    def _advance(self, batch: Batch) -> None:
        if batch.status == "validating" and batch.state["errors"]:
            batch.enter("failed")
        elif batch.status == "validating":
            batch.enter("in_progress")
            self._answer_lines(batch, (len(batch.lines) + 1) // 2)
        elif batch.status == "in_progress":
            self._answer_lines(batch, len(batch.lines))
            batch.enter("finalizing")
        elif batch.status in ("finalizing", "cancelling"):
            batch.state["output_file_id"] = self._write(batch, "output", batch.outputs)
            batch.state["error_file_id"] = self._write(batch, "error", batch.errors)
            batch.enter("completed" if batch.status == "finalizing" else "cancelled")
            # The files have the results, and are bounded.
            for kept in (batch.lines, batch.outputs, batch.errors):
                kept.clear()

    def _answer_lines(self, batch: Batch, until: int) -> None:
        done = len(batch.outputs) + len(batch.errors)
        for line in batch.lines[done:until]:
            if batch.size > _MOST_BYTES:
                request_id, answer = "", _TOO_MUCH.answer()
            else:
                request_id, answer = self._answer_line(line["url"], object_of(line.get("body")))
            result: JSONObject = {
                "id": f"batch_req_{hex_digits(26)}",
                "custom_id": line["custom_id"],
                "response": {
                    "status_code": answer.status,
                    "request_id": request_id,
                    "body": _json_or_text(answer.read()),
                },
                "error": None,
            }
            written = f"{compact(result)}\n".encode()
            batch.size += len(written)
            (batch.outputs if answer.status < 400 else batch.errors).append(written)
        batch.state["request_counts"] = {
            "total": len(batch.lines),
            "completed": len(batch.outputs),
            "failed": len(batch.errors),
        }

    def _write(self, batch: Batch, kind: str, results: list[bytes]) -> str | None:
        if not results:
            return None
        name = f"{batch.state['id']}_{kind}.jsonl"
        return self._files.add(name, b"".join(results), purpose="batch_output").id


def _batch_object(body: JSONObject, hours: int, total: int) -> JSONObject:
    now = int(time.time())
    moments = ("in_progress", "finalizing", "completed", "failed", "expired", "cancelling")
    return {
        "id": f"batch_{hex_digits(26)}",
        "object": "batch",
        "endpoint": body["endpoint"],
        "errors": None,
        "input_file_id": body["input_file_id"],
        "completion_window": body["completion_window"],
        "status": "validating",
        "output_file_id": None,
        "error_file_id": None,
        "created_at": now,
        "expires_at": now + hours * 3600,
        **{f"{moment}_at": None for moment in (*moments, "cancelled")},
        "request_counts": {"total": total, "completed": 0, "failed": 0},
        "metadata": body.get("metadata"),
    }


def read_lines(content: bytes) -> tuple[list[JSONObject], list[JSONObject]]:
    """Parse the lines of a batch, and return the errors in them."""
    lines: list[JSONObject] = []
    errors: list[JSONObject] = []
    seen: set[str] = set()
    for number, text in enumerate(content.split(b"\n"), 1):
        if not text.strip():
            continue
        line, wrong = _read_line(text, seen)
        if wrong is None:
            lines.append(line)
        else:
            code, message = wrong
            errors.append({"code": code, "line": number, "message": message, "param": None})
    wrong = None
    if not lines and not errors:
        wrong = ("empty_file", "no lines")
    elif len(lines) > _MOST_LINES:
        wrong = ("too_many_lines", f"{len(lines)} lines, at most {_MOST_LINES} are allowed")
    elif len(content) > _MOST_BYTES:
        wrong = ("file_too_large", f"{len(content)} bytes, at most {_MOST_BYTES} are allowed")
    if wrong is not None:
        code, message = wrong
        errors.append({"code": code, "line": None, "message": message, "param": None})
    return lines, errors


def _read_line(text: bytes, seen: set[str]) -> tuple[JSONObject, tuple[str, str] | None]:
    try:
        line: Any = parse(text)
    except ValueError:
        return {}, ("invalid_json_line", "this line is not JSON")
    if not is_object(line):
        return {}, ("invalid_json_line", "this line is not a JSON object")
    custom_id = line.get("custom_id")
    if not isinstance(custom_id, str) or not custom_id:
        return line, ("missing_required_parameter", "this line has no `custom_id`")
    if custom_id in seen:
        return line, ("duplicate_custom_id", f"the `custom_id` {custom_id!r} comes twice")
    if line.get("method") != "POST" or line.get("url") not in _ENDPOINTS:
        return line, ("invalid_url", f"this line is not for POST {' or '.join(_ENDPOINTS)}")
    if not is_object(line.get("body")):
        return line, ("missing_required_parameter", "this line has no `body`")
    seen.add(custom_id)
    return line, None


def _json_or_text(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
