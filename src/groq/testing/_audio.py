"""Speech that is a few tones, and transcripts that say that nobody listened."""

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
from ._received import FormPart, ReceivedRequest
from ._replies import tokens_of

_EXTENSIONS = ("flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "opus", "wav", "webm")
_DEFAULT_RATE = 24_000
_WORD_SECONDS = 0.12
_MOST_WORDS = 20


def speak(body: JSONObject) -> Answer:
    """Answers with a WAV file, a tone for each of the first words, whatever format is asked."""
    for name in ("model", "input", "voice"):
        if not isinstance(body.get(name), str) or not body[name]:
            raise Refusal(400, f"'{name}' : property '{name}' is missing")
    rate = body.get("sample_rate", _DEFAULT_RATE)
    if not isinstance(rate, int) or not 8_000 <= rate <= 48_000:
        raise Refusal(400, "'sample_rate' : value must lie between 8000 and 48000")
    words = body["input"].split()[:_MOST_WORDS]
    tones = b"".join(_tone(300 + 40 * (len(word) % 10), rate) for word in words)
    return Answer(_wav(tones, rate), content_type="audio/wav")


@lru_cache(maxsize=64)
def _tone(frequency: int, rate: int) -> bytes:
    count = int(rate * _WORD_SECONDS)
    samples = (
        # Each tone swells and fades, so that words are heard apart.
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
    """Refuses a form that names no audio; gives the file, `None` where a URL stands for it."""
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
    if not part.size:
        raise Refusal(400, "file is empty", param="file")
    return part


def usual_transcript(part: FormPart | None) -> str:
    """Gives the transcript of any recording."""
    what = "the recording at that URL" if part is None else f"{part.filename} ({part.size} bytes)"
    return f"This transcript comes from the local server. No model has listened to {what}."


def transcribe(request: ReceivedRequest, text: str, task: str) -> Answer:
    """Writes a transcript as the request wants it: `json`, `text` or `verbose_json`."""
    wanted = request.form.get("response_format", "json")
    if wanted == "text":
        return Answer(text.encode(), content_type="text/plain; charset=utf-8")
    x_groq = {"id": request.id}
    if wanted == "json":
        return json_answer({"text": text, "x_groq": x_groq})
    if wanted != "verbose_json":
        raise Refusal(400, "response_format must be one of `[json, text, verbose_json]`")
    duration = _duration(request.files.get("file"))
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
        verbose["segments"] = _segments(text, duration, request.form.get("temperature", "0"))
    return json_answer({**verbose, "x_groq": x_groq})


def _duration(part: FormPart | None) -> float:
    if part is None:
        return 1.0
    try:
        with wave.open(io.BytesIO(part.content), "rb") as reader:
            return round(reader.getnframes() / reader.getframerate(), 3)
    except (wave.Error, EOFError, ZeroDivisionError):
        return round(part.size / 16_000, 3)  # About what compressed speech takes.


def _words(text: str, duration: float) -> list[JSONObject]:
    words = text.split()
    share = duration / max(1, len(words))
    return [
        {"word": word, "start": round(place * share, 3), "end": round((place + 1) * share, 3)}
        for place, word in enumerate(words)
    ]


def _segments(text: str, duration: float, temperature: str) -> list[JSONObject]:
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
            "temperature": float(temperature),
            "avg_logprob": -0.1,
            "compression_ratio": 1.0,
            "no_speech_prob": 0.0,
        }
        for place, sentence in enumerate(sentences)
    ]
