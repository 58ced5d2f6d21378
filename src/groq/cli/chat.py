"""Ask a model, and print its answer as it arrives.

Pass the question as an argument or through a pipe. With both, the piped text precedes the question.
With neither, you hold a conversation at the terminal; /help lists its commands. In a loop that
reads lines, stdin is left to the loop; end the question with `-` to read stdin anyway.

  groq "Why is the sky blue?"
  groq chat "And at sunset?" --continue
  git diff | groq chat "Write a commit message" --system "You are terse"
  groq chat "What is in this picture?" --image photo.jpg
  groq chat "Who and where?" --schema "name, city, age int" < letter.txt
"""

from __future__ import annotations

import argparse
from typing import Any

from .._types import omit
from . import _history
from ._arguments import add_connection_arguments, count, number, text
from ._chat_session import ChatSession
from ._connection import connect
from ._content import response_format
from ._errors import CommandError
from ._input import has_terminal, is_shared, read_pipe
from ._terminal import print_note
from ._timing import Timing, print_timing

HELP = "ask a model a question, or hold a conversation"

_MODEL = "openai/gpt-oss-20b"
_MODEL_THAT_SEES = "qwen/qwen3.8-27b"
_EFFORTS = ("none", "default", "low", "medium", "high")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `groq chat`."""
    add = parser.add_argument
    add("question", nargs="*", type=text, help="what to ask")
    add(
        "-c",
        "--continue",
        action="store_true",
        dest="goes_on",
        help="continue the last conversation",
    )
    add("-m", "--model", type=text, help=f"{_MODEL} by default, {_MODEL_THAT_SEES} for an image")
    add("-s", "--system", type=text, metavar="TEXT", help="how the model should behave")
    add("-i", "--image", action="append", metavar="PATH|URL", help="an image to send; repeatable")
    # The name of the same option of `llm`.
    add("-a", "--attachment", action="append", dest="image", help=argparse.SUPPRESS)
    add(
        "--schema",
        metavar="FILE|JSON|FIELDS",
        help="a JSON Schema that the answer must follow, or its fields: 'name, age int'",
    )
    add("--json", action="store_true", help="print the whole answer as the API returns it")
    add("--temperature", type=number, default=omit, metavar="0…2", help="higher is more random")
    add("--max-tokens", type=count, default=omit, metavar="N", help="the maximum number of tokens")
    add(
        "--stop",
        action="append",
        type=text,
        metavar="TEXT",
        help="stop the answer before this text; repeatable",
    )
    add("--seed", type=int, default=omit, metavar="N", help="make the answer more repeatable")
    add("--reasoning", choices=_EFFORTS, default=omit, help="how long the model thinks")
    add("--show-reasoning", action="store_true", help="print its reasoning, on stderr")
    add(
        "--markdown",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="render Markdown on a terminal; the default if rich is installed",
    )
    add("--timing", action="store_true", help="chart the times of the pieces, on stderr")
    add("--timing-svg", metavar="FILE", help="write that chart as SVG")
    add_connection_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Ask once, or hold a conversation."""
    question = _question(args)
    options = _options(args)
    earlier = None
    if args.goes_on:
        model, earlier = _history.load_last()
        if not args.model and not args.image:
            options["model"] = model
    is_timed = args.timing or args.timing_svg is not None
    if question is None and (args.json or is_timed):
        option = "--json" if args.json else "--timing"
        raise CommandError(f"{option} needs a question, as an argument or through a pipe")
    if args.json and is_timed:
        raise CommandError("--timing measures a stream, but --json asks for a whole answer")
    with connect(args, options["model"]) as client:
        timing = Timing() if is_timed else None
        session = ChatSession(
            client,
            options,
            shows_reasoning=args.show_reasoning,
            timing=timing,
            # JSON is not rendered as Markdown.
            rendered=False if args.schema and args.markdown is None else args.markdown,
        )
        session.load(earlier or [])
        session.system = args.system or session.system
        session.images = args.image or []
        if question is None:
            from ._dialog import run_dialog

            run_dialog(session)
        elif args.json:
            print(session.ask_for_json(question))
        else:
            session.ask(question)
            if timing is not None:
                print_timing(timing, args.timing_svg)
    return 0


def _question(args: argparse.Namespace) -> str | None:
    """Return the question; `None` starts a conversation."""
    words: list[str] = args.question
    piped = ""
    if words[-1:] == ["-"]:
        words = words[:-1]
        piped = read_pipe()
    elif not words or not is_shared():
        piped = read_pipe()
    elif not args.quiet:
        print_note(
            "stdin is left to the shell, which reads it; end the question with - to read it here"
        )
    question = "\n\n".join(part for part in (piped, " ".join(words)) if part.strip())
    if question:
        return question
    if args.question or not has_terminal():
        raise CommandError("there is no question: give one as an argument or through a pipe")
    return None


def _options(args: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of each request beside its messages."""
    return {
        "model": args.model or (_MODEL_THAT_SEES if args.image else _MODEL),
        "response_format": response_format(args.schema) if args.schema else omit,
        "temperature": args.temperature,
        "max_completion_tokens": args.max_tokens,
        "stop": args.stop or omit,
        "seed": args.seed,
        "reasoning_effort": args.reasoning,
    }
