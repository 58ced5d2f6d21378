"""Answers as they come: raw, streamed, binary; parsed, cut off, packed too tight."""

from __future__ import annotations

import datetime
import gzip
import json
import os
import stat
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Union

import anyio
import httpx
import pytest

import groq
from groq import APIResponse, AsyncAPIResponse, AsyncStream, BaseModel, Stream
from groq._response import BinaryAPIResponse
from groq.testing import Cut, Gate, HoldOpen, LocalServer, Pause, Stall
from groq.types.chat import ChatCompletion, ChatCompletionChunk
from twins import MESSAGES, MODEL, Twin, requests_of, seen_by

JSON = {"content-type": "application/json"}
MODELS = {
    "object": "list",
    "data": [{"id": "m", "object": "model", "created": 1, "owned_by": "me"}],
}


def raw(twin: Twin, client: Any, **options: Any) -> Any:
    create = client.chat.completions.with_raw_response.create
    return twin.do(create, **{"messages": MESSAGES, "model": MODEL, **options})


def streaming(twin: Twin, client: Any, **options: Any) -> Any:
    create = client.chat.completions.with_streaming_response.create
    return twin.inside(create(**{"messages": MESSAGES, "model": MODEL, **options}))


def answered(twin: Twin, content: bytes, headers: dict[str, str] | None = None, **more: Any) -> Any:
    """Make a client whose requests get this answer."""

    def handler(request: httpx.Request) -> httpx.Response:
        sent = JSON if headers is None else headers
        return httpx.Response(200, stream=httpx.ByteStream(content), headers=sent)

    given: dict[str, Any] = {"max_retries": 0, **more}
    return twin.mocked(handler, **given)


# ------------------------------------------------------------------------------------------ raw


def test_a_raw_response_is_the_answer_as_it_came(twin: Twin, groq_server: LocalServer) -> None:
    response = raw(twin, twin.client(groq_server))
    request = groq_server.last_request
    assert isinstance(response, AsyncAPIResponse if twin.is_async else APIResponse)
    assert response.status_code == 200
    assert response.headers["x-request-id"] == response.request_id == request.id
    assert isinstance(response.http_response, httpx.Response)
    assert response.http_request.url.path == request.path
    assert str(response.url) == groq_server.url + request.path
    assert response.method == "POST"
    assert response.http_version == "HTTP/1.1"
    assert response.retries_taken == 0
    assert isinstance(response.elapsed, datetime.timedelta)
    assert response.is_closed


def test_a_raw_response_is_parsed_once_for_each_type(twin: Twin, groq_server: LocalServer) -> None:
    response = raw(twin, twin.client(groq_server))
    completion = twin.do(response.parse)
    assert isinstance(completion, ChatCompletion)
    assert twin.do(response.parse) is completion
    as_dict = twin.do(response.parse, to=dict)
    assert as_dict["id"] == completion.id
    assert twin.do(response.parse, to=dict) is as_dict
    assert twin.do(response.parse) is completion


class Mine(BaseModel):
    id: str
    bar: int = 2


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (Mine, Mine(id="x")),
        (dict[str, object], {"id": "x"}),
        (Union[Mine, None], Mine(id="x")),
        (str, '{"id": "x"}'),
        (bytes, b'{"id": "x"}'),
        (object, {"id": "x"}),
    ],
    ids=str,
)
def test_a_raw_response_is_parsed_to(twin: Twin, to: Any, expected: object) -> None:
    response = raw(twin, answered(twin, b'{"id": "x"}'))
    parsed = twin.do(response.parse, to=to)
    assert parsed == expected
    assert type(parsed) is type(expected)


def test_a_raw_response_is_read_in_every_way(twin: Twin) -> None:
    content = b'{"id": "\xc3\xa9"}\n'
    response = raw(twin, answered(twin, content))
    assert twin.do(response.read) == content
    assert twin.do(response.text) == content.decode()
    assert twin.do(response.json) == {"id": "é"}
    assert twin.list(response.iter_bytes(4)) == [content[i : i + 4] for i in range(0, 14, 4)]
    assert "".join(twin.list(response.iter_text())) == content.decode()
    assert twin.list(response.iter_lines()) == ['{"id": "é"}']
    twin.do(response.close)


