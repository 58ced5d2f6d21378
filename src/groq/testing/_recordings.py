"""The format of tapes: a line each for the request, the head, every chunk and the end.

A tape is a file of JSON lines, which are readable in a diff:

```json
{"tape": 1, "upstream": "https://api.groq.com"}
{"request": "POST /openai/v1/chat/completions", "json": {"model": "…"}, "headers": {"accept": "…"}}
{"at": 0.1042, "status": 200, "headers": {"content-type": "text/event-stream"}}
{"at": 0.1043, "events": [{"choices": [{"delta": {"content": "Hel"}}]}]}
{"at": 0.1307, "events": [{"choices": [{"delta": {"content": "lo"}}]}, "[DONE]"]}
{"at": 0.1307, "end": "whole"}
```

`at` is in seconds after the end of the request. A chunk is written in the most readable form from
which its exact bytes can be restored: `events` of a stream, `json` (`json_line` if a line break
follows), `text` or `base64`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeAlias, cast

from ._json import JSONObject, compact, is_list, is_object
from ._received import ReceivedRequest
from ._secrets import Secrets, secrets_of

VERSION = 1
End: TypeAlias = Literal["whole", "close", "reset", "left", "unreachable"]
"""How an answer ended: complete, closed or reset early, or the client disconnected.

