"""The history between sessions: the last conversation, and the typed lines."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ._errors import CommandError

if TYPE_CHECKING:
    from ..types.chat import ChatCompletionMessageParam

_OFF_VALUES = ("0", "off", "no", "false")


def folder() -> Path | None:
    """Return the folder of the history; `None` if there is none."""
    if os.environ.get("GROQ_HISTORY", "").lower() in _OFF_VALUES:
        return None
    # https://specifications.freedesktop.org/basedir/latest/
    base = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        return (Path(base) if base else Path.home() / ".local" / "state") / "groq"
    except RuntimeError:  # The user has no home.
        return None


def save_last(model: str, messages: list[ChatCompletionMessageParam]) -> None:
    """Save the last conversation, readable only by this user."""
    history_folder = folder()
    if history_folder is None:
        return
    with contextlib.suppress(OSError):  # The folder cannot be written.
        history_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = history_folder / f"last.{os.getpid()}.part"
        write(partial, model, messages)
        partial.replace(history_folder / "last.json")


def load_last() -> tuple[str, list[ChatCompletionMessageParam]]:
    """Return the model and the messages of the last conversation."""
    history_folder = folder()
    if history_folder is None or not (history_folder / "last.json").exists():
        raise CommandError("there is no earlier conversation to continue")
    return read(history_folder / "last.json")


def write(path: Path, model: str, messages: list[ChatCompletionMessageParam]) -> None:
    """Write a conversation as JSON; a new file is readable only by this user."""
    data = json.dumps({"model": model, "messages": messages}, indent=2).encode()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)


def read(path: Path) -> tuple[str, list[ChatCompletionMessageParam]]:
    """Read a conversation that `write` wrote.

    Raises:
        CommandError: The file is something else.
    """
    try:
        data: Any = json.loads(path.read_bytes())
        model, messages = data["model"], data["messages"]
        if not isinstance(model, str) or not all(message["role"] for message in messages):
            raise TypeError  # noqa: TRY301 - the same answer as where JSON is of another shape
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise CommandError(f"{path} is not a conversation that was saved here") from error
    # The parts that this package relies on are checked above.
    return model, cast("list[ChatCompletionMessageParam]", messages)
