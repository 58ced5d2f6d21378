"""Transcribe a recording: `python examples/transcription.py talk.mp3`.

Without an argument, it turns a sentence into speech and transcribes that.
"""

import sys
from pathlib import Path

from groq import Groq
from groq.testing import local_if_no_key


def main() -> None:
    client = Groq()
    recording: Path | tuple[str, bytes]
    if len(sys.argv) > 1:
        recording = Path(sys.argv[1])
    else:
        speech = client.audio.speech.create(
            model="canopylabs/orpheus-v1-english",
            voice="hannah",
            input="The quick brown fox jumps over the lazy dog.",
            response_format="wav",
        )
        recording = ("speech.wav", speech.content)  # the server needs the extension

    transcription = client.audio.transcriptions.create(
        model="whisper-large-v3-turbo",
        file=recording,
        response_format="verbose_json",
        timestamp_granularities=["segment"],
    )
    for segment in transcription.segments:
        print(f"{segment['start']:6.2f} s {segment['text'].strip()}")


if __name__ == "__main__":
    with local_if_no_key():
        main()
