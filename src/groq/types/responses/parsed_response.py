"""`ParsedResponse`: a response decoded to the requested type."""

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
    """Text of the model, decoded."""

    parsed: ContentType | None = None
    """The text as the requested type."""


class ParsedResponseOutputMessage(ResponseOutputMessage, Generic[ContentType]):
    """A message of the model, decoded."""

    content: list[  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]  # a list of subclasses
        Annotated[
            Union[ParsedResponseOutputText[ContentType], ResponseOutputRefusal],
            Discriminator("type"),
            Tagged(fallback=BaseModel),
        ]
    ]
    """The parts of the message."""


class ParsedResponseFunctionToolCall(ResponseFunctionToolCall):
    """A function call of the model, with decoded arguments."""

    parsed_arguments: object | None = None
    """The arguments as the type of the tool; `None` for a tool without a type."""


class ParsedResponse(Response, Generic[ContentType]):
    """A decoded response of `client.responses.parse` and `.stream`."""

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
            Tagged(fallback=BaseModel),
        ]
    ]
    """The output: reasoning, messages and calls, in order."""

    @property
    def output_parsed(self) -> ContentType | None:
        """The text as the requested type; `None` without a text or a type."""
        for item in self.output or ():
            if isinstance(item, ParsedResponseOutputMessage):
                for part in item.content or ():
                    if isinstance(part, ParsedResponseOutputText) and part.parsed is not None:
                        return part.parsed
        return None
