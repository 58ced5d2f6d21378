"""Uploads: each form of a file, over real sockets, sync and async."""

from __future__ import annotations

import asyncio
import errno
import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

import groq
from groq.testing import Cut, FormPart, LocalServer, SlowStart
from twins import Twin

# Longer than what is read at once, and no multiple of it.
CONTENT = b"RIFF0000WAVE" + bytes(range(256)) * 1000
SOON = {"retry-after-ms": "1"}


class Files:
    """Makes a file in every form, and closes what it opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "speech.wav"
        self.path.write_bytes(CONTENT)
        self._opened: list[Any] = []

    def open(self, *, buffering: int = -1) -> Any:
        file = self.path.open("rb", buffering=buffering)
        self._opened.append(file)
        return file

    def named(self, name: bytes) -> Path:
        path = self.folder / os.fsdecode(name)
        path.write_bytes(CONTENT)
        return path

    def fifo(self, content: bytes) -> Path:
        path = self.folder / "fifo.wav"
        os.mkfifo(path)
        threading.Thread(target=path.write_bytes, args=[content]).start()
        return path

    def text(self) -> Any:
        file = self.path.open("r", encoding="latin-1")
        self._opened.append(file)
        return file

    def pipe(self, content: bytes) -> Any:
        reading, writing = os.pipe()
        os.write(writing, content)
        os.close(writing)
        file = os.fdopen(reading, "rb")
        self._opened.append(file)
        return file

    def close(self) -> None:
        for file in self._opened:
            file.close()


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Files]:
    made = Files(tmp_path)
    yield made
    made.close()


class PathLike:
    """A path that is no `pathlib.Path`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __fspath__(self) -> str:
        return str(self._path)


WAV = "audio/x-wav"
# Each form, with the name and the media type that the server is told.
FORMS: dict[str, tuple[Callable[[Files], Any], str, str | None]] = {
    "bytes": (lambda files: CONTENT, "upload.wav", None),
    "a bytearray": (lambda files: bytearray(CONTENT), "upload.wav", None),
    "a path": (lambda files: files.path, "speech.wav", None),
    "a path of another kind": (lambda files: PathLike(files.path), "speech.wav", None),
    "an open file": (lambda files: files.open(), "speech.wav", None),
    "an unbuffered file": (lambda files: files.open(buffering=0), "speech.wav", None),
    "a file in memory": (lambda files: io.BytesIO(CONTENT), "upload.wav", None),
    "(name, bytes)": (lambda files: ("a.mp3", CONTENT), "a.mp3", "audio/mpeg"),
    "(name, path)": (lambda files: ("a.mp3", files.path), "a.mp3", "audio/mpeg"),
    "(name, file)": (lambda files: ("a.mp3", files.open()), "a.mp3", "audio/mpeg"),
    "(name, file, type)": (
        lambda files: ("a.mp3", files.open(), "audio/odd"),
        "a.mp3",
        "audio/odd",
    ),
    "(name, file, type, headers)": (
        lambda files: ("a.mp3", files.open(), "audio/odd", {"X-Foo": "bar"}),
        "a.mp3",
        "audio/odd",
    ),
    "(None, bytes)": (lambda files: (None, CONTENT), "upload.wav", None),
    "(None, bytes, type)": (
        lambda files: (None, CONTENT, "audio/flac"),
        "upload.flac",
        "audio/flac",
    ),
}


def transcribe(twin: Twin, server: LocalServer, file: Any, **options: Any) -> Any:
    create = twin.client(server).audio.transcriptions.create
    return twin.do(create, file=file, model="whisper-large-v3", **options)


def received(server: LocalServer) -> list[FormPart]:
    return [request.files["file"] for request in server.requests]


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_sent_whole_under_its_name(
    twin: Twin, groq_server: LocalServer, files: Files, form: str
) -> None:
    make, name, media_type = FORMS[form]
    transcribe(twin, groq_server, make(files), language="en", timestamp_granularities=["word"])
    request = groq_server.last_request
    part = request.files["file"]
    assert part.content == CONTENT
    assert part.filename == name
    if media_type is not None:
        assert part.content_type == media_type
    if "headers" in form:
        assert part.headers["x-foo"] == "bar"
    assert request.form["model"] == "whisper-large-v3"
    assert request.values("timestamp_granularities[]") == ["word"]
    # The length is known beforehand: servers and proxies refuse uploads without.
    assert int(request.headers["content-length"]) == request.size


