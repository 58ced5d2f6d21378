"""The calls of tools that a model makes, and their results."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, Union

from .._exceptions import GroqError
from .._logging import logger
from .structured.errors import validation_summary

if TYPE_CHECKING:
    from .tools import FunctionTool

OnToolError: TypeAlias = Union[Literal["answer", "raise"], Callable[[Exception], str]]
"""How an error is handled: it answers the call, ends the run, or is passed to a function."""

ToolCallValues: TypeAlias = tuple[str, str, str]
"""The id, the name and the arguments of a call, as the model wrote them."""

MAX_ERRORS = 5
"""The most errors in the arguments of a call that are reported to the model."""

MAX_ERROR_CHARS = 1_000
"""The longest report to the model about an invalid call, in characters."""


class ToolCallError(GroqError):
    """A call of a tool is invalid or failed; its text is reported to the model.

    It is raised for an unknown tool and for invalid arguments. A tool can raise it to tell the
    model what went wrong; of other exceptions, only the type is reported to the model.
    """

    __module__ = "groq"


@dataclass(eq=False)
class PendingCall:
    """A call of a tool that waits to be run, or for the other calls of its turn."""

    id: str
    name: str
    arguments: str
    tool: FunctionTool[..., Any] | None
    """The tool; `None` if there is none of that name."""
    result: str | None = None
    """The result for the model, once the call has finished."""

    def prepared(self) -> functools.partial[Any]:
        """Return the function with its arguments.

        Raises `ToolCallError` if there is no such tool, or the arguments do not fit it.
        """
        import pydantic

        if self.tool is None:
            raise ToolCallError(_cut(f"There is no tool {self.name!r}", MAX_ERROR_CHARS))
        try:
            return functools.partial(self.tool, **self.tool.parse_arguments(self.arguments))
        except pydantic.ValidationError as error:
            reasons = validation_summary(error, max_errors=MAX_ERRORS, max_chars=MAX_ERROR_CHARS)
            raise ToolCallError(
                f"The arguments do not fit the tool {self.name!r}: {reasons}"
            ) from error

    def fail(self, error: Exception, on_tool_error: OnToolError) -> None:
        """Set the result to a report of an error, or raise it."""
        if on_tool_error == "raise":
            if isinstance(error, (StopIteration, StopAsyncIteration)):
                message = f"The tool {self.name!r} raised {type(error).__name__}"
                raise RuntimeError(message) from error  # the error itself would end the iteration
            raise error
        if callable(on_tool_error):
            self.result = on_tool_error(error)
        elif isinstance(error, ToolCallError):
            self.result = f"Error: {error}"
        else:
            # The message of an exception may hold secrets: it is only logged.
            logger.warning("The tool %r failed", self.name, exc_info=error)
            self.result = f"Error: The tool {self.name!r} failed: {type(error).__name__}"


def result_text(result: object) -> str:
    """Return the result of a tool for the model: text as it is, anything else as JSON."""
    if isinstance(result, str):
        return result
    from pydantic_core import to_json

    return to_json(result, fallback=str, inf_nan_mode="constants").decode()


def bounded(text: str, max_chars: int) -> str:
    """Cut a result that is too long, with a note that says so."""
    if len(text) <= max_chars:
        return text
    note = f"[The result was cut: these are {max_chars} of {len(text)} characters.]"
    return f"{text[:max_chars]}\n{note}"


def _cut(text: str, max_chars: int) -> str:
    return text if len(text) <= max_chars else f"{text[:max_chars]}…"
