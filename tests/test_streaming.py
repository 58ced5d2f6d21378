"""Streams over real sockets: what is delivered when, how they end, and what they leave behind."""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any, Optional

import anyio
import httpx
import pytest

import groq
from faults.times import in_time
from groq import AsyncGroq, AsyncStream, BaseModel, Groq, Stream
from groq.testing import Cut, ErrorEvent, Gate, LocalServer, MalformedEvent, Reply, Stall
from groq.types.chat import ChatCompletionChunk
from twins import MESSAGES, MODEL, Twin

SSE = "text/event-stream"
DONE = b"data: [DONE]\n\n"


def chunk(content: str | None = None, finish_reason: str | None = None, **more: Any) -> bytes:
    delta = {} if content is None else {"content": content}
    data = {
        "id": "c",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
        **more,
    }
    return event(data)


def event(data: object, name: str = "") -> bytes:
    named = f"event: {name}\n" if name else ""
    return f"{named}data: {json.dumps(data)}\n\n".encode()


FINISH = chunk(finish_reason="stop")


def stream_of(twin: Twin, server: LocalServer, *pieces: bytes, **options: Any) -> Any:
    """Open a chat stream of these very bytes."""
    server.reply_with_bytes(pieces, content_type=SSE)
    return twin.chat(twin.client(server, **options), stream=True)


def words(chunks: list[Any]) -> list[str]:
    found = [choice.delta.content for chunk in chunks for choice in chunk.choices]
    return [content for content in found if content]


# ----------------------------------------------------------------------------------- delivery


def test_a_token_is_delivered_before_the_next_one_is_sent(
    twin: Twin, groq_server: LocalServer
) -> None:
    gate = Gate()
    groq_server.reply(Reply(["one", "two"]), Stall(after=2, until=gate))
    stream = twin.chat(twin.client(groq_server), stream=True)
    # The first chunk says who speaks, the second one has the first token.
    first = [twin.next(stream), twin.next(stream)]
    assert words(first) == ["one"]
    gate.open()
    assert words(twin.list(stream)) == ["two"]


def test_tokens_that_come_together_come_apart(twin: Twin, groq_server: LocalServer) -> None:
    stream = stream_of(twin, groq_server, chunk("a") + chunk("b") + FINISH + DONE)
    assert words(twin.list(stream)) == ["a", "b"]


def test_a_chunk_is_whole_wherever_it_is_cut(twin: Twin, groq_server: LocalServer) -> None:
    whole = chunk("é") + FINISH + DONE
    stream = stream_of(twin, groq_server, *[bytes([byte]) for byte in whole])
    assert words(twin.list(stream)) == ["é"]