@pytest.mark.parametrize("form", FORMS)
def test_a_retry_sends_it_whole_again(
    twin: Twin, groq_server: LocalServer, files: Files, form: str
) -> None:
    groq_server.fail(500, headers=SOON)
    groq_server.fail(429, headers=SOON)
    transcribe(twin, groq_server, FORMS[form][0](files))
    assert [part.content for part in received(groq_server)] == [CONTENT] * 3


def test_a_retry_begins_where_the_file_stood(
    twin: Twin, groq_server: LocalServer, files: Files
) -> None:
    groq_server.fail(500, headers=SOON)
    file = files.open()
    file.read(1000)
    transcribe(twin, groq_server, ("a.wav", file))
    assert [part.content for part in received(groq_server)] == [CONTENT[1000:]] * 2


def test_a_redirect_sends_it_whole_again(
    twin: Twin, groq_server: LocalServer, files: Files
) -> None:
    there = {"location": "/openai/v1/audio/transcriptions?again=1"}
    groq_server.reply_with_bytes(b"", status=307, headers=there)
    transcribe(twin, groq_server, files.open())
    assert [part.content for part in received(groq_server)] == [CONTENT] * 2


def test_an_upload_leaves_the_file_open(twin: Twin, groq_server: LocalServer, files: Files) -> None:
    file = files.open()
    transcribe(twin, groq_server, file)
    assert not file.closed


def test_a_pipe_is_sent_once_and_not_retried_empty(
    twin: Twin, groq_server: LocalServer, files: Files
) -> None:
    groq_server.fail(500, headers=SOON, times=None)
    with pytest.raises(groq.InternalServerError):
        transcribe(twin, groq_server, ("a.wav", files.pipe(b"some bytes")))
    assert [part.content for part in received(groq_server)] == [b"some bytes"]
    # Nobody knows how long it is.
    assert groq_server.last_request.headers["transfer-encoding"] == "chunked"


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (b"fLaC\0", None, "upload.flac"),
        (b"ID3\4", None, "upload.mp3"),
        (b"\xff\xfb\x90", None, "upload.mp3"),
        (b"OggS\0", None, "upload.ogg"),
        (b"\x1aE\xdf\xa3", None, "upload.webm"),
        (b"RIFF\0\0\0\0WAVE", None, "upload.wav"),
        (b"RIFF\0\0\0\0AVI ", None, "upload"),
        (b"\0\0\0\x20ftypM4A ", None, "upload.m4a"),
        (b"\0\0\0\x20ftypisom", None, "upload.mp4"),
        (b"what is it", None, "upload"),
        (b"", None, "upload"),
        (b"what is it", "audio/wav", "upload.wav"),
        (b"what is it", "audio/ogg; codecs=opus", "upload.ogg"),
        (b"what is it", "AUDIO/FLAC", "upload.flac"),
        (b"OggS\0", "application/octet-stream", "upload.ogg"),
    ],
)
@pytest.mark.parametrize("wrap", [bytes, io.BytesIO])
def test_a_file_without_a_name_is_named_by_its_content(
    groq_server: LocalServer,
    groq_client: groq.Groq,
    wrap: Callable[[bytes], Any],
    content: bytes,
    media_type: str | None,
    name: str,
) -> None:
    groq_server.reply_with_bytes(
        b'{"text": ""}'
    )  # the usual answer refuses a name that tells nothing
    groq_client.audio.transcriptions.create(file=(None, wrap(content), media_type), model="m")
    (part,) = received(groq_server)
    assert part.filename == name
    assert part.content == content


def test_a_file_without_a_usable_name_is_named_as_bytes_are(
    groq_server: LocalServer, groq_client: groq.Groq, files: Files
) -> None:
    with os.fdopen(os.open(files.path, os.O_RDONLY), "rb") as file:
        groq_client.audio.transcriptions.create(file=file, model="m")
    assert received(groq_server)[0].filename == "upload.wav"


def test_a_name_may_have_any_letter(groq_server: LocalServer, groq_client: groq.Groq) -> None:
    groq_client.audio.transcriptions.create(file=('a"\r\né.wav', b"x"), model="m")
    (part,) = received(groq_server)
    assert part.filename in ('a"\r\né.wav', "a%22%0D%0Aé.wav")
    assert part.content == b"x"


