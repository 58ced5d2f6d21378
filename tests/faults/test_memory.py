"""How much memory an answer may take, whatever it unpacks to or however long it goes on.

Each row runs in a process of its own, which says how much its memory has grown at the peak.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .script import (
    DEFLATE,
    DONE,
    FINISH,
    Answer,
    Step,
    bomb,
    completion,
    compressed,
    framed,
    head,
    text,
    whole,
)
from .server import FaultServer
from .table import IS_OLD

MEGABYTE = 1024 * 1024
LIMIT = 200 * MEGABYTE

PROGRAM = """
    import json, resource, sys
    import anyio, groq, httpx
    import groq.types.chat

    mode, origin, what, more = sys.argv[1:5]
    options = dict(api_key="k", base_url=origin, max_retries=0, timeout=20.0, **json.loads(more))
    chat = dict(messages=[{"role": "user", "content": "hi"}], model="m")
    seen = {"items": 0}


    def peak():
        try:
            with open("/proc/self/status") as status:
                line = next(line for line in status if line.startswith("VmHWM"))
        except OSError:
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return int(line.split()[1]) * 1024  # what getrusage says includes the parent's


    def count(item):
        seen["items"] += 1


    def run(client):
        if what == "create":
            seen["value"] = client.chat.completions.create(**chat)
        elif what == "stream":
            for item in client.chat.completions.create(stream=True, **chat):
                count(item)
        elif what == "raw":
            client.chat.completions.with_raw_response.create(**chat).parse()
        elif what == "read":
            with client.chat.completions.with_streaming_response.create(**chat) as response:
                response.read()
        elif what == "iter_bytes":
            with client.chat.completions.with_streaming_response.create(**chat) as response:
                for piece in response.iter_bytes():
                    count(piece)
        elif what == "speech":
            client.audio.speech.create(input="x", model="m", voice="v")
        elif what == "upload":
            client.files.create(file=__import__("pathlib").Path(sys.argv[5]), purpose="batch")


    async def run_async(client):
        if what == "create":
            seen["value"] = await client.chat.completions.create(**chat)
        elif what == "stream":
            async for item in await client.chat.completions.create(stream=True, **chat):
                count(item)
        elif what == "raw":
            response = await client.chat.completions.with_raw_response.create(**chat)
            parsed = response.parse()
            if hasattr(parsed, "__await__"):
                await parsed
        elif what == "read":
            async with client.chat.completions.with_streaming_response.create(**chat) as response:
                await response.read()
        elif what == "iter_bytes":
            async with client.chat.completions.with_streaming_response.create(**chat) as response:
                async for piece in response.iter_bytes():
                    count(piece)
        elif what == "speech":
            await client.audio.speech.create(input="x", model="m", voice="v")
        elif what == "upload":
            await client.files.create(file=__import__("pathlib").Path(sys.argv[5]), purpose="batch")


    async def main():
        made = groq.DefaultAioHttpClient() if mode == "aiohttp" else None
        async with groq.AsyncGroq(http_client=made, **options) as client:
            before["peak"] = peak()
            await run_async(client)


    before = {}
    error = None
    try:
        if mode == "sync":
            with groq.Groq(**options) as client:
                before["peak"] = peak()
                run(client)
        else:
            anyio.run(main, backend="trio" if mode == "trio" else "asyncio")
    except Exception as caught:
        error = caught
    print(json.dumps({
        "error": type(error).__name__,
        "is_groq_error": isinstance(error, groq.APIError),
        "message": str(error)[:500],
        "items": seen["items"],
        "grown": peak() - before["peak"],
        "peak": peak(),
    }))
