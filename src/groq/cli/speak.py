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
from ._terminal import print_note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .. import RunProgress
    from .._client import Groq

HELP = "turn a text into speech, in a file"

_MODEL = "canopylabs/orpheus-v1-english"
_VOICE = "hannah"
_MAX_CHARACTERS = 200
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


def run(args: argparse.Namespace) -> int:
    """Write the speech to the file."""
    to_stdout = args.output == "-"
    if to_stdout and args.json:
        raise CommandError(
            "--json and the sound would both go to stdout; write the sound with -o FILE"
        )
    if to_stdout and sys.stdout.isatty():
        raise CommandError("a terminal cannot play sound; write it to a file or a pipe")
    if not to_stdout:
        check_output(args.output, may_replace=args.force)
    arguments: dict[str, Any] = {
        "input": _text(args),
        "model": args.model,
        "voice": args.voice,
        "response_format": args.format or _format_of(args.output),
        "speed": args.speed,
    }
    with connect(args, args.model) as client:
        pieces = _speech(client, arguments, args)
        if to_stdout:
            sys.stdout.buffer.writelines(pieces)
            sys.stdout.buffer.flush()
        else:
            write_whole(args.output, pieces)
    if args.json:
        request = {name: arguments[name] for name in ("model", "voice", "response_format")}
        size = Path(args.output).stat().st_size
        print(json.dumps({"file": args.output, "bytes": size, **request}))
    elif not to_stdout and not args.quiet:
        print_note(f"wrote {args.output}")
    return 0


def _speech(client: Groq, arguments: dict[str, Any], args: argparse.Namespace) -> Iterator[bytes]:
    """Yield the sound piece by piece; a text too long for one request is read in parts."""
    speech = client.audio.speech
    if len(arguments["input"]) <= _MAX_CHARACTERS or arguments["response_format"] != "wav":
        with speech.with_streaming_response.create(**arguments) as response:
            yield from response.iter_bytes()
        return
    arguments = {name: value for name, value in arguments.items() if name != "response_format"}
    with Progress(is_silent=args.quiet) as progress:

        def show(run: RunProgress) -> None:
            progress.show("reading", run.done, run.total or 0)

        yield speech.create_long(on_progress=show, **arguments).read()


def _text(args: argparse.Namespace) -> str:
    words = " ".join(args.text) or read_pipe()
    if not words.strip():
        raise CommandError("there is no text: give it as an argument or through a pipe")
    return words


def _format_of(output: str) -> str:
    extension = PurePath(output).suffix.lower().lstrip(".")
    if extension and extension not in _FORMATS:
        formats = ", ".join(_FORMATS)
        raise CommandError(f"cannot write .{extension}: expected {formats}, or --format FORMAT")
    return extension or "wav"
