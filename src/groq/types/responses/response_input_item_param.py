"""`ResponseInputItemParam`: one of the things that a model is given."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, Union

from typing_extensions import Required, TypedDict

from ..._models import BaseModel
from .easy_input_message_param import EasyInputMessageParam
from .response_function_tool_call_param import ResponseFunctionToolCallParam
from .response_output_message_param import ResponseOutputMessageParam
from .response_reasoning_item_param import ResponseReasoningItemParam

__all__ = [
    "FunctionCallOutput",
    "ItemReference",
    "McpApprovalResponse",
    "ResponseInputItemParam",
]


class FunctionCallOutput(TypedDict, total=False):
    """The result of a function call."""

    call_id: Required[str]
    """The `call_id` of the call."""

    output: Required[str]
    """The result as text, such as JSON."""

    type: Required[Literal["function_call_output"]]
    """Always `function_call_output`."""

    id: str
    """The id of the item."""

    status: Literal["in_progress", "completed", "incomplete"]
    """The status of the result."""


class McpApprovalResponse(TypedDict, total=False):
    """Your approval or refusal of a call to a remote MCP server."""

    approval_request_id: Required[str]
    """The id of the `mcp_approval_request`."""

    approve: Required[bool]
    """Whether the call may run."""

    type: Required[Literal["mcp_approval_response"]]
    """Always `mcp_approval_response`."""

    id: str
    """The id of the item."""

    reason: str | None
    """The reason, for the model."""


class ItemReference(TypedDict, total=False):
    """A reference to an item by its id."""

    id: Required[str]
    """The id of the item."""

    type: Literal["item_reference"]
    """Always `item_reference`."""


ResponseInputItemParam: TypeAlias = Union[
    EasyInputMessageParam,
    ResponseOutputMessageParam,
    ResponseReasoningItemParam,
    ResponseFunctionToolCallParam,
    FunctionCallOutput,
    McpApprovalResponse,
    ItemReference,
    dict[str, Any],
    BaseModel,
]
"""An item of the input. Items of a response can be sent back as they are."""
