"""`ChatCompletionMcpToolParam`: the tools of a remote MCP server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from typing_extensions import Required, TypedDict

from ..._types import SequenceNotStr

__all__ = ["ChatCompletionMcpToolParam"]


class ChatCompletionMcpToolParam(TypedDict, total=False):
    """The tools of a remote MCP server, which Groq calls for the model.

    A server that fails is a `FailedDependencyError`.

    Source: https://console.groq.com/docs/mcp
    """

    type: Required[Literal["mcp"]]
    """Always `mcp`."""

    server_label: Required[str]
    """What the answer calls the server."""

    server_url: Required[str]
    """Where the server is; https only."""

    server_description: str
    """What the server is for."""

    headers: Mapping[str, str]
    """Headers to send to the server, with its keys: Groq sees them."""

    require_approval: Literal["never", "always"] | Mapping[str, object]
    """Whether a call has to be approved; `never` by default."""

    allowed_tools: SequenceNotStr[str]
    """The tools that the model may use; all by default."""
