"""The loop of `run_tools`, of both APIs: what is sent next, and which calls are run.

`Loop` decides without I/O. `tool_runs` sends the requests and runs the calls; `chat_tools` and
`response_tools` have what is specific to an API.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .._constants import MAX_CALLS_AT_ONCE, MAX_CORRECTIONS, MAX_RESULT_CHARS
from .messages import sendable
from .structured.corrections import correction, is_correctable
from .structured.errors import StructuredOutputError
from .tool_calls import OnToolError, PendingCall, ToolCallValues, bounded
from .tools import FunctionTool

if TYPE_CHECKING:
    from .structured.parsing import AnswerParser
    from .tools import Tool

AnswerT = TypeVar("AnswerT")

_FOR_TOOLS = ("tools", "tool_choice", "parallel_tool_calls", "disable_tool_validation")
"""Parameters that are left out of a request for a typed answer."""


class Loop(ABC, Generic[AnswerT]):
    """The state of a run: its conversation, the calls to run, and what remains of its limits.

    Args:
        arguments: The arguments of `create`, without the tools.
        tools: The tools.
        parser: Parses the last answer to the requested type, if there is one.
        format_argument: The argument of `create` that requests that type.
        max_turns: The most answers of the model, 1 or more.
        on_tool_error: How an error of a call is handled.
        max_corrections: The most corrections in a row that the model is asked for.
        max_concurrency: The most calls that run at once, 1 or more.
        max_result_chars: The longest result of a call, in characters, 1 or more.
        url: The URL of the requests, for errors.

    Raises:
        TypeError: A tool or a number has the wrong type.
        ValueError: Two tools have the same name, a number is too small, or `on_tool_error` is
            invalid.
    """

    last: AnswerT | None = None
    """The last answer."""

    stopped_by: Any = None
    """Why the run ended; `None` while it continues."""

    is_typed: bool = False
    """Whether the next turn requests the typed answer."""

    def __init__(
        self,
        arguments: Mapping[str, Any],
        tools: Iterable[Tool],
        *,
        parser: AnswerParser[Any],
        format_argument: dict[str, Any],
        max_turns: int = 10,
        on_tool_error: OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
        url: str = "",
    ) -> None:
        _check_number("max_turns", max_turns, 1)
        _check_number("max_corrections", max_corrections, 0)
        _check_number("max_concurrency", max_concurrency, 1)
        _check_number("max_result_chars", max_result_chars, 1)
        _check_on_tool_error(on_tool_error)
        self.tools: list[Tool] = list(tools)
        self.on_tool_error: OnToolError = on_tool_error
        self.max_concurrency = max_concurrency
        self.pending: list[PendingCall] = []
        """The calls of the last answer that have no result in the conversation yet."""
        self._arguments: dict[str, Any] = dict(arguments)
        self._parser = parser
        self._format_argument = format_argument
        self._url = url
        self._turns_left = max_turns
        self._corrections_left = self._max_corrections = max_corrections
        self._max_result_chars = max_result_chars
        self._functions = functions_by_name(self.tools)

    # ------------------------------------------------------------------- what differs by the API

    @abstractmethod
    def _conversation_argument(self) -> dict[str, Any]:
        """Return the argument of `create` with the conversation so far."""

    @abstractmethod
    def _checked(self, answer: object) -> AnswerT:
        """Return an answer, or raise `APIResponseValidationError` if its shape is unexpected."""

    @abstractmethod
    def _parsed(self, answer: AnswerT) -> AnswerT:
        """Return an answer parsed to the requested type.

        Raises `StructuredOutputError` if it does not fit, or `LengthFinishReasonError` or
        `ContentFilterFinishReasonError` if it was cut off.
        """

    @abstractmethod
    def _add_answer(self, answer: AnswerT) -> None:
        """Add an answer to the conversation."""

    @abstractmethod
    def _remove_answer(self) -> None:
        """Remove the last answer from the conversation."""

    @abstractmethod
    def _calls(self, answer: AnswerT) -> list[ToolCallValues]:
        """Return the calls that wait for a result."""

    @abstractmethod
    def _early_end(self, answer: AnswerT, *, has_calls: bool) -> str | None:
        """Return why the run ends with an answer whose calls are not run; `None` otherwise."""

    @abstractmethod
    def _add_message(self, role: str, content: str) -> None:
        """Add a message to the conversation."""

    @abstractmethod
    def _add_result(self, call_id: str, content: str) -> None:
        """Add the result of a call to the conversation."""

    # --------------------------------------------------------------------------------- the turns

    @property
    def requested_type(self) -> Any:
        """The type that the next turn requests; `None` if it requests text."""
        return self._parser.kind if self.is_typed else None

    def next_arguments(self) -> dict[str, Any]:
        """Return the arguments of `create` for the next turn."""
        arguments = {**self._arguments, **self._conversation_argument()}
        if not self.is_typed:
            return {**arguments, "tools": self.tools}
        # Groq does not support tools together with a response format.
        for name in _FOR_TOOLS:
            arguments.pop(name, None)
        return {**arguments, **self._format_argument}

    def take(self, answer: object) -> AnswerT:
        """Record an answer of the model and its calls, or the end of the run.

        Raises:
            APIResponseValidationError: The answer has an unexpected shape.
            StructuredOutputError: A typed answer does not fit.
            LengthFinishReasonError: A typed answer reached the limit of tokens.
            ContentFilterFinishReasonError: A content filter stopped a typed answer.
        """
        checked = self._checked(answer)
        if self.is_typed:
            checked = self._parsed(checked)
        self.last = checked
        self._turns_left -= 1
        self._corrections_left = self._max_corrections
        self._add_answer(checked)
        calls = self._calls(checked)
        early_end = self._early_end(checked, has_calls=bool(calls))
        if early_end is not None:
            self.stopped_by = early_end
        elif not calls:
            self._take_answer_without_calls(checked)
        elif not self._turns_left:
            self.stopped_by = "max_turns"  # no turn is left that would read the results
        else:
            self._take_calls(calls)
        return checked

    def _take_answer_without_calls(self, answer: AnswerT) -> None:
        """End the run, or request the typed answer if this one does not fit."""
        if not self.is_typed and self._parser.output is not None:
            try:
                self.last = self._parsed(answer)
            except StructuredOutputError:
                if not self._turns_left:
                    self.stopped_by = "max_turns"
                    return
                self._remove_answer()
                self.is_typed = True
                return
        self.stopped_by = "answer"

    def _take_calls(self, calls: list[ToolCallValues]) -> None:
        for call_id, name, arguments in calls:
            function = self._functions.get(name)
            if function is None and name in self._functions:
                self.stopped_by = "caller_tool"  # the caller has to answer it
                continue
            self.pending.append(PendingCall(call_id, name, arguments, function))
        if self._arguments.get("tool_choice") not in ("none", "auto"):
            # A `tool_choice` that forces a call would force one in each turn, forever.
            self._arguments.pop("tool_choice", None)

    def settle(self) -> None:
        """Add the results of the calls to the conversation, once all have finished."""
        for call in self.pending:
            self._add_result(call.id, bounded(sendable(call.result or ""), self._max_result_chars))
        self.pending.clear()

    # --------------------------------------------------------------------------- the corrections

    def can_correct(self, error: Exception) -> bool:
        """Return whether the model is asked to correct an error."""
        if self.on_tool_error == "raise" and getattr(error, "code", None) == "tool_use_failed":
            return False
        return self._corrections_left > 0 and is_correctable(error)

    def correct(self, error: Exception) -> None:
        """Ask the model in the next turn to correct its answer, or raise the error."""
        if not self.can_correct(error):
            raise error
        self._corrections_left -= 1
        text = self.on_tool_error(error) if callable(self.on_tool_error) else None
        for message in correction(error, text):
            self._add_message(message["role"], str(message.get("content")))


def functions_by_name(tools: Iterable[Tool]) -> dict[str, FunctionTool[..., Any] | None]:
    """Return the functions by name; `None` for a tool that the caller runs."""
    functions: dict[str, FunctionTool[..., Any] | None] = {}
    for tool in tools:
        if not isinstance(tool, dict):  # pyright: ignore[reportUnnecessaryIsInstance]  # a plain function is a likely mistake
            raise TypeError(
                "Expected tools made by `@groq.function_tool`, or dicts, "
                f"but received {type(tool).__name__}"
            )
        function: Any = tool.get("function")
        if function is None:
            continue  # the server runs it
        name: str = function["name"]
        if name in functions:
            raise ValueError(f"Expected tools with names of their own but {name!r} comes twice")
        functions[name] = tool if isinstance(tool, FunctionTool) else None
    return functions


def _check_number(name: str, value: object, least: int) -> None:
    """Raise `TypeError` or `ValueError` unless a value is a whole number of at least that size."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"Expected `{name}` to be a whole number but received {value!r}")
    if value < least:
        raise ValueError(f"Expected `{name}` to be at least {least} but received {value!r}")


def _check_on_tool_error(value: object) -> None:
    if value not in ("answer", "raise") and not callable(value):
        raise ValueError(
            f"Expected `on_tool_error` to be 'answer', 'raise' or a function but received {value!r}"
        )
