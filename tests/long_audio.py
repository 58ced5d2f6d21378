"""An hour of speech and a text of 5,000 characters, by espeak-ng, against a server that knows them.

`nox -s long_audio` runs this. It needs espeak-ng, and for a moment half a gigabyte of memory.
"""

from __future__ import annotations

import array
import io
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import wave
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from groq import Groq
from talk import Talk, as_json, sentences, wav_in, words_of

HOUR = 3600
RATE = 22_050
TEXT = (
    "the river was wide and slow we came early boats were there already some men spoke of rain "
    "nobody believed them because morning had been bright later clouds rose over hills then wind "
    "changed quickly everyone ran home while water climbed stones where children used to play"
)
WORDS = words_of(TEXT)


def say(text: str) -> bytes:
    """Return what espeak-ng says, as a WAV file whose header does not know its length."""
    return subprocess.run(
        ["espeak-ng", "--stdout", text], check=True, stdout=subprocess.PIPE
    ).stdout


def samples(wav: bytes) -> bytes:
    with wave.open(io.BytesIO(wav), "rb") as reader:
        assert (reader.getnchannels(), reader.getsampwidth()) == (1, 2)
        return reader.readframes(reader.getnframes())


def an_hour() -> Talk:
    """Return a talk of an hour, with pauses as people make them."""
    chance = random.Random(3600)
    sounds = {word: samples(say(word)).strip(b"\0") for word in WORDS}
    sounds = {word: sound[: len(sound) // 2 * 2] for word, sound in sounds.items()}
    talk = Talk(RATE)
    while talk.duration < HOUR:
        for word in sentences(WORDS, chance, 100):
            talk.say(word, sounds[word.strip(".")])
            talk.pause(chance.uniform(0.4, 0.8) if word.endswith(".") else 0.03, chance)
    return talk


class Server(ThreadingHTTPServer):
    """Groq, as far as it listens and speaks."""

    def __init__(self, talk: Talk) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.talk = talk
        self.heard: list[int] = []
        self.spoken: dict[str, bytes] = {}


class Handler(BaseHTTPRequestHandler):
    server: Server  # pyright: ignore[reportIncompatibleVariableOverride]  # which made this

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path.endswith("/speech"):
            text = json.loads(body)["input"]
            assert len(text) <= 200
            answer = self.server.spoken[text] = say(text)
        else:
            assert len(body) <= 25_000_000
            self.server.heard.append(len(body))
            answer = as_json(self.server.talk.heard_in(wav_in(body)))
        self.send_response(200)
        self.send_header(
            "content-type", "audio/wav" if "speech" in self.path else "application/json"
        )
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing."""


def write_down(client: Groq, server: Server) -> None:
    talk = server.talk
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "hour.wav")
        path.write_bytes(talk.wav())
        begun, cpu = time.perf_counter(), time.process_time()
        found = client.audio.transcriptions.create_long(path, model="whisper-large-v3-turbo")
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    assert [word["word"] for word in found.words] == words_of(talk.text)
    assert found.text == talk.text
    off = max(
        abs(word["start"] - start)
        for word, (_, start, _) in zip(found.words, talk.words, strict=True)
    )
    assert off < 0.1
    assert found.to_srt().count(" --> ") == len(found.segments)
    print(
        f"{talk.duration:,.0f} s, {len(talk.words):,} words: {len(server.heard)} parts of up to "
        f"{max(server.heard):,} bytes; every word once, at most {off:.3f} s off; "
        f"{took:.1f} s, of CPU {cpu:.1f} s (client and server)"
    )


def read_aloud(client: Groq, server: Server) -> None:
    chance = random.Random(5000)
    text = " ".join(sentences(WORDS, chance, 1500))[:5000].rpartition(" ")[0]
    speech = client.audio.speech.create_long(
        input=text, model="canopylabs/orpheus-v1-english", voice="hannah"
    )
    whole = samples(speech.content)
    # The pieces as they follow each other in the text, found in the sound in that order.
    pieces = sorted(server.spoken, key=text.index)
    assert " ".join(pieces) == text
    place = 0
    seams: list[int] = []
    for piece in pieces:
        sound = samples(server.spoken[piece])
        middle = sound[2000 : len(sound) // 2 * 2 - 2000]
        found = whole.find(middle, place)
        assert found >= 0, f"{piece!r} is not in the speech."
        seams.append(found // 2 - 1000)
        place = found + len(middle)
    heard = array.array("h", whole)
    jumps = [abs(heard[n] - heard[n - 1]) for n in range(1, len(heard))]
    at_seams = max(max(jumps[max(0, seam - 60) : seam + 60]) for seam in seams)
    assert at_seams < max(jumps) / 4
    print(
        f"{len(text):,} characters: {len(pieces)} pieces, {speech.duration:.1f} s; each of them "
        f"once, in order; the largest step at a seam is {at_seams}, within the speech {max(jumps)}"
    )


def main() -> int:
    if shutil.which("espeak-ng") is None:
        print("espeak-ng is not installed: nothing was tried.")
        return 1
    server = Server(an_hour())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with server, Groq(api_key="key", base_url=f"http://127.0.0.1:{server.server_port}") as client:
        write_down(client, server)
        read_aloud(client, server)
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
