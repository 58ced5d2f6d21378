"""Parses answers of chat: the content to a type, and the arguments of each call by its tool."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Protocol, cast

from typing_extensions import TypeVar

from ..._types import NotGiven, Omit, TypeForm
from .errors import (
    ContentFilterFinishReasonError,
    LengthFinishReasonError,
    StructuredOutputError,
    validation_summary,
)
from .output_types import OutputType, output_type, partial_json
from .parsed_models import as_instance, assign_unset, instances_of, recast

if TYPE_CHECKING:
    from ...types.chat import (
        ChatCompletion,
        ChatCompletionMessage,
        ParsedChatCompletion,
        ParsedChoice,
    )
    from ...types.chat.chat_completion import Choice
    from ...types.chat.chat_completion_message_tool_call import ChatCompletionMessageToolCall
    from ...types.chat.completion_create_params import ResponseFormat
    from ...types.responses import Response

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)


class Parser(Protocol[_T_co]):
    """Parses the parts of an answer, and may refuse them."""

    def check_is_whole(self, finish_reason: str | None, completion: ChatCompletion) -> None:
        """Raise for an answer that was cut off."""
        ...

    def content(self, message: ChatCompletionMessage, completion: ChatCompletion) -> _T_co | None:
        """Parse the content of a message."""
        ...

    def arguments(self, tool: str, text: str, completion: ChatCompletion) -> object | None:
        """Parse the arguments of a call."""
        ...


class AnswerParser(Generic[_T]):
    """Parses a whole answer: its content to a type, and the arguments of each call by its tool.

    A tool with a method `parse_arguments`, or a type as `model`, parses its own arguments; those of
    a plain tool with `strict` are parsed to plain JSON.

    Args:
        response_format: The type of the content, or the parameter in the API's form, which leaves
            the content as text.
        tools: The tools of the request, in chat's form.
    """

    output: OutputType[_T] | None
    """Parses the content; `None` leaves it as text."""

    kind: Any
    """The type of the content; `None` without one."""

    def __init__(
        self,
        response_format: TypeForm[_T] | ResponseFormat | Omit | NotGiven | None,
        tools: Iterable[object] | Omit | NotGiven | None,
    ) -> None:
        self.output = output_type(response_format)
        self.kind = response_format if self.output is not None else None
        given = () if tools is None or isinstance(tools, (Omit, NotGiven)) else tools
        self._argument_parsers = dict(_argument_parsers(given))

    def parses_arguments_of(self, tool: str) -> bool:
        """Return whether the arguments of a tool are parsed."""
        return tool in self._argument_parsers

    def check_is_whole(self, finish_reason: str | None, completion: ChatCompletion) -> None:
        """Raise if the answer was cut off and has a part to parse.

        Raises:
            LengthFinishReasonError: The limit of tokens was reached.
            ContentFilterFinishReasonError: A content filter stopped the answer.
        """
        if self.output is None and not self._argument_parsers:
            return
        if finish_reason == "length":
            raise LengthFinishReasonError(completion=completion)
        if finish_reason == "content_filter":
            raise ContentFilterFinishReasonError(completion=completion)

    def content(self, message: ChatCompletionMessage, completion: ChatCompletion) -> _T | None:
        """Return the content of a message as the requested type.

        Raises `StructuredOutputError` if it does not fit.
        """
        text = message.content
        if text is None or (not text and message.tool_calls):
            return None
        if (message.model_extra or {}).get("refusal"):
            return None
        return self.text(text, completion)

    def text(self, text: str, completion: ChatCompletion | Response) -> _T | None:
        """Return a text as the requested type; `None` without one.

        Raises `StructuredOutputError` if it does not fit.
        """
        if self.output is None:
            return None
        expected = f"content that fits `{self.output.name}`"
        return _parsed(self.output.parse, text, expected, completion)

    def arguments(
        self, tool: object, text: str, completion: ChatCompletion | Response
    ) -> object | None:
        """Return the arguments of a call as the type of its tool.

        Raises `StructuredOutputError` if they do not fit.
        """
        # An odd answer may have no text as the name.
        parse = self._argument_parsers.get(tool) if isinstance(tool, str) else None
        if parse is None:
            return None
        return _parsed(parse, text, f"arguments that fit the tool `{tool}`", completion)


class PartialAnswerParser:
    """Parses an incomplete answer to plain JSON, and never raises."""

    def __init__(self, whole: AnswerParser[Any]) -> None:
        self._whole = whole

    def check_is_whole(self, finish_reason: str | None, completion: ChatCompletion) -> None:
        """Do nothing, since an incomplete answer is expected."""

    def content(self, message: ChatCompletionMessage, completion: ChatCompletion) -> object | None:
        """Return the content so far."""
        output = self._whole.output
        return output.parse_partial(message.content or "") if output else None

    def arguments(self, tool: str, text: str, completion: ChatCompletion) -> object | None:
        """Return the arguments so far."""
        return partial_json(text) if self._whole.parses_arguments_of(tool) else None


def _argument_parsers(tools: Iterable[object]) -> Iterable[tuple[str, Callable[[str], object]]]:
    """Yield the names of tools whose arguments are parsed, and their parsers."""
    for tool in tools:
        if not isinstance(tool, Mapping):
            continue
        function: object = cast("Mapping[str, object]", tool).get("function")
        if not isinstance(function, Mapping):
            continue
        definition = cast("Mapping[str, object]", function)
        name = str(definition.get("name"))
        parse: object = getattr(cast("object", tool), "parse_arguments", None)
        model: type[object] | None = getattr(cast("object", tool), "model", None)
        if callable(parse):
            # The documented signature of that method.
            yield name, cast("Callable[[str], object]", parse)
        elif (output := output_type(model)) is not None:
            yield name, output.parse
        elif definition.get("strict"):
            yield name, json.loads


def _parsed(
    parse: Callable[[str], _T], text: object, expected: str, completion: ChatCompletion | Response
) -> _T:
    if not isinstance(text, str):
        raise StructuredOutputError(
            f"Expected {expected} but received {text!r}", text=str(text), completion=completion
        )
    try:
        return parse(text)
    except (ValueError, RecursionError) as error:
        raise StructuredOutputError(
            f"Expected {expected} but received something else: {_reason(error)}",
            text=text,
            completion=completion,
        ) from error


def _reason(error: Exception) -> str:
    import pydantic

    return validation_summary(error) if isinstance(error, pydantic.ValidationError) else str(error)


def parse_chat_completion(
    completion: ChatCompletion, parser: Parser[_T]
) -> ParsedChatCompletion[_T]:
    """Parse an answer.

    Raises:
        LengthFinishReasonError: The answer reached the limit of tokens.
        ContentFilterFinishReasonError: A content filter stopped the answer.
        StructuredOutputError: The content or the arguments of a call do not fit.
    """
    from ...types.chat.chat_completion import Choice
    from ...types.chat.parsed_chat_completion import ParsedChatCompletion

    choices = [
        parse_choice(each, completion, parser) for each in instances_of(Choice, completion.choices)
    ]
    # The class without a type parameter, which can be pickled and has a stable name.
    kind = cast("type[ParsedChatCompletion[_T]]", ParsedChatCompletion)
    return recast(kind, completion, choices=choices)


def parse_choice(
    choice: Choice, completion: ChatCompletion, parser: Parser[_T]
) -> ParsedChoice[_T]:
    """Parse one choice of an answer, and raise as `parse_chat_completion` does."""
    from ...types.chat.chat_completion_message import ChatCompletionMessage
    from ...types.chat.chat_completion_message_tool_call import ChatCompletionMessageToolCall
    from ...types.chat.parsed_chat_completion import ParsedChatCompletionMessage, ParsedChoice

    parser.check_is_whole(choice.finish_reason, completion)
    changed: dict[str, object] = {}
    if (message := as_instance(ChatCompletionMessage, choice.message)) is not None:
        calls = instances_of(ChatCompletionMessageToolCall, message.tool_calls)
        parsed_calls = [_parse_call(call, completion, parser) for call in calls]
        parsed_message = recast(
            cast("type[ParsedChatCompletionMessage[_T]]", ParsedChatCompletionMessage),
            message,
            **({"tool_calls": parsed_calls} if calls else {}),
        )
        assign_unset(parsed_message, "parsed", parser.content(message, completion))
        changed["message"] = parsed_message
    return recast(cast("type[ParsedChoice[_T]]", ParsedChoice), choice, **changed)


def _parse_call(
    call: ChatCompletionMessageToolCall, completion: ChatCompletion, parser: Parser[object]
) -> object:
    from ...types.chat.chat_completion_message_tool_call import Function
    from ...types.chat.parsed_function_tool_call import ParsedFunction, ParsedFunctionToolCall

    changed: dict[str, object] = {}
    if (function := as_instance(Function, call.function)) is not None:
        parsed_function = recast(ParsedFunction, function)
        arguments = parser.arguments(function.name, function.arguments, completion)
        assign_unset(parsed_function, "parsed_arguments", arguments)
        changed["function"] = parsed_function
    return recast(ParsedFunctionToolCall, call, **changed)
