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
from ._content import image_url
from ._conversation import Conversation
from ._errors import CommandError, explain
from ._terminal import complain, note

_PROMPT = "> "
_CONTINUED = "… "
_QUOTES = '"""'
_WELCOME = (
    'Ctrl-D leaves, Ctrl-C stops an answer, """ begins a text of several lines, /help lists more'
)
_EXITS = ("exit", "quit")
_MOST_LINES = 1000
"""The number of lines that are kept between sessions."""


def converse(conversation: Conversation) -> None:
    """Read questions and commands until the user leaves."""
    note(_WELCOME)
    with _line_editing():
        while (line := _next_text()) is not None:
            with _staying():
                if not line.startswith("/"):
                    if line.strip():
                        conversation.ask(line.strip())
                elif not _obey(conversation, line):
                    return


def _obey(conversation: Conversation, line: str) -> bool:
    """Run the command in a line. Returns whether the dialog continues."""
    name, _, argument = line.partition(" ")
    if name not in _COMMANDS:
        close = difflib.get_close_matches(name, _COMMANDS, 1)
        hint = f"did you mean {close[0]}?" if close else "/help lists them"
        complain(f"there is no command {name}; {hint} (a space before it makes it a question)")
        return True
    command, _ = _COMMANDS[name]
    if command is not None:
        command(conversation, argument.strip())
    return command is not None


def _help(_conversation: Conversation, _argument: str) -> None:
    for name, (_command, meaning) in _COMMANDS.items():
        if meaning:
            argument, words = meaning.split("|")
            note(f"{f'{name} {argument}':16} {words}")
    note(f"{_QUOTES:16} start a text of several lines; the same mark ends it")


def _clear(conversation: Conversation, _argument: str) -> None:
    conversation.clear()
    note("a new conversation")


def _model(conversation: Conversation, name: str) -> None:
    if name:
        _check_model(conversation, name)
        conversation.model = name
    note(f"the model is {conversation.model}")


def _check_model(conversation: Conversation, name: str) -> None:
    """Raise `CommandError` if the server does not list a model."""
    try:
        models = conversation.models()
    except APIError as error:  # A server need not have a list.
        note(f"the name is not checked: {explain(error)[0]}")
        return
    if name not in models:
        raise CommandError(f"there is no model {name}; {_hint_at_model(name, models)}")


def _hint_at_model(name: str, models: list[str]) -> str:
    if name in REPLACEMENTS:
        return f"it is retired, and {REPLACEMENTS[name]} replaces it"
    names = {model.rpartition("/")[2]: model for model in models}
    close = difflib.get_close_matches(name.rpartition("/")[2], names, 1)
    if close:
        return f"did you mean {names[close[0]]}?"
    return f"there are {', '.join(models)}"


def _system(conversation: Conversation, words: str) -> None:
    if words:
        conversation.system = words
    note(f"the system message is: {conversation.system or 'none'}")


def _image(conversation: Conversation, path: str) -> None:
    if not path:
        raise CommandError("expected the path or the URL of a picture")
    image_url(path)  # A picture that cannot be read is refused now, not with the question.
    conversation.images.append(path)
    note(
        "it is sent with your next question; not every model reads images: /model qwen/qwen3.8-27b"
    )


def _retry(conversation: Conversation, _argument: str) -> None:
    if not conversation.retry():
        raise CommandError("there is no question yet")


def _save(conversation: Conversation, path: str) -> None:
    if not path:
        raise CommandError("expected the name of a file")
    if Path(path).exists():
        raise CommandError(f"{path} exists already")
    _history.write(Path(path), conversation.model, conversation.messages)
    note(f"saved in {path}")


def _load(conversation: Conversation, path: str) -> None:
    if not path:
        raise CommandError("expected the name of a file that /save wrote")
    conversation.model, messages = _history.read(Path(path))
    conversation.load(messages)
    note(f"{len(conversation.turns)} messages, with {conversation.model}")


_COMMANDS: dict[str, tuple[Callable[[Conversation, str], None] | None, str]] = {
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
def _staying() -> Generator[None]:
    """Report an error, and continue the dialog."""
    try:
        yield
    except KeyboardInterrupt:
        note("stopped")
    except APIError as error:
        for line in explain(error):
            complain(line)
    except (CommandError, ValueError) as error:
        complain(str(error))
    except OSError as error:
        complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))


@contextlib.contextmanager
def _line_editing() -> Generator[None]:
    """Enable line editing, multi-line pastes, and the history of earlier sessions."""
    try:
        readline: Any = import_module("readline")  # Windows does not have it.
    except ImportError:
        yield
        return
    readline.parse_and_bind("set enable-bracketed-paste on")
    readline.set_history_length(_MOST_LINES)
    place = _history.folder()
    file = place / "lines" if place else None
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


def _next_text() -> str | None:
    """Read a text of one line or more; `None` when the user leaves."""
    try:
        line = _read_line(_PROMPT)
        if line.strip().lower() in _EXITS:
            return None
        if not line.startswith(_QUOTES):
            return line
        lines = [line.removeprefix(_QUOTES)]
        while not lines[-1].rstrip().endswith(_QUOTES):
            lines.append(_read_line(_CONTINUED))
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
