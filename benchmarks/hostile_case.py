"""One client before one server that means harm, in an environment of its own: `hostile` runs it.

    python hostile_case.py CLIENT CASE

CLIENT is groq, openai or httpx. It prints what becomes of the call in a few words.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import resource
import socket
import struct
import sys
import threading
import time
import warnings
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx

LIMIT = 2.0
"""Seconds that a call may take: its timeout and, where a client has one, its deadline."""

MESSAGES: Any = [{"role": "user", "content": "Hi"}]
SECRET = "a secret header"

Handler = Callable[[socket.socket], None]


# ---------------------------------------------------------------------------------------- clients


class Bare:
    """httpx without a client of an API."""

    errors: tuple[type[Exception], ...] = (httpx.HTTPError,)
    kinds: tuple[Any, Any] = (httpx.Client, httpx.AsyncClient)

    def client(self, url: str, *, limit: float | None = LIMIT, is_async: bool = False) -> Any:
        return self.kinds[is_async](
            base_url=url, timeout=limit or 30, follow_redirects=True, headers={"X-Key": SECRET}
        )

    def over(self, url: str, http: httpx.Client) -> Any:
        http.base_url = httpx.URL(url)
        return http

    def ask(self, client: Any, **more: Any) -> Any:
        return client.post("/chat", json={"messages": MESSAGES, "model": "m", **more})

    def text_of(self, answer: Any) -> str:
        return str(answer.json()["choices"][0]["message"]["content"])

    def parse(self, client: Any) -> Any:
        raise NotImplementedError

    def stream(self, client: Any) -> Iterator[str]:
        with client.stream("POST", "/chat", json={"messages": MESSAGES}) as response:
            for line in response.iter_lines():
                if line.startswith("data: ") and "[DONE]" not in line:
                    yield json.loads(line[6:])["choices"][0]["delta"].get("content") or ""


class Sdk(Bare):
    """groq or openai."""

    def __init__(self, name: str) -> None:
        import importlib
        import inspect

        module = importlib.import_module(name)
        prefix = {"groq": "Groq", "openai": "OpenAI"}[name]
        self.errors = (getattr(module, f"{prefix}Error"),)
        self.kinds = (getattr(module, prefix), getattr(module, f"Async{prefix}"))
        self._has_deadline = "deadline" in inspect.signature(self.kinds[0]).parameters

    def client(self, url: str, *, limit: float | None = LIMIT, is_async: bool = False) -> Any:
        deadline = {"deadline": limit} if limit and self._has_deadline else {}
        options = {"timeout": limit or 30, "max_retries": 0, "default_headers": {"X-Key": SECRET}}
        return self.kinds[is_async](api_key="k", base_url=url, **options, **deadline)

    def over(self, url: str, http: httpx.Client) -> Any:
        return self.kinds[0](api_key="k", base_url=url, max_retries=0, http_client=http)

    def ask(self, client: Any, **more: Any) -> Any:
        return client.chat.completions.create(messages=MESSAGES, model="m", **more)

    def text_of(self, answer: Any) -> str:
        return str(answer.choices[0].message.content)

    def parse(self, client: Any) -> Any:
        import pydantic

        model = pydantic.create_model("Answer", text=(str, ...))
        if not hasattr(client.chat.completions, "parse"):
            raise NotImplementedError
        return client.chat.completions.parse(messages=MESSAGES, model="m", response_format=model)

    def stream(self, client: Any) -> Iterator[str]:
        stream = client.chat.completions.create(messages=MESSAGES, model="m", stream=True)
        return (chunk.choices[0].delta.content or "" for chunk in stream)


# ----------------------------------------------------------------------------------------- servers


def serve(handle: Handler) -> str:
    """Handle each connection in a thread of its own, until the process ends; return the URL."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=200)

    def run(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            handle(connection)

    def accept() -> None:
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=run, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def read_request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _read(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    while len(body) < int(length or 0):
        body += _read(connection)
    return head + b"\r\n\r\n" + body


def _read(connection: socket.socket) -> bytes:
    if data := connection.recv(65536):
        return data
    raise ConnectionError


def answering(*pieces: bytes, pause: float = 0.0, then: float = 0.0) -> Handler:
    """Answer one request with pieces, a pause after each, and keep the connection for a while."""

    def handle(connection: socket.socket) -> None:
        read_request(connection)
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        time.sleep(then)

    return handle


def head(status: int = 200, kind: str = "application/json", /, **headers: object) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {kind}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def whole(body: bytes, status: int = 200, **headers: object) -> bytes:
    return head(status, "application/json", Content_Length=len(body), **headers) + body


def completion(content: str = "hi", choices: object = ...) -> bytes:
    message = {"role": "assistant", "content": content}
    if choices is ...:
        choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    fields = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
    return json.dumps({**fields, "choices": choices}).encode()


def framed(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def event(content: str) -> bytes:
    fields = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": None}
    return framed(b"data: " + json.dumps({**fields, "choices": [choice]}).encode() + b"\n\n")


EVENTS = head(200, "text/event-stream", Transfer_Encoding="chunked")
LAST_CHUNK = b"0\r\n\r\n"
MEGABYTE = b"x" * 1_000_000


# ------------------------------------------------------------------------------------------- cases


def result(caller: Bare, call: Callable[[], object]) -> str:
    """Return what a call gives, or which error it raises; another's error is bare."""
    try:
        return repr(call())[:60]
    except NotImplementedError:
        return "—"
    except Exception as error:  # noqa: BLE001  # which one is the result
        own = "" if isinstance(error, caller.errors) else "bare "
        return own + type(error).__name__


def timed(caller: Bare, handle: Handler, call: Callable[[Any], object]) -> str:
    """Say what a call raises, and after which time."""
    caller.ask(caller.client(serve(answering(whole(completion())))))  # imports what a call needs
    client = caller.client(serve(handle))
    started = time.monotonic()
    raised = result(caller, lambda: call(client))
    return f"{raised} after {time.monotonic() - started:.1f} s"


def weighed(caller: Bare, call: Callable[[], object]) -> str:
    """Say what a call gives, and by how much the memory of the process grows at most."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = result(caller, call)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return f"{said}, {grown // 1024} MiB"


def kind_of_answer(caller: Bare, handle: Handler) -> str:
    client = caller.client(serve(handle), limit=None)
    return weighed(caller, lambda: type(caller.ask(client)).__name__)


def asked(caller: Bare, handle: Handler) -> str:
    return result(caller, lambda: caller.text_of(caller.ask(caller.client(serve(handle)))))


def streamed(caller: Bare, handle: Handler) -> str:
    return result(caller, lambda: "".join(caller.stream(caller.client(serve(handle)))))


def calls_cancelled(caller: Bare) -> str:
    """5,000 calls cancelled at random moments, then 100 calls."""

    def handle(connection: socket.socket) -> None:
        while True:
            read_request(connection)
            time.sleep(0.004)
            connection.sendall(whole(completion()))

    rng = random.Random(3)

    async def main() -> str:
        client = caller.client(serve(handle), limit=None, is_async=True)

        async def cancelled() -> None:
            with contextlib.suppress(Exception, asyncio.CancelledError):
                await asyncio.wait_for(caller.ask(client), rng.random() * 0.12)

        for _ in range(25):
            await asyncio.gather(*[cancelled() for _ in range(200)])
        calls = [asyncio.wait_for(caller.ask(client), 5) for _ in range(100)]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        good = sum(not isinstance(outcome, BaseException) for outcome in outcomes)
        return f"{good} of 100 succeed"

    return asyncio.run(main())


def client_closed(caller: Bare) -> str:
    """A client is closed while 16 threads read streams."""
    client = caller.client(serve(answering(EVENTS, event("a"), then=60)), limit=None)
    reading = threading.Barrier(17)

    def read() -> None:
        with contextlib.suppress(Exception):
            for _ in caller.stream(client):
                reading.wait()

    threads = [threading.Thread(target=read, daemon=True) for _ in range(16)]
    for thread in threads:
        thread.start()
    reading.wait()
    time.sleep(0.5)  # until all read on
    client.close()
    give_up_at = time.monotonic() + 4
    for thread in threads:
        thread.join(max(0.0, give_up_at - time.monotonic()))
    return f"{sum(not thread.is_alive() for thread in threads)} of 16 threads wake"


def head_drips(caller: Bare) -> str:
    """A head drips, a byte each 0.3 s; the limit is 2 s."""
    pieces = [bytes([byte]) for byte in head(X="x" * 25)]
    return timed(caller, answering(*pieces[:26], pause=0.3), caller.ask)


def interim_answers(caller: Bare) -> str:
    """Answers 103 without end; the limit is 2 s."""
    return timed(caller, answering(*[b"HTTP/1.1 103 Hints\r\n\r\n"] * 16, pause=0.5), caller.ask)


def redirects(caller: Bare) -> str:
    """Redirects of half a second without end; the limit is 2 s."""

    def handle(connection: socket.socket) -> None:
        while True:
            read_request(connection)
            time.sleep(0.5)
            connection.sendall(whole(b"", 307, Location="/again"))

    return timed(caller, handle, caller.ask)


def body_drips(caller: Bare) -> str:
    """A body drips, a byte each 0.3 s; the limit is 2 s."""
    return timed(caller, answering(head(Content_Length=99), *[b" "] * 26, pause=0.3), caller.ask)


def upload_read_slowly(caller: Bare) -> str:
    """20 MB are read slowly; the limit is 2 s."""

    def handle(connection: socket.socket) -> None:
        for _ in range(150):
            connection.recv(30_000)
            time.sleep(0.05)

    return timed(caller, handle, lambda client: caller.ask(client, user="x" * 20_000_000))


def comments(caller: Bare) -> str:
    """A stream of comments without end; the limit is 2 s."""
    handle = answering(EVENTS, *[framed(b": on\n\n")] * 26, pause=0.3)
    return timed(caller, handle, lambda client: "".join(caller.stream(client)))


def zip_bomb(caller: Bare) -> str:
    """1.2 MB of gzip that unpack to 1.2 GB."""
    packer = zlib.compressobj(9, wbits=31)
    packed = [packer.compress(bytes(16 * 2**20)) for _ in range(75)]
    body = b"".join(packed) + packer.flush()
    return kind_of_answer(caller, answering(whole(body, Content_Encoding="gzip")))


def large_error(caller: Bare) -> str:
    """An error body of 600 MB."""
    return kind_of_answer(
        caller, answering(head(400, Content_Length=600_000_000), *[MEGABYTE] * 600)
    )


def large_event(caller: Bare) -> str:
    """An event of 400 MB."""
    pieces = [framed(b"data: "), *[framed(MEGABYTE)] * 400, LAST_CHUNK]
    client = caller.client(serve(answering(EVENTS, *pieces)), limit=None)
    return weighed(caller, lambda: "".join(caller.stream(client)))


def cookies(caller: Bare) -> str:
    """Thirty cookies of 4 kB, one an answer."""
    sizes: list[int] = []

    def handle(connection: socket.socket) -> None:
        while True:
            sizes.append(len(read_request(connection)))
            cookie = f"c{len(sizes)}={'x' * 4000}; Path=/"
            connection.sendall(whole(completion(), Set_Cookie=cookie))

    client = caller.client(serve(handle))
    for _ in range(30):
        caller.ask(client)
    return f"the 30th request has {sizes[-1]:,} bytes"


def short_stream(caller: Bare) -> str:
    """A stream ends in good order before it is finished."""
    return streamed(caller, answering(EVENTS, event("half"), LAST_CHUNK))


def reset_stream(caller: Bare) -> str:
    """A stream is reset."""

    def handle(connection: socket.socket) -> None:
        answering(EVENTS, event("half"), pause=0.1)(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return streamed(caller, handle)


def broken_event(caller: Bare) -> str:
    """An event that is no JSON."""
    return streamed(caller, answering(EVENTS, framed(b"data: {broken\n\n"), LAST_CHUNK))


def html_for_a_stream(caller: Bare) -> str:
    """HTML in place of a stream."""
    return streamed(caller, answering(head(200, "text/html", Content_Length=6) + b"<html>"))


def odd_location(caller: Bare) -> str:
    """`Location: javascript:alert(1)`."""
    return asked(caller, answering(whole(b"", 302, Location="javascript:alert(1)")))


def cut_json(caller: Bare) -> str:
    """A body of JSON that is cut."""
    return asked(caller, answering(whole(completion()[:60])))


def deep_json(caller: Bare) -> str:
    """JSON that nests 200,000 deep."""
    return asked(caller, answering(whole(b"[" * 200_000 + b"]" * 200_000)))


def null_choices(caller: Bare) -> str:
    """`choices: null`, to `parse`."""
    client = caller.client(serve(answering(whole(completion(choices=None)))))
    return result(caller, lambda: caller.parse(client))


def unasked_answer(caller: Bare) -> str:
    """An answer that nobody asked for, then a second call."""
    connections: list[socket.socket] = []

    def handle(connection: socket.socket) -> None:
        connections.append(connection)
        if len(connections) == 1:
            read_request(connection)
            connection.sendall(whole(completion("first")) + whole(completion("unasked")))
        while True:
            read_request(connection)
            connection.sendall(whole(completion("second")))

    client = caller.client(serve(handle))
    caller.ask(client)
    return result(caller, lambda: caller.text_of(caller.ask(client)))


def redirected_elsewhere(caller: Bare) -> str:
    """A redirect (307) to another origin."""
    received: list[bytes] = []

    def elsewhere(connection: socket.socket) -> None:
        received.append(read_request(connection))
        connection.sendall(whole(completion()))

    location = serve(elsewhere) + "/elsewhere"
    said = asked(caller, answering(whole(b"", 307, Location=location)))
    if not received:
        return f"{said}; nothing is sent there"
    parts = {"a secret header": SECRET.encode(), "the prompt": b"messages"}
    return "it gets " + " and ".join(name for name, part in parts.items() if part in received[0])


def refusing_proxy(caller: Bare) -> str:
    """A SOCKS proxy refuses."""

    def handle(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(b"\x05\xff")

    try:
        http = httpx.Client(proxy=serve(handle).replace("http", "socks5"))
    except ImportError:
        return "— (socksio is not installed)"
    return result(caller, lambda: caller.ask(caller.over("http://localhost:1", http)))


CASES: list[Callable[[Bare], str]] = [
    *(calls_cancelled, client_closed),
    *(head_drips, interim_answers, redirects, body_drips, upload_read_slowly, comments),
    *(zip_bomb, large_error, large_event, cookies),
    *(short_stream, reset_stream, broken_event, html_for_a_stream),
    *(odd_location, cut_json, deep_json, null_choices, unasked_answer),
    *(redirected_elsewhere, refusing_proxy),
]


def main(client: str, name: str) -> None:
    """Run one case with one client, and end the threads that still serve it."""
    warnings.simplefilter("ignore")
    case = next(case for case in CASES if case.__name__ == name)
    print(case(Bare() if client == "httpx" else Sdk(client)), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
