"""The code that `groq transcribe` and `groq translate` share."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._types import omit
from ._arguments import add_connection_arguments, number, text
from ._errors import CommandError
from ._input import read_file
from ._output import check_output
from ._progress import Progress
from ._terminal import print_note

if TYPE_CHECKING:
    from collections.abc import Callable

    from .. import RunProgress

_FORMATS = ("text", "json", "verbose_json", "srt", "vtt")
_EXTENSIONS = {"text": "txt", "verbose_json": "json"}
_SUBTITLES = ("srt", "vtt")

MAX_BYTES = 25_000_000
"""The largest file that every plan may upload. Source: https://console.groq.com/docs/speech-to-text"""


def add_arguments(parser: argparse.ArgumentParser, model: str) -> None:
    """Add the arguments of both commands."""
    add = parser.add_argument
    add("recordings", nargs="+", metavar="PATH|URL", help="recordings, such as .mp3 or .wav")
    add("-m", "--model", type=text, default=model, help="%(default)s by default")
    add("-f", "--format", choices=_FORMATS, default="text", help="text by default")
    add("--json", action="store_const", dest="format", const="json", help="same as --format json")
    add("-o", "--output", metavar="FOLDER", help="write a file for each recording to this folder")
    add("--force", action="store_true", help="replace existing files")
    add(
        "--prompt",
        type=text,
        default=omit,
        metavar="TEXT",
        help="names and spellings that occur in it",
    )
    add("--temperature", type=number, default=omit, metavar="0…1", help="higher is more random")
    add_connection_arguments(parser)


def run(args: argparse.Namespace, send: Callable[[dict[str, Any]], Any]) -> int:
    """Transcribe or translate each recording.

    Args:
        args: The arguments of the command line.
        send: Sends a recording, by the arguments of the resource's method.
    """
    recordings: list[str] = args.recordings
    targets = _targets(recordings, args)
    for index, (name, target) in enumerate(zip(recordings, targets, strict=True)):
        answer = send(
            {
                **_source(name),
                "model": args.model,
                "prompt": args.prompt,
                "temperature": args.temperature,
                # All formats are made from the JSON, so that any answer is read the same way.
                "response_format": "json" if args.format in ("text", "json") else "verbose_json",
            }
        )
        formatted = _formatted(answer, args.format)
        if target is not None:
            target.write_text(formatted, encoding="utf-8")
            if not args.quiet:
                print_note(f"wrote {target}")
            continue
        if len(recordings) > 1 and args.format == "text":
            print(f"{'' if index == 0 else chr(10)}==> {text(name)} <==")
        print(formatted, end="")
    return 0


def is_url(name: str) -> bool:
    """Return whether a recording is a URL, which the server fetches."""
    return bool(re.match(r"https?://", name, re.IGNORECASE))


def long_recording(args: argparse.Namespace, arguments: dict[str, Any], client: Any) -> Any:
    """Send a recording that is too large for one upload, in parts."""
    (name, path) = arguments["file"]
    if isinstance(path, bytes):
        raise CommandError(f"{name} is too large for one upload, and a pipe cannot be split")
    options = {
        key: arguments[key]
        for key in ("model", "prompt", "temperature", "language")
        if key in arguments
    }
    with Progress(is_silent=args.quiet) as progress:

        def show(run: RunProgress) -> None:
            progress.show("transcribing", run.done, run.total or 0)

        return client.audio.transcriptions.create_long(path, on_progress=show, **options)


def _source(name: str) -> dict[str, Any]:
    if is_url(name):
        return {"url": name}
    path = Path(name)
    # The name may not be Unicode, which cannot be sent, and a pipe can be read only once.
    content = path if path.is_file() or not path.exists() else read_file(path)
    return {"file": (text(path.name), content)}


def _targets(recordings: list[str], args: argparse.Namespace) -> list[Path | None]:
    """Return the file of each transcript. Raises `CommandError` before any request is sent."""
    if args.output is None:
        if len(recordings) > 1 and args.format in _SUBTITLES:
            raise CommandError(f"several recordings make several .{args.format} files: -o FOLDER")
        return [None] * len(recordings)
    folder = Path(args.output)
    extension = _EXTENSIONS.get(args.format, args.format)
    stems = [Path(name.partition("?")[0]).stem for name in recordings]
    targets: list[Path | None] = [folder / f"{stem}.{extension}" for stem in stems]
    if len(set(targets)) < len(targets):
        raise CommandError("two recordings have the same name and would write the same file")
    folder.mkdir(parents=True, exist_ok=True)
    for target in targets:
        check_output(str(target), may_replace=args.force)
    return targets


def _formatted(answer: Any, format_: str) -> str:
    """Return a transcript in a format, with a final line break."""
    from ..types.audio import Transcription

    formatted: str
    if format_ == "text":
        formatted = answer.text.strip()
    elif format_ in _SUBTITLES:
        # A translation has the same fields, but no methods for subtitles.
        transcription = Transcription.construct(**answer.to_dict())
        formatted = transcription.to_srt() if format_ == "srt" else transcription.to_vtt()
    else:
        formatted = answer.to_json()
    return formatted.rstrip("\n") + "\n"
