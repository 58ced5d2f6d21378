"""Run many requests now, as fast as the rate limits allow.

Each line of the file is a request: its `custom_id`, `model`, `messages` and other arguments, or the
format of https://console.groq.com/docs/batch. Each line of the result is an answer. `groq batch`
takes the same file for half the price, within a day.
An interrupted run continues when you start it again: requests with a result in the output are not
sent again.

    groq run questions.jsonl -o answers.jsonl
    make-questions | groq run - > answers.jsonl
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Generator, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._exceptions import GroqError
from ._arguments import add_connection_arguments, add_output_argument, count
from ._connection import connect, is_local
from ._errors import CommandError
from ._output import check_output
from ._progress import Progress
from ._run_chart import RunChart
from ._terminal import print_error, print_note, write_bytes

if TYPE_CHECKING:
    from .._client import Groq
    from .._helpers.batches import BatchResult
    from .._helpers.limiter import RateLimiter
    from .._helpers.many import ManyResults, RunProgress

HELP = "run many requests now, within the rate limits"

_UPDATE_INTERVAL = 0.2
"""The time between two updates of the bar, in seconds."""

_NOTE_INTERVAL = 10.0
"""The time between two lines without a terminal, in seconds."""

_MAX_ERRORS = 10
"""The most requests without an answer that are shown."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `groq run`."""
    add = parser.add_argument
    add("requests", metavar="FILE", help="the requests (JSON Lines); - for stdin")
    add_output_argument(parser)
    add("--limits", metavar="FILE", help="share the limits with other runs through this file")
    add("--json", action="store_true", help="print the totals as JSON at the end")
    add("--chart", action="store_true", help="chart answers, refusals and limits, on stderr")
    add("--chart-svg", metavar="FILE", help="write that chart as SVG")
    add("--concurrency", type=count, metavar="N", help="the most requests at once; 64 by default")
    add_connection_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Send the requests, and write the results."""
    total = None if args.requests == "-" else _count_requests(Path(args.requests), args.output)
    if args.output is not None:
        check_output(args.output, may_replace=True)
    if args.json and args.output is None:
        raise CommandError(
            "--json and the results would both go to stdout; write the results with -o FILE"
        )
    chart = RunChart() if args.chart or args.chart_svg is not None else None
    failures: list[str] = []
    with connect(args) as client, Progress(is_silent=args.quiet) as progress:
        display = _ProgressDisplay(progress, total)
        with _results(client, args, display, chart) as results:
            for result in results:
                display.add(result)
                if result.error is not None:
                    failures.append(f"{result.custom_id}: {result.error.message}")
                if args.output is None:
                    from .._helpers.checkpoint import result_line

                    write_bytes([result_line(result)])
        display.end()
    if chart is not None:
        chart.draw(args.chart_svg)
    if args.json:
        print(json.dumps(display.totals()))
    return _summarize(display, failures, args)


def _count_requests(source: Path, output: str | None) -> int | None:
    """Return the number of requests; `None` if the source can be read only once, as a pipe.

    Raises:
        CommandError: The output is the file of requests.
    """
    if output is not None and Path(output).exists() and source.samefile(output):
        raise CommandError("expected an output that is not the file of requests")
    if not source.is_file():
        return None
    with source.open("rb") as file:
        return sum(1 for line in file if line.strip())


@contextlib.contextmanager
def _results(
    client: Groq, args: argparse.Namespace, display: _ProgressDisplay, chart: RunChart | None
) -> Generator[ManyResults]:
    """Yield the results; at the end, wait for the requests in flight before clients are closed."""
    from .._constants import MAX_CONCURRENCY
    from .._helpers.limiter import RateLimiter
    from .._helpers.many import run_lines

    limiter = RateLimiter(path=args.limits)
    display.limiter = limiter
    limited = client.with_options(limiter=limiter)
    with contextlib.ExitStack() as stack:
        if chart is not None:
            from .._http.httpx_clients import DefaultHttpxClient

            hooks: dict[str, Any] = {"response": [chart.watch]}
            http_client = DefaultHttpxClient(event_hooks=hooks, trust_env=not is_local(args))
            limited = limited.with_options(http_client=stack.enter_context(http_client))
        try:
            results = run_lines(
                limited,
                display.read(_lines(args.requests)),
                max_concurrency=args.concurrency or MAX_CONCURRENCY,
                in_order=False,
                stop_on_error=False,
                on_progress=display.record_progress,
                checkpoint=args.output,
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        stack.enter_context(results)
        try:
            yield results
        except KeyboardInterrupt:
            if args.output is not None:
                print_note("finished answers are kept; run the same command to continue")
            raise


def _lines(requests: str) -> Iterable[bytes]:
    """Return the lines of a file, or of stdin, that are not empty."""
    from .._helpers.many import lines_of

    if requests != "-":
        return lines_of(requests)
    return () if sys.stdin is None else filter(bytes.strip, sys.stdin.buffer)


class _ProgressDisplay:
    """Shows the progress of a run."""

    def __init__(self, progress: Progress, total: int | None) -> None:
        self._progress = progress
        self._total = total
        self.requests = 0
        """The number of requests that were read."""
        self._started_at = time.monotonic()
        self._shown_at = 0.0
        self._cost = Decimal(0)
        self.last: RunProgress | None = None
        self.limiter: RateLimiter | None = None

    def totals(self) -> dict[str, Any]:
        """Return the totals of the run."""
        run = self.last
        done, failed, tokens = (run.done, run.failed, run.tokens) if run else (0, 0, 0)
        return {
            "requests": self.requests,
            "done": done,
            "failed": failed,
            "skipped": self.requests - done - failed,
            "tokens": tokens,
            "cost_usd": float(self._cost),
            "seconds": round(time.monotonic() - self._started_at, 3),
        }

    def read(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Count the requests as they are read."""
        for line in lines:
            self.requests += 1
            yield line

    def record_progress(self, run: RunProgress) -> None:
        """Record the progress; the result itself follows."""
        self.last = run

    def add(self, result: BatchResult) -> None:
        """Add the cost of a result, if its price is known, and show the progress."""
        from .._helpers.cost import cost

        if result.completion is not None:
            with contextlib.suppress(GroqError):
                self._cost += cost(result.completion)
        if self.last is not None:
            self._show(self.last)

    def end(self) -> None:
        """Show the end of the run, whose number of requests is known by now."""
        self._total = self.requests
        if self.last is not None:
            self._show(self.last)

    def _show(self, run: RunProgress) -> None:
        now = time.monotonic()
        ended = run.done + run.failed + run.skipped
        is_last = ended == self._total
        interval = _UPDATE_INTERVAL if sys.stderr.isatty() else _NOTE_INTERVAL
        if not is_last and now - self._shown_at < interval:
            return
        self._shown_at = now
        parts = [f"{run.done} done"]
        if run.failed:
            parts.append(f"{run.failed} failed")
        if self.limiter is not None and (waiting := self.limiter.waiting):
            parts.append(f"{waiting} waiting")
        parts.append(f"{run.tokens:,} tokens")
        if self._cost:
            parts.append(f"{self._cost:.4f} USD")
        answered = run.done + run.failed
        if self._total is not None and not is_last and now > self._started_at:
            left = (self._total - ended) * (now - self._started_at) / answered
            parts.append(f"{_duration(left)} left")
        self._progress.show(", ".join(parts), ended, self._total or 0)


def _duration(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"


def _summarize(display: _ProgressDisplay, failures: list[str], args: argparse.Namespace) -> int:
    """Print the requests without an answer, and return the exit code."""
    if display.last is None and not args.quiet:
        reason = (
            "every request already has its result" if display.requests else "there are no requests"
        )
        print_note(reason)
    for failure in failures[:_MAX_ERRORS]:
        print_error(failure)
    if len(failures) > _MAX_ERRORS:
        print_error(f"and {len(failures) - _MAX_ERRORS} more")
    if failures:
        print_error(f"requests without an answer: {len(failures)}")
    return 1 if failures else 0
