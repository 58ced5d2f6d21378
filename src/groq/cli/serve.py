"""Run a server on this machine that speaks Groq's API, for tests and demos in any language.

It runs no model. It prints its URL alone on the first line of stdout; opened in a browser, the URL
shows requests and answers. Requests are logged to stderr.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import queue
import signal
import ssl
import sys
import tempfile
import threading
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Literal, NoReturn

from ._arguments import not_negative, port, positive, speed, text
from ._terminal import without_secrets

if TYPE_CHECKING:
    from ..testing import Tape, Weather
    from ..testing._tape import Mode

HELP = "run a server on this machine that speaks Groq's API"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `groq serve`."""
    add = parser.add_argument
    add(
        "--host",
        type=text,
        default="127.0.0.1",
        help="the address to listen on; %(default)s by default",
    )
    add("--port", type=port, default=0, help="the port to listen on; a free one by default")
    add(
        "--pace",
        type=not_negative,
        default=0.02,
        metavar="SECONDS",
        help="the time between two tokens; %(default)s by default",
    )
    add("--script", metavar="FILE", help="the answers: a JSON or YAML list of entries")
    add(
        "--model", action="append", default=[], help="an additional model that it knows; repeatable"
    )
    add("--json", action="store_true", help="print URL and key as JSON, on one line")
    add("--lenient", action="store_true", help="accept what Groq refuses")
    add("--tls", action="store_true", help="speak TLS, with a certificate made for this run")
    add(
        "--tls-name",
        action="append",
        default=[],
        help="an additional name in the certificate; repeatable",
    )
    add("--ca-file", metavar="FILE", help="the file for the CA that clients are to trust")
    add("-q", "--quiet", action="store_true", help="do not log requests")
    _add_tape_arguments(parser)
    _add_weather_arguments(parser)


def _add_tape_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("tapes")
    add = group.add_argument
    which = group.add_mutually_exclusive_group()
    which.add_argument(
        "--record", metavar="FILE", help="forward requests, and record the answers on a new tape"
    )
    which.add_argument(
        "--replay", metavar="FILE", help="answer from a tape, and refuse other requests"
    )
    rest = group.add_mutually_exclusive_group()
    rest.add_argument(
        "--record-missing",
        action="store_true",
        help="with --replay: forward other requests, and record them",
    )
    rest.add_argument(
        "--answer-missing",
        action="store_true",
        help="with --replay: answer other requests as usual",
    )
    add("--upstream", metavar="URL", help="the server to forward to; Groq by default")
    add(
        "--speed",
        type=speed,
        default=1.0,
        metavar="FACTOR",
        help="the speed of a replay; `inf` for no waits; 1 by default",
    )
    add(
        "--ignore",
        action="append",
        default=[],
        metavar="PATH",
        help="a path of a JSON body to ignore, such as `metadata.run`; repeatable",
    )


def _add_weather_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("weather").add_argument
    add(
        "--faults",
        type=not_negative,
        default=0.0,
        metavar="RATE",
        help="the share of requests that fail; 0 by default",
    )
    add("--seed", type=int, default=0, help="the seed that selects the failures; 0 by default")
    add(
        "--latency",
        type=_latency,
        default=0.0,
        metavar="SECONDS",
        help="the time until a response begins: a number; `0.2,0.9` for the median and the 95th "
        "percentile; or a tape, whose times are used",
    )
    add(
        "--tokens-per-second",
        type=_speed,
        metavar="RATE",
        help="the speed of streams: a number, or `groq` for the speeds that Groq publishes",
    )


def _latency(value: str) -> float | tuple[float, float] | str:
    try:
        first, *rest = (float(each) for each in value.split(","))
    except ValueError:
        return value
    return (first, rest[0]) if rest else first


def _speed(value: str) -> float | Literal["groq"]:
    return "groq" if value == "groq" else positive(value)


def _weather(args: argparse.Namespace) -> Weather | None:
    from ..testing import Weather

    weather = Weather(
        fault_rate=args.faults,
        latency=args.latency,
        tokens_per_second=args.tokens_per_second,
        seed=args.seed,
    )
    return None if weather == Weather(seed=args.seed) else weather