def test_a_stream_is_an_iterator_with_a_response(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply("Hello")
    stream = twin.chat(twin.client(groq_server), stream=True)
    assert isinstance(stream, AsyncStream if twin.is_async else Stream)
    assert stream.response.status_code == 200
    assert stream.response.headers["content-type"].startswith(SSE)
    assert isinstance(twin.next(stream), ChatCompletionChunk)
    twin.do(stream.close)
    twin.do(stream.close)
    with pytest.raises((StopIteration, StopAsyncIteration)):
        twin.next(stream)


def test_an_exhausted_stream_stays_exhausted(twin: Twin, groq_server: LocalServer) -> None:
    stream = stream_of(twin, groq_server, chunk("a"), FINISH, DONE)
    assert len(twin.list(stream)) == 2
    assert twin.list(stream) == []
    with pytest.raises((StopIteration, StopAsyncIteration)):
        twin.next(stream)


def test_next_and_a_loop_share_the_stream(twin: Twin, groq_server: LocalServer) -> None:
    stream = stream_of(twin, groq_server, chunk("a"), chunk("b"), chunk("c"), FINISH, DONE)
    assert words([twin.next(stream)]) == ["a"]
    assert words(twin.list(stream)) == ["b", "c"]


def test_comments_and_events_without_data_are_passed_over(
    twin: Twin, groq_server: LocalServer
) -> None:
    stream = stream_of(
        twin, groq_server, b": ping\n\n", chunk("a"), b"data: \n\n", b"id: 5\n\n", FINISH, DONE
    )
    assert words(twin.list(stream)) == ["a"]


def test_named_events_are_handed_on_with_their_name(twin: Twin, groq_server: LocalServer) -> None:
    server = groq_server
    server.reply_with_bytes(
        [event({"a": 1}, "ping"), event({"b": 2}, "message"), DONE], content_type=SSE
    )
    stream_cls: Any = AsyncStream[object] if twin.is_async else Stream[object]
    stream = twin.do(
        twin.client(server).post, "/x", cast_to=object, stream=True, stream_cls=stream_cls
    )
    assert twin.list(stream) == [{"data": {"a": 1}, "event": "ping"}, {"b": 2}]


def test_unknown_fields_and_odd_values_are_kept(twin: Twin, groq_server: LocalServer) -> None:
    odd = {"index": "first", "delta": {"content": "a", "channel": "analysis"}, "new": 1}
    data = {"id": 5, "choices": [odd], "created": "now"}
    made = twin.list(stream_of(twin, groq_server, event(data), FINISH, DONE))[0]
    assert (made.id, made.created, made.choices[0].index) == (5, "now", "first")
    assert made.choices[0].delta.channel == "analysis"
    assert made.choices[0].new == 1
    assert made.to_dict(warnings=False) == data


def test_invalid_utf8_is_replaced(twin: Twin, groq_server: LocalServer) -> None:
    broken = chunk("a").replace(b'"a"', b'"\xff"')
    stream = stream_of(twin, groq_server, broken, FINISH, DONE)
    assert words(twin.list(stream)) == ["\N{REPLACEMENT CHARACTER}"]


def test_a_stream_may_be_compressed(twin: Twin, groq_server: LocalServer) -> None:
    packer = zlib.compressobj(wbits=31)
    pieces = [
        packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)
        for piece in (chunk("a"), chunk("b"), FINISH + DONE)
    ]
    groq_server.reply_with_bytes(
        [*pieces, packer.flush()], content_type=SSE, headers={"content-encoding": "gzip"}
    )
    assert words(twin.list(twin.chat(twin.client(groq_server), stream=True))) == ["a", "b"]


# ---------------------------------------------------------------------------------- connections


def test_the_data_after_done_is_not_delivered(twin: Twin, groq_server: LocalServer) -> None:
    stream = stream_of(twin, groq_server, chunk("a"), DONE, chunk("b"), b"x" * 100_000)
    assert words(twin.list(stream)) == ["a"]


@pytest.mark.anyio
async def test_leaving_a_stream_reads_no_more_than_is_there() -> None:
    sent: list[int] = []

    class Body(httpx.AsyncByteStream):
        """What a transport may do: nothing is closed, and closing fails in its own way."""

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for number in range(60):
                sent.append(number)
                yield chunk("x")
                await anyio.sleep(0.05)

        async def aclose(self) -> None:
            raise KeyError("an error of the transport")

    async def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": SSE}, stream=Body())

    http_client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    async with AsyncGroq(api_key="key", http_client=http_client) as client:
        stream = await client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True)
        async with stream:
            async for _ in stream:
                break
        assert len(sent) == 1


# --------------------------------------------------------------------------------------- errors


def failing(twin: Twin, stream: Any) -> tuple[list[Any], groq.APIError]:
    """Iterate to the error; return what came before, and the error."""
    seen: list[Any] = []
    try:
        while True:
            seen.append(twin.next(stream))
    except groq.APIError as error:
        return seen, error


@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize("form", ["named", "plain", "x_groq"])
def test_an_error_is_raised_after_the_chunks_before_it(
    twin: Twin, groq_server: LocalServer, form: Any, after: int
) -> None:
    groq_server.reply("a b c", ErrorEvent("It broke", after=after, form=form))
    seen, error = failing(twin, twin.chat(twin.client(groq_server), stream=True))
    assert len(seen) == after
    assert type(error) is groq.APIError
    assert error.message == "It broke"


