"""`ChatCompletionToolUnionParam`: any tool that the model may call."""

from typing import TypeAlias, Union

from .chat_completion_mcp_tool_param import ChatCompletionMcpToolParam
from .chat_completion_tool_param import ChatCompletionToolParam

__all__ = ["ChatCompletionToolUnionParam"]

ChatCompletionToolUnionParam: TypeAlias = Union[ChatCompletionToolParam, ChatCompletionMcpToolParam]
"""A function, a built-in tool of Groq, or the tools of a remote MCP server."""
