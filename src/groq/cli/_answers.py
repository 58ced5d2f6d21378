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
    "length": "the answer is cut off at its most tokens (--max-tokens)",
    "content_filter": "a filter left out a part of the answer",
    "tool_calls": "the model wants to call a tool, and there is none here",
}


def print_answer(
    stream: Iterable[ChatCompletionChunk],
    *,
    shows_thoughts: bool,
    said: list[str] | None = None,
    timing: Timing | None = None,
    rendered: bool | None = False,
) -> None:
    """Print the answer of a model as it arrives.

    Args:
        stream: The answer.
        shows_thoughts: Whether to print the reasoning of the model, too.
        said: A list to add the pieces to; it has them even if the stream fails.
        timing: Records the times of the pieces.
        rendered: Whether to render the Markdown of the answer, if stdout is a terminal; `None`
            renders it if rich is installed.
    """
    said = [] if said is None else said
    thought = ""
    ending = None
    write_answer = markdown_writer(is_wanted=rendered)
    try:
        for chunk in stream if timing is None else timing.watch(stream):
            for choice in chunk.choices:
                if shows_thoughts and choice.delta.reasoning:
                    thought = choice.delta.reasoning
                    write(thought, is_thought=True)
                if choice.delta.content:
                    thought = _end_line(thought, is_thought=True)
                    said.append(choice.delta.content)
                    write_answer(choice.delta.content)
                ending = choice.finish_reason or ending
    finally:
        # An error message or the prompt of the shell starts on a line of its own.
        _end_line(thought, is_thought=True)
        if isinstance(write_answer, MarkdownWriter):
            write_answer.close()
        else:
            _end_line(said[-1] if said else "", is_thought=False)
    if ending in _ENDINGS:
        note(_ENDINGS[ending])


def _end_line(text: str, *, is_thought: bool) -> str:
    if text and not text.endswith("\n"):
        write("\n", is_thought=is_thought)
    return ""