@pytest.mark.parametrize(
    ("sent", "message", "body"),
    [
        (event({"error": {"message": "m", "code": 1}}), "m", {"message": "m", "code": 1}),
        (event({"error": "a bare string"}), "a bare string", "a bare string"),
        (event({"message": "flat"}, "error"), "flat", {"message": "flat"}),
        (event({"error": {"message": "m"}}, "error"), "m", {"message": "m"}),
        (event("a bare string", "error"), "a bare string", "a bare string"),
        (b"event: error\ndata: not JSON\n\n", "not JSON", "not JSON"),
        (chunk("b", error={"message": "beside"}), "beside", {"message": "beside"}),
        (chunk("b", x_groq={"error": "why"}), "why", "why"),
        (chunk("b", id=5, x_groq={"error": "why"}), "why", "why"),
    ],
)
def test_an_error_has_the_message_and_the_body(
    twin: Twin, groq_server: LocalServer, sent: bytes, message: str, body: object
) -> None:
    seen, error = failing(twin, stream_of(twin, groq_server, chunk("a"), sent, FINISH, DONE))
    assert words(seen) == ["a"]
    assert error.message == message
    assert error.body == body
    assert error.request.url.path == "/openai/v1/chat/completions"


JSON = "application/json"


@pytest.mark.parametrize(
    ("before", "sent"),
    [
        ({"x_groq": None}, {"x_groq": {"error": "why"}}),
        ({"x_groq": {"id": "req"}}, {"x_groq": {"error": "why"}}),
        ({"error": None}, {"error": "why"}),
    ],
)
def test_an_error_is_raised_after_chunks_with_the_same_fields(
    twin: Twin, groq_server: LocalServer, before: dict[str, Any], sent: dict[str, Any]
) -> None:
    pieces = [chunk("a", **before), chunk("b", **before), chunk("c", **sent), FINISH, DONE]
    seen, error = failing(twin, stream_of(twin, groq_server, *pieces))
    assert words(seen) == ["a", "b"]
    assert error.message == "why"


NAMELESS = "The stream ended with an error"


@pytest.mark.parametrize(
    ("body", "message", "status"),
    [
        ({"message": "m", "status_code": 400}, "m", 400),
        ({"message": "m", "status_code": "400"}, "m", None),
        ({"message": ""}, NAMELESS, None),
        ({"message": 5}, NAMELESS, None),
        (["odd"], NAMELESS, None),
        ({"message": "x" * 4096}, "x" * 4096, None),
        ({"message": "x" * 4097}, "x" * 4096 + " …", None),
    ],
    ids=["status", "odd status", "empty", "odd", "list", "long", "too long"],
)
def test_an_error_has_a_short_message_and_its_status(
    twin: Twin, groq_server: LocalServer, body: object, message: str, status: int | None
) -> None:
    _, error = failing(twin, stream_of(twin, groq_server, event({"error": body})))
    assert error.message == message
    assert error.status_code == status
    assert error.body == body


@pytest.mark.parametrize("more", [{}, {"created": "odd"}], ids=["conforming", "odd"])
@pytest.mark.parametrize("none", [None, "", {}])
def test_an_empty_error_is_ignored(
    twin: Twin, groq_server: LocalServer, more: dict[str, Any], none: object
) -> None:
    stream = stream_of(twin, groq_server, chunk("a", error=none, **more), FINISH, DONE)
    assert words(twin.list(stream)) == ["a"]


class Tick(BaseModel):
    """An event of an undocumented endpoint; nothing in it is required."""

    n: int | None = None


class Choices(BaseModel):
    """An event that has choices, and is not a chunk of a chat."""

    choices: Optional[list[object]] = None


@pytest.mark.parametrize("kind", [Tick, Choices, dict[str, object], object])
def test_an_error_is_raised_whatever_the_stream_is_of(
    twin: Twin, groq_server: LocalServer, kind: Any
) -> None:
    groq_server.reply_with_bytes(
        [event({"n": 1}), event({"error": {"message": "m"}})], content_type=SSE
    )
    stream_cls: Any = AsyncStream[kind] if twin.is_async else Stream[kind]
    stream = twin.do(
        twin.client(groq_server).post, "/x", cast_to=kind, stream=True, stream_cls=stream_cls
    )
    seen, error = failing(twin, stream)
    assert len(seen) == 1
    assert error.message == "m"


