"""Write down what is said in a recording.

groq transcribe talk.mp3
groq transcribe https://example.com/talk.mp3 --language en --format verbose_json
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from .._types import omit
from ._arguments import add_connection_arguments, number, text
from ._connection import connect

HELP = "write down what is said in a recording"

_MODEL = "whisper-large-v3-turbo"
_FORMATS = ("text", "json", "verbose_json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `groq transcribe` takes."""
    add = parser.add_argument
    add("recording", metavar="PATH|URL", help="flac, mp3, mp4, mpeg, mpga, m4a, ogg, wav or webm")
    add("-m", "--model", type=text, default=_MODEL, help="%(default)s by default")
    add("--language", default=omit, metavar="CODE", help="such as en; heard if it is not given")
    add("--prompt", type=text, default=omit, metavar="TEXT", help="names and spellings in it")
    add("--temperature", type=number, default=omit, metavar="0…1", help="higher is more random")
    add("--format", choices=_FORMATS, default="text", help="text by default")
    add_connection_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """Print the transcript."""
    is_url = re.match(r"https?://", given.recording, re.IGNORECASE)
    with connect(given, given.model) as client:
        transcription = client.audio.transcriptions.create(
            model=given.model,
            file=omit if is_url else Path(given.recording),
            url=given.recording if is_url else omit,
            language=given.language,
            prompt=given.prompt,
            temperature=given.temperature,
            # A text is taken out of the JSON, so that whatever comes is read the same way.
            response_format="json" if given.format == "text" else given.format,
        )
    print(transcription.text.strip() if given.format == "text" else transcription.to_json())
    return 0
