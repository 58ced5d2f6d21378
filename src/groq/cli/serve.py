"""Run a server on this machine that speaks Groq's API, for tests and demos in any language.

It asks no model, and says so. Its URL stands alone on the first line of stdout.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from types import FrameType
from typing import NoReturn

from ._arguments import not_negative, port
from ._errors import CommandError

HELP = "run a server on this machine that speaks Groq's API"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `groq serve` takes."""
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="the address to listen on: %(default)s")
    add("--port", type=port, default=0, help="the port to listen on; a free one by default")
    add(
        "--pace",
        type=not_negative,
        default=0.02,
        metavar="SECONDS",
        help="between two tokens: %(default)s",
    )
    add("--script", metavar="FILE", help="what it answers: a JSON list of entries")
    add("--model", action="append", default=[], help="a further model that it knows; repeatable")
    add("--lenient", action="store_true", help="take what Groq refuses")


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def run(given: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM, which is how it is meant to end."""
    from ..testing import LocalServer

    try:
        server = LocalServer(
            host=given.host,
            port=given.port,
            pace=given.pace,
            keep_requests=100,
            strict=not given.lenient,
            models=given.model,
            script=given.script or (),
        )
    except (OSError, ValueError) as error:
        raise CommandError(f"cannot read the script {given.script}: {error}", status=1) from error
    try:
        server.start()
    except OSError as error:
        reason = error.strerror or error
        where = f"{given.host}:{given.port}"
        raise CommandError(f"cannot listen on {where}: {reason}", status=1) from error
    try:
        print(server.url, flush=True)
        print(
            f"export GROQ_BASE_URL={server.url}\nexport GROQ_API_KEY=local\nCtrl-C stops it.",
            file=sys.stderr,
        )
        # As the first process of a container it would ignore SIGTERM.
        signal.signal(signal.SIGTERM, _stop)
        threading.Event().wait()
    except KeyboardInterrupt:
        print(file=sys.stderr)
    finally:
        server.close()
    return 0
