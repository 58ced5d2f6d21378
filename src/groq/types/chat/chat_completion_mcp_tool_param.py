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
    """The label of the server."""

    server_url: Required[str]
    """The URL of the server; https only."""

    server_description: str
    """A description of the server."""

    headers: Mapping[str, str]
    """Headers for the server, such as its keys; Groq can read them."""

    require_approval: Literal["never", "always"] | Mapping[str, object]
    """Whether calls need approval; `never` by default."""

    allowed_tools: SequenceNotStr[str]
    """The tools that the model may call; all by default."""