def _tape(args: argparse.Namespace) -> Tape | None:
    from ..testing import Tape

    path = args.record or args.replay
    if path is None:
        return None
    mode: Mode = "record" if args.record else "replay"
    if args.record_missing:
        mode = "record_missing"
    elif args.answer_missing:
        mode = "answer_missing"
    upstream = {} if args.upstream is None else {"upstream": args.upstream}
    return Tape(path, mode, speed=args.speed, ignore=args.ignore, **upstream)


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    from .. import testing

    with contextlib.ExitStack() as stack:
        tls = stack.enter_context(_tls(args)) if args.tls else None
        try:
            tape = _tape(args)
            server = testing.LocalServer(
                host=args.host,
                port=args.port,
                pace=args.pace,
                keep_requests=100,
                strict=not args.lenient,
                models=args.model,
                tls=tls,
                tape=tape,
                weather=_weather(args),
                script=args.script or (),
            )
        except (ImportError, OSError, ValueError) as error:
            raise ValueError(f"cannot serve: {error}") from error
        if not args.quiet:
            stack.enter_context(_log_requests(testing.__name__))
        try:
            server.start()
        except (OSError, TypeError) as error:  # `socket` raises TypeError for an odd name
            reason = getattr(error, "strerror", None) or error
            raise ValueError(f"cannot listen on {args.host}:{args.port}: {reason}") from error
        stack.callback(server.close)
        try:
            # The first process of a container ignores SIGTERM unless it has a handler.
            signal.signal(signal.SIGTERM, _stop)
            connection_info = {"url": server.url}
            advice = f"export GROQ_BASE_URL={server.url}\n"
            if tape is not None and server.passes_on:
                advice += without_secrets(
                    f"Requests are forwarded to {tape.upstream}, with the key that your program "
                    "sends. The key is not recorded.\n"
                )
            else:
                connection_info["api_key"] = "local"
                advice += "export GROQ_API_KEY=local\n"
            print(json.dumps(connection_info) if args.json else server.url, flush=True)
            print(f"{advice}Ctrl-C stops it.", file=sys.stderr)
            threading.Event().wait()
        except KeyboardInterrupt:
            print(file=sys.stderr)
    return 0


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _tls(args: argparse.Namespace) -> Generator[ssl.SSLContext]:
    """Create a certificate, write its CA to a file, and print how clients trust it."""
    try:
        import trustme
    except ImportError as error:
        package = (__package__ or "").split(".")[0].replace("_", "-")
        raise ValueError(
            f"--tls needs trustme, which makes certificates: pip install '{package}[tls]'"
        ) from error
    authority = trustme.CA()
    names = dict.fromkeys(["localhost", "127.0.0.1", "::1", args.host, *args.tls_name])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # The method also accepts a context of pyOpenSSL, which is not installed.
    authority.issue_cert(*names).configure_cert(context)  # pyright: ignore[reportUnknownMemberType]
    with tempfile.TemporaryDirectory(prefix="groq-local-server-") as folder:
        file = Path(args.ca_file or Path(folder, "ca.pem")).absolute()
        file.write_bytes(authority.cert_pem.bytes())
        print(
            f"The CA to trust is in {file}, for as long as the server runs.\n"
            f"export SSL_CERT_FILE={file}        # Python, Go, Ruby\n"
            f"export NODE_EXTRA_CA_CERTS={file}  # Node\n"
            f"export CURL_CA_BUNDLE={file}       # curl",
            file=sys.stderr,
        )
        yield context


@contextlib.contextmanager
def _log_requests(name: str) -> Generator[None]:
    """Write the log of the server to stderr."""
    logger = logging.getLogger(name)
    original = logger.level, logger.propagate
    handler = _LineHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(original[0])
        logger.propagate = original[1]
        handler.close()


class _LineHandler(logging.Handler):
    """Writes lines in its own thread, so that a stalled reader of stderr does not delay answers."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = queue.Queue[bytes](maxsize=1000)
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        # If the reader stalls, lines that do not fit the queue are dropped.
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(f"{self.format(record)}\n".encode("utf-8", "replace"))

    def close(self) -> None:
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(b"")
            self._thread.join(timeout=1)
        super().close()

    def _write(self) -> None:
        # Not through `sys.stderr`, whose lock would be held while the reader stalls, even at exit.
        with contextlib.suppress(OSError):
            for line in iter(self._lines.get, b""):
                os.write(sys.stderr.fileno(), line)
