"""The words in which a row says what the server sends."""

from __future__ import annotations

import enum
import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Union


class Act(enum.Enum):
    """Something that the server does to a connection, besides sending."""

    RESET = "close with a TCP reset"
    CLOSE = "close in good order"
    CUT = "close the socket, over TLS without saying goodbye"
    HALF_CLOSE = "end the sending half, keep the other open"
    HOLD = "send nothing until the client closes, or patience ends"


RESET, CLOSE, CUT = Act.RESET, Act.CLOSE, Act.CUT
HALF_CLOSE, HOLD = Act.HALF_CLOSE, Act.HOLD


@dataclass(frozen=True)
class Pause:
    """Waits some seconds before the next step."""

    seconds: float


@dataclass(frozen=True)
class Received:
    """Waits until the caller has been given this many items; late when patience ends."""

    count: int


Step = Union[bytes, Act, Pause, Received]


@dataclass(frozen=True)
class Request:
    """A request as it came: on which connection, and its bytes."""

    connection: int
    head: bytes
    body: bytes
    body_length: int

    @property
    def method(self) -> str:
        return self.head.split(b" ", 1)[0].decode("latin-1")

    @property
    def target(self) -> str:
        return self.head.split(b" ", 2)[1].decode("latin-1")

    @property
    def headers(self) -> dict[str, str]:
        """The headers by name in lower case; of a name that comes twice, the last."""
        lines = self.head.split(b"\r\n")[1:]
        pairs = (line.decode("latin-1").partition(":") for line in lines if line)
        return {name.lower(): value.strip() for name, _, value in pairs}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """The steps that answer one request; `waits_for_body`: whether it is read first."""

    steps: Iterable[Step]
    waits_for_body: bool = True


Script = Union[Answer, Callable[[Request], Answer]]


def raw(*steps: Step) -> Answer:
    """Exactly these steps, with no head but what is in them."""
    return Answer(steps)


def head(status: int = 200, headers: Iterable[tuple[str, str]] = (), reason: str = "Said") -> bytes:
    """The head of an answer, with its blank line."""
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def whole(
    body: bytes | str | object,
    status: int = 200,
    *,
    content_type: str | None = "application/json",
    headers: Iterable[tuple[str, str]] = (),
    length: int | None = None,
    then: Iterable[Step] = (),
) -> Answer:
    """An answer of known length; what is neither bytes nor text is sent as JSON.

    `length` promises another length than the body has; `then` follows the body.
    """
    sent = encoded(body)
    lines = list(headers)
    if content_type is not None:
        lines.append(("Content-Type", content_type))
    lines.append(("Content-Length", str(len(sent) if length is None else length)))
    return Answer((head(status, lines) + sent, *then))


def encoded(body: bytes | str | object) -> bytes:
    """Bytes as they are, text as UTF-8, anything else as JSON."""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return json.dumps(body).encode()


def framed(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return b"%x\r\n%s\r\n" % (len(data), data)


LAST_CHUNK = b"0\r\n\r\n"


@dataclass(frozen=True)
class Unframed:
    """Bytes that stand in a chunked body without the frame of a chunk."""

    data: bytes


def stream(
    *parts: Step | Unframed,
    status: int = 200,
    content_type: str | None = "text/event-stream",
    headers: Iterable[tuple[str, str]] = (),
    ends: bool = True,
) -> Answer:
    """A chunked answer, each part of bytes one chunk and one packet.

    It ends with the last chunk, unless `ends` is false or a part is the end of the connection.
    """
    lines = [("Transfer-Encoding", "chunked"), *headers]
    if content_type is not None:
        lines.append(("Content-Type", content_type))

    def steps() -> Iterator[Step]:
        yield head(status, lines)
        for part in parts:
            if isinstance(part, Unframed):
                yield part.data
            elif isinstance(part, bytes):
                yield framed(part)
            else:
                yield part
        if ends:
            yield LAST_CHUNK

    return Answer(tuple(steps()))


def close_delimited(*parts: Step, headers: Iterable[tuple[str, str]] = ()) -> Answer:
    """An event stream that ends where the connection ends."""
    lines = [("Content-Type", "text/event-stream"), ("Connection", "close"), *headers]
    return Answer((head(200, lines), *parts, CLOSE))


def one_byte_each(data: bytes) -> list[bytes]:
    """The same bytes, in packets of one."""
    return [data[index : index + 1] for index in range(len(data))]


def data(value: object) -> bytes:
    """One event with this JSON."""
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def chunk(content: str | None = None, finish: str | None = None, **more: object) -> dict[str, Any]:
    """A chat completion chunk."""
    delta = {} if content is None else {"content": content}
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1739948145,
        "model": "openai/gpt-oss-20b",
        "choices": [choice],
        **more,
    }


def text(content: str, **more: Any) -> bytes:
    """An event with a chunk of text."""
    return data(chunk(content, **more))


FINISH = data(chunk(finish="stop"))


def completion(content: str = "Hello", **more: object) -> dict[str, Any]:
    """A whole chat completion."""
    message = {"role": "assistant", "content": content}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1739948145,
        "model": "openai/gpt-oss-20b",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        **more,
    }


MODELS = {"object": "list", "data": [{"id": "m", "object": "model", "created": 1, "owned_by": "o"}]}


def failure(message: str = "It failed", **more: object) -> dict[str, Any]:
    """The body of an error."""
    return {"error": {"message": message, "type": "invalid_request_error", **more}}


def deep(levels: int = 100_000) -> str:
    """JSON that nests this deep."""
    return "[" * levels + "]" * levels


LONG_NUMBER = "1" + "0" * 5000

GZIP = (("Content-Encoding", "gzip"),)
DEFLATE = (("Content-Encoding", "deflate"),)


def gzipped(*parts: bytes) -> list[bytes]:
    """The parts as one gzip stream, each flushed so that it can be unpacked when it arrives."""
    packer = zlib.compressobj(wbits=31)
    pieces = [packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH) for part in parts]
    return [*pieces, packer.flush()]


def bomb(megabytes: int = 1024) -> bytes:
    """A zlib stream of about a thousandth of these megabytes, which unpacks to all of them."""
    packer = zlib.compressobj(9)
    first = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(16 * 1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + block * (megabytes // 16)


def compressed(body: bytes) -> bytes:
    return gzip.compress(body)
