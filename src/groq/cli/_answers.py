"""Answers, printed token by token as they arrive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ._markdown import MarkdownWriter, markdown_writer
from ._terminal import note, write

if TYPE_CHECKING:
    from ..types.chat import ChatCompletionChunk
    from ._timing import Timing

_ENDINGS = {
    "length": "the answer stopped at the token limit (--max-tokens)",
    "content_filter": "a content filter removed part of the answer",
    "tool_calls": "the model called a tool, but this command offers none",
}


def print_answer(
    stream: Iterable[ChatCompletionChunk],
    *,
    shows_thoughts: bool,
    pieces: list[str] | None = None,
    timing: Timing | None = None,
    rendered: bool | None = False,
) -> None:
    """Print the answer of a model as it arrives.

    Args:
        stream: The answer.
        shows_thoughts: Whether to print the reasoning of the model, too.
        pieces: A list to add the pieces to; it has them even if the stream fails.
        timing: Records the times of the pieces.
        rendered: Whether to render the Markdown of the answer, if stdout is a terminal; `None`
            renders it if rich is installed.
    """
    pieces = [] if pieces is None else pieces
    thought = ""
    ending = None
    write_answer = markdown_writer(is_wanted=rendered)
    try:
        for chunk in stream if timing is None else timing.watch(stream):
            for choice in chunk.choices or ():
                # A lenient server may leave out what the types promise.
                if shows_thoughts and (reasoning := getattr(choice.delta, "reasoning", None)):
                    thought = reasoning
                    write(thought, is_thought=True)
                if content := getattr(choice.delta, "content", None):
                    thought = _end_line(thought, is_thought=True)
                    pieces.append(content)
                    write_answer(content)
                ending = choice.finish_reason or ending
    finally:
        # An error message or the prompt of the shell starts on a line of its own.
        _end_line(thought, is_thought=True)
        if isinstance(write_answer, MarkdownWriter):
            write_answer.close()
        else:
            _end_line(pieces[-1] if pieces else "", is_thought=False)
    if ending in _ENDINGS:
        note(_ENDINGS[ending])


def _end_line(text: str, *, is_thought: bool) -> str:
    if text and not text.endswith("\n"):
        write("\n", is_thought=is_thought)
    return ""
