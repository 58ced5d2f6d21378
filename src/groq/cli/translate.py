"""Translate recordings of any language into English text.

groq translate rede.mp3
groq translate rede.mp3 --format srt > speech.srt
"""

from __future__ import annotations

import argparse

from . import _recordings
from ._connection import connect

HELP = "translate recordings into English text"

_MODEL = "whisper-large-v3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `groq translate`."""
    _recordings.add_arguments(parser, _MODEL)


def run(args: argparse.Namespace) -> int:
    """Print the translations, or write them into a folder."""
    with connect(args, args.model) as client:
        return _recordings.run(
            args, lambda arguments: client.audio.translations.create(**arguments)
        )