def test_a_raw_stream_is_parsed_to_a_stream(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply("Hello there")
    response = raw(twin, twin.client(groq_server), stream=True)
    stream = twin.do(response.parse)
    assert isinstance(stream, AsyncStream if twin.is_async else Stream)
    assert isinstance(twin.list(stream)[0], ChatCompletionChunk)


def test_a_raw_stream_can_be_of_another_type(twin: Twin, groq_server: LocalServer) -> None:
    cls: Any = AsyncStream[dict[str, Any]] if twin.is_async else Stream[dict[str, Any]]
    response = raw(twin, twin.client(groq_server), stream=True)
    items = twin.list(twin.do(response.parse, to=cls))
    assert isinstance(items[0], dict)


def test_a_stream_class_is_for_streams(twin: Twin, groq_server: LocalServer) -> None:
    response = raw(twin, twin.client(groq_server))
    with pytest.raises(TypeError, match="stream=True"):
        twin.do(response.parse, to=Stream[Mine])


def test_wrappers_of_client_resource_and_method_are_one(
    twin: Twin, groq_server: LocalServer
) -> None:
    client = twin.client(groq_server)
    for create in (
        client.chat.completions.with_raw_response.create,
        client.chat.with_raw_response.completions.create,
        client.with_raw_response.chat.completions.create,
    ):
        response = twin.do(create, messages=MESSAGES, model=MODEL)
        assert isinstance(twin.do(response.parse), ChatCompletion)


def test_wrappers_keep_the_headers_of_the_call(twin: Twin, groq_server: LocalServer) -> None:
    headers = {"X-Foo": "1"}
    raw(twin, twin.client(groq_server), extra_headers=headers)
    assert groq_server.last_request.headers["x-foo"] == "1"
    assert headers == {"X-Foo": "1"}


def test_a_raw_call_raises_for_a_status(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.fail(400, times=2)
    client = twin.client(groq_server)
    with pytest.raises(groq.BadRequestError):
        raw(twin, client)
    with pytest.raises(groq.BadRequestError), streaming(twin, client):
        pass


# ------------------------------------------------------------------------------------ streaming


def test_a_streaming_response_reads_nothing_until_asked(
    twin: Twin, groq_server: LocalServer
) -> None:
    gate = Gate()
    body = json.dumps({"id": "x"}).encode()
    groq_server.reply_with_bytes([body[:3], body[3:]], Stall(after=1, until=gate))
    with streaming(twin, twin.client(groq_server)) as response:
        # The head is here although the body is held back.
        assert response.status_code == 200
        assert not response.is_closed
        gate.open()
        assert twin.do(response.parse).id == "x"
    assert response.is_closed


def test_a_streaming_response_is_read_as_it_comes(twin: Twin, groq_server: LocalServer) -> None:
    gate = Gate()
    groq_server.reply_with_bytes(
        [b"one\n", b"two\n"], Stall(after=1, until=gate), content_type="text/plain"
    )
    with streaming(twin, twin.client(groq_server)) as response:
        lines = response.iter_lines()
        assert twin.next(lines) == "one"
        gate.open()
        assert twin.list(lines) == ["two"]


@pytest.mark.parametrize("how", ["iter_bytes", "iter_raw", "iter_text"])
def test_pieces_have_the_size_asked_for(twin: Twin, groq_server: LocalServer, how: str) -> None:
    groq_server.reply_with_bytes([b"abc", b"defgh", b"ij"], content_type="text/plain")
    with streaming(twin, twin.client(groq_server)) as response:
        pieces = twin.list(getattr(response, how)(4))
    assert [len(piece) for piece in pieces] == [4, 4, 2]
    assert "".join(p if isinstance(p, str) else p.decode() for p in pieces) == "abcdefghij"


def test_a_block_that_is_left_unread_frees_the_connection(
    twin: Twin, groq_server: LocalServer
) -> None:
    groq_server.reply_with_bytes([b"a", b"b"], HoldOpen())
    limits = httpx.Limits(max_connections=1)
    client = twin.client(
        groq_server, http_client=twin.http_client(limits=limits, timeout=30), max_retries=0
    )
    with streaming(twin, client) as response:
        assert response.status_code == 200
    with pytest.raises(KeyError), streaming(twin, client):
        raise KeyError
    assert twin.chat(client).choices


def test_a_streaming_response_of_a_stream_is_a_stream(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply("Hello")
    with streaming(twin, twin.client(groq_server), stream=True) as response:
        chunks = twin.list(twin.do(response.parse))
    assert isinstance(chunks[0], ChatCompletionChunk)


def test_a_body_is_read_once_unless_it_is_kept(twin: Twin, groq_server: LocalServer) -> None:
    client = twin.client(groq_server)
    with streaming(twin, client) as response:
        twin.list(response.iter_bytes())
        with pytest.raises(groq.GroqError, match="already"):
            twin.list(response.iter_bytes())
        with pytest.raises(groq.GroqError):
            twin.do(response.read)
    with streaming(twin, client) as response:
        content = twin.do(response.read)
        assert b"".join(twin.list(response.iter_bytes())) == content == twin.do(response.read)


@pytest.mark.anyio
async def test_a_cancellation_in_a_streaming_response_frees_the_connection(
    groq_server: LocalServer,
) -> None:
    groq_server.reply_with_bytes([b"a"], HoldOpen())
    http_client = groq.DefaultAsyncHttpxClient(limits=httpx.Limits(max_connections=1), timeout=30)
    async with groq.AsyncGroq(
        api_key="k", base_url=groq_server.url, http_client=http_client, max_retries=0
    ) as client:
        with anyio.move_on_after(0.2) as scope:
            async with client.models.with_streaming_response.list() as response:
                await response.read()
        assert scope.cancelled_caught
        assert (await client.models.list()).data


# ------------------------------------------------------------------------- bodies that go wrong


def whole(twin: Twin, client: Any) -> Any:
    return twin.do(client.models.list)


def parsed(twin: Twin, client: Any) -> Any:
    return twin.do(twin.do(client.models.with_raw_response.list).parse)


def parsed_in_a_block(twin: Twin, client: Any) -> Any:
    with twin.inside(client.models.with_streaming_response.list()) as response:
        return twin.do(response.parse)


uses = pytest.mark.parametrize("use", [whole, parsed, parsed_in_a_block])
DEEP = b"[" * 100_000 + b"]" * 100_000


@uses
@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"", JSON),
        (b"{", JSON),
        (b'{"data": "\xff"}', JSON),
        (DEEP, JSON),
        (b'{"data": ' + b"9" * 5000 + b"}", JSON),
        (b"not packed", {**JSON, "content-encoding": "gzip"}),
        (gzip.compress(json.dumps(MODELS).encode())[:-20], {**JSON, "content-encoding": "gzip"}),
        (b"\xff", {**JSON, "content-encoding": "deflate"}),
    ],
    ids=["nothing", "cut", "not UTF-8", "deep", "number", "gzip", "cut gzip", "deflate"],
)
def test_a_body_that_cannot_be_read_is_a_groq_error(
    twin: Twin, use: Callable[[Twin, Any], Any], content: bytes, headers: dict[str, str]
) -> None:
    with pytest.raises(groq.APIError) as raised:
        use(twin, answered(twin, content, headers))
    error: Any = raised.value
    assert error.response.status_code == 200
    assert error.__cause__ is not None
    assert len(str(error)) < 1000


