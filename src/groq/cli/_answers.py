"""Answers, printed token by token as they arrive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ._markdown import MarkdownWriter, markdown_writer
from ._terminal import print_note, write

if TYPE_CHECKING:
    from ..types.chat import ChatCompletionChunk
    from ._timing import Timing

_FINISH_NOTES = {
    "length": "the answer stopped at the token limit (--max-tokens)",
    "content_filter": "a content filter removed part of the answer",
    "tool_calls": "the model called a tool, but this command offers none",
}


def print_answer(
    stream: Iterable[ChatCompletionChunk],
    *,
    shows_reasoning: bool,
    pieces: list[str] | None = None,
    timing: Timing | None = None,
    rendered: bool | None = False,
) -> None:
    """Print the answer of a model as it arrives.

    Args:
        stream: The answer.
        shows_reasoning: Whether to print the reasoning of the model, too.
        pieces: A list to add the pieces to; it has them even if the stream fails.
        timing: Records the times of the pieces.
        rendered: Whether to render the Markdown of the answer, if stdout is a terminal; `None`
            renders it if rich is installed.
    """
    pieces = [] if pieces is None else pieces
    reasoning_piece = ""
    finish_reason = None
    write_answer = markdown_writer(is_wanted=rendered)
    try:
        for chunk in stream if timing is None else timing.watch(stream):
            for choice in chunk.choices or ():
                # A lenient server may leave out what the types promise.
                if shows_reasoning and (reasoning := getattr(choice.delta, "reasoning", None)):
                    reasoning_piece = reasoning
                    write(reasoning_piece, is_reasoning=True)
                if content := getattr(choice.delta, "content", None):
                    reasoning_piece = _end_line(reasoning_piece, is_reasoning=True)
                    pieces.append(content)
                    write_answer(content)
                finish_reason = choice.finish_reason or finish_reason
    finally:
        # An error message or the prompt of the shell starts on a line of its own.
        _end_line(reasoning_piece, is_reasoning=True)
        if isinstance(write_answer, MarkdownWriter):
            write_answer.close()
        else:
            _end_line(pieces[-1] if pieces else "", is_reasoning=False)
    if finish_reason in _FINISH_NOTES:
        print_note(_FINISH_NOTES[finish_reason])


def _end_line(text: str, *, is_reasoning: bool) -> str:
    if text and not text.endswith("\n"):
        write("\n", is_reasoning=is_reasoning)
    return ""
