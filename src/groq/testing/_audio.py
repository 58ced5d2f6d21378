"""Generated speech, which consists of tones, and placeholder transcripts."""

from __future__ import annotations

import io
import math
import struct
import wave
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from ._answers import Answer, Refusal, json_answer
from ._json import JSONObject
from ._models import Model
from ._received import FormPart, ReceivedRequest
from ._replies import tokens_of

_EXTENSIONS = ("flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "opus", "wav", "webm")
_DEFAULT_RATE = 24_000
_WORD_SECONDS = 0.12
_MOST_WORDS = 20
_MOST_CHARACTERS = 200
_LEAST_SECONDS = 0.01
_MOST_BYTES = 25 * 1024 * 1024


def speak(body: JSONObject, model: Model, *, is_strict: bool) -> Answer:
    """Return a WAV file with a tone for each of the first words."""
    text = str(body.get("input"))
    if is_strict and model.is_judged:
        _judge_speech(body, model, len(text))
    rate = body.get("sample_rate")
    rate = rate if isinstance(rate, int) and 8_000 <= rate <= 48_000 else _DEFAULT_RATE
    words = text.split()[:_MOST_WORDS]
    tones = b"".join(_tone(300 + 40 * (len(word) % 10), rate) for word in words)
    return Answer(_wav(tones, rate), content_type="audio/wav")


def _judge_speech(body: JSONObject, model: Model, length: int) -> None:
    if length > _MOST_CHARACTERS:
        raise Refusal(
            400,
            f"'input' : maximum string length is {_MOST_CHARACTERS}, received {length} characters",
            param="input",
        )
    if body["voice"] not in model.voices:
        voices = " ".join(model.voices)
        raise Refusal(
            400, f"`voice` must be one of the following voices: [{voices}]", param="voice"
        )
    if body.get("response_format", "wav") != "wav":
        raise Refusal(400, "`response_format` must be one of [wav]", param="response_format")


@lru_cache(maxsize=64)
def _tone(frequency: int, rate: int) -> bytes:
    count = int(rate * _WORD_SECONDS)
    samples = (
        # Each tone fades in and out, so that words are distinct.
        int(6_000 * math.sin(math.pi * n / count) * math.sin(math.tau * frequency * n / rate))
        for n in range(count)
    )
    return struct.pack(f"<{count}h", *samples)


def _wav(frames: bytes, rate: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(frames)
    return file.getvalue()


def check_upload(request: ReceivedRequest) -> FormPart | None:
    """Return the file of a form, `None` if it has a URL instead. Refuses a form with neither."""
    if not request.parts:
        raise Refusal(400, "request Content-Type isn't multipart/form-data")
    if not request.form.get("model"):
        raise Refusal(400, "'model' : property 'model' is missing", param="model")
    part = request.files.get("file")
    if part is None:
        if request.form.get("url"):
            return None
        raise Refusal(400, "one of `file` and `url` is required", param="file")
    name = part.filename or ""
    if PurePath(name).suffix.lower().lstrip(".") not in _EXTENSIONS:
        raise Refusal(
            400, f"file must be one of the following types: [{' '.join(_EXTENSIONS)}]", param="file"
        )
    if part.size > _MOST_BYTES:
        raise Refusal(413, "Request Entity Too Large", code="request_too_large")
    if not part.size:
        raise Refusal(400, "file is empty", param="file")
    return part


def judge_recording(part: FormPart | None) -> None:
    """Refuse a recording that is too short, as far as its length can be read."""
    if part is None:
        return
    seconds = _wav_seconds(part.content)
    if seconds is not None and seconds < _LEAST_SECONDS:
        raise Refusal(
            400,
            f"Audio file is too short. Minimum audio length is {_LEAST_SECONDS} seconds.",
            param="file",
        )


def usual_transcript(part: FormPart | None) -> str:
    """Return the transcript of any recording."""
    what = "the recording at that URL" if part is None else f"{part.filename} ({part.size} bytes)"
    return f"This transcript comes from the local server. No model has listened to {what}."


def transcribe(request: ReceivedRequest, text: str, task: str) -> Answer:
    """Return a transcript in the requested format: `json`, `text` or `verbose_json`."""
    wanted = request.form.get("response_format", "json")
    if wanted == "text":
        return Answer(text.encode(), content_type="text/plain; charset=utf-8")
    x_groq = {"id": request.id}
    if wanted == "json":
        return json_answer({"text": text, "x_groq": x_groq})
    if wanted != "verbose_json":
        raise Refusal(400, "response_format must be one of `[json, text, verbose_json]`")
    duration = duration_of(request.files.get("file"))
    granularities = request.values("timestamp_granularities[]")
    verbose: dict[str, Any] = {
        "task": task,
        "language": request.form.get("language", "English") if task == "transcribe" else "English",
        "duration": duration,
        "text": text,
    }
    if "word" in granularities:
        verbose["words"] = _words(text, duration)
    if "segment" in granularities or not granularities:
        verbose["segments"] = _segments(text, duration, temperature_of(request))
    return json_answer({**verbose, "x_groq": x_groq})


def duration_of(part: FormPart | None) -> float:
    """Return the length of a recording in seconds, estimated from its size unless it is WAV."""
    if part is None:
        return 1.0
    seconds = _wav_seconds(part.content)
    if seconds is None:
        seconds = part.size / 16_000  # The approximate rate of compressed speech.
    return round(seconds, 3)


def _wav_seconds(content: bytes) -> float | None:
    """Return the length of a WAV file, `None` if it is none."""
    try:
        with wave.open(io.BytesIO(content), "rb") as reader:
            return reader.getnframes() / reader.getframerate()
    # `wave` raises a bare RuntimeError for a chunk that ends after the file.
    except (wave.Error, EOFError, RuntimeError, ZeroDivisionError):
        return None


def _words(text: str, duration: float) -> list[JSONObject]:
    words = text.split()
    share = duration / max(1, len(words))
    return [
        {"word": word, "start": round(place * share, 3), "end": round((place + 1) * share, 3)}
        for place, word in enumerate(words)
    ]


def temperature_of(request: ReceivedRequest) -> float:
    """Return the temperature of a form. Refuses one that is no number from 0 to 1."""
    text = request.form.get("temperature", "0")
    try:
        temperature = float(text)
    except ValueError:
        temperature = math.nan
    if not 0 <= temperature <= 1:
        raise Refusal(400, "'temperature' : value must be a number from 0 to 1")
    return temperature


def _segments(text: str, duration: float, temperature: float) -> list[JSONObject]:
    sentences = [each.strip() for each in text.replace(". ", ".\n").split("\n") if each.strip()]
    share = duration / max(1, len(sentences))
    return [
        {
            "id": place,
            "seek": 0,
            "start": round(place * share, 3),
            "end": round((place + 1) * share, 3),
            "text": f" {sentence}",
            "tokens": list(range(50_365, 50_365 + len(tokens_of(sentence)))),
            "temperature": temperature,
            "avg_logprob": -0.1,
            "compression_ratio": 1.0,
            "no_speech_prob": 0.0,
        }
        for place, sentence in enumerate(sentences)
    ]
