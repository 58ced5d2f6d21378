"""Answers in HTTP/1.1 that are wrong in some way, to the client's parser and to the client.

The parser has to agree with h11 on what an answer says and where it ends. The client has to return
an answer or raise an error of its own, soon, and must not take for the answer to one request what
came unasked after the answer to another.
"""

from __future__ import annotations

import gzip
import json
import random
import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import h11
import httpx

import groq
from groq import Groq
from groq._http.transport.exchange import Exchange, ProtocolError

from .mutations import damaged
from .targets import EVENT, cut

_PATIENCE = 20.0
"""Seconds that a call may take on a loaded machine; its deadline is shorter."""
_COMPLETION: dict[str, Any] = {
    "id": "c",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "one"}}
    ],
}
_WHOLE = json.dumps(_COMPLETION).encode()
_SECOND = _WHOLE.replace(b"one", b"two")
_UNASKED = _WHOLE.replace(b"one", b"unasked")
_STREAM = b"data: " + json.dumps(EVENT).encode() + b"\n\n: ping\n\ndata: [DONE]\n\n"


def _framed(head: bytes, body: bytes) -> bytes:
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def _in_chunks(dice: random.Random, head: bytes, body: bytes) -> bytes:
    chunks = [b"Transfer-Encoding: chunked\r\n\r\n"]
    while body:
        size = dice.choice((1, 3, 50, 10_000))
        extension = dice.choice((b"", b"", b";a=b", b"\t"))
        chunks.append(b"%x%b\r\n%b\r\n" % (len(body[:size]), extension, body[:size]))
        body = body[size:]
    trailers = dice.choice((b"", b"", b"X-Sum: 1\r\n", b"Content-Length: 3\r\n"))
    return head + b"".join(chunks) + b"0\r\n" + trailers + b"\r\n"


def _answer(dice: random.Random) -> bytes:
    """Write an answer that is right, as far as it goes."""
    json_head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    stream_head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    packed = json_head + b"Content-Encoding: gzip\r\n"
    error = b'{"error": {"message": "m"}}'
    answers = (
        _framed(json_head, _WHOLE),
        _in_chunks(dice, json_head, _WHOLE),
        _in_chunks(dice, stream_head, _STREAM),
        json_head + b"\r\n" + _WHOLE,
        _framed(packed, gzip.compress(_WHOLE)),
        _in_chunks(dice, packed, gzip.compress(_WHOLE)),
        _framed(b"HTTP/1.1 429 \r\nRetry-After: 1\r\nX-Request-Id: r\r\n", error),
        _framed(b"HTTP/1.1 307 Elsewhere\r\nLocation: /openai/v1/there\r\n", b""),
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n" + _WHOLE,
    )
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    answer = interim * dice.choice((0, 0, 0, 1, 3)) + dice.choice(answers)
    if dice.random() < 0.2:
        answer += _framed(json_head, _UNASKED)
    return answer


class _Read(NamedTuple):
    """What a parser has read of an answer."""

    status: int | None
    headers: list[tuple[bytes, bytes]]
    body: bytes
    is_whole: bool
    """Whether the answer has come to its end."""
    is_reusable: bool
    """Whether another request may follow on its connection."""
    error: str


def _request(method: str) -> httpx.Request:
    return httpx.Request(method, "http://h/")


def _read(pieces: list[bytes], method: str) -> _Read:
    """Read an answer, and the end of its connection, as the client's transport does."""
    exchange = Exchange(_request(method))
    status, headers, body, error, is_at_end = None, [], b"", "", False
    unread = [*filter(None, pieces), b""]
    try:
        while not (exchange.is_complete or is_at_end):
            piece = unread.pop(0)
            is_at_end = not piece
            if status is None:
                if is_at_end:
                    error = "no head"
                    break
                if head := exchange.receive_head(piece):
                    status, headers = head.status, head.headers
                    body += exchange.early_body()
            else:
                if is_at_end:
                    exchange.feed_eof()
                body += exchange.receive_body(piece)
            if status is not None:
                exchange.raise_delayed_error()
    except (ProtocolError, h11.RemoteProtocolError) as raised:
        error = str(raised)
    is_whole = not error and exchange.is_complete
    # A connection from which more can be read is not used again either.
    is_reusable = is_whole and exchange.is_reusable and unread == [b""]
    return _Read(status, headers, body, is_whole, is_reusable, error)


