"""`ResponseMcpListToolsInProgressEvent`: the tools of a remote MCP server are being listed."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseMcpListToolsInProgressEvent"]


class ResponseMcpListToolsInProgressEvent(BaseModel):
    """The tools of a remote MCP server are being listed."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    type: Literal["response.mcp_list_tools.in_progress"]
    """Always `response.mcp_list_tools.in_progress`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""
