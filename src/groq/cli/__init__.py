"""The command line: `groq`, or `python -m groq`.

Each command is a module with a `HELP`, its `add_arguments` and its `run`. They load what they
need when they run, so that `groq --help` loads none of it.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import os
import signal
import sys
import threading
from collections.abc import Generator, Sequence
from types import FrameType
from typing import NoReturn

from typing_extensions import override

from .._exceptions import APIError
from .._version import __version__
from . import (
    _errors,
    _terminal,
    batch,
    chat,
    completion,
    doctor,
    embed,
    models,
    run,
    serve,
    speak,
    transcribe,
    translate,
)

__all__ = ["main"]

_COMMANDS = {
    "chat": chat,
    "models": models,
    "transcribe": transcribe,
    "translate": translate,
    "speak": speak,
    "embed": embed,
    "run": run,
    "batch": batch,
    "serve": serve,
    "doctor": doctor,
    "completion": completion,
}

_DESCRIPTION = """\
Ask Groq's models from the command line.

  groq "Why is the sky blue?"              ask a question
  groq chat                                hold a conversation
  git diff | groq chat "Write a commit message"

Set GROQ_API_KEY to your key, which you make at https://console.groq.com/keys. Without one, a server
on this machine answers, so that you can try every command.
"""

_EPILOG = """\
`groq COMMAND --help` describes a command. Exit codes: 0 success, 1 failure, 2 wrong command line,
130 interrupted by Ctrl-C.
"""

_SIMILAR_COMMANDS = {
    "help": "--help",
    "list": "models",
    "logs": "chat --continue",
    "ls": "models",
    "ps": "models",
    "show": "models",
    "version": "--version",
}
"""Words that are commands of other tools, such as `llm` and `ollama`, and what is near here."""

_INTERRUPTED = 130
_CLOSED_PIPE = 141
_TERMINATED = 143


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Args:
        arguments: The arguments after `groq`; the default is those of the process.

    Raises:
        SystemExit: The arguments ask for help or the version, or the process received SIGTERM.
    """
    with _terminal.safe_output(), _exit_on_sigterm():
        try:
            try:
                return _run(arguments)
            finally:
                # Flush here: at interpreter shutdown a closed pipe could not be handled.
                sys.stdout.flush()
        except BrokenPipeError:
            _terminal.discard_output()
            return _CLOSED_PIPE
        except OSError as error:
            _terminal.discard_output()
            _terminal.print_error(f"stdout: {error.strerror or error}")
            return 1


@contextlib.contextmanager
def _exit_on_sigterm() -> Generator[None]:
    """Turn SIGTERM into an exception, so that partial files are removed."""

    def exit_process(number: int, frame: FrameType | None) -> NoReturn:
        raise SystemExit(_TERMINATED)

    if threading.current_thread() is not threading.main_thread():
        yield  # Only the main thread may set a signal handler.
        return
    previous_handler = signal.signal(signal.SIGTERM, exit_process)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous_handler)


def _run(arguments: Sequence[str] | None) -> int:
    status: int
    try:
        args = _parse(sys.argv[1:] if arguments is None else list(arguments))
        status = _COMMANDS[args.command].run(args)
    except KeyboardInterrupt:
        status = _INTERRUPTED
    except _errors.CommandError as error:
        _terminal.print_error(str(error))
        status = error.status
    except APIError as error:
        for line in _errors.explain(error):
            _terminal.print_error(line)
        status = 1
    except BrokenPipeError:
        raise
    except OSError as error:
        # The client raises its own errors for the network, so this one comes from a file.
        name = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
        _terminal.print_error(f"{name}{error.strerror or error}")
        status = 1
    except _errors.input_errors() as error:
        # A value from the arguments, the environment or a file that cannot be sent.
        _terminal.print_error(str(error))
        status = 1
    return status


class _Parser(argparse.ArgumentParser):
    """A parser that reports an error in one line."""

    @override
    def error(self, message: str) -> NoReturn:
        raise _errors.CommandError(f"{message}; see `{self.prog} --help`")


def _parse(words: list[str]) -> argparse.Namespace:
    """Parse the command line; words that do not begin with a command are a question."""
    parser, commands = parser_and_commands()
    if not words:
        parser.print_help(sys.stderr)
        raise SystemExit(2)
    first = words[0]
    if first not in (*commands, "-h", "--help", "--version"):
        matches = difflib.get_close_matches(first, commands, 1, 0.7)
        if len(words) == 1 and first in _SIMILAR_COMMANDS:
            matches = [_SIMILAR_COMMANDS[first]]
        if matches:
            asking = f"`groq chat {first}` asks a model"
            raise _errors.CommandError(
                f"there is no command {first!r}; did you mean `groq {matches[0]}`? {asking}"
            )
        words = ["chat", *words]
    args, unknown = parser.parse_known_args(words)
    if unknown:
        _refuse_argument(unknown[0], commands[args.command])
    return args


def _refuse_argument(argument: str, command: argparse.ArgumentParser) -> NoReturn:
    """Raise an error that names the unknown argument and suggests a similar one."""
    if not argument.startswith("-") and command.prog.endswith(" run"):
        command.error(
            f"unexpected argument {argument!r}: `groq run` sends a file of requests, and "
            "`groq chat -m MODEL` asks a model"
        )
    if not argument.startswith("-"):
        command.error(f"unexpected argument {argument!r}: put a text of several words in quotes")
    name = argument.partition("=")[0]
    matches = difflib.get_close_matches(name, command._option_string_actions, 1)
    hint = f"did you mean {matches[0]}?" if matches else f"see `{command.prog} --help`"
    raise _errors.CommandError(f"there is no option {name!r}; {hint}")


def parser_and_commands() -> tuple[_Parser, dict[str, argparse.ArgumentParser]]:
    """Return the parser of the command line, and the parsers of the commands by name."""
    parser = _Parser(
        prog="groq",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"groq {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    parsers: dict[str, argparse.ArgumentParser] = {}
    for name, module in _COMMANDS.items():
        parsers[name] = commands.add_parser(
            name,
            help=module.HELP,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(parsers[name])
    return parser, parsers
