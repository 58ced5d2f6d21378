"""`ResponseMcpCallCompletedEvent`: A tool of a remote MCP server has finished."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseMcpCallCompletedEvent"]


class ResponseMcpCallCompletedEvent(BaseModel):
    """A tool of a remote MCP server has finished."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    type: Literal["response.mcp_call.completed"]
    """Always `response.mcp_call.completed`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""
