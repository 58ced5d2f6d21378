"""Run many requests within a day, or up to a week, at half the price.

Each line of the file is a request: its `custom_id`, `model`, `messages` and other arguments, or the
format of https://console.groq.com/docs/batch. Each line of the result is an answer. The batch runs
at Groq: Ctrl-C stops waiting, and --resume waits again.

  groq batch questions.jsonl -o answers.jsonl
  groq batch --resume batch_01jqx -o answers.jsonl
  groq batch list
  groq batch status batch_01jqx
  groq batch cancel batch_01jqx
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shlex
from collections.abc import Generator, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._exceptions import APIError, NotFoundError
from .._http.downloads import write_whole
from .._types import is_mapping
from ._arguments import add_connection_arguments, add_output_argument, positive, text
from ._connection import connect, is_local
from ._errors import CommandError
from ._output import check_output
from ._progress import Progress
from ._terminal import print_error, print_note, print_table, write_bytes

if TYPE_CHECKING:
    from .._client import Groq
    from ..types import Batch
    from ..types.batch import BatchRequestCounts

HELP = "run many requests within a day, at half the price"

_ACTIONS = ("list", "status", "cancel")
_MAX_ERRORS = 10
"""The most errors of an input file that are shown."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `groq batch`."""
    add = parser.add_argument
    add(
        "requests",
        nargs="?",
        metavar="FILE",
        help="the requests (JSON Lines), or list, status, cancel",
    )
    add("id", nargs="?", metavar="ID", help="the batch for status or cancel")
    add("--json", action="store_true", help="print batches as the API returns them")
    add("--resume", metavar="ID", help="wait for a batch that is already running")
    add_output_argument(parser)
    add("--force", action="store_true", help="replace an existing file")
    add("--window", default="24h", help="how long it may take, up to 7d; %(default)s by default")
    add("--poll", type=positive, metavar="SECONDS", help="the time between polls; grows by default")
    add_connection_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Send the requests, wait, and write the results; or look at batches."""
    if args.requests in _ACTIONS and not Path(args.requests).exists():
        return _show_batches(args)
    if args.id is not None:
        raise CommandError("only status and cancel take an ID")
    if args.json and not args.output:
        raise CommandError(
            "--json and the results would both go to stdout; write the results with -o FILE"
        )
    if (args.requests is None) is (args.resume is None):
        raise CommandError("expected either a file of requests or --resume with the id of a batch")
    if args.output:
        check_output(args.output, may_replace=args.force)
    with connect(args) as client:
        batch_id = args.resume or _create_batch(client, args)
        with _explain_resuming(batch_id, args):
            batch = _wait(client, batch_id, args)
            results = _results(client, batch)
            if not args.output:
                write_bytes(results)
            elif batch.output_file_id or batch.error_file_id:
                write_whole(args.output, results)
    if args.json:
        print(batch.to_json())
    return _summarize(batch)


def _show_batches(args: argparse.Namespace) -> int:
    """List batches, or show or cancel one."""
    if (args.id is None) is not (args.requests == "list"):
        raise CommandError("expected `batch list`, `batch status ID` or `batch cancel ID`")
    with connect(args) as client:
        if args.requests == "list":
            answer: Any = client.batches.list()
            batches: list[Batch] = list(answer.data)
        else:
            action = {"status": client.batches.retrieve, "cancel": client.batches.cancel}
            answer = action[args.requests](args.id)
            batches = [answer]
    if args.json:
        print(answer.to_json())
        return 0
    rows = [
        (batch.id, (batch.status or "-").replace("_", " "), *_counts(batch)) for batch in batches
    ]
    print_table(("batch", "status", "done", "failed", "made"), rows)
    return 0


def _counts(batch: Batch) -> tuple[str, str, str]:
    # A lenient server may leave out what the types promise.
    counts = batch.request_counts
    try:
        created = datetime.fromtimestamp(batch.created_at, timezone.utc)
    except (TypeError, ValueError, OverflowError, OSError):  # absent, or no time of a calendar
        created_text = "-"
    else:
        created_text = created.strftime("%Y-%m-%d %H:%M UTC")
    if counts is None:
        return "-", "-", created_text
    return f"{_finished(counts)} of {counts.total}", str(counts.failed or 0), created_text


def _finished(counts: BatchRequestCounts) -> int:
    return (counts.completed or 0) + (counts.failed or 0)


def _create_batch(client: Groq, args: argparse.Namespace) -> str:
    from .._helpers.batches import temporary_file

    path = Path(args.requests)
    with temporary_file() as file, path.open("rb") as lines:
        file.writelines(_batch_line(number, line) for number, line in enumerate(lines))
        file.seek(0)
        # The API accepts only files of this name.
        uploaded = client.files.create(file=(f"{text(path.stem)}.jsonl", file), purpose="batch")
    batch = client.batches.create(
        input_file_id=uploaded.id or "",
        endpoint="/v1/chat/completions",
        completion_window=args.window,
    )
    if not args.quiet:
        print_note(f"the batch is {batch.id}")
    return batch.id


def _batch_line(number: int, line: bytes) -> bytes:
    """Return a line in the format of a batch; the API reports the invalid ones by their number."""
    if b'"body"' in line:
        return line
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return line
    if not is_mapping(request) or "messages" not in request:
        return line
    custom_id = request.get("custom_id", f"request-{number}")
    body = {name: value for name, value in request.items() if name != "custom_id"}
    whole = {"custom_id": custom_id, "method": "POST", "url": "/v1/chat/completions", "body": body}
    return json.dumps(whole).encode() + b"\n"


@contextlib.contextmanager
def _explain_resuming(batch_id: str, args: argparse.Namespace) -> Generator[None]:
    """Print how to resume the batch if the wait is interrupted by Ctrl-C or an error."""
    try:
        yield
    except NotFoundError:
        raise
    except (KeyboardInterrupt, APIError, OSError):
        if is_local(args):
            print_note("the batch ends with the local server")
        else:
            command = ["groq", "batch", "--resume", batch_id]
            command += ["-o", args.output] if args.output else []
            command += ["--base-url", args.base_url] if args.base_url else []
            print_note(f"the batch continues; resume it with: {shlex.join(command)}")
        raise


def _wait(client: Groq, batch_id: str, args: argparse.Namespace) -> Batch:
    interval = None if args.poll is None else max(1, round(args.poll * 1000))
    with Progress(is_silent=args.quiet) as progress:

        def show(batch: Batch) -> None:
            counts = batch.request_counts
            total = (counts.total or 0) if counts else 0
            progress.show(batch.status or "-", _finished(counts) if counts else 0, total)

        return client.batches.poll(batch_id, poll_interval_ms=interval, on_progress=show)


def _results(client: Groq, batch: Batch) -> Iterator[bytes]:
    """Yield the results piece by piece, those with an answer first."""
    for file_id in filter(None, (batch.output_file_id, batch.error_file_id)):
        piece = b"\n"
        with client.files.with_streaming_response.content(file_id) as response:
            for piece in response.iter_bytes():
                yield piece
        if not piece.endswith(b"\n"):
            yield b"\n"


def _summarize(batch: Batch) -> int:
    """Print the errors, and return the exit code."""
    errors = (batch.errors.data if batch.errors else None) or []
    for error in errors[:_MAX_ERRORS]:
        location = "" if error.line is None else f"line {error.line}: "
        print_error(f"{location}{error.message or error.code}")
    if len(errors) > _MAX_ERRORS:
        print_error(f"and {len(errors) - _MAX_ERRORS} more faults")
    if batch.status != "completed":
        print_error(f"the batch did not complete: it is {batch.status}")
        return 1
    failed = batch.request_counts.failed if batch.request_counts else 0
    if failed:
        print_error(f"requests without an answer: {failed}")
    return 1 if failed else 0
