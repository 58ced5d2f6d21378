"""Requests to the local server that are wrong in some way.

The server has to answer each or to hang up, soon and without a failure of its own, and to answer
a right one afterwards.
"""

from __future__ import annotations

import json
import logging
import random
import re
import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx

from groq.testing import LocalServer

from .mutations import changed, damaged

_PATIENCE = 20.0
"""Seconds that an answer may take on a loaded machine."""

_PERSON: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 9},
        "age": {"type": "integer", "minimum": 1, "multipleOf": 3},
        "tags": {"type": "array", "items": {"$ref": "#/$defs/tag"}, "uniqueItems": True},
        "place": {"anyOf": [{"type": "null"}, {"enum": ["a", "b"]}]},
        "rest": {"allOf": [{"type": "number", "exclusiveMaximum": 3}, {"minimum": 0}]},
    },
    "required": ["name", "age", "tags", "place", "rest"],
    "additionalProperties": False,
    "$defs": {"tag": {"type": "string", "format": "date"}},
}
_FUNCTION: dict[str, Any] = {"name": "find", "description": "d", "parameters": _PERSON}
_CALL = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": "{}"}}
_MESSAGES: list[Any] = [
    {"role": "system", "content": "s"},
    {"role": "user", "content": [{"type": "text", "text": 'as {"properties": {"a": {}}}'}]},
    {"role": "assistant", "content": None, "tool_calls": [_CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": "r"},
]
_CHAT: dict[str, Any] = {"model": "openai/gpt-oss-20b", "messages": _MESSAGES}
_OPTIONS: dict[str, Any] = {
    "temperature": 0.5,
    "stop": ["x"],
    "seed": 7,
    "max_completion_tokens": 9,
    "n": 1,
    "reasoning_effort": "low",
    "logit_bias": {"1": 2},
    "stream_options": {"include_usage": True},
    "tool_choice": {"type": "function", "function": {"name": "find"}},
    "metadata": {"a": "b"},
}
_RESPONSE: dict[str, Any] = {
    "model": "openai/gpt-oss-20b",
    "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "hi"}]},
        {"type": "function_call", "call_id": "c1", "name": "find", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "r"},
        {"type": "reasoning", "id": "r", "summary": []},
    ],
    "tools": [{"type": "function", **_FUNCTION}],
    "instructions": "i",
    "max_output_tokens": 20,
}
_ENTRIES: list[Any] = [
    {"reply": "hello", "times": 2, "match": {"message": "h", "model": "m", "turn": 1}},
    {
        "reply": {
            "content": ["a", "b"],
            "reasoning": "r",
            "tool_calls": [{"name": "find", "arguments": {"a": 1}, "id": "c"}],
            "executed_tools": [{"type": "search"}],
            "usage": {"prompt_tokens": 3, "prompt_tokens_details": {"cached_tokens": 1}},
            "finish_reason": "stop",
            "is_checked": False,
        },
        "default": True,
    },
    {
        "reply": {"json": {"a": [1]}},
        "faults": [{"type": "error_event", "after": 1, "form": "plain"}],
    },
    {"fail": 429, "error": {"message": "m"}, "headers": {"x-a": "b"}, "retry_after": 1.5},
    {"inject": [{"type": "malformed_event", "after": 1}], "path": "/chat/completions"},
    {"inject": [{"type": "cut", "at_byte": 9, "how": "reset"}, {"type": "cut", "how": "end"}]},
    {"limit": {"model": "openai/gpt-oss-20b", "requests": 2, "tokens": 100, "tokens_window": 1}},
]
_WEATHER: dict[str, Any] = {
    "fault_rate": 0.1,
    "faults": [429, "cut"],
    "latency": [0.001, 0.002],
    "seed": 1,
    "tokens_per_second": {"openai/gpt-oss-20b": 100_000},
}
_ASSERTION = {"path": "/chat/completions", "method": "POST", "json": {"n": 1}, "times": 0}
_BATCH = {
    "input_file_id": "file_0",
    "endpoint": "/v1/chat/completions",
    "completion_window": "24h",
}
_LINES = [
    {"custom_id": str(n), "method": "POST", "url": "/v1/chat/completions", "body": _CHAT}
    for n in range(3)
]
_WAV = (
    b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00"
    b"\x02\x00\x10\x00data\x00\x01\x00\x00" + bytes(256)
)


class Asked(NamedTuple):
    method: str
    path: str
    body: bytes = b""
    content_type: str = "application/json"


def _jsons(dice: random.Random) -> Iterator[tuple[str, str, Any]]:
    """What can be asked with JSON: method, path, and a body that is right."""
    schema = _PERSON
    for _ in range(dice.choice((0, 1, 3, 9))):
        schema = changed(dice, schema)
    function = {**_FUNCTION, "parameters": schema}
    chat = {**_CHAT, "stream": dice.random() < 0.4}
    some = dice.sample(list(_OPTIONS), dice.randint(0, 4))
    yield "POST", "/openai/v1/chat/completions", chat | {name: _OPTIONS[name] for name in some}
    tools = {"tools": [{"type": "function", "function": function}], "messages": _MESSAGES[:2]}
    yield "POST", "/openai/v1/chat/completions", chat | tools
    form = {
        "type": "json_schema",
        "json_schema": {"name": "p", "schema": schema, "strict": dice.random() < 0.2},
    }
    yield "POST", "/openai/v1/chat/completions", chat | {"response_format": form}
    plain = {**chat, "messages": _MESSAGES[1:2], "response_format": {"type": "json_object"}}
    yield "POST", "/openai/v1/chat/completions", plain
    yield "POST", "/openai/v1/responses", _RESPONSE | {"stream": dice.random() < 0.4}
    text = {"format": {"type": "json_schema", "name": "p", "schema": schema}}
    yield (
        "POST",
        "/openai/v1/responses",
        _RESPONSE | {"text": text, "tools": [{"type": "function", **function}]},
    )
    embedding = {"model": "nomic-embed-text-v1_5", "input": ["a", "b"], "encoding_format": "base64"}
    yield "POST", "/openai/v1/embeddings", embedding
    speech = {"model": "canopylabs/orpheus-v1-english", "input": "hi", "voice": "troy"}
    yield "POST", "/openai/v1/audio/speech", speech | {"response_format": "wav", "speed": 1}
    yield "POST", "/openai/v1/batches", _BATCH
    yield "POST", "/_local/script", dice.sample(_ENTRIES, dice.randint(1, 3))
    yield "PUT", "/_local/script", {"entries": _ENTRIES}
    yield "PUT", "/_local/weather", _WEATHER
    yield "POST", "/_local/assertions", _ASSERTION | {"headers": {"a": "b"}, "form": {"a": "b"}}


def _form(dice: random.Random, fields: dict[str, str], filename: str, content: bytes) -> bytes:
    """Write a form, of which a field may be damaged."""
    contents = {f'name="{name}"': value.encode() for name, value in fields.items()}
    contents[f'name="file"; filename="{filename}"\r\ncontent-type: audio/wav'] = content
    parts: list[bytes] = []
    for head, sent in contents.items():
        shown = damaged(dice, sent) if dice.random() < 0.1 else sent
        parts.append(
            b"--b\r\ncontent-disposition: form-data; " + head.encode() + b"\r\n\r\n" + shown
        )
    return b"\r\n".join([*parts, b"--b--\r\n"])


def _asked(dice: random.Random) -> Asked:
    kind = dice.random()
    if kind < 0.75:
        method, path, body = dice.choice(list(_jsons(dice)))
        for _ in range(dice.choice((0, 1, 1, 1, 2, 4))):
            body = changed(dice, body)
        data = json.dumps(body, ensure_ascii=dice.random() < 0.8).encode("utf-8", "surrogatepass")
        if dice.random() < 0.02:
            data = b'{"a":' * 100_000
        return Asked(method, path, data)
    form_type = "multipart/form-data; boundary=b"
    if kind < 0.85:
        path = "/openai/v1/audio/" + dice.choice(("transcriptions", "translations"))
        fields = {"model": "whisper-large-v3", "temperature": "0.3"}
        more = {"response_format": "verbose_json", "timestamp_granularities[]": "word"}
        return Asked("POST", path, _form(dice, fields | more, "a.wav", _WAV), form_type)
    if kind < 0.92:
        lines = [changed(dice, line) if dice.random() < 0.3 else line for line in _LINES]
        content = "\n".join(map(json.dumps, lines)).encode()
        form = _form(dice, {"purpose": "batch"}, "a.jsonl", content)
        return Asked("POST", "/openai/v1/files", form, form_type)
    paths = (
        *("/", "/_local/requests", "/_local/script", "/_local/verdict", "/_local/weather"),
        *("/_local/openapi.json", "/openai/v1/models", "/openai/v1/files?limit=2&after=x"),
        *("/openai/v1/batches?limit=-1", "/openai/v1/models/%ff%00", "/openai/v1/files/../x"),
        *("/_local/requests?scope=k", "*", "http://u@h:99999/openai/v1/models", "//[::1/%zz?&=;"),
    )
    return Asked(dice.choice(("GET", "HEAD", "DELETE", "OPTIONS", "x-Y")), dice.choice(paths))


def _head(dice: random.Random, asked: Asked) -> bytes:
    lines = [
        f"{asked.method} {asked.path} HTTP/1.1",
        "host: 127.0.0.1",
        "authorization: Bearer k",
        f"content-type: {asked.content_type}",
        "accept: " + dice.choice(("*/*", "text/html")),
    ]
    odd = (
        *("origin: null", "origin: http://127.0.0.1", "expect: 100-continue", "connection: close"),
        *("content-encoding: gzip", "x-groq-local-scope: s", "groq-beta: inference-metrics"),
        *("access-control-request-headers: \xe9\x01", "x-stainless-retry-count: -1"),
    )
    lines += [line for line in odd if dice.random() < 0.08]
    return "\r\n".join([*lines, ""]).encode("latin-1")


def _encoded(dice: random.Random, asked: Asked) -> bytes:
    """Frame a request with its length, or in chunks of any size."""
    head, body = _head(dice, asked), asked.body
    if dice.random() < 0.8:
        return head + b"content-length: %d\r\n\r\n" % len(body) + body
    chunks = b""
    while body:
        size = dice.choice((1, 7, 1000, 10_000))
        chunks += b"%x;a=b\r\n%b\r\n" % (len(body[:size]), body[:size])
        body = body[size:]
    return head + b"transfer-encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


@contextmanager
def running() -> Generator[Fuzzed]:
    """Run a strict server and one that is not, for any number of cases."""
    with (
        LocalServer(pace=0, keep_requests=100) as strict,
        LocalServer(pace=0, keep_requests=100, strict=False) as lenient,
    ):
        fuzzed = Fuzzed([strict, lenient])
        logger = logging.getLogger("asyncio")
        logger.addHandler(fuzzed)
        try:
            yield fuzzed
        finally:
            logger.removeHandler(fuzzed)


class Fuzzed(logging.Handler):
    """Running servers; as a handler it notes what their event loops complain of."""

    def __init__(self, servers: list[LocalServer]) -> None:
        super().__init__(logging.ERROR)
        self._servers = servers
        self._complaints: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Note what is logged."""
        self._complaints.append(logging.Formatter().format(record))

    def run(self, dice: random.Random) -> str | None:
        """Ask in one odd way, and return what is wrong with the answer, if anything is."""
        server = dice.choice(self._servers)
        asked = _asked(dice)
        request = _encoded(dice, asked)
        if dice.random() < 0.35:
            request = damaged(dice, request)
        answer, wrong = self._ask(server, dice, request)
        for following, patience in _following(dice, asked, answer):
            if wrong is None:
                _, wrong = self._ask(server, dice, _encoded(dice, following), patience)
        server.reset()
        server.weather = None
        return None if wrong is None else f"{wrong}\n{request[:4000]!r}"

    def _ask(
        self, server: LocalServer, dice: random.Random, request: bytes, patience: float = _PATIENCE
    ) -> tuple[bytes, str | None]:
        url = httpx.URL(server.url)
        answer = b""
        try:
            with socket.create_connection(
                (url.host, url.port or 0), timeout=patience
            ) as connection:
                cut = dice.randint(0, len(request))
                connection.sendall(request[:cut])
                connection.sendall(request[cut:])
                connection.shutdown(socket.SHUT_WR)
                while piece := connection.recv(65536):
                    answer += piece
        except TimeoutError:
            if patience == _PATIENCE:
                return answer, f"Nothing came for {patience} s after {answer[-200:]!r}"
        except OSError:
            pass  # The server hangs up on some.
        wrong = None
        if b"The local server failed" in answer:
            wrong = f"It failed: {answer[-300:]!r}"
        elif self._complaints:
            wrong = f"The loop complains: {self._complaints.pop()}"
        elif answer and not answer.startswith(b"HTTP/1.1 "):
            wrong = f"That is not HTTP: {answer[:300]!r}"
        return answer, wrong


def _following(dice: random.Random, asked: Asked, answer: bytes) -> Iterator[tuple[Asked, float]]:
    """What is asked next, with the seconds that it may take: scripted answers may take long."""
    if found := re.search(rb'"id":"(file_\w+)"', answer):
        batch = {**_BATCH, "input_file_id": found[1].decode()}
        yield Asked("POST", "/openai/v1/batches", json.dumps(batch).encode()), _PATIENCE
        for _ in range(4):
            yield Asked("GET", "/openai/v1/batches"), _PATIENCE
        yield Asked("DELETE", f"/openai/v1/files/{found[1].decode()}"), _PATIENCE
    elif asked.path.startswith("/_local/") and asked.method != "GET":
        chat = {**_CHAT, "stream": dice.random() < 0.5}
        yield Asked("POST", "/openai/v1/chat/completions", json.dumps(chat).encode()), 0.3
        for path in ("requests", "script", "verdict"):
            yield Asked("GET", f"/_local/{path}"), _PATIENCE
    elif dice.random() < 0.05:
        yield Asked("GET", "/"), _PATIENCE