@uses
@pytest.mark.parametrize("how", ["close", "reset"])
def test_a_body_that_is_cut_off_is_a_connection_error(
    twin: Twin, groq_server: LocalServer, use: Callable[[Twin, Any], Any], how: Any
) -> None:
    groq_server.inject(Cut(at_byte=10, how=how))
    with pytest.raises(groq.APIConnectionError) as raised:
        use(twin, twin.client(groq_server, max_retries=0))
    assert isinstance(raised.value.__cause__, httpx.TransportError)


@uses
def test_a_body_that_stalls_is_a_timeout(
    twin: Twin, groq_server: LocalServer, use: Callable[[Twin, Any], Any]
) -> None:
    def body() -> Iterator[Any]:
        yield b"{"
        yield Pause(60)

    groq_server.reply_with_bytes(body)
    with pytest.raises(groq.APITimeoutError):
        use(twin, twin.client(groq_server, max_retries=0, timeout=0.2))


BOMB = zlib.compress(b'{"data": "' + bytes(50_000_000) + b'"}', 9)


@uses
def test_a_body_that_unpacks_to_far_more_than_it_weighs_is_refused(
    twin: Twin, use: Callable[[Twin, Any], Any]
) -> None:
    packed = {**JSON, "content-encoding": "deflate"}
    with pytest.raises(groq.APIResponseValidationError, match="max_unpacked_bytes"):
        use(twin, answered(twin, BOMB, packed, max_unpacked_bytes=1_000_000))


