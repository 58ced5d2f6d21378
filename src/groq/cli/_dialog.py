"""The dialog at the terminal: questions, and commands that begin with a slash."""

from __future__ import annotations

import contextlib
import difflib
import sys
from collections.abc import Callable, Generator
from importlib import import_module
from pathlib import Path
from typing import Any

from .._catalog import REPLACEMENTS
from .._exceptions import APIError
from . import _history
from ._arguments import text
from ._chat_session import ChatSession
from ._content import image_url
from ._errors import CommandError, explain
from ._terminal import print_error, print_note

_PROMPT = "> "
_CONTINUATION_PROMPT = "… "
_QUOTES = '"""'
_WELCOME = (
    'Ctrl-D leaves, Ctrl-C stops an answer, """ begins a text of several lines, /help lists more'
)
_EXITS = ("exit", "quit")
_MAX_LINES = 1000
"""The number of lines that are kept between sessions."""


def run_dialog(session: ChatSession) -> None:
    """Read questions and commands until the user leaves."""
    print_note(_WELCOME)
    with _line_editing():
        while (line := _read_text()) is not None:
            with _report_errors():
                if not line.startswith("/"):
                    if line.strip():
                        session.ask(line.strip())
                elif not _run_command(session, line):
                    return


def _run_command(session: ChatSession, line: str) -> bool:
    """Run the command in a line. Returns whether the dialog continues."""
    name, _, argument = line.partition(" ")
    if name not in _COMMANDS:
        matches = difflib.get_close_matches(name, _COMMANDS, 1)
        hint = f"did you mean {matches[0]}?" if matches else "/help lists them"
        print_error(f"there is no command {name}; {hint} (a space before it makes it a question)")
        return True
    command, _ = _COMMANDS[name]
    if command is not None:
        command(session, argument.strip())
    return command is not None


def _help(_session: ChatSession, _argument: str) -> None:
    for name, (_command, meaning) in _COMMANDS.items():
        if meaning:
            argument, words = meaning.split("|")
            print_note(f"{f'{name} {argument}':16} {words}")
    print_note(f"{_QUOTES:16} start a text of several lines; the same mark ends it")


def _clear(session: ChatSession, _argument: str) -> None:
    session.clear()
    print_note("a new conversation")


def _model(session: ChatSession, name: str) -> None:
    if name:
        _check_model(session, name)
        session.model = name
    print_note(f"the model is {session.model}")


def _check_model(session: ChatSession, name: str) -> None:
    """Raise `CommandError` if the server does not list a model."""
    try:
        models = session.models()
    except APIError as error:  # A server need not have a list.
        print_note(f"the name is not checked: {explain(error)[0]}")
        return
    if name not in models:
        raise CommandError(f"there is no model {name}; {_model_hint(name, models)}")


def _model_hint(name: str, models: list[str]) -> str:
    if name in REPLACEMENTS:
        return f"it is retired, and {REPLACEMENTS[name]} replaces it"
    names = {model.rpartition("/")[2]: model for model in models}
    matches = difflib.get_close_matches(name.rpartition("/")[2], names, 1)
    if matches:
        return f"did you mean {names[matches[0]]}?"
    return f"there are {', '.join(models)}"


def _system(session: ChatSession, words: str) -> None:
    if words:
        session.system = words
    print_note(f"the system message is: {session.system or 'none'}")


def _image(session: ChatSession, path: str) -> None:
    if not path:
        raise CommandError("expected the path or the URL of a picture")
    image_url(path)  # A picture that cannot be read is refused now, not with the question.
    session.images.append(path)
    print_note(
        "it is sent with your next question; not every model reads images: /model qwen/qwen3.8-27b"
    )


def _retry(session: ChatSession, _argument: str) -> None:
    if not session.retry():
        raise CommandError("there is no question yet")


def _save(session: ChatSession, path: str) -> None:
    if not path:
        raise CommandError("expected the name of a file")
    if Path(path).exists():
        raise CommandError(f"{path} exists already")
    _history.write(Path(path), session.model, session.messages)
    print_note(f"saved in {path}")


def _load(session: ChatSession, path: str) -> None:
    if not path:
        raise CommandError("expected the name of a file that /save wrote")
    session.model, messages = _history.read(Path(path))
    session.load(messages)
    print_note(f"{len(session.turns)} messages, with {session.model}")


_COMMANDS: dict[str, tuple[Callable[[ChatSession, str], None] | None, str]] = {
    "/model": (_model, "NAME|use this model from now on; without a name, show the current one"),
    "/system": (_system, "TEXT|set how the model should behave"),
    "/image": (_image, "PATH|send a picture with the next question"),
    "/retry": (_retry, "|ask the last question again"),
    "/clear": (_clear, "|forget the conversation"),
    "/save": (_save, "FILE|save the conversation to a file"),
    "/load": (_load, "FILE|continue a saved conversation"),
    "/help": (_help, "|list the commands"),
    "/exit": (None, "|leave, as Ctrl-D does"),
    "/quit": (None, ""),
    "/bye": (None, ""),
}


@contextlib.contextmanager
def _report_errors() -> Generator[None]:
    """Report an error, and continue the dialog."""
    try:
        yield
    except KeyboardInterrupt:
        print_note("stopped")
    except APIError as error:
        for line in explain(error):
            print_error(line)
    except (CommandError, ValueError) as error:
        print_error(str(error))
    except OSError as error:
        print_error(f"{error.filename}: {error.strerror}" if error.filename else str(error))


@contextlib.contextmanager
def _line_editing() -> Generator[None]:
    """Enable line editing, multi-line pastes, and the history of earlier sessions."""
    try:
        readline: Any = import_module("readline")  # Windows does not have it.
    except ImportError:
        yield
        return
    readline.parse_and_bind("set enable-bracketed-paste on")
    readline.set_history_length(_MAX_LINES)
    folder = _history.folder()
    file = folder / "lines" if folder else None
    if file:
        with contextlib.suppress(OSError):
            readline.read_history_file(file)
    try:
        yield
    finally:
        if file:
            with contextlib.suppress(OSError):
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                file.touch(0o600)
                readline.write_history_file(file)


def _read_text() -> str | None:
    """Read a text of one line or more; `None` when the user leaves."""
    try:
        line = _read_line(_PROMPT)
        if line.strip().lower() in _EXITS:
            return None
        if not line.startswith(_QUOTES):
            return line
        lines = [line.removeprefix(_QUOTES)]
        while not lines[-1].rstrip().endswith(_QUOTES):
            lines.append(_read_line(_CONTINUATION_PROMPT))
        # A text that begins with a space is a question, even if a slash follows.
        return " " + "\n".join(lines).rstrip().removesuffix(_QUOTES)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return ""
    except EOFError:
        print(file=sys.stderr)
        return None


def _read_line(prompt: str) -> str:
    if not sys.stdout.isatty():
        # The prompt does not belong in the file that the answers go to.
        print(prompt, end="", file=sys.stderr, flush=True)
        prompt = ""
    return text(input(prompt))
