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
from ._terminal import note

if TYPE_CHECKING:
    from collections.abc import Callable

    from .. import RunProgress

_FORMATS = ("text", "json", "verbose_json", "srt", "vtt")
_EXTENSIONS = {"text": "txt", "verbose_json": "json"}
_SUBTITLES = ("srt", "vtt")

MOST_BYTES = 25_000_000
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


def run(given: argparse.Namespace, ask: Callable[[dict[str, Any]], Any]) -> int:
    """Transcribe or translate each recording.

    Args:
        given: The arguments.
        ask: Sends a recording, by the arguments of the resource's method.
    """
    names: list[str] = given.recordings
    targets = _targets(names, given)
    for place, (name, target) in enumerate(zip(names, targets, strict=True)):
        answer = ask(
            {
                **_source(name),
                "model": given.model,
                "prompt": given.prompt,
                "temperature": given.temperature,
                # All formats are made from the JSON, so that any answer is read the same way.
                "response_format": "json" if given.format in ("text", "json") else "verbose_json",
            }
        )
        written = _written(answer, given.format)
        if target is not None:
            target.write_text(written, encoding="utf-8")
            if not given.quiet:
                note(f"wrote {target}")
            continue
        if len(names) > 1 and given.format == "text":
            print(f"{'' if place == 0 else chr(10)}==> {text(name)} <==")
        print(written, end="")
    return 0


def is_url(name: str) -> bool:
    """Return whether a recording is a URL, which the server fetches."""
    return bool(re.match(r"https?://", name, re.IGNORECASE))


def long_recording(given: argparse.Namespace, wanted: dict[str, Any], client: Any) -> Any:
    """Send a recording that is too large for one upload, in parts."""
    (name, path) = wanted["file"]
    if isinstance(path, bytes):
        raise CommandError(f"{name} is too large for one upload, and a pipe cannot be split")
    options = {
        key: wanted[key] for key in ("model", "prompt", "temperature", "language") if key in wanted
    }
    with Progress(is_silent=given.quiet) as progress:

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


def _targets(names: list[str], given: argparse.Namespace) -> list[Path | None]:
    """Return the file of each transcript. Raises `CommandError` before any request is sent."""
    if given.output is None:
        if len(names) > 1 and given.format in _SUBTITLES:
            raise CommandError(f"several recordings make several .{given.format} files: -o FOLDER")
        return [None] * len(names)
    folder = Path(given.output)
    extension = _EXTENSIONS.get(given.format, given.format)
    stems = [Path(name.partition("?")[0]).stem for name in names]
    targets: list[Path | None] = [folder / f"{stem}.{extension}" for stem in stems]
    if len(set(targets)) < len(targets):
        raise CommandError("two recordings have the same name and would write the same file")
    folder.mkdir(parents=True, exist_ok=True)
    for target in targets:
        check_output(str(target), may_replace=given.force)
    return targets


def _written(answer: Any, format_: str) -> str:
    """Return a transcript in a format, with a final line break."""
    from ..types.audio import Transcription

    written: str
    if format_ == "text":
        written = answer.text.strip()
    elif format_ in _SUBTITLES:
        # A translation has the same fields, but no methods for subtitles.
        transcription = Transcription.construct(**answer.to_dict())
        written = transcription.to_srt() if format_ == "srt" else transcription.to_vtt()
    else:
        written = answer.to_json()
    return written.rstrip("\n") + "\n"
