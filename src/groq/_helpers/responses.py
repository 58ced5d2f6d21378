"""Structured outputs of the Responses API: requested types and parsed answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import TypeVar

from .._types import Maybe, NotGiven, Omit, is_iterable, is_mapping
from .structured.output_types import OutputType, output_type
from .structured.parsed_models import as_instance, assign_unset, instances_of, recast
from .structured.parsing import AnswerParser

if TYPE_CHECKING:
    from .._models import BaseModel
    from ..types.responses import ParsedResponse, Response, ResponseTextConfigParam

TextFormatT = TypeVar("TextFormatT", default=None)
"""The type of `text_format`; `None` if it is not given."""


def flat_tools(tools: Maybe[Iterable[object]]) -> Maybe[list[Any]]:
    """Return tools in the format of this API, without chat's `function` object.

    So the same tools, such as those of `function_tool`, work with both APIs.
    """
    if isinstance(tools, (Omit, NotGiven)):
        return tools
    return [_flat_tool(tool) for tool in tools]


def _flat_tool(tool: object) -> object:
    function = tool.get("function") if is_mapping(tool) else None
    if not is_mapping(function):
        return tool
    return {"type": "function", "parameters": None, **function}


class ResponseParser(AnswerParser[TextFormatT]):
    """Parses a whole answer: its text to a type, and the arguments of each call by its tool."""

    def __init__(
        self, text_format: Maybe[type[TextFormatT]], tools: Maybe[Iterable[object] | None]
    ) -> None:
        given = tools if is_iterable(tools) else ()
        super().__init__(text_format, [_nested_tool(tool) for tool in given])


def _nested_tool(tool: object) -> object:
    """Return a tool in the format of chat."""
    if not is_mapping(tool) or "function" in tool:
        return tool
    return {"type": "function", "function": tool}


def text_param(
    text: Maybe[ResponseTextConfigParam], text_format: Maybe[type[object]]
) -> Maybe[ResponseTextConfigParam]:
    """Return the `text` parameter, with the format of a type.

    Raises `TypeError` if both have a format, or the type has no strict schema.
    """
    if isinstance(text_format, (Omit, NotGiven)):
        return text
    given: Mapping[str, Any] = {} if isinstance(text, (Omit, NotGiven)) else text
    if "format" in given:
        raise TypeError("Expected `text_format` or `text={'format': …}` but received both")
    output: OutputType[object] | None = output_type(text_format)
    if output is None:
        raise TypeError(f"Expected a type as `text_format` but received {text_format!r}")
    format_param = {
        "type": "json_schema",
        "name": output.name,
        "schema": output.schema(strict=True),
        "strict": True,
    }
    return cast("ResponseTextConfigParam", {**given, "format": format_param})  # as its type says


def parse_response(
    response: Response, parser: AnswerParser[TextFormatT]
) -> ParsedResponse[TextFormatT]:
    """Parse an answer, except for the text of one that was cut off or failed.

    Raises `StructuredOutputError` if a text or arguments do not fit.
    """
    from ..types.responses import ParsedResponse

    is_whole = response.status in (None, "completed")
    items = instances_of(object, response.output)
    parsed = [_parsed_item(item, response, parser, is_whole=is_whole) for item in items]
    # The class without a type parameter, which can be pickled and has a stable name.
    kind = cast("type[ParsedResponse[TextFormatT]]", ParsedResponse)
    return recast(kind, response, output=parsed)


def _parsed_item(
    item: object, response: Response, parser: AnswerParser[Any], *, is_whole: bool
) -> object:
    from ..types.responses import (
        ParsedResponseFunctionToolCall,
        ParsedResponseOutputMessage,
        ResponseFunctionToolCall,
        ResponseOutputMessage,
    )

    if isinstance(item, ResponseOutputMessage):
        parts = instances_of(object, item.content)
        parsed = [_parsed_part(part, response, parser, is_whole=is_whole) for part in parts]
        kind = cast("type[BaseModel]", ParsedResponseOutputMessage)  # without its parameter
        return recast(kind, item, content=parsed)
    if isinstance(item, ResponseFunctionToolCall):
        parsed_call = recast(ParsedResponseFunctionToolCall, item)
        if is_whole:
            arguments = parser.arguments(item.name, item.arguments, response)
            assign_unset(parsed_call, "parsed_arguments", arguments)
        return parsed_call
    return item


def _parsed_part(
    part: object, response: Response, parser: AnswerParser[Any], *, is_whole: bool
) -> object:
    from ..types.responses import ParsedResponseOutputText, ResponseOutputText

    if not isinstance(part, ResponseOutputText):
        return part
    parsed_part = recast(cast("type[BaseModel]", ParsedResponseOutputText), part)
    if is_whole and (text := as_instance(str, part.text)) is not None:
        assign_unset(parsed_part, "parsed", parser.text(text, response))
    return parsed_part
