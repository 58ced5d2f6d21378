"""A conversation at the terminal."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from .._exceptions import APIError
from ._answers import print_answer
from ._arguments import text
from ._content import user_message
from ._errors import explain
from ._terminal import complain, note

if TYPE_CHECKING:
    from .._client import Groq
    from ..types.chat import ChatCompletionMessageParam

_PROMPT = "> "
_HELP = "Ctrl-D or /exit leaves, Ctrl-C stops an answer, /clear begins anew"
_EXITS = ("/exit", "/quit", "/bye", "exit", "quit")


def converse(
    client: Groq,
    messages: list[ChatCompletionMessageParam],
    images: Sequence[str],
    options: dict[str, Any],
    *,
    shows_thoughts: bool,
) -> None:
    """Ask what the user types until they leave; the model is told what was said before.

    Args:
        client: Asks.
        messages: What stands before the conversation: a system message, or nothing.
        images: Paths and URLs of pictures, which go with the first question.
        options: What each request says beside its messages.
        shows_thoughts: Whether to print what the model thinks, too.
    """
    with contextlib.suppress(ImportError):
        # Loading it is enough: `input` then edits lines, and remembers them.
        import_module("readline")
    note(_HELP)
    beginning = list(messages)
    while (line := _next_line()) is not None:
        if line == "/clear":
            messages = list(beginning)
        elif re.fullmatch(r"/[a-z]*", line):
            note(_HELP)
        elif line:
            with_images = () if len(messages) > len(beginning) else images
            question = user_message(line, with_images)
            asked = [*messages, question]
            if answer := _ask(client, asked, options, shows_thoughts=shows_thoughts):
                messages = [*asked, {"role": "assistant", "content": answer}]


def _next_line() -> str | None:
    """Read what the user types; `None` when they leave."""
    prompt = _PROMPT
    if not sys.stdout.isatty():
        # The answers go to a file, and the prompt is not for it.
        print(_PROMPT, end="", file=sys.stderr, flush=True)
        prompt = ""
    try:
        line = text(input(prompt)).strip()
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return ""
    except EOFError:
        print(file=sys.stderr)
        return None
    return None if line.lower() in _EXITS else line


def _ask(
    client: Groq,
    messages: list[ChatCompletionMessageParam],
    options: dict[str, Any],
    *,
    shows_thoughts: bool,
) -> str:
    """Print an answer and return it, or as much of it as there is."""
    said: list[str] = []
    try:
        with client.chat.completions.create(messages=messages, stream=True, **options) as stream:
            print_answer(stream, shows_thoughts=shows_thoughts, said=said)
    except KeyboardInterrupt:
        note("stopped")
    except APIError as error:
        for line in explain(error):
            complain(line)
    return "".join(said)
