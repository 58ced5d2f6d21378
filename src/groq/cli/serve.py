"""Run a server on this machine that speaks Groq's API, for tests and demos in any language.

It asks no model, and says so. Its URL stands alone on the first line of stdout.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from ._arguments import not_negative, port, speed
from ._errors import CommandError

if TYPE_CHECKING:
    from ..testing import Tape

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
    _add_tape_arguments(parser.add_argument_group("tapes"))


def _add_tape_arguments(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    which = group.add_mutually_exclusive_group()
    which.add_argument(
        "--record", metavar="FILE", help="pass requests on, and record the answers on a new tape"
    )
    which.add_argument("--replay", metavar="FILE", help="answer from a tape, and refuse the rest")
    rest = group.add_mutually_exclusive_group()
    rest.add_argument(
        "--record-missing", action="store_true", help="with --replay: pass the rest on, and add it"
    )
    rest.add_argument(
        "--answer-missing", action="store_true", help="with --replay: answer the rest as usual"
    )
    add("--upstream", metavar="URL", help="where requests are passed on to: Groq")
    add(
        "--speed",
        type=speed,
        default=1.0,
        metavar="FACTOR",
        help="how fast a tape is played; `inf` is at once: 1",
    )
    add(
        "--ignore",
        action="append",
        default=[],
        metavar="PATH",
        help="what does not count in a JSON body, such as `metadata.run`; repeatable",
    )


def _tape_of(given: argparse.Namespace) -> Tape | None:
    from ..testing import Tape

    path = given.record or given.replay
    if path is None:
        return None
    mode = "record" if given.record else "replay"
    if given.record_missing:
        mode = "record_missing"
    elif given.answer_missing:
        mode = "answer_missing"
    upstream = {} if given.upstream is None else {"upstream": given.upstream}
    return Tape(path, mode, speed=given.speed, ignore=given.ignore, **upstream)


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
            tape=_tape_of(given),
            script=given.script or (),
        )
    except (OSError, ValueError) as error:
        raise CommandError(f"cannot serve: {error}", status=1) from error
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
