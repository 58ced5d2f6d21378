"""The ends of a chat stream: all that stands between the last chunk and the caller's next line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .script import (
    CLOSE,
    CUT,
    DONE,
    FINISH,
    GZIP,
    HALF_CLOSE,
    HOLD,
    LONG_NUMBER,
    RESET,
    Answer,
    Pause,
    Received,
    Script,
    Step,
    Unframed,
    chunk,
    close_delimited,
    completion,
    compressed,
    data,
    deep,
    failure,
    framed,
    gzipped,
    head,
    raw,
    stream,
    text,
    whole,
)
from .table import (
    BACKENDS_OF_HTTPCORE,
    Case,
    Outcome,
    Raises,
    chat_stream,
    event_stream,
    run,
    table,
    then,
)


def pings(count: int, seconds: float) -> list[Step]:
    """Comments, and a pause after each."""
    return [b": ping\n\n", Pause(seconds)] * count


def _is_short(outcome: Outcome) -> None:
    assert len(str(outcome.error)) < 5000


A, B = text("a"), text("b")
SSE = ("Content-Type", "text/event-stream")
CHUNKED = ("Transfer-Encoding", "chunked")

CONNECTION = Raises("APIConnectionError")
LOST = Raises("APIConnectionError", cause=True)
STALLED = Raises("APITimeoutError", cause=True)
QUICK = {"timeout": 0.3}


def of_length(body: bytes, length: int | None = None, *then_: Any, **headers: str) -> Answer:
    """An event stream with a length."""
    return whole(body, content_type="text/event-stream", length=length, then=then_)


def ends(name: str, script: Script, **more: Any) -> Case:
    """A row that gives `a` and ends without an error."""
    return Case(name, [script], gives=["a"], **more)


def fails(
    name: str, script: Script, raises: Raises, gives: Sequence[str] = ("a",), **more: Any
) -> Case:
    """A row that gives what came before and ends in an error."""
    return Case(name, [script], gives=list(gives), raises=raises, **more)


def client_closes_first(outcome: Outcome) -> None:
    """The client did not wait for the server to end a body that it held open."""
    server = outcome.server
    assert server.wait_until_closed_by_client(), "the connection is still open"
    assert not server.held_in_vain, "the client waited for the server"


WHOLE_ENDS = [
    ends("DONE ends a chat stream", stream(A, FINISH, DONE)),
    ends("DONE ends a stream of known length", of_length(A + FINISH + DONE)),
    ends("DONE ends a stream that ends with its connection", close_delimited(A, FINISH, DONE)),
    ends(
        "DONE ends an answer in HTTP/1.0",
        raw(
            b"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", A + FINISH + DONE, CLOSE
        ),
    ),
    ends(
        "DONE ends a stream with trailers",
        stream(A, DONE, Unframed(b"0\r\nX-T: 1\r\n\r\n"), ends=False),
    ),
    ends("DONE ends a stream without a finish_reason", stream(A, DONE)),
    Case("a stream of nothing but DONE is empty", [stream(DONE)], gives=[]),
    ends("a body that ends with DONE is read to its end", stream(A + FINISH + DONE), reuses=True),
    ends("an end in its own packet is read as well", stream(A, FINISH, DONE), reuses=True),
    ends(
        "an end that comes a moment later is read as well",
        stream(A, FINISH, DONE, Pause(0.01)),
        reuses=True,
    ),
    ends(
        "an end by length leaves the connection in use", of_length(A + FINISH + DONE), reuses=True
    ),
    ends(
        "an end of gzip leaves the connection in use",
        stream(*gzipped(A, DONE), headers=GZIP),
        reuses=True,
    ),
    ends(
        "a connection held after DONE does not hold the caller",
        stream(A, DONE, HOLD),
        check=client_closes_first,
    ),
    ends(
        "a length that never comes does not hold the caller",
        of_length(A + DONE, 10_000, HOLD),
        check=client_closes_first,
    ),
    ends(
        "a connection without an end does not hold the caller",
        raw(head(200, [SSE]), A, DONE, HOLD),
        check=client_closes_first,
    ),
    ends(
        "pings after DONE do not hold the caller",
        stream(A, DONE, *pings(30, 0.03), HOLD),
        check=client_closes_first,
    ),
    ends("a megabyte after DONE is no item", stream(A, DONE, *([b"x" * 65536] * 16))),
    ends("a held connection is not used again", stream(A, DONE, HOLD), reuses=False),
    ends("a reset after DONE is no error", stream(A, DONE, RESET)),
    ends("a close after DONE is no error", stream(A, DONE, CUT)),
    ends(
        "bad framing after DONE is no error",
        stream(A, DONE, Received(1), Unframed(b"zz\r\n"), CLOSE),
    ),
    ends("a short body after DONE is no error", of_length(A + DONE, 10_000, CLOSE)),
    ends(
        "corrupt gzip after DONE is no error",
        stream(gzipped(A + DONE)[0], Received(1), b"\xff" * 40, headers=GZIP),
    ),
    ends("malformed JSON after DONE is no error", stream(A, DONE, b"data: {\n\n")),
    ends("an error after DONE is no error", stream(A, DONE, data(failure()))),
    # Before DONE, with a finish_reason
    ends("a clean end after a finish_reason is an end", stream(A, FINISH)),
    ends("a close after a finish_reason is an end", close_delimited(A, FINISH)),
    ends("an end by length after a finish_reason is an end", of_length(A + FINISH)),
    *(
        ends(f"a finish_reason of {reason} is an end", stream(A, data(chunk(finish=reason))))
        for reason in ("length", "tool_calls", "a_new_reason")
    ),
    ends(
        "a chunk of usage may follow the finish_reason",
        stream(A, FINISH, data({**chunk(), "choices": [], "usage": {"prompt_tokens": 1}})),
    ),
    ends("half an event after a finish_reason is dropped", stream(A, FINISH, b'data: {"choi')),
    ends(
        "a DONE without its blank line after a finish_reason is an end",
        stream(A, FINISH, b"data: [DONE]"),
    ),
    ends("a finish_reason beside content is an end", stream(data(chunk("a", "stop")))),
]

LOST_ENDS = [
    fails("a clean end before DONE is an error", stream(A), CONNECTION),
    fails("an end by length before DONE is an error", of_length(A), CONNECTION),
    fails("a close before DONE is an error", close_delimited(A), CONNECTION),
    fails("an end after a role alone is an error", stream(data(chunk(""))), CONNECTION, gives=[]),
    fails("an end inside an event is an error", stream(A, B[:40]), CONNECTION),
    fails("an end inside DONE is an error", stream(A, b"data: [DONE]"), CONNECTION),
    fails(
        "an end in HTTP/1.0 before DONE is an error",
        raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", A, CLOSE),
        CONNECTION,
    ),
    fails(
        "an end of the sending half before DONE is an error",
        raw(head(200, [SSE]), A, HALF_CLOSE, HOLD),
        CONNECTION,
    ),
    fails("a null finish_reason is none", stream(A, data(chunk(finish=None))), CONNECTION),
    # An end with no items at all
    fails("an empty event stream is an error", stream(), Raises("APIError"), gives=[]),
    fails(
        "an event stream of length zero is an error", of_length(b""), Raises("APIError"), gives=[]
    ),
    fails(
        "an event stream of comments is an error",
        stream(b": ping\n\n"),
        Raises("APIError"),
        gives=[],
    ),
    fails(
        "an event stream of one JSON object is an error",
        stream(b'{"error": {"message": "It failed"}}'),
        Raises("APIError"),
        gives=[],
    ),
    # Cut off
    fails("a reset before the first chunk is an error", stream(RESET), LOST, gives=[]),
    fails("a reset between chunks is an error", stream(A, Received(1), RESET), LOST),
    fails(
        "a reset inside an event is an error",
        stream(A, Received(1), B[:40], Received(1), RESET),
        LOST,
    ),
    fails("a body without its last chunk is an error", stream(A, CLOSE), LOST),
    fails(
        "a body cut inside a chunk is an error", stream(A, Unframed(framed(B)[:20]), CLOSE), LOST
    ),
    fails("a body cut inside a chunk's size is an error", stream(A, Unframed(b"1"), CLOSE), LOST),
    fails(
        "a body without its last chunk is an error after a finish_reason",
        stream(A, FINISH, CLOSE),
        LOST,
    ),
    fails("a body short of its length is an error", of_length(A, 10_000, CLOSE), LOST),
    fails(
        "a body short of its length is an error before any byte",
        of_length(b"", 10_000, CLOSE),
        LOST,
        gives=[],
    ),
    # Framing
    fails(
        "a chunk size that is no number is an error",
        stream(A, Received(1), Unframed(b"zz\r\nx\r\n")),
        LOST,
        modes=BACKENDS_OF_HTTPCORE,
    ),
    fails(
        "a chunk size below zero is an error",
        stream(A, Received(1), Unframed(b"-1\r\nx\r\n")),
        LOST,
        modes=BACKENDS_OF_HTTPCORE,
    ),
    fails(
        "a chunk longer than its size is an error",
        stream(A, Received(1), Unframed(b"3\r\n" + B + b"\r\n")),
        LOST,
        modes=BACKENDS_OF_HTTPCORE,
    ),
    fails(
        "a chunk size of 1,000 digits is an error",
        stream(A, Received(1), Unframed(b"f" * 1000 + b"\r\nx\r\n")),
        LOST,
        modes=BACKENDS_OF_HTTPCORE,
    ),
    # Compression
    fails(
        "corrupt gzip is an error",
        stream(gzipped(A)[0], Received(1), b"\xff" * 40, headers=GZIP),
        Raises("APIError", cause=True),
    ),
    fails(
        "gzip that is none is an error",
        stream(A, DONE, headers=GZIP),
        Raises("APIError", cause=True),
        gives=[],
    ),
    fails(
        "deflate that is none is an error",
        stream(A, DONE, headers=[("Content-Encoding", "deflate")]),
        Raises("APIError", cause=True),
        gives=[],
    ),
    fails(
        "an encoding that was not asked for is an error",
        stream(A, DONE, headers=[("Content-Encoding", "klingon")]),
        Raises("APIError", cause=True),
        gives=[],
    ),
    fails(
        "gzip that is cut off is an error", stream(gzipped(A)[0], headers=GZIP), Raises("APIError")
    ),
    # Stalls
    fails("a stall before the head is a timeout", raw(HOLD), STALLED, gives=[], client=QUICK),
    fails(
        "a stall inside the head is a timeout",
        raw(b"HTTP/1.1 200", HOLD),
        STALLED,
        gives=[],
        client=QUICK,
    ),
    fails(
        "a stall before the first chunk is a timeout", stream(HOLD), STALLED, gives=[], client=QUICK
    ),
    fails("a stall between chunks is a timeout", stream(A, HOLD), STALLED, client=QUICK),
    fails("a stall inside an event is a timeout", stream(A, B[:40], HOLD), STALLED, client=QUICK),
    fails(
        "a stall of a known length is a timeout", of_length(A, 10_000, HOLD), STALLED, client=QUICK
    ),
    Case(
        "comments keep a stream alive",
        [stream(A, *pings(4, 0.15), B, DONE)],
        gives=["a", "b"],
        client={"timeout": 0.4},
    ),
]


def bad_event(name: str, sent: bytes) -> Case:
    return fails(name, stream(A, sent, DONE), Raises("APIError", cause=True))


JSON_ENDS = [
    bad_event("an event cut inside its JSON is an error", b'data: {"choices": [\n\n'),
    bad_event("an event of text is an error", b"data: overloaded\n\n"),
    bad_event("an event of HTML is an error", b"data: <html></html>\n\n"),
    bad_event("an event of two values is an error", b"data: {} {}\n\n"),
    bad_event("an event in single quotes is an error", b"data: {'a': 1}\n\n"),
    bad_event("an event with a line end in a string is an error", b'data: {"a": "\ndata: b"}\n\n'),
    bad_event("an event of 100,000 levels is an error", f"data: {deep()}\n\n".encode()),
    bad_event(
        "an event with a number of 5,000 digits is an error", f"data: {LONG_NUMBER}\n\n".encode()
    ),
    bad_event(
        "an event with such a number in a field nobody knows is an error",
        f'data: {{"id": "x", "choices": [], "new": {LONG_NUMBER}}}\n\n'.encode(),
    ),
    fails(
        "malformed JSON in the first event is an error",
        stream(b"data: {\n\n", DONE),
        Raises("APIError"),
        gives=[],
    ),
    Case(
        "malformed JSON in a stream of any JSON is an error",
        [stream(b"data: 1\n\ndata: {\n\n", DONE)],
        call=event_stream,
        gives=[1],
        raises=Raises("APIError", cause=True),
    ),
]


def error_event(name: str, sent: bytes, says: str, **has: object) -> Case:
    return fails(name, stream(A, sent, DONE), Raises("APIError", says=says, has=has))


ERROR = {"message": "It failed", "type": "server_error", "code": "broken", "param": "messages"}
FULL: dict[str, Any] = {**ERROR, "failed_generation": '{"name": "f"}', "status_code": 400}


def newer(name: str, sent: bytes, **has: object) -> Case:
    return fails(name, stream(A, sent, DONE), Raises("APIError", has=has), new_api=True)


def event(name: str, value: object) -> bytes:
    return f"event: {name}\n".encode() + data(value)


ERROR_ENDS = [
    error_event(
        "an error in an event is raised with its message", data({"error": ERROR}), "It failed"
    ),
    error_event(
        "an error in an event has the error as its body", data({"error": ERROR}), "", body=ERROR
    ),
    error_event(
        "an event named error is raised", event("error", {"error": ERROR}), "It failed", body=ERROR
    ),
    error_event("an event named error may be flat", event("error", ERROR), "It failed", body=ERROR),
    error_event("an event named error may be a string", event("error", "It failed"), "It failed"),
    error_event(
        "an event named error may be text", b"event: error\ndata: It failed\n\n", "It failed"
    ),
    error_event("an event named error may be empty of meaning", event("error", {}), ""),
    error_event("an event named error may be null", event("error", None), ""),
    error_event("an error in an event may be a string", data({"error": "It failed"}), "It failed"),
    error_event("an error in an event may be a list", data({"error": ["It failed"]}), ""),
    error_event("an error in an event may have no message", data({"error": {"code": "x"}}), ""),
    error_event(
        "an error in an event may have a message that is no text",
        data({"error": {"message": 5}}),
        "",
    ),
    error_event("an error beside choices is raised", text("b", error=ERROR), "It failed"),
    error_event(
        "an error beside null choices is raised",
        data({"error": ERROR, "choices": None}),
        "It failed",
    ),
    fails(
        "an error may be the first event",
        stream(data({"error": ERROR})),
        Raises("APIError", says="It failed"),
        gives=[],
    ),
    fails(
        "an error may be the last event",
        stream(A, FINISH, data({"error": ERROR})),
        Raises("APIError", says="It failed"),
    ),
    fails(
        "an error may come before a held connection",
        stream(A, data({"error": ERROR}), HOLD),
        Raises("APIError", says="It failed"),
        check=client_closes_first,
    ),
    ends("an error of null is none", stream(text("a", error=None), DONE)),
    Case(
        "an error in a stream of any JSON is raised",
        [stream(data(1), data({"error": ERROR}), DONE)],
        call=event_stream,
        gives=[1],
        raises=Raises("APIError", says="It failed"),
    ),
    fails(
        "an error of x_groq is raised",
        stream(A, data(chunk(x_groq={"id": "r", "error": "over capacity"})), DONE),
        Raises("APIError", says="over capacity"),
    ),
    fails(
        "an error of x_groq beside a finish_reason is raised",
        stream(A, data(chunk(finish="stop", x_groq={"error": "over capacity"})), DONE),
        Raises("APIError", says="over capacity"),
    ),
    fails(
        "an error of x_groq may be an object",
        stream(A, data(chunk(x_groq={"error": ERROR})), DONE),
        Raises("APIError", says="It failed"),
    ),
    ends(
        "an error of x_groq of null is none",
        stream(text("a", x_groq={"id": "r", "error": None}), DONE),
    ),
    newer(
        "an error in an event has its code, type and param",
        data({"error": FULL}),
        code="broken",
        type="server_error",
        param="messages",
    ),
    newer(
        "an error in an event has its failed_generation",
        data({"error": FULL}),
        failed_generation='{"name": "f"}',
    ),
    newer("an error in an event has its status code", data({"error": FULL}), status_code=400),
    newer(
        "an event named error has its code and status code",
        event("error", {"error": FULL}),
        code="broken",
        status_code=400,
    ),
    newer(
        "a flat error has its code",
        event("error", FULL),
        code="broken",
        failed_generation='{"name": "f"}',
    ),
    newer(
        "an error that is a string has no code",
        data({"error": "It failed"}),
        code=None,
        type=None,
        param=None,
    ),
]


def no_stream(name: str, script: Script, *says: str, **more: Any) -> Case:
    return fails(name, script, Raises("APIError", says=says), gives=[], **more)


OTHER_ENDS = [
    no_stream(
        "a JSON error in place of a stream is an error", whole(failure("It failed")), "It failed"
    ),
    no_stream(
        "a whole completion in place of a stream is an error",
        whole(completion()),
        "application/json",
    ),
    no_stream(
        "HTML in place of a stream is an error",
        whole("<html>Gateway</html>", content_type="text/html"),
        "text/html",
        "Gateway",
    ),
    no_stream(
        "text in place of a stream is an error",
        whole("overloaded", content_type="text/plain"),
        "text/plain",
        "overloaded",
    ),
    no_stream("nothing in place of a stream is an error", whole("", content_type=None)),
    no_stream("no content in place of a stream is an error", raw(head(204))),
    no_stream(
        "an image in place of a stream is an error",
        whole(b"\x89PNG\xff\0", content_type="image/png"),
        "image/png",
    ),
    no_stream(
        "HTML that is held open is an error",
        stream(b"<html>Gateway", HOLD, content_type="text/html"),
        "text/html",
        client=QUICK,
    ),
    no_stream(
        "HTML that is cut off is an error",
        whole("<html>", content_type="text/html", length=100, then=[CLOSE]),
        "text/html",
    ),
    no_stream(
        "HTML that is no gzip is an error",
        whole("<html>", content_type="text/html", headers=GZIP),
        "gzip",
    ),
    no_stream(
        "compressed HTML is an error",
        whole(compressed(b"<html>Gateway"), content_type="text/html", headers=GZIP),
        "Gateway",
    ),
    no_stream(
        "a megabyte of HTML is an error with a short message",
        whole("<html>" * 200_000, content_type="text/html"),
        "text/html",
        check=_is_short,
    ),
]


def _twice(stream_: Any) -> Any:
    """Read a stream to its end and once more."""
    if hasattr(stream_, "__aiter__"):

        async def read() -> str:
            first = [item async for item in stream_]
            second = [item async for item in stream_]
            assert first and not second
            return "over"

        return read()
    assert list(stream_) and not list(stream_)
    return "over"


def _past_an_error(stream_: Any) -> Any:
    """Ask for an item after the one that failed."""
    if hasattr(stream_, "__aiter__"):

        async def read() -> str:
            try:
                async for _ in stream_:
                    pass
            except Exception:
                return await anext(stream_, "over")
            raise AssertionError("no error")

        return read()
    try:
        for _ in stream_:
            pass
    except Exception:
        return next(stream_, "over")
    raise AssertionError("no error")


AFTERWARDS = [
    Case(
        "a stream that was read is over",
        [stream(A, DONE)],
        call=then(chat_stream, _twice),
        gives="over",
    ),
    Case(
        "a stream that raised an error event is over",
        [stream(A, data({"error": ERROR}), B, DONE)],
        call=then(chat_stream, _past_an_error),
        gives="over",
    ),
    Case(
        "a stream that raised for malformed JSON is over",
        [stream(A, b"data: {\n\n", B, DONE)],
        call=then(chat_stream, _past_an_error),
        gives="over",
    ),
    Case(
        "a stream that was reset is over",
        [stream(A, RESET)],
        call=then(chat_stream, _past_an_error),
        gives="over",
    ),
    Case(
        "a stream that stalled is over",
        [stream(A, HOLD)],
        call=then(chat_stream, _past_an_error),
        gives="over",
        client=QUICK,
    ),
]


@table(WHOLE_ENDS)
def test_whole_ends(case: Case, mode: str) -> None:
    run(case, mode)


@table(LOST_ENDS)
def test_lost_ends(case: Case, mode: str) -> None:
    run(case, mode)


@table(JSON_ENDS)
def test_events_that_are_not_json(case: Case, mode: str) -> None:
    run(case, mode)


@table(ERROR_ENDS)
def test_error_events(case: Case, mode: str) -> None:
    run(case, mode)


@table(OTHER_ENDS)
def test_answers_that_are_not_streams(case: Case, mode: str) -> None:
    run(case, mode)


@table(AFTERWARDS)
def test_after_the_end(case: Case, mode: str) -> None:
    run(case, mode)
