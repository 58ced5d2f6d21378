"""Turn a text into speech, in a file.

groq speak "Good morning" -o morning.wav
groq speak -o - < letter.txt | aplay
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from .._http.downloads import write_whole
from .._types import omit
from ._arguments import add_connection_arguments, positive, text
from ._connection import connect
from ._errors import CommandError
from ._input import read_pipe
from ._output import check_output
from ._progress import Progress
from ._terminal import note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .. import RunProgress
    from .._client import Groq

HELP = "turn a text into speech, in a file"

_MODEL = "canopylabs/orpheus-v1-english"
_VOICE = "hannah"
_MOST_CHARACTERS = 200
"""The most characters of a request.

Source: https://console.groq.com/docs/text-to-speech/orpheus
"""
_FORMATS = ("wav", "mp3", "flac", "ogg", "mulaw")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `groq speak`."""
    add = parser.add_argument
    add("text", nargs="*", type=text, help="the text; stdin by default")
    add("-o", "--output", required=True, metavar="FILE", help="the file to write; - for stdout")
    add("--force", action="store_true", help="replace an existing file")
    add("-m", "--model", type=text, default=_MODEL, help="%(default)s by default")
    add("--voice", type=text, default=_VOICE, help="%(default)s by default; each model has its own")
    add("--format", choices=_FORMATS, help="from the file name by default")
    add("--json", action="store_true", help="print the file, size and model as JSON")
    add(
        "--speed",
        type=positive,
        default=omit,
        metavar="0.5…5",
        help="how fast to speak; 1 by default",
    )
    add_connection_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """Write the speech to the file."""
    to_stdout = given.output == "-"
    if to_stdout and given.json:
        raise CommandError(
            "--json and the sound would both go to stdout; write the sound with -o FILE"
        )
    if to_stdout and sys.stdout.isatty():
        raise CommandError("a terminal cannot play sound; write it to a file or a pipe")
    if not to_stdout:
        check_output(given.output, may_replace=given.force)
    wanted: dict[str, Any] = {
        "input": _text(given),
        "model": given.model,
        "voice": given.voice,
        "response_format": given.format or _format_of(given.output),
        "speed": given.speed,
    }
    with connect(given, given.model) as client:
        pieces = _sound(client, wanted, given)
        if to_stdout:
            sys.stdout.buffer.writelines(pieces)
            sys.stdout.buffer.flush()
        else:
            write_whole(given.output, pieces)
    if given.json:
        request = {name: wanted[name] for name in ("model", "voice", "response_format")}
        size = Path(given.output).stat().st_size
        print(json.dumps({"file": given.output, "bytes": size, **request}))
    elif not to_stdout and not given.quiet:
        note(f"wrote {given.output}")
    return 0


def _sound(client: Groq, wanted: dict[str, Any], given: argparse.Namespace) -> Iterator[bytes]:
    """Yield the sound piece by piece; a text too long for one request is read in parts."""
    speech = client.audio.speech
    if len(wanted["input"]) <= _MOST_CHARACTERS or wanted["response_format"] != "wav":
        with speech.with_streaming_response.create(**wanted) as response:
            yield from response.iter_bytes()
        return
    wanted = {name: value for name, value in wanted.items() if name != "response_format"}
    with Progress(is_silent=given.quiet) as progress:

        def show(run: RunProgress) -> None:
            progress.show("reading", run.done, run.total or 0)

        yield speech.create_long(on_progress=show, **wanted).read()


def _text(given: argparse.Namespace) -> str:
    taken = " ".join(given.text) or read_pipe()
    if not taken.strip():
        raise CommandError("there is no text: give it as an argument or through a pipe")
    return taken


def _format_of(output: str) -> str:
    extension = PurePath(output).suffix.lower().lstrip(".")
    if extension and extension not in _FORMATS:
        formats = ", ".join(_FORMATS)
        raise CommandError(f"cannot write .{extension}: expected {formats}, or --format FORMAT")
    return extension or "wav"
