"""A talk whose words and their times are known, and a listener who hears just those.

The listener finds where a part stands in the talk by its sound, and writes down what is said there,
as Whisper does: times a little off, a word that is cut in two lost or misheard.
"""

from __future__ import annotations

import io
import json
import random
import re
import wave
from dataclasses import dataclass, field
from typing import Any

RATE = 16_000


@dataclass
class Talk:
    """A recording that grows word by word."""

    rate: int = RATE
    frames: bytearray = field(default_factory=bytearray)
    words: list[tuple[str, float, float]] = field(default_factory=list[tuple[str, float, float]])

    @property
    def duration(self) -> float:
        return len(self.frames) / 2 / self.rate

    @property
    def text(self) -> str:
        return " ".join(word for word, _, _ in self.words)

    def say(self, word: str, sound: bytes) -> None:
        start = self.duration
        self.frames += sound
        self.words.append((word, start, self.duration))

    def pause(self, seconds: float, noise: random.Random) -> None:
        # As in a room: quiet, and never twice the same.
        hiss = bytearray(2 * int(seconds * self.rate))
        hiss[0::2] = noise.randbytes(len(hiss) // 2)
        self.frames += hiss

    def wav(self, start: float = 0, end: float | None = None) -> bytes:
        file = io.BytesIO()
        with wave.open(file, "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(2)
            writer.setframerate(self.rate)
            last = None if end is None else 2 * int(end * self.rate)
            writer.writeframes(bytes(self.frames[2 * int(start * self.rate) : last]))
        return file.getvalue()

    def heard_in(self, part: bytes) -> dict[str, Any]:
        """Return what is said in a part, as the API answers."""
        with wave.open(io.BytesIO(part), "rb") as reader:
            frames = reader.readframes(reader.getnframes())
            seconds = reader.getnframes() / reader.getframerate()
        found = self.frames.find(frames)
        assert found >= 0, "The part is not in the talk."
        offset = found / 2 / self.rate
        off = random.Random(found)
        words: list[dict[str, Any]] = []
        for word, start, end in self.words:
            inside = min(end, offset + seconds) - max(start, offset)
            if inside < (end - start) / 2:
                continue  # lost
            whole = inside > (end - start) * 0.99
            words.append(
                {
                    "word": word if whole else word[: len(word) // 2] + "mh",
                    "start": max(0.0, start - offset + off.uniform(-0.08, 0.08)),
                    "end": min(seconds, end - offset + off.uniform(-0.08, 0.08)),
                }
            )
        segments: list[dict[str, Any]] = []
        sentence: list[dict[str, Any]] = []
        for place, each in enumerate(words):
            sentence.append(each)
            if each["word"].endswith(".") or place == len(words) - 1:
                segments.append(
                    {
                        "id": len(segments),
                        "seek": 0,
                        "start": sentence[0]["start"],
                        "end": sentence[-1]["end"],
                        "text": "".join(f" {word['word']}" for word in sentence),
                    }
                )
                sentence = []
        # Groq gives words without their punctuation.
        bare = [{**each, "word": each["word"].strip(".,")} for each in words]
        text = "".join(segment["text"] for segment in segments)
        return {
            "task": "transcribe",
            "language": "English",
            "duration": seconds,
            "text": text,
            "segments": segments,
            "words": bare,
        }


def wav_in(form: bytes) -> bytes:
    """Return the WAV file in the body of a request."""
    start = form.index(b"RIFF")
    return form[start : start + 8 + int.from_bytes(form[start + 4 : start + 8], "little")]


def as_json(heard: dict[str, Any]) -> bytes:
    return json.dumps(heard).encode()


def sentences(vocabulary: list[str], chance: random.Random, count: int) -> list[str]:
    """Return words of sentences, the last of each with its full stop."""
    words: list[str] = []
    while len(words) < count:
        said = [chance.choice(vocabulary) for _ in range(chance.randint(3, 14))]
        words += [*said[:-1], f"{said[-1]}."]
    return words


def talk_of(vocabulary: list[str], seed: int, count: int) -> Talk:
    """Return a talk of noises, one for each word, with short and long pauses."""
    chance = random.Random(seed)
    talk = Talk()
    talk.pause(0.4, chance)
    for word in sentences(vocabulary, chance, count):
        talk.say(word, chance.randbytes(2 * int(talk.rate * chance.uniform(0.15, 0.6))))
        talk.pause(
            chance.uniform(0.5, 0.9) if word.endswith(".") else chance.uniform(0.01, 0.12), chance
        )
    return talk


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text)