def test_packed_pieces_that_are_left_free_the_connection(twin: Twin) -> None:
    content = gzip.compress(os.urandom(1_000_000))
    client = answered(twin, content, {"content-encoding": "gzip"})
    with twin.inside(client.models.with_streaming_response.list()) as response:
        pieces = response.iter_bytes(1000)
        twin.next(pieces)
        assert not response.is_closed
        twin.do(pieces.aclose if twin.is_async else pieces.close)
        assert response.is_closed


@pytest.mark.parametrize("how", ["iter_lines", "iter_text"])
def test_text_of_a_packed_body_is_unpacked_a_little_at_a_time(twin: Twin, how: str) -> None:
    content = gzip.compress(b"0123456789\n" * 5_000_000, 1)
    client = answered(twin, content, {"content-encoding": "gzip"})
    with twin.inside(client.models.with_streaming_response.list()) as response:
        pieces = getattr(response, how)()
        tracemalloc.start()
        first = twin.next(pieces)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert first.startswith("0123456789")
        twin.do(pieces.aclose if twin.is_async else pieces.close)
    assert peak < 2_000_000


def drip(content: bytes) -> httpx.Response:
    class Drip(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield from (content[at : at + 1] for at in range(len(content)))

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for each in self:
                yield each

    return httpx.Response(200, headers={**JSON, "content-encoding": "deflate"}, stream=Drip())


@pytest.mark.parametrize("wbits", [zlib.MAX_WBITS, -zlib.MAX_WBITS], ids=["zlib", "raw"])
def test_deflate_with_and_without_its_header_is_unpacked_byte_by_byte(
    twin: Twin, wbits: int
) -> None:
    deflate = zlib.compressobj(wbits=wbits)
    content = deflate.compress(json.dumps(MODELS).encode()) + deflate.flush()
    assert twin.do(twin.mocked(lambda _: drip(content)).models.list).data


def test_a_doubly_compressed_body_is_held_to_the_limit(twin: Twin) -> None:
    twice = {**JSON, "content-encoding": "deflate, gzip"}
    content = gzip.compress(zlib.compress(json.dumps(MODELS).encode()))
    assert twin.do(answered(twin, content, twice).models.list).data
    client = answered(twin, gzip.compress(BOMB), twice, max_unpacked_bytes=1_000_000)
    tracemalloc.start()
    with pytest.raises(groq.APIResponseValidationError, match="max_unpacked_bytes"):
        twin.do(client.models.list)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000
    layers = {**JSON, "content-encoding": "gzip, gzip, gzip, gzip"}
    with pytest.raises(groq.APIResponseValidationError, match="decompress"):
        twin.do(answered(twin, b"", layers).models.list)


def test_encodings_that_cannot_be_bounded_are_not_asked_for(twin: Twin) -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["accept-encoding"])
        return httpx.Response(200, json=MODELS)

    http = {"headers": {"Accept-Encoding": "br, zstd, gzip"}}
    twin.do(twin.mocked(handler, http=http).models.list)
    twin.do(twin.mocked(handler).models.list, extra_headers={"accept-encoding": "br"})
    assert asked == ["gzip, deflate", "br"]


@pytest.mark.parametrize("is_sized", [True, False])
def test_a_plain_body_has_a_limit(twin: Twin, groq_server: LocalServer, is_sized: bool) -> None:
    body = json.dumps({**MODELS, "new": "x" * 200_000}).encode()
    pieces = body if is_sized else [body[:1000], body[1000:]]
    groq_server.reply_with_bytes(pieces, times=3)
    client = twin.client(groq_server, max_body_bytes=100_000)
    with pytest.raises(groq.APIResponseValidationError, match="max_body_bytes"):
        twin.do(client.models.list)
    with pytest.raises(groq.APIResponseValidationError, match="100,000 bytes"):
        raw = twin.do(client.models.with_raw_response.list)
        twin.do(raw.read)
    assert twin.do(client.with_options(max_body_bytes=1_000_000).models.list).data
    assert len(groq_server.requests) == 3


