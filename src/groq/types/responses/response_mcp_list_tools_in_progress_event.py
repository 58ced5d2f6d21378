"""`ResponseMcpListToolsInProgressEvent`: a remote MCP server is asked for its tools."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseMcpListToolsInProgressEvent"]


class ResponseMcpListToolsInProgressEvent(BaseModel):
    """A remote MCP server is asked for its tools."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The place of the item in the output, from 0."""

    type: Literal["response.mcp_list_tools.in_progress"]
    """Always `response.mcp_list_tools.in_progress`."""

    sequence_number: int | None = None
    """The place of the event in the stream."""
