"""`ResponseMcpCallArgumentsDoneEvent`: the arguments of a remote tool are complete."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseMcpCallArgumentsDoneEvent"]


class ResponseMcpCallArgumentsDoneEvent(BaseModel):
    """The arguments of a remote tool are complete."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    arguments: str
    """The arguments as the JSON text of the model."""

    type: Literal["response.mcp_call_arguments.done"]
    """Always `response.mcp_call_arguments.done`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""
