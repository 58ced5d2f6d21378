"""Compressed bodies, however they are cut on the way, and the limits of what is read."""

from __future__ import annotations

import gc
import gzip
import itertools
import json
import time
import weakref
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest

import groq
from faults.times import in_time
from groq import AsyncGroq
from groq.testing import LocalServer
from twins import MESSAGES, MODEL, Body, Twin

MODELS = {
    "object": "list",
    "data": [{"id": "m", "object": "model", "created": 1, "owned_by": "me"}],
}
SIZES = (1, 3, 10, 500, 4, 64, 7)


def cut(text: bytes) -> list[bytes]:
    """Cut a text into pieces of many sizes."""
    pieces: list[bytes] = []
    at = 0
    while at < len(text):
        size = SIZES[len(pieces) % len(SIZES)]
        pieces.append(text[at : at + size])
        at += size
    return pieces


def compressed(pieces: Sequence[bytes]) -> list[bytes]:
    """Compress each piece so that it can be decompressed as soon as it arrives."""
    packer = zlib.compressobj(wbits=31)
    sent = [packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH) for piece in pieces]
    return [*sent, packer.flush()]


def client_for(twin: Twin, body: Body, media_type: str = "application/json", **options: Any) -> Any:
    """Return a client whose requests are answered with a compressed body."""
    encoding = options.pop("encoding", "gzip")
    headers = {"content-type": media_type, **({"content-encoding": encoding} if encoding else {})}

    def handler(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=headers, stream=body)

    return twin.mocked(handler, max_retries=0, **options)


def read(twin: Twin, client: Any, use: Callable[[Any], Any]) -> list[Any]:
    with twin.inside(client.models.with_streaming_response.list()) as response:
        return twin.list(use(response))


# ------------------------------------------------------------------------------------- chunk_size


@pytest.mark.parametrize("size", [1, 7, 10, 500, 2700, 2703, 5405, 6000])
def test_a_compressed_body_is_read_in_pieces_of_the_requested_size(twin: Twin, size: int) -> None:
    content = (b"0123456789abcdefghi" * 300)[:5405]
    body = Body(*compressed(cut(content)))
    pieces = read(twin, client_for(twin, body), lambda response: response.iter_bytes(size))
    assert pieces == [content[at : at + size] for at in range(0, len(content), size)]


@pytest.mark.parametrize("size", [1, 7, 5405])
def test_a_compressed_text_is_read_in_pieces_of_the_requested_size(twin: Twin, size: int) -> None:
    text = ("ä€\N{GRINNING FACE}bc" * 1100)[:5405]
    body = Body(*compressed(cut(text.encode())))
    client = client_for(twin, body, "text/plain; charset=utf-8")
    pieces = read(twin, client, lambda response: response.iter_text(size))
    assert pieces == [text[at : at + size] for at in range(0, len(text), size)]


def test_without_a_size_compressed_pieces_are_yielded_on_arrival(twin: Twin) -> None:
    sent = [b"one", b"two", b"three"]
    client = client_for(twin, Body(*compressed(sent)))
    assert read(twin, client, lambda response: response.iter_bytes()) == sent


# -------------------------------------------------------------------------------------------- text


@pytest.mark.parametrize(
    ("charset", "sent", "text"),
    [
        ("utf-8", b"caf\xc3\xa9 \xff", "café \ufffd"),
        ("latin-1", b"caf\xe9", "café"),
        ("hex", b"caf\xc3\xa9 \xff", "café \ufffd"),
        ("idna", b"caf\xc3\xa9 \xff", "café \ufffd"),
        ("no-such-charset", b"caf\xc3\xa9 \xff", "café \ufffd"),
    ],
)
@pytest.mark.parametrize("is_compressed", [True, False])
def test_text_is_decoded_by_its_charset_or_as_utf8(
    twin: Twin, is_compressed: bool, charset: str, sent: bytes, text: str
) -> None:
    media_type = f"text/plain; charset={charset}"
    body = Body(*compressed([sent]) if is_compressed else [sent])
    client = client_for(twin, body, media_type, encoding="gzip" if is_compressed else None)
    assert "".join(read(twin, client, lambda response: response.iter_text())) == text
    assert read(twin, client, lambda response: response.iter_lines()) == [text]