def _read_by_h11(data: bytes, method: str) -> _Read:
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=64 * 1024)
    connection.send(h11.Request(method=method, target="/", headers=[("Host", "h")]))
    connection.send(h11.EndOfMessage())
    status, headers, body, is_whole, error = None, [], b"", False, ""
    is_at_end = False
    try:
        connection.receive_data(data)
        while not is_whole:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                if is_at_end:
                    break
                is_at_end = True
                connection.receive_data(b"")
            elif isinstance(event, h11.Response):
                status, headers = event.status_code, event.headers.raw_items()
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                is_whole = True
            elif isinstance(event, h11.ConnectionClosed) or event is h11.PAUSED:
                break
    except h11.RemoteProtocolError as raised:
        error = str(raised)
    is_reusable = is_whole and connection.their_state is h11.DONE
    is_reusable = is_reusable and not connection.trailing_data[0] and not is_at_end
    return _Read(status, headers, body, is_whole, is_reusable, error)


def _compare(dice: random.Random) -> str | None:
    """Return how the client's parser and h11 differ on an answer, if they do."""
    data = damaged(dice, _answer(dice))
    method = dice.choice(("POST", "POST", "POST", "HEAD"))
    sizes = [dice.choice((1, 1, 2, 5, 40, 500)) for _ in range(dice.choice((0, 3, 60)))]
    ours, theirs = _read(cut(data, sizes), method), _read_by_h11(data, method)
    whole = _read([data], method)
    wrong = None
    if ours._replace(error="") != whole._replace(error="") or bool(ours.error) != bool(whole.error):
        wrong = f"cut\n{ours}, in one piece\n{whole}"
    elif (ours.status, ours.headers) != (theirs.status, theirs.headers):
        wrong = f"heads\n{ours}, h11\n{theirs}"
    elif ours.is_whole and not theirs.is_whole and not _is_laxer(ours, theirs):
        wrong = f"taken for whole\n{ours}, h11\n{theirs}"
    elif ours.is_reusable and theirs.is_whole and not theirs.is_reusable:
        wrong = f"used again\n{ours}, h11\n{theirs}"
    elif ours.is_whole and theirs.is_whole and ours.body != theirs.body:
        wrong = f"bodies\n{ours}, h11\n{theirs}"
    return wrong and f"{wrong}\n{method} {data[:4000]!r}"


def _is_laxer(ours: _Read, theirs: _Read) -> bool:
    """Whether h11 refuses what RFC 9112 allows or has no need of.

    It refuses a space before the extension of a chunk, and looks at the trailers, which the client
    skips.
    """
    if " ;" in theirs.error or "\\t;" in theirs.error:
        return True
    is_in_trailers = ours.body == theirs.body
    return is_in_trailers and ("header" in theirs.error or "Content-Length" in theirs.error)


class Fuzzed:
    """A server that answers the first request on a connection by order, others rightly."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._answers: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._client = Groq(api_key="k", base_url=url, max_retries=0, deadline=0.3)

    def close(self) -> None:
        """Close the client, and stop the server."""
        self._client.close()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def run(self, dice: random.Random) -> str | None:
        """Return what is wrong with how an odd answer is read, if anything is."""
        return self._call(dice) if dice.random() < 0.1 else _compare(dice)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection, suppress(OSError):
                    connection.settimeout(_PATIENCE)
                    while _read_request(connection):
                        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                        answer = self._answers.pop() if self._answers else _framed(head, _SECOND)
                        connection.sendall(answer)
                        if answer.endswith(b"\n\n") or len(answer) % 2:
                            break  # Some answers end with their connection.

    def _call(self, dice: random.Random) -> str | None:
        data = damaged(dice, _answer(dice))
        self._answers = [data]
        create: Any = self._client.chat.completions.create
        asked: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "q"}]}
        is_streamed = dice.random() < 0.5
        started = time.monotonic()
        said: list[str | None] = []
        wrong = None
        try:
            if is_streamed:
                list(create(**asked, stream=True))
            else:
                create(**asked)
        except groq.APIError:
            pass
        except Exception as error:
            wrong = f"A call raises {error!r}"
        self._answers = []
        try:
            said = [choice.message.content for choice in create(**asked).choices]
        except groq.APIConnectionError:
            pass  # The server may have ended the connection at that moment.
        except Exception as error:
            wrong = f"The next call raises {error!r}"
        if said not in ([], ["two"]):
            wrong = f"The second answer is {said}"
        if time.monotonic() - started > _PATIENCE:
            wrong = f"Two calls take {time.monotonic() - started:.0f} s"
        return wrong and f"{wrong}\n{'streamed' if is_streamed else 'whole'} {data[:4000]!r}"


def _read_request(connection: socket.socket) -> bool:
    """Read a request with a known length, and say whether one came."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return False
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    while len(body) < length:
        body += connection.recv(65536)
    return True


@contextmanager
def running() -> Generator[Fuzzed]:
    """Run the server for any number of cases."""
    fuzzed = Fuzzed()
    try:
        yield fuzzed
    finally:
        fuzzed.close()
