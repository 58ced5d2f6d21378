"""Speech and transcription of any length: what is cut, what is joined, and what is kept."""

from __future__ import annotations

import array
import asyncio
import io
import itertools
import shutil
import subprocess
import sys
import threading
import wave
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import groq
from groq import AsyncGroq, Groq, RateLimiter
from groq._helpers.many import RunProgress
from groq._helpers.parts import Part
from groq._helpers.recordings import Recording
from groq._helpers.speech import split_text
from groq._helpers.transcripts import join
from groq.testing import LocalServer
from groq.types.audio import Transcription
from talk import Talk, as_json, talk_of, wav_in, words_of
from twins import Twin

VOCABULARY = ["so", "we", "came", "to", "the", "river", "and", "saw", "boats", "there", "again"]
WHISPER = "whisper-large-v3-turbo"
ORPHEUS = "canopylabs/orpheus-v1-english"


@pytest.fixture(scope="module")
def talk() -> Talk:
    return talk_of(VOCABULARY, seed=1, count=150)


@pytest.fixture
def recording(talk: Talk, tmp_path: Path) -> Path:
    path = tmp_path / "talk.wav"
    path.write_bytes(talk.wav())
    return path


class Listener:
    """Answers requests for transcriptions of a talk, and keeps count."""

    def __init__(self, talk: Talk, failing: tuple[int, ...] = ()) -> None:
        self.talk = talk
        self.parts: list[bytes] = []
        self.bodies: list[bytes] = []
        self._failing = failing

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(request.read())
        part = wav_in(request.content)
        self.parts.append(part)
        if len(self.parts) in self._failing:
            return httpx.Response(500)
        return httpx.Response(
            200,
            content=as_json(self.talk.heard_in(part)),  # other threads append as well
            headers={"content-type": "application/json"},
        )