def test_text_that_its_charset_cannot_begin_with_is_a_groq_error(twin: Twin) -> None:
    client = client_for(twin, Body(b"a\0b\0"), "text/plain; charset=utf-16", encoding=None)
    with pytest.raises(groq.APIResponseValidationError, match="cannot be decoded as 'utf-16'"):
        read(twin, client, lambda response: response.iter_text())


@pytest.mark.parametrize(
    "pieces",
    [
        ["one\n", "two\n"],
        ["one", "\n", "two"],
        ["one\r", "\ntwo\r", "three"],
        ["o", "n", "e\n\nt", "wo\r"],
        ["one\ntwo\nthree", "\n", "", "four\nfive"],
        ["\n\r\n\r", "\r\n"],
        ["one\u2028two", "\u2029"],
        [""],
    ],
    ids=["lines", "ends apart", "CR LF", "within", "a rest", "empty", "other ends", "nothing"],
)
def test_the_lines_of_a_compressed_text_are_those_of_the_whole(
    twin: Twin, pieces: list[str]
) -> None:
    body = Body(*compressed([piece.encode() for piece in pieces]))
    client = client_for(twin, body, "text/plain; charset=utf-8")
    lines = read(twin, client, lambda response: response.iter_lines())
    assert lines == "".join(pieces).splitlines()


def test_lines_that_end_in_cr_are_yielded_one_piece_late_at_most(twin: Twin) -> None:
    body = Body(*compressed([b"foo\r"] * 20))
    client = client_for(twin, body, max_unpacked_bytes=10)
    assert read(twin, client, lambda response: response.iter_lines()) == ["foo"] * 20


def test_a_line_may_have_as_many_characters_as_the_limit(twin: Twin) -> None:
    for length, is_allowed in ((100, True), (101, False)):
        # The limit is one of each line: the line before leaves nothing behind.
        text = b"x" * 90 + b"\n" + b"y" * length
        body = Body(*compressed([text[:50], text[50:140], text[140:], b"\nz\n"]))
        client = client_for(twin, body, max_unpacked_bytes=100)
        if is_allowed:
            lines = read(twin, client, lambda response: response.iter_lines())
            assert lines == ["x" * 90, "y" * length, "z"]
        else:
            with pytest.raises(groq.APIResponseValidationError, match="A line is larger than 100"):
                read(twin, client, lambda response: response.iter_lines())


# ---------------------------------------------------------------------------------------- encodings


@pytest.mark.parametrize("is_split", [False, True])
def test_the_members_of_a_gzip_body_follow_one_another(twin: Twin, is_split: bool) -> None:
    text = json.dumps(MODELS).encode()
    members = [gzip.compress(text[:20]), gzip.compress(text[20:])]
    pieces = members if is_split else [b"".join(members)]
    assert twin.do(client_for(twin, Body(*pieces)).models.list).data[0].id == "m"
    read_again = read(twin, client_for(twin, Body(*pieces)), lambda response: response.iter_bytes())
    assert b"".join(read_again) == text