An exchange that is `unreachable` has no answer, and is not written.
"""
_ENDS = ("whole", "close", "reset", "left")


@dataclass
class Recording:
    """One exchange: the request, and each chunk of the answer with its time."""

    request: str
    """The method and the target."""
    body: JSONObject
    """The content of the request: `json`, a `form`, `text`, or the `sha256` of anything else."""
    request_headers: JSONObject = field(default_factory=dict[str, Any])
    status: int | None = None
    """`None` if the connection ended before an answer."""
    reason: str | None = None
    """The reason phrase, if it is not the usual one."""
    ends_with_connection: bool = False
    """Whether only the end of the connection marked the end of the body."""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    head_at: float = 0.0
    chunks: list[tuple[float, bytes]] = field(default_factory=list[tuple[float, bytes]])
    ended_at: float = 0.0
    end: End | None = None
    line: int = 0
    """The line of the tape on which it begins; 0 if it was not read from a tape."""

    @property
    def size(self) -> int | None:
        """The length of the body according to the head."""
        if self.status in (204, 304):
            return 0
        return int(self.headers["content-length"]) if "content-length" in self.headers else None


def recording_of(request: ReceivedRequest) -> Recording:
    """Begin the recording of a request, without its secrets."""
    secrets = Secrets(secrets_of(request))
    headers = {
        name: value
        for name, value in request.headers.items()
        if name not in HOP_BY_HOP and name != "content-length"
    }
    return Recording(
        f"{request.method} {secrets.redact_target(request.target)}",
        _body_of(request, secrets),
        secrets.redact_headers(headers),
    )


HOP_BY_HOP = {
    "connection",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
"""Headers of the connection, which are not forwarded or recorded."""


def _body_of(request: ReceivedRequest, secrets: Secrets) -> JSONObject:
    if request.parts:
        parts: list[JSONObject] = []
        for part in request.parts:
            if part.filename is None:
                parts.append({"name": part.name, "text": secrets.redact(part.text)})
            else:
                about = {"name": part.name, "filename": part.filename, "sha256": part.sha256}
                parts.append({**about, "size": part.size})
        return {"form": parts}
    if not request.body:
        return {}
    try:
        return {"json": secrets.redact_json(_parse(request.body))}
    except (ValueError, RecursionError):
        pass
    try:
        return {"text": secrets.redact(request.body.decode())}
    except UnicodeDecodeError:
        return {"sha256": hashlib.sha256(request.body).hexdigest(), "size": request.size}


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _parse(content: bytes | str) -> Any:
    return json.loads(content, parse_constant=_refuse_constant)


# Chunks


def write_chunk(chunk: bytes) -> JSONObject:
    """Return a chunk as JSON, in the most readable form that restores its bytes."""
    for form, read in _FORMS.items():
        try:
            described = {form: read(chunk)}
            if restore_chunk(described) == chunk:
                return described
        except (ValueError, RecursionError):
            continue
    return {"base64": base64.b64encode(chunk).decode()}


def restore_chunk(described: JSONObject) -> bytes:
    """Return the bytes of a chunk.

    Raises:
        ValueError: The chunk has none of the known forms.
    """
    if is_list(events := described.get("events")):
        return b"".join(b"data: %b\n\n" % _event(each).encode() for each in events)
    if "json" in described:
        return compact(described["json"]).encode()
    if "json_line" in described:
        return compact(described["json_line"]).encode() + b"\n"
    if isinstance(text := described.get("text"), str):
        return text.encode()
    if isinstance(encoded := described.get("base64"), str):
        return base64.b64decode(encoded, validate=True)
    raise ValueError("expected `events`, `json`, `json_line`, `text` or `base64`")


def _event(described: object) -> str:
    return described if isinstance(described, str) else compact(described)


def _events(chunk: bytes) -> list[Any]:
    events = re.findall(r"data: (.*)\n\n", chunk.decode())
    # A string is written as it is, so an event that is a JSON string needs another form.
    return [event if event == "[DONE]" else _parse(event) for event in events]


_FORMS: dict[str, Callable[[bytes], Any]] = {
    "events": _events,
    "json": _parse,
    "json_line": _parse,
    "text": lambda chunk: chunk.decode(),
}


# Lines


def write(recording: Recording) -> str:
    """Return the lines of a recording."""
    request = {"request": recording.request, **recording.body, "headers": recording.request_headers}
    lines: list[JSONObject] = [request]
    if recording.status is not None:
        head: JSONObject = {"at": recording.head_at, "status": recording.status}
        if recording.reason is not None:
            head["reason"] = recording.reason
        if recording.ends_with_connection:
            head["ends_with_connection"] = True
        lines.append({**head, "headers": recording.headers})
    lines += [{"at": at, **write_chunk(chunk)} for at, chunk in recording.chunks]
    lines.append({"at": recording.ended_at, "end": recording.end})
    return "".join(f"{_line(each)}\n" for each in lines)


def first_line(upstream: str) -> str:
    """Return the first line of a tape."""
    return f"{_line({'tape': VERSION, 'upstream': Secrets(()).redact_target(upstream)})}\n"


def _line(value: JSONObject) -> str:
    # Lone surrogates cannot be encoded, and some programs break lines at these separators.
    text = json.dumps(value, ensure_ascii=False)
    return _NO_TEXT.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


_NO_TEXT = re.compile("[\ud800-\udfff\x7f-\x9f\u2028\u2029]")


def read(path: str | os.PathLike[str]) -> list[Recording]:
    """Read a tape.

    Raises:
        ValueError: A line cannot be read; the message names it.
    """
    lines = Path(path).read_bytes().removesuffix(b"\n").split(b"\n")
    number = 0
    recordings: list[Recording] = []
    try:
        for number, line in enumerate(lines, 1):
            if number == 1:
                _check_first(_object_of(line))
            else:
                _add(recordings, _object_of(line), number)
        _check_ended(recordings)
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"{os.fspath(path)}, line {number}: {error}") from error
    return recordings


def _object_of(line: bytes) -> JSONObject:
    value: object = _parse(line)
    if not is_object(value):
        raise ValueError("expected a JSON object")
    return value


def _check_first(value: JSONObject) -> None:
    if value.get("tape") != VERSION:
        raise ValueError(f"expected a tape of version {VERSION}")


def _check_ended(recordings: list[Recording]) -> None:
    if recordings and recordings[-1].end is None:
        raise ValueError(f"expected the `end` of the exchange of line {recordings[-1].line}")


def _add(recordings: list[Recording], value: JSONObject, number: int) -> None:
    if "request" in value:
        _check_ended(recordings)
        recordings.append(_begin(value, number))
    elif not recordings or recordings[-1].end is not None:
        raise ValueError("expected a `request`")
    else:
        _go_on(recordings[-1], value)


def _begin(value: JSONObject, line: int) -> Recording:
    body = {name: member for name, member in value.items() if name not in ("request", "headers")}
    request, headers = value["request"], value.get("headers", {})
    if not isinstance(request, str) or " " not in request:
        raise ValueError("expected `request` to be a method and a path")
    if "form" in body and not (is_list(body["form"]) and all(map(is_object, body["form"]))):
        raise ValueError("expected `form` to be a list of objects")
    return Recording(request, body, headers, line=line)


def _go_on(recording: Recording, value: JSONObject) -> None:
    at = value.get("at", 0)
    if not isinstance(at, (int, float)) or at < 0:
        raise ValueError(f"expected `at` to be seconds, not {at!r}")
    if "end" in value:
        if value["end"] not in _ENDS:
            raise ValueError(f"expected `end` to be one of {', '.join(_ENDS)}")
        recording.ended_at, recording.end = at, value["end"]
    elif "status" in value:
        status, headers = value["status"], value.get("headers", {})
        if not isinstance(status, int) or not is_object(headers):
            raise ValueError("expected `status` to be a number, and `headers` to be an object")
        reason = value.get("reason")
        if reason is not None and not (isinstance(reason, str) and re.fullmatch("[ -~]*", reason)):
            raise ValueError("expected `reason` to be printable ASCII")
        if not all(isinstance(each, str) for each in headers.values()):
            raise ValueError("expected the `headers` to be strings")
        recording.head_at, recording.status, recording.reason = at, status, reason
        recording.ends_with_connection = value.get("ends_with_connection") is True
        recording.headers = cast("dict[str, str]", headers)  # the values were just checked
    elif recording.status is None:
        raise ValueError("expected the `status` before the chunks")
    else:
        recording.chunks.append((at, restore_chunk(value)))