"""


def measured(mode: str, origin: str, what: str, *arguments: str, **options: Any) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [
        sys.executable,
        "-c",
        textwrap.dedent(PROGRAM),
        mode,
        origin,
        what,
        json.dumps(options),
    ]
    done = subprocess.run(
        [*command, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def gigabyte() -> bytes:
    """A megabyte that unpacks to a gigabyte."""
    packed = bomb(1024)
    assert len(packed) < 1.2 * MEGABYTE
    return packed


BOMBS = {
    "a completion": ("create", 200, "application/json"),
    "an answer of text": ("create", 200, "text/plain"),
    "a raw response": ("raw", 200, "application/json"),
    "a streamed response that is read": ("read", 200, "application/json"),
    "a file": ("speech", 200, "audio/wav"),
    "an event stream": ("stream", 200, "text/event-stream"),
    "HTML in place of a stream": ("stream", 200, "text/html"),
}


BOMB_ROWS = [
    *((kind, mode) for kind in BOMBS for mode in ("sync", "asyncio")),
    ("a completion", "trio"),
    ("a completion", "aiohttp"),
    ("an event stream", "aiohttp"),
]


@pytest.mark.parametrize(("kind", "mode"), BOMB_ROWS)
def test_a_megabyte_that_unpacks_to_a_gigabyte_is_an_error_as(
    kind: str, mode: str, gigabyte: bytes
) -> None:
    what, status, content_type = BOMBS[kind]
    answer = whole(gigabyte, status, content_type=content_type, headers=DEFLATE)
    with FaultServer([answer]) as server:
        result = measured(mode, server.origin, what)

    assert result["is_groq_error"], result
    assert result["peak"] < LIMIT, result


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
@pytest.mark.parametrize("content_type", ["application/json", "text/html"])
def test_an_error_that_unpacks_to_a_gigabyte_is_an_error_of_its_status(
    content_type: str, mode: str, gigabyte: bytes
) -> None:
    answer = whole(gigabyte, 400, content_type=content_type, headers=DEFLATE)
    with FaultServer([answer]) as server:
        result = measured(mode, server.origin, "create")

    assert result["error"] == "BadRequestError", result
    assert result["peak"] < LIMIT, result


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
def test_a_gigabyte_that_is_read_in_pieces_takes_no_memory(mode: str, gigabyte: bytes) -> None:
    with FaultServer([whole(gigabyte, headers=DEFLATE)]) as server:
        result = measured(mode, server.origin, "iter_bytes")

    assert result["items"] > 0
    assert result["peak"] < LIMIT, result


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
def test_a_gigabyte_after_done_is_not_unpacked(mode: str, gigabyte: bytes) -> None:
    import zlib

    packer = zlib.compressobj(9)
    start = packer.compress(text("a") + FINISH + DONE) + packer.flush(zlib.Z_FULL_FLUSH)
    answer = whole(start + gigabyte[2:], content_type="text/event-stream", headers=DEFLATE)
    with FaultServer([answer]) as server:
        result = measured(mode, server.origin, "stream")

    assert result["items"] == 2, result
    assert result["peak"] < LIMIT, result


@pytest.mark.skipif(IS_OLD, reason="needs a newer groq")
@pytest.mark.parametrize("mode", ["sync", "asyncio"])
@pytest.mark.parametrize(
    ("limit", "is_refused"), [(1000, True), (100_000_000, False)], ids=["less", "more"]
)
def test_the_limit_can_be_set_to(limit: int, is_refused: bool, mode: str) -> None:
    body = compressed(
        b'{"id": "a", "new": "' + b"x" * (70 * MEGABYTE if not is_refused else 2000) + b'"}'
    )
    with FaultServer([whole(body, headers=[("Content-Encoding", "gzip")])]) as server:
        result = measured(mode, server.origin, "create", max_unpacked_bytes=limit)

    assert result["is_groq_error"] == is_refused, result
    if is_refused:
        assert "max_unpacked_bytes" in result["message"]


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
def test_ten_megabytes_in_gzip_are_no_error(mode: str) -> None:
    body = compressed(json.dumps(completion("x" * 10 * MEGABYTE)).encode())
    with FaultServer([whole(body, headers=[("Content-Encoding", "gzip")])]) as server:
        result = measured(mode, server.origin, "create")

    assert result["error"] == "NoneType", result


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
def test_a_file_of_70_megabytes_is_no_error(mode: str) -> None:
    answer = Answer(
        (
            head(200, [("Content-Type", "audio/wav"), ("Content-Length", str(70 * MEGABYTE))]),
            *([bytes(MEGABYTE)] * 70),
        )
    )
    with FaultServer([answer]) as server:
        result = measured(mode, server.origin, "speech")

    assert result["error"] == "NoneType", result


class Repeated:
    """The steps of a long stream, made while they are sent."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __iter__(self) -> Iterator[Step]:
        yield head(200, [("Content-Type", "text/event-stream"), ("Transfer-Encoding", "chunked")])
        for _ in range(self._count // 100):
            yield framed(text("a") * 100)
        yield framed(FINISH + DONE) + b"0\r\n\r\n"


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
def test_200_000_chunks_take_no_more_memory_than_a_few(mode: str) -> None:
    with FaultServer([Answer(Repeated(200_000))]) as server:
        result = measured(mode, server.origin, "stream")

    assert result["items"] == 200_001, result
    assert result["grown"] < 30 * MEGABYTE, result


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
def test_a_file_of_200_megabytes_is_sent_without_being_read_whole(
    mode: str, tmp_path: Path
) -> None:
    path = tmp_path / "large.jsonl"
    with path.open("wb") as file:
        file.truncate(200 * MEGABYTE)
    with FaultServer([whole({"id": "file_1"})], keeps_bodies=False) as server:
        result = measured(mode, server.origin, "upload", str(path))

    assert result["error"] == "NoneType", result
    assert server.requests[0].body_length > 200 * MEGABYTE
    assert result["grown"] < 60 * MEGABYTE, result


SERVER = """
    import sys
    from groq.testing import LocalServer


    def peak():
        with open("/proc/self/status") as status:
            line = next(line for line in status if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024


    with LocalServer() as server:
        before = peak()
        print(server.port, flush=True)
        sys.stdin.readline()
        print(peak() - before)
"""


async def upload(port: int, body: bytes) -> int:
    """Send a form in pieces, and return the status of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [
        "POST /openai/v1/files HTTP/1.1",
        "host: local",
        "authorization: Bearer k",
        "content-type: multipart/form-data; boundary=b",
        f"content-length: {len(body)}",
    ]
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode())
        for start in range(0, len(body), MEGABYTE):
            writer.write(body[start : start + MEGABYTE])
            await writer.drain()
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()


@pytest.mark.skipif(IS_OLD, reason="needs a newer groq")
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("count", [120, 240])
def test_the_memory_of_the_local_server_is_bounded_with_uploads(count: int) -> None:
    start = b'--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
    file = b'--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'
    body = start + file + b"x" * 10 * MEGABYTE + b"\r\n--b--\r\n"

    async def upload_all(port: int) -> list[int]:
        return await asyncio.gather(*(upload(port, body) for _ in range(count)))

    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SERVER)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            statuses = asyncio.run(upload_all(int(process.stdout.readline())))
            grown = int(process.communicate("\n")[0])
        finally:
            process.kill()

    # The server has 256 MB for files, and refuses more of them.
    assert set(statuses) == {200, 413}
    # 64 MB of new requests, 128 MB of the last ones, 256 MB of files, and the buffers of sockets.
    assert grown < 640 * MEGABYTE