def raw_deflate(text: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush()


def looks_like_zlib(head: bytes) -> tuple[bool, bool]:
    """Say whether each of the two marks of zlib's header is there by chance (RFC 1950, 2.2)."""
    return head[0] & 0x0F == zlib.DEFLATED, int.from_bytes(head[:2], "big") % 31 == 0


def test_deflate_without_a_header_may_begin_like_one(twin: Twin) -> None:
    # A stored block has bits to spare: one of them makes its first byte that of zlib.
    first = b'{"object": "list", '
    size = len(first).to_bytes(2, "little")
    stored = b"\x08" + size + bytes(byte ^ 0xFF for byte in size) + first
    with_method = stored + raw_deflate(b'"data": []}')
    spaces = map("".join, itertools.product(" \t\r\n", repeat=4))
    texts = (space.encode() + b'{"object": "list", "data": []}' for space in spaces)
    with_checksum = next(
        body for text in texts if looks_like_zlib(body := raw_deflate(text)) == (False, True)
    )
    assert looks_like_zlib(with_method) == (True, False)
    for body in (with_method, with_checksum):
        client = client_for(twin, Body(body), encoding="deflate")
        assert twin.do(client.models.list).data == []


@pytest.mark.parametrize("size", [64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 64 * 1024 + 200])
@pytest.mark.parametrize("wbits", [-15, 15, 31], ids=["raw", "zlib", "gzip"])
def test_a_body_that_fills_the_buffer_is_read_whole(twin: Twin, wbits: int, size: int) -> None:
    packer = zlib.compressobj(9, wbits=wbits)
    body = Body(packer.compress(b"a" * size) + packer.flush())
    client = client_for(twin, body, encoding="gzip" if wbits == 31 else "deflate")
    pieces = read(twin, client, lambda response: response.iter_bytes())
    assert sum(map(len, pieces)) == size


@pytest.mark.parametrize(
    ("pieces", "reason"),
    [
        ([b"not gzip at all"], "incorrect header check"),
        ([gzip.compress(b"{}" * 100)[:-8]], "The compressed body ends early"),
        ([gzip.compress(b"{}"), gzip.compress(b"{}")[:5]], "The compressed body ends early"),
    ],
    ids=["damaged", "cut", "cut in the second member"],
)
def test_a_damaged_body_is_an_error_with_its_cause(
    twin: Twin, pieces: list[bytes], reason: str
) -> None:
    body = Body(*pieces)
    with pytest.raises(groq.APIResponseValidationError, match="decompressed as 'gzip'") as caught:
        twin.do(client_for(twin, body).models.list)
    assert reason in str(caught.value.__cause__)
    assert body.is_closed


def test_an_empty_compressed_body_is_not_an_error(twin: Twin) -> None:
    client = client_for(twin, Body())
    assert read(twin, client, lambda response: response.iter_bytes()) == []


def test_a_compressed_body_is_read_once(twin: Twin) -> None:
    client = client_for(twin, Body(*compressed([b"{}"])))
    with twin.inside(client.models.with_streaming_response.list()) as response:
        assert twin.list(response.iter_bytes()) == [b"{}"]
        with pytest.raises(groq.GroqError):
            twin.list(response.iter_bytes())


# ------------------------------------------------------------------------------------------ limits


@pytest.mark.parametrize("is_compressed", [True, False])
def test_a_body_may_be_as_large_as_its_limit(twin: Twin, is_compressed: bool) -> None:
    text = json.dumps(MODELS).encode()
    sent = compressed(cut(text)) if is_compressed else cut(text)
    name = "max_unpacked_bytes" if is_compressed else "max_body_bytes"
    subject = "The decompressed body" if is_compressed else "The body"
    encoding = "gzip" if is_compressed else None
    body = Body(*sent)

    def limit(size: int) -> dict[str, Any]:
        return {name: size}

    allowed = client_for(twin, body, encoding=encoding, **limit(len(text)))
    assert twin.do(allowed.models.list).data[0].id == "m"
    refused = client_for(twin, body, encoding=encoding, **limit(len(text) - 1))
    with pytest.raises(groq.APIResponseValidationError) as caught:
        twin.do(refused.models.list)
    assert str(caught.value) == (
        f"{subject} is larger than {len(text) - 1} bytes; raise {name} to allow it"
    )


def test_a_body_over_its_limit_frees_the_connection(twin: Twin) -> None:
    body = Body(*[b"x" * 1000] * 3)
    client = client_for(twin, body, encoding=None, max_body_bytes=2000)
    with pytest.raises(groq.APIResponseValidationError):
        twin.do(client.models.list)
    assert body.is_closed


# ------------------------------------------------------------------------------------------ memory


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("is_packed", [False, True])
def test_a_response_that_was_read_goes_without_the_garbage_collector(
    twin: Twin, groq_server: LocalServer, is_packed: bool
) -> None:
    headers = {"content-encoding": "gzip"} if is_packed else {}
    text = json.dumps(MODELS).encode()
    groq_server.reply_with_bytes(gzip.compress(text) if is_packed else text, headers=headers)
    client = twin.client(groq_server)

    async def ask_async() -> Any:
        return weakref.ref((await client.models.with_raw_response.list()).http_response)

    def ask() -> Any:
        return weakref.ref(client.models.with_raw_response.list().http_response)

    assert twin.do(ask_async if twin.is_async else ask)() is None


@pytest.mark.usefixtures("no_collector")
def test_the_response_of_a_stream_goes_without_the_garbage_collector(
    twin: Twin, groq_server: LocalServer
) -> None:
    client = twin.client(groq_server)

    async def ask_async() -> Any:
        stream = await client.chat.completions.create(messages=MESSAGES, model=MODEL, stream=True)
        response = weakref.ref(stream.response)
        async for _ in stream:
            pass
        return response

    def ask() -> Any:
        stream = client.chat.completions.create(messages=MESSAGES, model=MODEL, stream=True)
        response = weakref.ref(stream.response)
        for _ in stream:
            pass
        return response

    assert twin.do(ask_async if twin.is_async else ask)() is None


def test_a_deadline_that_has_passed_between_two_pieces_is_the_reason() -> None:
    def check(slowness: float) -> None:
        class Slow(httpx.SyncByteStream):
            def __iter__(self) -> Iterator[bytes]:
                yield b"{"
                time.sleep(0.3 * slowness)
                yield b"}"

        transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Slow()))
        with groq.Groq(
            api_key="key",
            http_client=httpx.Client(transport=transport),
            deadline=0.2 * slowness,
            max_retries=0,
        ) as client:
            with pytest.raises(groq.APITimeoutError) as caught:
                client.models.list()
        assert isinstance(caught.value.__cause__, httpx.ReadTimeout)
        assert str(caught.value.__cause__) == "The deadline has passed"

    in_time(check)


