"""`ResponseMcpCallFailedEvent`: a tool of a remote MCP server has failed."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseMcpCallFailedEvent"]


class ResponseMcpCallFailedEvent(BaseModel):
    """A tool of a remote MCP server has failed."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    type: Literal["response.mcp_call.failed"]
    """Always `response.mcp_call.failed`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""
