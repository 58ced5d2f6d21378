"""`ToolParam`: what a model may use."""

from __future__ import annotations

from typing import Literal, TypeAlias, Union

from typing_extensions import Required, TypedDict

from ..._types import SequenceNotStr
from .function_tool_param import FunctionToolParam

__all__ = [
    "BrowserSearch",
    "CodeInterpreter",
    "CodeInterpreterContainer",
    "Mcp",
    "McpAllowedToolsMcpToolFilter",
    "McpRequireApprovalMcpToolApprovalFilter",
    "ToolParam",
]


class CodeInterpreterContainer(TypedDict):
    """The container of programs."""

    type: Literal["auto"]
    """Always `auto`: the server chooses a container."""


class CodeInterpreter(TypedDict):
    """Programs that the server runs for the model."""

    container: CodeInterpreterContainer
    """Their container."""

    type: Literal["code_interpreter"]
    """Always `code_interpreter`."""


class BrowserSearch(TypedDict):
    """Pages that the server searches and reads for the model."""

    type: Literal["browser_search"]
    """Always `browser_search`."""


class McpAllowedToolsMcpToolFilter(TypedDict, total=False):
    """The tools of a server that the model may call."""

    tool_names: SequenceNotStr[str]
    """Their names."""

    read_only: bool
    """Whether to match the tools that are read-only."""


class McpRequireApprovalMcpToolApprovalFilter(TypedDict, total=False):
    """The tools of a server that need your approval, and those that do not."""

    always: McpAllowedToolsMcpToolFilter
    """Tools that always need approval."""

    never: McpAllowedToolsMcpToolFilter
    """Tools that never need approval."""


class Mcp(TypedDict, total=False):
    """The tools of a remote MCP server, which Groq's server calls.

    See https://console.groq.com/docs/remote-mcp
    """

    server_label: Required[str]
    """The label of the server."""

    type: Required[Literal["mcp"]]
    """Always `mcp`."""

    server_url: str
    """The URL of the server; https only."""

    connector_id: str
    """A connector of Groq, in place of `server_url`; requires `authorization`."""

    authorization: str
    """An OAuth token for the server or the connector, which is secret."""

    headers: dict[str, str] | None
    """Headers for the server, which may be secret."""

    server_description: str
    """A description of the server, for the model."""

    require_approval: McpRequireApprovalMcpToolApprovalFilter | Literal["always", "never"] | None
    """The calls that need your approval."""

    allowed_tools: SequenceNotStr[str] | McpAllowedToolsMcpToolFilter | None
    """The tools that the model may call; all by default."""


ToolParam: TypeAlias = Union[FunctionToolParam, CodeInterpreter, BrowserSearch, Mcp]
"""A tool that a model may call: your own function, or a built-in tool."""