# ------------------------------------------------------------------------------- leaving a body


class AsyncBody(httpx.AsyncByteStream):
    """A stream whose first chunk comes at once, from one generator within another."""

    def __init__(self, more: int | None) -> None:
        self.more = more
        """Chunks that are in memory; by default the connection stalls."""
        self.sent = 0
        self.is_closed = False
        self.is_finished = False

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            while self.more is None or self.sent <= self.more:
                self.sent += 1
                yield b'data: {"choices":[]}\n\n'
                if self.more is None:
                    await anyio.sleep_forever()
        finally:
            self.is_finished = True

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self.chunks():
            yield chunk

    async def aclose(self) -> None:
        await anyio.lowlevel.checkpoint()
        self.is_closed = True


async def stream_of(body: AsyncBody, **options: Any) -> tuple[AsyncGroq, Any]:
    headers = {"content-type": "text/event-stream"}

    async def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=headers, stream=body)

    http_client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    client = AsyncGroq(api_key="key", http_client=http_client, **options)
    create = client.chat.completions.create
    return client, await create(messages=MESSAGES, model=MODEL, stream=True)


DEADLINES = pytest.mark.parametrize("deadline", [None, 3600], ids=["", "with a deadline"])


@pytest.mark.anyio
@DEADLINES
async def test_a_cancelled_task_closes_its_response(deadline: float | None) -> None:
    body = AsyncBody(None)
    client, stream = await stream_of(body, deadline=deadline)
    async with client:
        with anyio.CancelScope() as scope:
            async for _ in stream:
                scope.cancel()
        assert body.is_closed
        assert body.is_finished


@pytest.mark.anyio
@DEADLINES
async def test_the_generators_of_a_body_are_finished_with_it(deadline: float | None) -> None:
    body = AsyncBody(None)
    client, stream = await stream_of(body, deadline=deadline)
    async with client:
        async with stream:
            await anext(stream)
        assert body.is_closed
        assert body.is_finished


@DEADLINES
@pytest.mark.parametrize("stream", [False, True])
def test_a_body_within_the_deadline_is_read_whole(
    twin: Twin, groq_server: LocalServer, deadline: float | None, stream: bool
) -> None:
    groq_server.reply("one two three")
    answer = twin.chat(twin.client(groq_server, deadline=deadline), stream=stream)
    if stream:
        words = [chunk.choices[0].delta.content or "" for chunk in twin.list(answer)]
        assert "".join(words) == "one two three"
    else:
        assert answer.choices[0].message.content == "one two three"


@pytest.mark.anyio
@pytest.mark.filterwarnings("ignore:Async generator .* was garbage collected:ResourceWarning")
async def test_a_body_in_memory_is_not_read_to_its_end() -> None:
    body = AsyncBody(100_000)
    client, stream = await stream_of(body)
    async with client:
        async with stream:
            await anext(stream)
        assert body.is_closed
        assert body.sent < 10_000


def test_an_error_while_a_body_is_closed_does_not_hide_the_answer(twin: Twin) -> None:
    class Failing(Body):
        def close(self) -> None:
            raise KeyError("an error of the transport")

        async def aclose(self) -> None:
            raise KeyError("an error of the transport")

    client = client_for(twin, Failing(*compressed([json.dumps(MODELS).encode()])))
    assert twin.do(client.models.list).data
