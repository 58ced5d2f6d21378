"""Transcribe recordings as text, JSON or subtitles.

A file that is too large for one upload is split at pauses and sent in parts.

  groq transcribe talk.mp3
  groq transcribe talk.mp3 --format srt > talk.srt
  groq transcribe *.mp3 --format vtt -o subtitles
  groq transcribe https://example.com/talk.mp3 --language en
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .._types import omit
from . import _recordings
from ._connection import connect

HELP = "transcribe recordings"

_MODEL = "whisper-large-v3-turbo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `groq transcribe`."""
    language = "such as en; detected by default"
    parser.add_argument("--language", default=omit, metavar="CODE", help=language)
    _recordings.add_arguments(parser, _MODEL)


def run(args: argparse.Namespace) -> int:
    """Print the transcripts, or write them into a folder."""
    with connect(args, args.model) as client:

        def send(arguments: dict[str, Any]) -> Any:
            arguments["language"] = args.language
            _, source = arguments.get("file", ("", None))
            is_file = isinstance(source, Path) and source.is_file()
            if is_file and source.stat().st_size > _recordings.MAX_BYTES:
                return _recordings.long_recording(args, arguments, client)
            return client.audio.transcriptions.create(**arguments)

        return _recordings.run(args, send)