def test_json_that_does_not_parse_is_an_error(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply("a b", MalformedEvent(after=2))
    seen, error = failing(twin, twin.chat(twin.client(groq_server), stream=True))
    assert words(seen) == ["a"]
    assert type(error) is groq.APIError
    assert isinstance(error.__cause__, ValueError)
    assert error.body
    assert error.message == (f"Expected JSON in an event of the stream but received {error.body!r}")
    assert error.request.url.path == "/openai/v1/chat/completions"


def test_an_end_within_an_event_is_named_in_the_error(twin: Twin, groq_server: LocalServer) -> None:
    _, error = failing(twin, stream_of(twin, groq_server, chunk("a"), b"data: {"))
    assert "The stream ended in the middle of an event before `[DONE]`" in error.message


def test_a_clean_end_before_done_is_an_error(twin: Twin, groq_server: LocalServer) -> None:
    stream = stream_of(twin, groq_server, chunk("a"))
    seen, error = failing(twin, stream)
    assert words(seen) == ["a"]
    assert type(error) is groq.APIConnectionError
    assert "ended before `[DONE]` and before a finish_reason: the answer is cut" in error.message
    assert error.response is stream.response
    assert error.request.url.path == "/openai/v1/chat/completions"


@pytest.mark.parametrize("reason", ["stop", "length", "a new reason"])
def test_a_clean_end_after_a_finish_reason_is_an_end(
    twin: Twin, groq_server: LocalServer, reason: str
) -> None:
    stream = stream_of(twin, groq_server, chunk("a"), chunk(finish_reason=reason))
    assert words(twin.list(stream)) == ["a"]


@pytest.mark.parametrize(
    ("sent", "content_type", "says", "body"),
    [
        (b'{"error": {"message": "It broke"}}', JSON, "It broke", {"message": "It broke"}),
        (b'{"error": {"message": "It broke"}}', SSE, "It broke", {"message": "It broke"}),
        (
            b'{"id": "c", "choices": []}',
            JSON,
            f"but received {JSON}: '{{",
            {"id": "c", "choices": []},
        ),
        (b" [1]", SSE, "but received text/event-stream: ", [1]),
        (b'\xef\xbb\xbf"words"', SSE, "but received text/event-stream: ", "words"),
        (b"<html>Please log in</html>", "text/html", "Please log in", "<html>Please log in</html>"),
        (b"<p>\xff</p>", "text/html", "text/html: '<p>\ufffd</p>'", "<p>\ufffd</p>"),
        (b"[" * 100_000, SSE, "text/event-stream: '[[[", "[" * 100_000),
        (b"{}", "", "but received no content type: '{}'", {}),
        (b"", SSE, "text/event-stream", ""),
        (b"", JSON, JSON, ""),
        (b"plain words", "text/plain", "", None),
    ],
)
def test_a_body_that_is_not_an_event_stream_is_quoted_in_the_error(
    twin: Twin, groq_server: LocalServer, sent: bytes, content_type: str, says: str, body: object
) -> None:
    groq_server.reply_with_bytes(sent, content_type=content_type)
    seen, error = failing(twin, twin.chat(twin.client(groq_server), stream=True))
    assert seen == []
    assert says in error.message
    assert body is None or error.body == body
    assert error.request.url.path == "/openai/v1/chat/completions"


def test_a_body_that_is_not_an_event_stream_and_is_cut_off_is_quoted_too(
    twin: Twin, groq_server: LocalServer
) -> None:
    body = [b'{"note": ', *[b"[" * 10] * 100]
    groq_server.reply_with_bytes(body, Cut(at_byte=50), content_type=JSON)
    with pytest.raises(groq.APIError, match=r'received application/json: .{"note"'):
        twin.list(twin.chat(twin.client(groq_server), stream=True))


def test_a_status_is_raised_before_there_is_a_stream(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.fail(400, error="Bad")
    with pytest.raises(groq.BadRequestError, match="Bad"):
        twin.chat(twin.client(groq_server), stream=True)


def test_an_exception_of_the_caller_is_not_taken_for_one_of_the_transport(
    twin: Twin, groq_server: LocalServer
) -> None:
    stream = twin.chat(twin.client(groq_server), stream=True)
    mine = OSError("the disk is full")
    twin.next(stream)
    with pytest.raises(OSError) as raised, twin.inside(stream):
        raise mine
    assert raised.value is mine


# --------------------------------------------------------------------------------------- limits


def test_comments_do_not_keep_a_stream_alive_past_its_limit(
    twin: Twin, groq_server: LocalServer
) -> None:
    def pings() -> Iterator[bytes]:
        yield chunk("a")
        while True:
            yield b": ping\n\n"

    def check(slowness: float) -> None:
        groq_server.reply_with_bytes(pings, content_type=SSE, pace=0.02)
        client = twin.client(groq_server, stream_idle_timeout=0.2 * slowness)
        seen, error = failing(twin, twin.chat(client, stream=True))
        assert words(seen) == ["a"]
        assert type(error) is groq.APITimeoutError

    in_time(check)


def test_a_response_made_by_hand_is_read_under_an_idle_timeout() -> None:
    response = httpx.Response(200, content=chunk("a") + DONE, headers={"content-type": SSE})
    with Groq(api_key="key", stream_idle_timeout=30) as client:
        stream = Stream(cast_to=ChatCompletionChunk, response=response, client=client)
        assert words(list(stream)) == ["a"]


def test_silence_does_not_keep_a_stream_alive_past_its_limit(
    twin: Twin, groq_server: LocalServer
) -> None:
    def check(slowness: float) -> None:
        groq_server.reply_with_bytes([chunk("a"), DONE], Stall(after=1), content_type=SSE)
        client = twin.client(groq_server, stream_idle_timeout=0.2 * slowness)
        seen, error = failing(twin, twin.chat(client, stream=True))
        assert words(seen) == ["a"]
        assert type(error) is groq.APITimeoutError

    in_time(check)


def test_a_slow_caller_does_not_trigger_the_idle_timeout(
    twin: Twin, groq_server: LocalServer
) -> None:
    sent = [chunk("a"), b": ping\n\n", chunk("b"), FINISH, DONE]

    def check(slowness: float) -> None:
        stream = stream_of(twin, groq_server, *sent, stream_idle_timeout=0.1 * slowness)
        twin.next(stream)
        time.sleep(0.2 * slowness)
        assert words(twin.list(stream)) == ["b"]

    in_time(check)


def test_an_event_that_unpacks_without_end_is_refused(twin: Twin, groq_server: LocalServer) -> None:
    bomb = zlib.compress(b"data: " + bytes(20_000_000), 9)
    groq_server.reply_with_bytes(bomb, content_type=SSE, headers={"content-encoding": "deflate"})
    client = twin.client(groq_server, max_unpacked_bytes=100_000)
    _, error = failing(twin, twin.chat(client, stream=True))
    assert isinstance(error, groq.APIResponseValidationError)
    assert "max_unpacked_bytes" in error.message


@pytest.mark.parametrize("piece", [b": ping\n\n", b"data: x"], ids=["comments", "one event"])
def test_a_stream_that_sends_no_event_has_a_limit(twin: Twin, piece: bytes) -> None:
    sent: list[int] = []

    class Endless(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield chunk("x")
            while len(sent) < 150:
                sent.append(1)
                yield piece

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for each in self:
                yield each

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": SSE}, stream=Endless())

    stream = twin.chat(twin.mocked(handler, max_unpacked_bytes=700), stream=True)
    twin.next(stream)
    with pytest.raises(groq.APIResponseValidationError, match="max_unpacked_bytes"):
        twin.next(stream)


def test_closing_a_stream_from_another_thread_wakes_its_reader(groq_server: LocalServer) -> None:
    groq_server.reply_with_bytes([chunk("x"), chunk("y")], Stall(after=1), content_type=SSE)
    outcome: list[object] = []
    with Groq(api_key="key", base_url=groq_server.url) as client:
        stream = client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True)
        next(stream)

        def read() -> None:
            try:
                outcome.append(next(stream))
            except Exception as error:
                outcome.append(error)

        reader = threading.Thread(target=read)
        reader.start()
        while not reader.is_alive():  # it has begun to read, or is about to
            pass
        for _ in range(1000):
            stream.close()
            reader.join(0.05)
            if not reader.is_alive():
                break
        assert not reader.is_alive()
    assert isinstance(outcome[0], (groq.APIConnectionError, StopIteration))


def test_a_long_compressed_stream_of_short_events_is_accepted(
    twin: Twin, groq_server: LocalServer
) -> None:
    body = zlib.compress(chunk("a" * 1000) * 300 + FINISH + DONE)
    groq_server.reply_with_bytes(body, content_type=SSE, headers={"content-encoding": "deflate"})
    client = twin.client(groq_server, max_unpacked_bytes=50_000)
    assert len(twin.list(twin.chat(client, stream=True))) == 301


# ------------------------------------------------------------------------- streams made by hand


def response_of(twin: Twin, pieces: list[bytes]) -> httpx.Response:
    async def async_pieces() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    return httpx.Response(200, content=async_pieces() if twin.is_async else iter(pieces))


def by_hand(twin: Twin, kind: Any, *pieces: bytes) -> Any:
    client: Any = AsyncGroq(api_key="k") if twin.is_async else Groq(api_key="k")
    cls: Any = AsyncStream if twin.is_async else Stream

    def make() -> Any:
        return cls(cast_to=kind, response=response_of(twin, list(pieces)), client=client)

    return twin.do(make)


def test_a_stream_can_be_made_by_hand(twin: Twin) -> None:
    stream = by_hand(twin, ChatCompletionChunk, chunk("a"), FINISH, DONE)
    assert words(twin.list(stream)) == ["a"]


@pytest.mark.parametrize(
    ("sent", "items"),
    [
        ([b'data: {"foo":true}\n', b"\n", DONE], [{"foo": True}]),
        (
            [b'event: completion\ndata: {"foo":\ndata: true}\n\n'],
            [{"data": {"foo": True}, "event": "completion"}],
        ),
        ([b'data: {"a":1}\n\ndata: {"b":2}\n\n'], [{"a": 1}, {"b": 2}]),
        ([b'data: {"content":"', b"\xd0", b"\xb8", b'"}\n\n'], [{"content": "и"}]),
        ([b"data: [1]\n\n", b'data: "x"\n\n', b"data: 5\n\n"], [[1], "x", 5]),
    ],
)
def test_a_stream_made_by_hand_is_of_anything(
    twin: Twin, sent: list[bytes], items: list[object]
) -> None:
    assert twin.list(by_hand(twin, object, *sent)) == items


def test_a_response_that_was_read_can_still_be_streamed(twin: Twin) -> None:
    client: Any = AsyncGroq(api_key="k") if twin.is_async else Groq(api_key="k")
    cls: Any = AsyncStream if twin.is_async else Stream
    response = httpx.Response(200, content=chunk("a") + FINISH + DONE)
    stream = twin.do(lambda: cls(cast_to=ChatCompletionChunk, response=response, client=client))
    assert words(twin.list(stream)) == ["a"]


def test_a_subclass_of_stream_knows_its_chunks(twin: Twin, groq_server: LocalServer) -> None:
    class Ticks(Stream[Tick]):
        pass

    class AsyncTicks(AsyncStream[Tick]):
        pass

    groq_server.reply_with_bytes([event({"n": 1}), DONE], content_type=SSE)
    stream_cls: Any = AsyncTicks if twin.is_async else Ticks
    stream = twin.do(
        twin.client(groq_server).post, "/x", cast_to=Tick, stream=True, stream_cls=stream_cls
    )
    assert isinstance(stream, stream_cls)
    assert [tick.n for tick in twin.list(stream)] == [1]


def test_the_strict_path_and_the_lenient_path_say_the_same_of_the_end(
    twin: Twin, groq_server: LocalServer
) -> None:
    cases: list[dict[str, Any]] = [
        {},
        {"finish_reason": "stop"},
        {"x_groq": {"error": "why"}},
        {"error": {"message": "why"}},
        {"x_groq": None, "error": None},
        {"choices": [], "error": "why"},
    ]
    for case in cases:
        outcomes: list[object] = []
        for more in ({}, {"created": "odd"}):
            stream = stream_of(twin, groq_server, chunk("a", **{**case, **more}))
            try:
                outcomes.append(words(twin.list(stream)))
            except groq.APIError as error:
                outcomes.append((type(error), error.body))
        assert outcomes[0] == outcomes[1]
