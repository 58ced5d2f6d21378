"""`ResponseMcpCallInProgressEvent`: A tool of a remote MCP server is running."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseMcpCallInProgressEvent"]


class ResponseMcpCallInProgressEvent(BaseModel):
    """A tool of a remote MCP server is running."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    type: Literal["response.mcp_call.in_progress"]
    """Always `response.mcp_call.in_progress`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""
