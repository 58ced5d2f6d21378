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
    """Where programs run."""

    type: Literal["auto"]
    """Always `auto`: the server takes a place for them."""


class CodeInterpreter(TypedDict):
    """Programs that the server runs for the model."""

    container: CodeInterpreterContainer
    """Where they run."""

    type: Literal["code_interpreter"]
    """Always `code_interpreter`."""


class BrowserSearch(TypedDict):
    """Pages that the server searches and reads for the model."""

    type: Literal["browser_search"]
    """Always `browser_search`."""


class McpAllowedToolsMcpToolFilter(TypedDict, total=False):
    """The tools of a server that the model may use."""

    tool_names: SequenceNotStr[str]
    """Their names."""

    read_only: bool
    """Whether the tools are those that change nothing."""


class McpRequireApprovalMcpToolApprovalFilter(TypedDict, total=False):
    """The tools of a server that wait for your approval, and those that do not."""

    always: McpAllowedToolsMcpToolFilter
    """Tools that always wait."""

    never: McpAllowedToolsMcpToolFilter
    """Tools that never wait."""


class Mcp(TypedDict, total=False):
    """The tools of a remote MCP server, which the server of Groq calls.

    See https://console.groq.com/docs/remote-mcp
    """

    server_label: Required[str]
    """What the answer calls the server."""

    type: Required[Literal["mcp"]]
    """Always `mcp`."""

    server_url: str
    """The address of the server; https only."""

    connector_id: str
    """A connector of Groq, in place of `server_url`; takes `authorization`."""

    authorization: str
    """An OAuth token for the server or the connector. It is a secret."""

    headers: dict[str, str] | None
    """Headers for the server. They may hold secrets."""

    server_description: str
    """What the server is good for: the model goes by it."""

    require_approval: McpRequireApprovalMcpToolApprovalFilter | Literal["always", "never"] | None
    """Which calls wait for your approval."""

    allowed_tools: SequenceNotStr[str] | McpAllowedToolsMcpToolFilter | None
    """The tools that the model may use; all if it is not given."""


ToolParam: TypeAlias = Union[FunctionToolParam, CodeInterpreter, BrowserSearch, Mcp]
"""What a model may use: functions of yours, and tools that the server runs."""
