"""Ask a model, and print its answer as it arrives.

The question is the argument, or comes through a pipe; with both, what comes through the pipe stands
before the question. With neither, a terminal gets a conversation.

    groq chat "Why is the sky blue?"
    git diff | groq chat "Write a commit message" --system "You are terse"
    groq chat "Who and where?" --schema person.json < letter.txt
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from .._types import omit
from ._answers import print_answer
from ._arguments import add_connection_arguments, count, number, text
from ._connection import connect
from ._content import response_format, user_message
from ._conversation import converse
from ._errors import CommandError
from ._input import has_terminal, read_pipe

if TYPE_CHECKING:
    from ..types.chat import ChatCompletionMessageParam

HELP = "ask a model, once or in a conversation"

_MODEL = "openai/gpt-oss-20b"
_MODEL_THAT_SEES = "qwen/qwen3.8-27b"
_EFFORTS = ("none", "default", "low", "medium", "high")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `groq chat` takes."""
    add = parser.add_argument
    add("question", nargs="*", type=text, help="what to ask")
    add("-m", "--model", type=text, help=f"{_MODEL} by default, with an image {_MODEL_THAT_SEES}")
    add("-s", "--system", type=text, metavar="TEXT", help="how the model is to behave")
    add("-i", "--image", action="append", metavar="PATH|URL", help="a picture; may come again")
    add("--schema", metavar="FILE", help="a JSON Schema that the answer keeps to")
    add("--json", action="store_true", help="print the whole answer as the API gives it")
    add("--temperature", type=number, default=omit, metavar="0…2", help="higher is more random")
    add("--max-tokens", type=count, default=omit, metavar="N", help="the most that an answer has")
    add("--stop", action="append", type=text, metavar="TEXT", help="stop there; may come again")
    add("--seed", type=int, default=omit, metavar="N", help="make like answers likely")
    add("--reasoning", choices=_EFFORTS, default=omit, help="how long the model thinks")
    add("--show-reasoning", action="store_true", help="print what it thinks, on stderr")
    add_connection_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """Ask once, or hold a conversation."""
    question = _question(given)
    options = _options(given)
    messages: list[ChatCompletionMessageParam] = []
    if given.system:
        messages.append({"role": "system", "content": given.system})
    if question is None and given.json:
        raise CommandError("--json wants a question: as argument, or through a pipe")
    images: list[str] = given.image or []
    with connect(given, options["model"]) as client:
        if question is None:
            converse(client, messages, images, options, shows_thoughts=given.show_reasoning)
            return 0
        messages.append(user_message(question, images))
        if given.json:
            answer = client.chat.completions.create(messages=messages, stream=False, **options)
            print(answer.to_json())
            return 0
        with client.chat.completions.create(messages=messages, stream=True, **options) as stream:
            print_answer(stream, shows_thoughts=given.show_reasoning)
    return 0


def _question(given: argparse.Namespace) -> str | None:
    """Find what to ask; `None` is for a conversation."""
    parts = (read_pipe(), " ".join(given.question))
    question = "\n\n".join(part for part in parts if part.strip())
    if question:
        return question
    if given.question or not has_terminal():
        raise CommandError("there is no question: give one as argument, or through a pipe")
    return None


def _options(given: argparse.Namespace) -> dict[str, Any]:
    """Gather what each request of this command says beside its messages."""
    return {
        "model": given.model or (_MODEL_THAT_SEES if given.image else _MODEL),
        "response_format": response_format(given.schema) if given.schema else omit,
        "temperature": given.temperature,
        "max_completion_tokens": given.max_tokens,
        "stop": given.stop or omit,
        "seed": given.seed,
        "reasoning_effort": given.reasoning,
    }
