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
    """Annotations of the server on the tool."""

    description: str | None = None
    """A description of the tool."""


class McpListTools(BaseModel):
    """The tools that a remote MCP server offers."""

    id: str
    """The id of the item."""

    server_label: str
    """The label of the server, from the request."""

    tools: list[McpListToolsTool]
    """The tools."""

    type: Literal["mcp_list_tools"]
    """Always `mcp_list_tools`."""

    error: str | None = None
    """The error of the server."""


class McpCall(BaseModel):
    """A tool of a remote MCP server that was run."""

    id: str
    """The id of the item."""

    arguments: str
    """The arguments as the JSON text of the model."""

    name: str
    """The name of the tool."""

    server_label: str
    """The label of the server, from the request."""

    type: Literal["mcp_call"]
    """Always `mcp_call`."""

    approval_request_id: str | None = None
    """The id of the approval request that was granted."""

    error: str | dict[str, Any] | None = None
    """The error of the tool."""

    output: str | None = None
    """The output of the tool."""

    status: Literal["in_progress", "completed", "incomplete", "calling", "failed"] | None = None
    """The status of the call."""


class McpApprovalRequest(BaseModel):
    """A call of a remote tool that needs your approval.

    Answer with an `mcp_approval_response` in the next input.
    """

    id: str
    """The id for `approval_request_id` of the answer."""

    arguments: str
    """The arguments as the JSON text of the model."""

    name: str
    """The name of the tool."""

    server_label: str
    """The label of the server, from the request."""

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
    Tagged(fallback=BaseModel),
]
"""An item of the output; one of an unknown type is a `BaseModel`."""