class Progress:
    """Keeps what it is called with."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int, int | None]] = []

    def __call__(self, progress: RunProgress) -> None:
        self.seen.append((progress.done, progress.skipped, progress.total))


def check(found: Transcription, talk: Talk) -> None:
    """Hold a transcription to the truth."""
    assert found.text == talk.text
    assert [word["word"] for word in found.words] == words_of(talk.text)
    for word, (_, start, end) in zip(found.words, talk.words, strict=True):
        assert word["start"] == pytest.approx(start, abs=0.1)
        assert word["end"] == pytest.approx(end, abs=0.1)
    assert "".join(segment["text"] for segment in found.segments).strip() == talk.text
    assert [segment["id"] for segment in found.segments] == list(range(len(found.segments)))
    assert found.duration == pytest.approx(talk.duration)


# ------------------------------------------------------------------------------- transcriptions


def test_a_recording_in_parts_is_joined_word_for_word(
    twin: Twin, talk: Talk, recording: Path
) -> None:
    listener = Listener(talk)
    progress = Progress()
    found = twin.do(
        twin.mocked(listener).audio.transcriptions.create_long,
        recording,
        model=WHISPER,
        language="en",
        part_seconds=15,
        overlap=3,
        on_progress=progress,
    )
    check(found, talk)
    assert found.language == "English"
    assert len(listener.parts) > 4
    total = len(listener.parts)
    assert progress.seen == [(n, 0, total) for n in range(1, total + 1)]
    for body in listener.bodies:
        for value in (WHISPER.encode(), b"verbose_json", b"word", b"segment", b"\r\nen\r\n"):
            assert value in body


def test_a_short_recording_is_one_request(twin: Twin, talk: Talk, recording: Path) -> None:
    listener = Listener(talk)
    create_long = twin.mocked(listener).audio.transcriptions.create_long
    check(twin.do(create_long, recording, model=WHISPER), talk)
    assert listener.parts == [recording.read_bytes()]


@given(
    vocabulary=st.sampled_from([["no"], ["no", "yes"], ["la", "la", "li"], VOCABULARY]),
    seed=st.integers(0, 10**6),
    part_seconds=st.floats(4, 12),
    overlap=st.floats(1, 3),
)
@settings(max_examples=40)
def test_no_word_is_lost_or_doubled_at_a_seam(
    tmp_path_factory: pytest.TempPathFactory,
    vocabulary: list[str],
    seed: int,
    part_seconds: float,
    overlap: float,
) -> None:
    talk = talk_of(vocabulary, seed, count=60)
    path = tmp_path_factory.mktemp("talk") / "talk.wav"
    path.write_bytes(talk.wav())
    with Recording(path) as recording:
        spans = recording.spans(part_seconds, overlap)
        answers = [as_json(talk.heard_in(part.content)) for part in recording.parts(spans)]
    check(join(spans, answers), talk)


def test_cuts_fall_between_words(talk: Talk, recording: Path) -> None:
    with Recording(recording) as opened:
        spans = opened.spans(10, 1)
    for cut in [span.cut_after for span in spans[:-1]]:
        assert not [word for word, start, end in talk.words if start < cut < end]


def test_the_last_part_is_not_tiny(talk: Talk, recording: Path) -> None:
    with Recording(recording) as opened:
        spans = opened.spans(talk.duration - 1, 1)
    assert len(spans) == 2
    assert spans[1].end - spans[1].start > talk.duration / 4


def test_an_empty_part_does_not_change_the_others(talk: Talk, recording: Path) -> None:
    with Recording(recording) as opened:
        spans = opened.spans(20, 2)
        heard = [talk.heard_in(part.content) for part in opened.parts(spans)]
    nothing: dict[str, Any] = {"text": "", "segments": [], "words": []}
    found = join(spans, [as_json({**heard[0], **nothing}), *map(as_json, heard[1:])])
    rest = [word for word, start, _ in talk.words if start >= spans[0].cut_after]
    assert found.text == " ".join(rest)


def test_segments_without_words_are_joined_by_their_times(talk: Talk, recording: Path) -> None:
    with Recording(recording) as opened:
        spans = opened.spans(20, 2)
        heard = [talk.heard_in(part.content) for part in opened.parts(spans)]
    for each in heard:
        del each["words"]
    segments = join(spans, list(map(as_json, heard))).segments
    assert all(a["start"] <= b["start"] for a, b in itertools.pairwise(segments))


def test_a_text_without_segments_is_kept_whole(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    path.write_bytes(talk_of(["so"], 1, 10).wav())
    with Recording(path) as opened:
        spans = opened.spans(60, 5)
    found = join(spans, [b'{"text": " A word. "}'])
    assert found.text == "A word."
    assert found.segments[0]["end"] == opened.duration


# ------------------------------------------------------------------------------------- formats


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_wav_of_any_width_is_cut_in_its_silence(
    tmp_path: Path, width: int, channels: int
) -> None:
    path = tmp_path / "loud.wav"
    loud = bytes([200, 90] * 4)[:width] + bytes([30, 60] * 4)[:width]
    quiet = (b"\x80" if width == 1 else bytes(width)) * 2
    with wave.open(str(path), "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(8000)
        for sound, seconds in ((loud, 9), (quiet, 1), (loud, 5)):
            writer.writeframes(sound * channels * 4000 * seconds)
    with Recording(path) as recording:
        spans = recording.spans(12, 1)
        parts = list(recording.parts(spans))
    assert [(span.start, span.end) for span in spans] == [
        (0, pytest.approx(10.5, abs=0.03)),
        (pytest.approx(8.5, abs=0.03), 15),
    ]
    with wave.open(io.BytesIO(parts[0].content), "rb") as reader:
        assert (reader.getnchannels(), reader.getsampwidth()) == (channels, width)


def write_silence(path: Path, *, channels: int, width: int, rate: int) -> None:
    """Write a WAV file of 20 seconds."""
    with wave.open(str(path), "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(rate)
        writer.writeframes(bytes(channels * width * rate * 20))


def test_a_part_has_no_more_bytes_than_the_api_takes(tmp_path: Path) -> None:
    path = tmp_path / "studio.wav"
    write_silence(path, channels=2, width=4, rate=192_000)
    with Recording(path) as recording:
        parts: list[Part] = list(recording.parts(recording.spans(600, 1)))
    assert len(parts) > 1
    assert all(len(part.content) <= 24_000_100 for part in parts)
    with Recording(path) as recording, pytest.raises(ValueError, match="`overlap`"):
        recording.spans(600, 10)


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFFFFF], ids=["unknown", "more than there is"])
def test_a_recording_is_as_long_as_its_file(tmp_path: Path, size: int) -> None:
    path = tmp_path / "piped.wav"
    write_silence(path, channels=1, width=2, rate=8000)
    content = bytearray(path.read_bytes())
    content[40:44] = size.to_bytes(4, "little")
    path.write_bytes(content)
    with Recording(path) as recording:
        assert recording.duration == 20
        (part,) = recording.parts(recording.spans(600, 1))
    assert len(part.content) == len(content)


@pytest.mark.parametrize(("part_seconds", "overlap"), [(600, -1), (0, 1)])
def test_an_invalid_length_of_parts_is_refused(
    twin: Twin, recording: Path, part_seconds: float, overlap: float
) -> None:
    create_long = twin.client().audio.transcriptions.create_long
    named = "`overlap` of 0 or more" if overlap < 0 else "`part_seconds` above 0"
    with pytest.raises(ValueError, match=named):
        twin.do(create_long, recording, model=WHISPER, part_seconds=part_seconds, overlap=overlap)


def test_flac_is_read_with_soundfile(twin: Twin, talk: Talk, tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    path = tmp_path / "talk.flac"
    with soundfile.SoundFile(str(path), "w", talk.rate, 1, "PCM_16") as file:
        file.buffer_write(bytes(talk.frames), dtype="int16")
    create_long = twin.mocked(Listener(talk)).audio.transcriptions.create_long
    check(twin.do(create_long, path, model=WHISPER, part_seconds=20), talk)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_other_formats_are_read_with_ffmpeg(talk: Talk, tmp_path: Path) -> None:
    wav, video = tmp_path / "talk.wav", tmp_path / "talk: a film.mkv"
    wav.write_bytes(talk.wav())
    command = ["ffmpeg", "-v", "error", "-i", str(wav), "-c:a", "aac", f"file:{video}"]
    subprocess.run(command, check=True)
    with Recording(video) as recording:
        assert recording.duration == pytest.approx(talk.duration, abs=0.1)
        assert recording.rate == 16_000
    broken = tmp_path / "broken.mkv"
    broken.write_bytes(b"no film")
    with pytest.raises(groq.GroqError, match=r"ffmpeg cannot read 'broken\.mkv': .*Invalid data"):
        Recording(broken)


def test_without_soundfile_and_ffmpeg_the_error_names_both(
    twin: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "soundfile", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "talk.flac"
    path.write_bytes(b"fLaC")
    create_long = twin.client().audio.transcriptions.create_long
    with pytest.raises(groq.GroqError, match=r"'talk\.flac'.*groq\[audio\].*ffmpeg"):
        twin.do(create_long, path, model=WHISPER)


def test_a_missing_recording_is_named(twin: Twin, tmp_path: Path) -> None:
    create_long = twin.client().audio.transcriptions.create_long
    with pytest.raises(FileNotFoundError, match=r"no file '.*none\.wav'"):
        twin.do(create_long, tmp_path / "none.wav", model=WHISPER)


# -------------------------------------------------------------------- failures, limits, progress


def test_a_failed_run_is_taken_up_where_it_stopped(
    twin: Twin, talk: Talk, recording: Path, tmp_path: Path
) -> None:
    options: dict[str, Any] = {
        "model": WHISPER,
        "part_seconds": 15,
        "max_concurrency": 1,
        "checkpoint": tmp_path / "made" / "parts",
    }
    failing, listener, other = Listener(talk, (3,)), Listener(talk), Listener(talk)
    with pytest.raises(groq.InternalServerError):
        twin.do(
            twin.mocked(failing, max_retries=0).audio.transcriptions.create_long,
            recording,
            **options,
        )
    create_long = twin.mocked(listener).audio.transcriptions.create_long
    check(twin.do(create_long, recording, **options), talk)
    # Two had come, the third had failed.
    assert len(failing.parts) == 3
    assert listener.parts[0] == failing.parts[2]
    asked = len(listener.parts)
    progress = Progress()
    check(twin.do(create_long, recording, **options, on_progress=progress), talk)
    assert len(listener.parts) == asked
    assert progress.seen[-1] == (0, asked + 2, asked + 2)
    # What was heard with other settings is not taken.
    create_long = twin.mocked(other).audio.transcriptions.create_long
    check(twin.do(create_long, recording, **options, prompt="Boats."), talk)
    assert len(other.parts) == asked + 2


def test_equal_parts_share_a_kept_result(twin: Twin, tmp_path: Path) -> None:
    create_long = twin.mocked(read_aloud).audio.speech.create_long
    for attempt in range(5):
        found = twin.do(
            create_long,
            input=" ".join(["Row, row, row your boat." + " " * 170] * 16),
            model=ORPHEUS,
            voice="hannah",
            max_concurrency=16,
            checkpoint=tmp_path / str(attempt),
        )
        assert len(set(read_back(found.read()))) == 1
        assert len(list((tmp_path / str(attempt)).iterdir())) == 1


def test_a_part_that_waits_for_the_rate_limit_stops_when_another_has_failed(
    twin: Twin, talk: Talk, recording: Path
) -> None:
    asked = itertools.count()
    is_waiting = threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        if next(asked):
            is_waiting.wait(30)
            return httpx.Response(400, json={"error": {"message": "no"}})
        threading.Timer(0.2, is_waiting.set).start()
        return httpx.Response(429, headers={"retry-after": "30"})

    create_long = twin.mocked(answer, max_retries=0).audio.transcriptions.create_long
    with pytest.raises(groq.BadRequestError):
        twin.do(create_long, recording, model=WHISPER, part_seconds=15, max_concurrency=2)
    assert next(asked) == 2


def test_a_part_that_waits_for_the_limiter_stops_when_another_has_failed(
    talk: Talk, recording: Path
) -> None:
    is_waiting = threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        is_waiting.wait(30)
        return httpx.Response(400, json={"error": {"message": "no"}})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    limiter = RateLimiter(requests_per_day=1, on_wait=lambda _: is_waiting.set())
    with Groq(api_key="key", http_client=http, limiter=limiter) as client:
        create_long = client.audio.transcriptions.create_long
        with pytest.raises(groq.BadRequestError):
            create_long(recording, model=WHISPER, part_seconds=15, max_concurrency=2)


def test_the_cancellation_of_another_task_within_a_part_is_raised(recording: Path) -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        other = asyncio.ensure_future(asyncio.sleep(60))
        other.cancel()
        await other
        raise AssertionError

    async def create() -> None:
        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with AsyncGroq(api_key="key", http_client=http) as client:
            with pytest.raises(asyncio.CancelledError):
                await client.audio.transcriptions.create_long(recording, model=WHISPER)

    asyncio.run(asyncio.wait_for(create(), 30))


def test_a_part_waits_for_the_rate_limit(twin: Twin, talk: Talk, recording: Path) -> None:
    listener = Listener(talk)
    refused = itertools.count()

    def refuse_every_other(request: httpx.Request) -> httpx.Response:
        if next(refused) % 2:
            return listener(request)
        return httpx.Response(429, headers={"retry-after-ms": "1"})

    create_long = twin.mocked(refuse_every_other, max_retries=0).audio.transcriptions.create_long
    check(twin.do(create_long, recording, model=WHISPER, part_seconds=15), talk)


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "Slow down."),
        ({"retry-after": "3600"}, "Slow down."),
        (
            {"retry-after": "1"},
            "on seconds of audio per hour (ASPH): Limit 10, Used 0, Requested 60",
        ),
    ],
    ids=["no wait", "a long wait", "never"],
)
def test_a_rate_limit_without_a_short_wait_is_raised(
    twin: Twin, recording: Path, headers: dict[str, str], message: str
) -> None:
    asked = 0

    def refuse(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        return httpx.Response(429, headers=headers, json={"error": {"message": message}})

    create_long = twin.mocked(refuse, max_retries=0).audio.transcriptions.create_long
    with pytest.raises(groq.RateLimitError):
        twin.do(create_long, recording, model=WHISPER, part_seconds=15, max_concurrency=1)
    assert asked == 1


CALLER: ContextVar[str] = ContextVar("caller", default="nobody")


def test_several_parts_are_asked_for_at_once_in_the_context_of_the_caller(
    talk: Talk, recording: Path
) -> None:
    together = threading.Barrier(3)
    listener = Listener(talk)
    asked = itertools.count()
    callers: set[str] = set()

    def answer(request: httpx.Request) -> httpx.Response:
        callers.add(CALLER.get())
        if next(asked) < 3:
            together.wait(timeout=30)  # until three are here
        return listener(request)

    CALLER.set("me")
    client = Groq(api_key="key", http_client=httpx.Client(transport=httpx.MockTransport(answer)))
    with client:
        found = client.audio.transcriptions.create_long(
            recording, model=WHISPER, part_seconds=15, max_concurrency=3
        )
    check(found, talk)
    assert callers == {"me"}


def test_fewer_than_one_at_once_is_refused(twin: Twin, recording: Path) -> None:
    create_long = twin.client().audio.transcriptions.create_long
    with pytest.raises(ValueError, match="`max_concurrency` to be at least 1 but received 0"):
        twin.do(create_long, recording, model=WHISPER, max_concurrency=0)


# ------------------------------------------------------------------------------------ subtitles


def test_a_transcription_becomes_subtitles() -> None:
    segments = [
        {"id": 0, "start": 0.0, "end": 1.5, "text": " Fish & chips."},
        {"id": 1, "start": 3599.9996, "end": 3661.25, "text": " 1 <b> 2\n\n3"},
    ]
    found = Transcription.construct(text="", segments=segments)
    assert found.to_srt() == (
        "1\n00:00:00,000 --> 00:00:01,500\nFish & chips.\n\n"
        "2\n01:00:00,000 --> 01:01:01,250\n1 <b> 2 3\n\n"
    )
    assert found.to_vtt() == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:01.500\nFish &amp; chips.\n\n"
        "01:00:00.000 --> 01:01:01.250\n1 &lt;b&gt; 2 3\n\n"
    )


def test_subtitles_require_segments() -> None:
    with pytest.raises(ValueError, match="verbose_json"):
        Transcription(text="Hi").to_srt()


# --------------------------------------------------------------------------------------- speech


LEAD = 600
"""Silent samples before and after a text, more than the ends that are faded."""


def spelled(text: str, rate: int = 24_000) -> bytes:
    """Return a WAV file whose samples are the letters of a text."""
    letters = array.array("h", [1000 + ord(letter) for letter in text])
    silence = array.array("h", bytes(2 * LEAD))
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes((silence + letters + silence).tobytes())
    return file.getvalue()


def samples_of(wav: bytes) -> array.array[int]:
    with wave.open(io.BytesIO(wav), "rb") as reader:
        return array.array("h", reader.readframes(reader.getnframes()))


def read_back(wav: bytes) -> list[str]:
    """Return the texts that a WAV file spells, one for each stretch of sound."""
    stretches = itertools.groupby(samples_of(wav), key=bool)
    return ["".join(chr(each - 1000) for each in group) for sounds, group in stretches if sounds]


def read_aloud(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=spelled(groq_json(request)["input"]))


def groq_json(request: httpx.Request) -> Any:
    return httpx.Response(200, content=request.read()).json()


PROSE = "We came to the river. Boats were there, and Dr. Li saw them; we did not! [sad] Why? "


def test_a_long_text_is_read_aloud_whole(twin: Twin) -> None:
    text = (PROSE * 70)[:5000]
    progress = Progress()
    found = twin.do(
        twin.mocked(read_aloud).audio.speech.create_long,
        input=text,
        model=ORPHEUS,
        voice="hannah",
        pause=0.1,
        on_progress=progress,
    )
    pieces = read_back(found.read())
    assert " ".join(pieces) == text.strip()
    assert all(len(piece) <= 200 for piece in pieces)
    assert progress.seen[-1] == (len(pieces), 0, len(pieces))
    silence = 0.1 * (len(pieces) - 1) + 2 * LEAD / 24_000 * len(pieces)
    assert found.duration == pytest.approx(silence + sum(map(len, pieces)) / 24_000)
    assert repr(found) == f"<LongSpeech of {found.duration:.1f} s>"


def test_the_local_server_reads_a_long_text(
    twin: Twin, groq_server: LocalServer, tmp_path: Path
) -> None:
    create_long = twin.client(groq_server).audio.speech.create_long
    found = twin.do(create_long, input=PROSE * 5, model=ORPHEUS, voice="hannah")
    found.write_to_file(tmp_path / "speech.wav")
    with wave.open(str(tmp_path / "speech.wav"), "rb") as reader:
        assert reader.getnframes() / reader.getframerate() == pytest.approx(found.duration)
    bodies = [request.json() for request in groq_server.requests]
    assert {body["response_format"] for body in bodies} == {"wav"}
    assert "sample_rate" not in bodies[0]


@given(text=st.text(alphabet="ab.,!? \n[]'。،x", max_size=300), limit=st.integers(5, 60))
def test_the_pieces_of_a_text_are_short_and_lose_nothing(text: str, limit: int) -> None:
    pieces = split_text(text, limit)
    assert all(0 < len(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("One. Two.", 20, ["One. Two."]),
        ("One here. Two.", 10, ["One here.", "Two."]),
        ('He said "yes." Then no.', 16, ['He said "yes."', "Then no."]),
        ("Ask Dr. Li, or me.", 12, ["Ask Dr. Li,", "or me."]),
        ("One two three", 8, ["One two", "three"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("One. [very sad] Two.", 12, ["One.", "[very sad]", "Two."]),
        ("Oh [very, very sad] no.", 12, ["Oh", "[very, very", "sad] no."]),
        ("一二。三四。", 4, ["一二。", "三四。"]),
        ("", 10, []),
    ],
)
def test_a_text_is_cut_at_the_best_place(text: str, limit: int, pieces: list[str]) -> None:
    assert split_text(text, limit) == pieces


def test_a_seam_makes_no_click(twin: Twin) -> None:
    def loud(request: httpx.Request) -> httpx.Response:
        file = io.BytesIO()
        with wave.open(file, "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(2)
            writer.setframerate(24_000)
            writer.writeframes(array.array("h", [20_000] * 2_400).tobytes())
        return httpx.Response(200, content=file.getvalue())

    create_long = twin.mocked(loud).audio.speech.create_long
    found = twin.do(create_long, input=PROSE * 5, model=ORPHEUS, voice="hannah", pause=0)
    samples = samples_of(found.content)
    # From nothing to full within five milliseconds.
    assert max(abs(b - a) for a, b in itertools.pairwise([0, *samples, 0])) <= 20_000 / 119
    assert max(samples) == 20_000


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (spelled("a"), spelled("b", 16_000), "one format but received .*24000.*16000"),
        (spelled("a"), b"ID3 an mp3 perhaps", "a WAV file but received b'ID3 an mp3 perha'"),
    ],
    ids=["formats", "no WAV"],
)
def test_parts_that_cannot_be_joined_are_an_error(
    twin: Twin, first: bytes, second: bytes, message: str
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        is_first = groq_json(request)["input"].startswith("One")
        return httpx.Response(200, content=first if is_first else second)

    create_long = twin.mocked(answer).audio.speech.create_long
    text = "One " * 45 + "end. " + "Two " * 45
    with pytest.raises(groq.GroqError, match=message):
        twin.do(create_long, input=text, model=ORPHEUS, voice="hannah")


def test_a_wav_without_a_length_in_its_header_is_read(twin: Twin) -> None:
    def stream(request: httpx.Request) -> httpx.Response:
        wav = bytearray(spelled(groq_json(request)["input"]))
        wav[4:8] = wav[40:44] = b"\xff\xff\xff\xff"
        return httpx.Response(200, content=bytes(wav))

    create_long = twin.mocked(stream).audio.speech.create_long
    found = twin.do(create_long, input="One. Two.", model=ORPHEUS, voice="hannah")
    assert read_back(found.content) == ["One. Two."]


def test_a_text_of_nothing_is_refused(twin: Twin) -> None:
    create_long = twin.client().audio.speech.create_long
    with pytest.raises(ValueError, match="a text to read aloud for `input` but received ' '"):
        twin.do(create_long, input=" ", model=ORPHEUS, voice="hannah")
