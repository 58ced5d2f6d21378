"""`ParsedResponse`: an answer whose text was decoded to the type that was asked for."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar, Union

from pydantic import Discriminator

from ..._http.codec import Tagged
from ..._models import BaseModel
from .response import Response
from .response_code_interpreter_tool_call import ResponseCodeInterpreterToolCall
from .response_function_tool_call import ResponseFunctionToolCall
from .response_output_item import McpApprovalRequest, McpCall, McpListTools
from .response_output_message import ResponseOutputMessage
from .response_output_refusal import ResponseOutputRefusal
from .response_output_text import ResponseOutputText
from .response_reasoning_item import ResponseReasoningItem

__all__ = [
    "ContentType",
    "ParsedResponse",
    "ParsedResponseFunctionToolCall",
    "ParsedResponseOutputMessage",
    "ParsedResponseOutputText",
]

ContentType = TypeVar("ContentType")


class ParsedResponseOutputText(ResponseOutputText, Generic[ContentType]):
    """Text that a model wrote, decoded."""

    parsed: ContentType | None = None
    """The text as the type that was asked for."""


class ParsedResponseOutputMessage(ResponseOutputMessage, Generic[ContentType]):
    """A message that a model wrote, decoded."""

    content: list[  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]  # a list of subclasses
        Annotated[
            Union[ParsedResponseOutputText[ContentType], ResponseOutputRefusal],
            Discriminator("type"),
            Tagged(otherwise=BaseModel),
        ]
    ]
    """What the model wrote, part by part."""


class ParsedResponseFunctionToolCall(ResponseFunctionToolCall):
    """A function that a model wants called, with its arguments decoded."""

    parsed_arguments: object | None = None
    """The arguments as the type of the tool; `None` for a tool that has none."""


class ParsedResponse(Response, Generic[ContentType]):
    """An answer whose text was decoded, of `client.responses.parse` and `.stream`."""

    output: list[  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]  # a list of subclasses
        Annotated[
            Union[
                ParsedResponseOutputMessage[ContentType],
                ResponseReasoningItem,
                ParsedResponseFunctionToolCall,
                ResponseCodeInterpreterToolCall,
                McpListTools,
                McpCall,
                McpApprovalRequest,
            ],
            Discriminator("type"),
            Tagged(otherwise=BaseModel),
        ]
    ]
    """What came: thoughts, messages and calls, in order."""

    @property
    def output_parsed(self) -> ContentType | None:
        """The text as the type that was asked for; `None` if no text came, or none was asked."""
        for item in self.output or ():
            if isinstance(item, ParsedResponseOutputMessage):
                for part in item.content or ():
                    if isinstance(part, ParsedResponseOutputText) and part.parsed is not None:
                        return part.parsed
        return None