def test_the_body_of_an_error_is_read_up_to_a_limit(twin: Twin) -> None:
    sent: list[int] = []

    class Endless(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while len(sent) < 100:
                sent.append(1)
                yield bytes(64 * 1024)

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for each in self:
                yield each

    client = twin.mocked(lambda _: httpx.Response(400, stream=Endless()))
    with pytest.raises(groq.BadRequestError) as raised:
        twin.do(client.models.list)
    assert len(raised.value.response.content) <= 4 * 1024 * 1024


def test_no_cookies_are_kept(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply_with_bytes(b"{}", headers={"set-cookie": "a=b; Path=/"}, times=2)
    client = twin.client(groq_server)
    for _ in range(2):
        twin.do(client.get, "/x", cast_to=object)
    assert requests_of(groq_server, "cookie") == [None, None]


def test_the_limit_applies_to_compressed_bodies_and_can_be_raised(twin: Twin) -> None:
    content = json.dumps({**MODELS, "new": "x" * 200_000}).encode()
    assert twin.do(answered(twin, content, max_unpacked_bytes=1000).models.list).data
    packed = {**JSON, "content-encoding": "gzip"}
    client = answered(twin, gzip.compress(content), packed, max_unpacked_bytes=1000)
    with pytest.raises(groq.APIResponseValidationError):
        twin.do(client.models.list)
    assert twin.do(client.with_options(max_unpacked_bytes=1_000_000).models.list).data


def test_an_error_body_that_unpacks_without_end_is_still_the_error(twin: Twin) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        headers = {"content-encoding": "deflate"}
        return httpx.Response(400, stream=httpx.ByteStream(BOMB), headers=headers)

    client = twin.mocked(handler, max_unpacked_bytes=1_000_000)
    with pytest.raises(groq.BadRequestError):
        twin.do(client.models.list)


def test_a_body_that_is_not_json_is_returned_as_text(twin: Twin) -> None:
    client = answered(twin, b"plain", {"content-type": "text/plain"})
    assert twin.do(client.models.list) == "plain"


@pytest.mark.parametrize("charset", ["hex", "rot13", "idna", "undefined", "nonsense"])
def test_text_is_read_whatever_charset_it_names(twin: Twin, charset: str) -> None:
    client = answered(twin, b"plain", {"content-type": f"text/plain; charset={charset}"})
    assert twin.do(client.models.list) == "plain"
    assert twin.do(client.get, "/x", cast_to=str) == "plain"


def test_json_with_a_wrong_content_type_is_decoded(twin: Twin) -> None:
    client = answered(twin, json.dumps(MODELS).encode(), {"content-type": "text/plain"})
    assert twin.do(client.models.list).data[0].id == "m"


def test_json_of_a_wrong_content_type_is_json_for_a_strict_client_too(twin: Twin) -> None:
    wrong = {"content-type": "text/plain"}
    content = json.dumps(MODELS).encode()
    client = answered(twin, content, wrong, _strict_response_validation=True)
    assert twin.do(client.models.list).data
    client = answered(twin, b"no JSON", wrong, _strict_response_validation=True)
    with pytest.raises(groq.APIResponseValidationError, match="Content-Type"):
        twin.do(client.models.list)


@pytest.mark.parametrize("is_strict", [False, True])
@pytest.mark.parametrize("content_type", ["text/plain", "application/json"])
@pytest.mark.parametrize(
    ("kind", "content", "value"),
    [
        (bool, b"True", True),
        (bool, b"false", False),
        (bool, b"1", False),
        (int, b"42", 42),
        (float, b"4.5", 4.5),
        (Annotated[str, "a note"], b"x", "x"),
        (Annotated[bytes, "a note"], b"x", b"x"),
    ],
    ids=str,
)
def test_a_body_is_read_as_one_value(
    twin: Twin, kind: Any, content: bytes, value: object, content_type: str, is_strict: bool
) -> None:
    headers = {"content-type": content_type}
    client = answered(twin, content, headers, _strict_response_validation=is_strict)
    read = twin.do(client.get, "/x", cast_to=kind)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize("kind", [int, float])
def test_a_body_that_is_not_a_number_is_an_error(twin: Twin, kind: type) -> None:
    client = answered(twin, b"many", {"content-type": "text/plain"})
    with pytest.raises(groq.APIResponseValidationError) as caught:
        twin.do(client.get, "/x", cast_to=kind)
    assert caught.value.body == "many"


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=utf-8", "application/vnd.api+json", "APPLICATION/JSON"],
)
def test_json_has_several_content_types(twin: Twin, content_type: str) -> None:
    client = answered(twin, json.dumps(MODELS).encode(), {"content-type": content_type})
    assert twin.do(client.models.list).data[0].id == "m"


# --------------------------------------------------------------------------------------- strict


@uses
@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b'{"object": "list"}', JSON),
        (b'{"object": "list", "data": "odd"}', JSON),
        (b"[]", JSON),
        (b"plain", {"content-type": "text/plain"}),
        (b"{", JSON),
    ],
)
def test_a_strict_client_refuses_an_invalid_body(
    twin: Twin, use: Callable[[Twin, Any], Any], content: bytes, headers: dict[str, str]
) -> None:
    client = answered(twin, content, headers, _strict_response_validation=True)
    with pytest.raises(groq.APIResponseValidationError) as raised:
        use(twin, client)
    assert raised.value.response.status_code == 200
    lenient = answered(twin, content, headers)
    if content != b"{":
        whole(twin, lenient)


