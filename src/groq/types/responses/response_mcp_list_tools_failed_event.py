"""`ResponseMcpListToolsFailedEvent`: a remote MCP server could not list its tools."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseMcpListToolsFailedEvent"]


class ResponseMcpListToolsFailedEvent(BaseModel):
    """A remote MCP server could not list its tools."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    type: Literal["response.mcp_list_tools.failed"]
    """Always `response.mcp_list_tools.failed`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""
