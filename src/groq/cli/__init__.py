"""The command line: `groq`, or `python -m groq`.

Each command is a module with a `HELP`, its `add_arguments` and its `run`. They load what they
need when they run, so that `groq --help` loads none of it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from .._exceptions import APIError
from .._version import __version__
from . import _errors, _terminal, batch, chat, doctor, models, serve, speak, transcribe

__all__ = ["main"]

_COMMANDS = {
    "chat": chat,
    "models": models,
    "transcribe": transcribe,
    "speak": speak,
    "batch": batch,
    "serve": serve,
    "doctor": doctor,
}

_DESCRIPTION = """\
Ask Groq's models from the command line.

Without a key in GROQ_API_KEY a server on this machine answers in their place, so that every
command can be tried at once. Keys are made at https://console.groq.com/keys.
"""

_EPILOG = """\
`%(prog)s COMMAND --help` tells more about a command. Exit codes: 0 it worked, 1 it failed, 2 the
command line is wrong, 130 Ctrl-C.
"""

_INTERRUPTED = 130
_CLOSED_PIPE = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Args:
        arguments: What stands after `groq`; `sys.argv` by default.

    Raises:
        SystemExit: The arguments are wrong, or ask for help: argparse has said what is to be said.
    """
    _terminal.prepare()
    try:
        try:
            return _run(arguments)
        finally:
            # A reader that has gone is noticed here, not while the interpreter shuts down.
            sys.stdout.flush()
    except BrokenPipeError:
        _terminal.discard_output()
        return _CLOSED_PIPE
    except OSError as error:
        _terminal.discard_output()
        _terminal.complain(f"stdout: {error.strerror or error}")
        return 1


def _run(arguments: Sequence[str] | None) -> int:
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.command is None:
        parser.print_help(sys.stderr)
        return 2
    status: int
    try:
        status = _COMMANDS[given.command].run(given)
    except KeyboardInterrupt:
        status = _INTERRUPTED
    except _errors.CommandError as error:
        _terminal.complain(str(error))
        status = error.status
    except APIError as error:
        for line in _errors.explain(error):
            _terminal.complain(line)
        status = 1
    except BrokenPipeError:
        raise
    except OSError as error:
        # The client turns what happens on the network into its own errors: this is a file.
        name = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
        _terminal.complain(f"{name}{error.strerror or error}")
        status = 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="groq",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"groq {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, module in _COMMANDS.items():
        command = commands.add_parser(
            name,
            help=module.HELP,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(command)
    return parser