def test_a_strict_client_accepts_a_valid_body(twin: Twin) -> None:
    client = answered(twin, json.dumps(MODELS).encode(), _strict_response_validation=True)
    assert twin.do(client.models.list).data[0].id == "m"


def test_the_message_of_an_unfit_answer_is_the_old_one(twin: Twin) -> None:
    client = answered(twin, b'{"object": 5}', _strict_response_validation=True)
    with pytest.raises(groq.APIResponseValidationError) as raised:
        twin.do(client.models.list)
    assert str(raised.value) == "Data returned by API invalid for expected schema."
    assert raised.value.body == {"object": 5}


# --------------------------------------------------------------------------------------- binary

SPEECH: dict[str, Any] = {"input": "Hello", "model": "m", "voice": "v"}
SOUND = bytes(range(256)) * 1000


@pytest.fixture
def sound(groq_server: LocalServer) -> LocalServer:
    pieces = [SOUND[i : i + 10_000] for i in range(0, len(SOUND), 10_000)]
    groq_server.reply_with_bytes(pieces, content_type="audio/wav", times=None)
    return groq_server


def test_a_binary_answer_is_read_in_every_way(
    twin: Twin, sound: LocalServer, tmp_path: Path
) -> None:
    answer = twin.do(twin.client(sound).audio.speech.create, **SPEECH)
    assert isinstance(answer, BinaryAPIResponse) is not twin.is_async
    assert answer.content == SOUND
    assert twin.do(answer.read) == SOUND
    assert b"".join(twin.list(answer.iter_bytes())) == SOUND
    twin.do(answer.write_to_file, tmp_path / "speech.wav")
    assert (tmp_path / "speech.wav").read_bytes() == SOUND
    twin.do(answer.write_to_file, str(tmp_path / "again.wav"))
    twin.do(answer.stream_to_file, tmp_path / "streamed.wav", chunk_size=1000)
    assert (tmp_path / "streamed.wav").read_bytes() == SOUND
    assert sorted(os.listdir(tmp_path)) == ["again.wav", "speech.wav", "streamed.wav"]


def test_a_streamed_binary_answer_is_written_to_a_file(
    twin: Twin, sound: LocalServer, tmp_path: Path
) -> None:
    create = twin.client(sound).audio.speech.with_streaming_response.create
    path = tmp_path / "speech.wav"
    path.write_bytes(b"old")
    with twin.inside(create(**SPEECH)) as response:
        twin.do(response.stream_to_file, path, chunk_size=1000)
    assert path.read_bytes() == SOUND
    assert os.listdir(tmp_path) == ["speech.wav"]


def test_a_raw_binary_answer_is_binary(twin: Twin, sound: LocalServer) -> None:
    response = twin.do(twin.client(sound).audio.speech.with_raw_response.create, **SPEECH)
    assert twin.do(response.read) == SOUND


