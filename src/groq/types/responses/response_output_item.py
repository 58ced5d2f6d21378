"""`ResponseOutputItem`: one of the things that an answer consists of."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias, Union

from pydantic import Discriminator

from ..._http.codec import Tagged
from ..._models import BaseModel
from .response_code_interpreter_tool_call import ResponseCodeInterpreterToolCall
from .response_function_tool_call import ResponseFunctionToolCall
from .response_output_message import ResponseOutputMessage
from .response_reasoning_item import ResponseReasoningItem

__all__ = [
    "McpApprovalRequest",
    "McpCall",
    "McpListTools",
    "McpListToolsTool",
    "ResponseOutputItem",
]


class McpListToolsTool(BaseModel):
    """A tool that a remote MCP server offers."""

    input_schema: Any
    """The JSON Schema of its arguments."""

    name: str
    """The name of the tool."""

    annotations: Any | None = None
    """What the server says about the tool."""

    description: str | None = None
    """What the tool does."""


class McpListTools(BaseModel):
    """The tools that a remote MCP server offers."""

    id: str
    """The id of the item."""

    server_label: str
    """The label that the request gave the server."""

    tools: list[McpListToolsTool]
    """The tools."""

    type: Literal["mcp_list_tools"]
    """Always `mcp_list_tools`."""

    error: str | None = None
    """Why the server could not list them."""


class McpCall(BaseModel):
    """A tool of a remote MCP server that was run."""

    id: str
    """The id of the item."""

    arguments: str
    """The arguments, as the JSON text that the model wrote."""

    name: str
    """The name of the tool."""

    server_label: str
    """The label that the request gave the server."""

    type: Literal["mcp_call"]
    """Always `mcp_call`."""

    approval_request_id: str | None = None
    """The id of the request for approval that was granted."""

    error: str | dict[str, Any] | None = None
    """Why the tool failed."""

    output: str | None = None
    """What the tool answered."""

    status: Literal["in_progress", "completed", "incomplete", "calling", "failed"] | None = None
    """How far the call has come."""


class McpApprovalRequest(BaseModel):
    """A call of a remote tool that waits for your approval.

    Answer with an `mcp_approval_response` in the next input.
    """

    id: str
    """What the answer gives as `approval_request_id`."""

    arguments: str
    """The arguments, as the JSON text that the model wrote."""

    name: str
    """The name of the tool."""

    server_label: str
    """The label that the request gave the server."""

    type: Literal["mcp_approval_request"]
    """Always `mcp_approval_request`."""


ResponseOutputItem: TypeAlias = Annotated[
    Union[
        ResponseOutputMessage,
        ResponseReasoningItem,
        ResponseFunctionToolCall,
        ResponseCodeInterpreterToolCall,
        McpListTools,
        McpCall,
        McpApprovalRequest,
    ],
    Discriminator("type"),
    Tagged(otherwise=BaseModel),
]
"""One of the things that an answer consists of; one of a type not named here is a `BaseModel`."""