# What is no file, with the error for it and a word of its message.
REFUSED: dict[str, tuple[Callable[[Files], Any], type[Exception], str]] = {
    "a str": (lambda files: str(files.path), TypeError, "pathlib.Path"),
    "a str in a tuple": (lambda files: ("a.wav", "text"), TypeError, "pathlib.Path"),
    "a text file": (lambda files: files.text(), TypeError, "'rb'"),
    "a text in memory": (lambda files: io.StringIO("text"), TypeError, "'rb'"),
    "a directory": (lambda files: files.folder, IsADirectoryError, "directory"),
    "no file": (lambda files: files.folder / "gone.wav", FileNotFoundError, "gone.wav"),
    "no file in a tuple": (
        lambda files: ("a.wav", files.folder / "gone.wav"),
        FileNotFoundError,
        "gone.wav",
    ),
    "a device": (lambda files: Path("/dev/zero"), ValueError, "/dev/zero"),
    "a name that is not UTF-8": (
        lambda files: files.named(b"caf\xe9.wav"),
        ValueError,
        r"file name .* `file` .*udce9\.wav",
    ),
    "such a name in a tuple": (lambda files: ("caf\udce9.wav", b"x"), ValueError, "file name"),
    "a number": (lambda files: 5, TypeError, "int"),
    "nothing": (lambda files: None, TypeError, "NoneType"),
    "a short tuple": (lambda files: ("a.wav",), TypeError, "tuple"),
    "a long tuple": (lambda files: ("a.wav", b"", None, None, 5), TypeError, "tuple"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_an_invalid_file_is_refused_before_sending(
    twin: Twin, groq_server: LocalServer, files: Files, what: str
) -> None:
    make, error, says = REFUSED[what]
    with pytest.raises(error, match=says):
        transcribe(twin, groq_server, make(files))
    assert not groq_server.requests


class Failing(io.BytesIO):
    """A file that breaks off."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size and self.tell():
            raise OSError(errno.EIO, "the disk is broken")
        return super().read(size and 5)


def test_a_file_that_cannot_be_read_is_its_own_error_and_is_not_retried(
    twin: Twin, groq_server: LocalServer
) -> None:
    with pytest.raises(OSError, match="the disk is broken") as raised:
        transcribe(twin, groq_server, ("a.wav", Failing(CONTENT)))
    assert raised.value.errno == errno.EIO
    assert not groq_server.requests


def test_a_file_that_is_gone_at_a_retry_is_its_own_error(
    twin: Twin, groq_server: LocalServer, files: Files
) -> None:
    groq_server.fail(503, headers=SOON)

    def delete(*_: object) -> float:
        files.path.unlink()
        return 0.001

    client = twin.client(groq_server, overrides={"_calculate_retry_timeout": delete})
    with pytest.raises(FileNotFoundError, match=r"speech\.wav"):
        twin.do(client.audio.transcriptions.create, file=files.path, model="whisper-large-v3")


class Changing(io.BytesIO):
    """A file that is not as long as it was when it was measured."""

    def __init__(self, change: int) -> None:
        super().__init__(CONTENT)
        self.change = change
        self.is_measured = False

    def seek(self, offset: int, whence: int = 0, /) -> int:
        if self.is_measured and self.change:
            self.truncate(len(CONTENT) + min(self.change, 0))
            if self.change > 0:
                super().seek(0, 2)
                self.write(bytes(self.change))
            self.change = 0
        self.is_measured |= whence == 2
        return super().seek(offset, whence)


@pytest.mark.parametrize(("change", "says"), [(1, "grew"), (-1, "shrank")])
def test_a_file_that_changes_while_it_is_sent_is_an_error_and_is_not_retried(
    twin: Twin, groq_server: LocalServer, change: int, says: str
) -> None:
    with pytest.raises(OSError, match=f"{says} .* {len(CONTENT)} bytes"):
        transcribe(twin, groq_server, ("a.wav", Changing(change)))
    assert not groq_server.requests


def test_an_open_device_without_an_end_is_refused(twin: Twin, groq_server: LocalServer) -> None:
    with open("/dev/zero", "rb") as file, pytest.raises(OSError, match="grew"):
        transcribe(twin, groq_server, file)


def test_a_file_of_unknown_size_is_sent_in_chunks(
    twin: Twin, groq_server: LocalServer, files: Files
) -> None:
    transcribe(twin, groq_server, files.fifo(CONTENT))
    transcribe(twin, groq_server, ("status.wav", Path("/proc/self/status")))
    fifo, process = received(groq_server)
    assert (fifo.filename, fifo.content) == ("fifo.wav", CONTENT)
    assert process.content.startswith(b"Name:")
    assert "content-length" not in groq_server.last_request.headers


def test_an_empty_file_is_sent_with_its_size(
    twin: Twin, groq_server: LocalServer, files: Files
) -> None:
    files.path.write_bytes(b"")
    groq_server.reply_with_bytes(b"{}")
    transcribe(twin, groq_server, files.path)
    assert received(groq_server)[0].content == b""
    assert "content-length" in groq_server.last_request.headers


@pytest.mark.parametrize("headers", [{"X-Foo": "a\r\nb"}, {"X Foo": "a"}, {"X-Foo": "a\0"}])
def test_headers_of_a_part_are_checked(
    twin: Twin, groq_server: LocalServer, headers: dict[str, str]
) -> None:
    with pytest.raises(groq.GroqError):
        transcribe(twin, groq_server, ("a.wav", b"x", None, headers))
    assert not groq_server.requests


def test_files_may_be_a_mapping_or_pairs(twin: Twin, groq_server: LocalServer) -> None:
    client = twin.client(groq_server)
    for files in ({"a": b"A", "b": b"B"}, [("a", b"A"), ("b", b"B")], [("a", b"A"), ("a", b"B")]):
        groq_server.reply_with_bytes(b"{}")
        twin.do(client.post, "/x", cast_to=object, files=files)
        assert [part.content for part in groq_server.last_request.parts] == [b"A", b"B"]


def test_a_file_from_a_path_is_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("hello")
    assert groq.file_from_path(str(path)) == ("a.txt", b"hello")


class Watched(io.BytesIO):
    """A file that remembers which thread read how much of it."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.reads: list[tuple[int, threading.Thread]] = []

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if size is None or size < 0 or size > 16:
            self.reads.append((len(piece), threading.current_thread()))
        return piece


@pytest.mark.anyio
async def test_the_async_client_reads_files_off_the_event_loop(groq_server: LocalServer) -> None:
    file = Watched(CONTENT)
    async with groq_server.async_client() as client:
        await client.audio.transcriptions.create(file=file, model="m")
    assert sum(size for size, _ in file.reads) == len(CONTENT)
    assert threading.current_thread() not in {thread for _, thread in file.reads}


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_an_upload_that_is_cancelled_while_its_file_is_read_raises_the_cancellation(
    groq_server: LocalServer,
) -> None:
    reading, may_end = threading.Event(), threading.Event()

    class Pipe(io.BufferedIOBase):
        def read(self, size: int | None = -1, /) -> bytes:
            if size:  # the check whether it gives bytes reads none
                reading.set()
                may_end.wait(5)
            return b""

    async with groq.AsyncGroq(api_key="key", base_url=groq_server.url, max_retries=0) as client:
        file: Any = ("a", Pipe())
        upload = asyncio.create_task(client.files.create(file=file, purpose="batch"))
        await asyncio.to_thread(reading.wait, 5)
        upload.cancel()
        with pytest.raises(asyncio.CancelledError):
            await upload
        may_end.set()


def test_a_file_is_read_in_pieces(twin: Twin, groq_server: LocalServer) -> None:
    file = Watched(bytes(1_000_000))
    transcribe(twin, groq_server, ("a.wav", file))
    assert received(groq_server)[0].size == 1_000_000
    assert max(size for size, _ in file.reads) <= 64 * 1024


@pytest.mark.anyio
async def test_an_upload_that_is_cancelled_leaves_the_client_usable(
    groq_server: LocalServer, tmp_path: Path
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(CONTENT)
    groq_server.inject(SlowStart(30))
    async with groq_server.async_client() as client:
        with anyio.move_on_after(0.2) as scope:
            await client.audio.transcriptions.create(file=path, model="m")
        assert scope.cancelled_caught
        answer = await client.audio.transcriptions.create(file=path, model="m")
    assert answer.text


def test_an_upload_whose_answer_is_lost_is_sent_again(
    twin: Twin, groq_server: LocalServer, files: Files
) -> None:
    groq_server.inject(Cut(at_byte=0, how="reset"))
    answer = transcribe(twin, groq_server, files.path)
    assert answer.text
    assert [part.content for part in received(groq_server)] == [CONTENT] * 2


def test_a_large_transfer_takes_no_memory_to_speak_of() -> None:
    program = Path(__file__).parent.parent / "benchmarks" / "transfers.py"
    done = subprocess.run(
        [sys.executable, str(program), "--megabytes", "40"],
        check=True,
        capture_output=True,
        text=True,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 4  # up and down, sync and async
    for line in lines:
        assert float(line.removesuffix(" MB").split()[-1]) < 20, line