def test_a_download_that_is_cut_short_leaves_no_file(
    twin: Twin, groq_server: LocalServer, tmp_path: Path
) -> None:
    groq_server.reply_with_bytes([SOUND, SOUND], Cut(after=1), content_type="audio/wav")
    create = twin.client(groq_server, max_retries=0).audio.speech.with_streaming_response.create
    kept = tmp_path / "kept.wav"
    kept.write_bytes(b"old")
    with (
        twin.inside(create(**SPEECH)) as response,
        pytest.raises(groq.APIConnectionError),
    ):
        twin.do(response.stream_to_file, kept)
    assert kept.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["kept.wav"]


def test_a_file_that_is_there_keeps_its_mode_and_its_other_names(
    twin: Twin, sound: LocalServer, tmp_path: Path
) -> None:
    path, link, alone = (tmp_path / name for name in ("speech.wav", "link.wav", "alone.wav"))
    for each in (path, alone):
        each.write_bytes(b"old" * len(SOUND))
        each.chmod(0o600)
    os.link(path, link)
    answer = twin.do(twin.client(sound).audio.speech.create, **SPEECH)
    for each in (path, alone):
        twin.do(answer.write_to_file, each)
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
    assert link.read_bytes() == path.read_bytes() == alone.read_bytes() == SOUND
    assert len(os.listdir(tmp_path)) == 3


def test_a_file_is_overwritten_in_a_folder_where_none_can_be_created(
    twin: Twin, sound: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.wav"
    path.write_bytes(b"old")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    speech = twin.do(twin.client(sound).audio.speech.create, **SPEECH)
    monkeypatch.setattr(Path, "touch", refuse)  # root may create files in any folder
    twin.do(speech.write_to_file, path)
    assert path.read_bytes() == SOUND
    assert [each.name for each in tmp_path.iterdir()] == ["old.wav"]


def test_a_file_may_have_a_name_of_250_bytes(
    twin: Twin, sound: LocalServer, tmp_path: Path
) -> None:
    path = tmp_path / ("x" * 250)
    twin.do(twin.do(twin.client(sound).audio.speech.create, **SPEECH).write_to_file, path)
    assert path.read_bytes() == SOUND


TO_STDOUT = """
import sys, groq
client = groq.Groq(api_key="k", base_url=sys.argv[1])
speech = client.audio.speech.create(model="m", voice="v", input="x", response_format="wav")
speech.write_to_file("/dev/stdout")
"""


def test_an_answer_is_written_to_standard_output(sound: LocalServer, tmp_path: Path) -> None:
    program = [sys.executable, "-c", TO_STDOUT, sound.url]
    assert subprocess.check_output(program) == SOUND
    (tmp_path / "out.wav").write_bytes(b"before ")
    with open(tmp_path / "out.wav", "ab") as out:
        subprocess.run(program, stdout=out, check=True)
    assert (tmp_path / "out.wav").read_bytes() == b"before " + SOUND


def test_a_binary_answer_is_asked_for_again_when_it_is_cut(
    twin: Twin, groq_server: LocalServer
) -> None:
    groq_server.reply_with_bytes([SOUND, SOUND], Cut(after=1), content_type="audio/wav")
    groq_server.reply_with_bytes(SOUND, content_type="audio/wav")
    answer = twin.do(twin.client(groq_server).audio.speech.create, **SPEECH)
    assert answer.content == SOUND
    assert len(groq_server.requests) == 2


def test_the_content_of_a_file_is_binary(twin: Twin, groq_server: LocalServer) -> None:
    file_id = groq_server.add_file("a.jsonl", b'{"a": 1}\n')
    answer = twin.do(twin.client(groq_server).files.content, file_id)
    assert twin.do(answer.text) == '{"a": 1}\n'
    assert twin.do(answer.json) == {"a": 1}


def test_a_streaming_response_that_is_not_entered_sends_nothing(twin: Twin) -> None:
    requests: list[httpx.Request] = []
    client = twin.mocked(seen_by(requests))
    client.models.with_streaming_response.list()
    assert not requests


@pytest.mark.parametrize("size", [0, -1])
@pytest.mark.parametrize("method", ["iter_bytes", "iter_text"])
def test_a_chunk_size_below_one_is_refused(twin: Twin, method: str, size: int) -> None:
    client = twin.mocked(lambda _: httpx.Response(200, json={}))
    response = twin.do(client.models.with_raw_response.list)
    with pytest.raises(ValueError, match=f"chunk_size to be at least 1 but received {size}"):
        twin.next(getattr(response, method)(size))
