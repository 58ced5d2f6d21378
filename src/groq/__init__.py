"""A client of the Groq API: `Groq` and `AsyncGroq`.

An independent implementation, not affiliated with Groq. https://console.groq.com/docs
"""

from importlib.util import find_spec as _find_spec
from typing import TYPE_CHECKING

from ._client import (
    AsyncClient,
    AsyncGroq,
    Client,
    Groq,
    RequestOptions,
)
from ._constants import DEFAULT_MAX_RETRIES
from ._exceptions import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    FailedDependencyError,
    GroqError,
    InternalServerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RequestTooLargeError,
    UnprocessableEntityError,
)
from ._http.uploads import file_from_path
from ._lazy import lazy_names
from ._logging import setup_logging as _setup_logging
from ._rate_limits import LimitExceeded, RateLimit, RateLimitWindow
from ._response import APIResponse, AsyncAPIResponse
from ._streaming import AsyncStream, Stream
from ._types import NOT_GIVEN, NoneType, NotGiven, Omit, not_given, omit
from ._version import __title__, __version__

if TYPE_CHECKING:
    from . import types
    from ._aiohttp import DefaultAioHttpClient
    from ._constants import DEFAULT_CONNECTION_LIMITS, DEFAULT_TIMEOUT
    from ._helpers.batches import BatchError, BatchRequest, BatchResult, BatchResults
    from ._helpers.chat_stream import (
        AsyncChatCompletionStream,
        AsyncChatCompletionStreamManager,
        ChatCompletionStream,
        ChatCompletionStreamManager,
        ChatCompletionStreamState,
    )
    from ._helpers.chat_tools import (
        AsyncStreamingToolRunner,
        AsyncToolRunner,
        StreamingToolRunner,
        ToolRunner,
    )
    from ._helpers.checkpoint import read_results
    from ._helpers.conversation import Conversation
    from ._helpers.cost import cost, total_usage
    from ._helpers.limiter import RateLimiter
    from ._helpers.limiter_call import Wait
    from ._helpers.limiter_stores import RedisStore, Store
    from ._helpers.many import AsyncManyResults, ManyResults, RunProgress
    from ._helpers.mcp import MCPConnection, MCPTool, mcp_tools
    from ._helpers.response_stream import (
        AsyncResponseStream,
        AsyncResponseStreamManager,
        ResponseStream,
        ResponseStreamManager,
        ResponseStreamState,
    )
    from ._helpers.response_tools import (
        AsyncResponseToolRunner,
        AsyncStreamingResponseToolRunner,
        ResponseToolRunner,
        StreamingResponseToolRunner,
    )
    from ._helpers.structured.errors import (
        ContentFilterFinishReasonError,
        LengthFinishReasonError,
        StructuredOutputError,
    )
    from ._helpers.tool_calls import ToolCallError
    from ._helpers.tools import FunctionTool, function_tool, pydantic_function_tool
    from ._http.httpx2_aiohttp import DefaultAioHttpx2Client as DefaultAioHttpx2Client
    from ._http.httpx2_clients import DefaultAsyncHttpx2Client as DefaultAsyncHttpx2Client
    from ._http.httpx2_clients import DefaultHttpx2Client as DefaultHttpx2Client
    from ._http.httpx_clients import DefaultAsyncHttpxClient, DefaultHttpxClient
    from ._models import BaseModel
    from ._types import ProxiesTypes, Timeout, Transport

__all__ = [
    "types",
    "__version__",
    "__title__",
    "NoneType",
    "Transport",
    "ProxiesTypes",
    "NotGiven",
    "NOT_GIVEN",
    "not_given",
    "Omit",
    "omit",
    "GroqError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "APIConnectionError",
    "APIResponseValidationError",
    "BadRequestError",
    "AuthenticationError",
    "PermissionDeniedError",
    "NotFoundError",
    "ConflictError",
    "UnprocessableEntityError",
    "FailedDependencyError",
    "RateLimitError",
    "InternalServerError",
    "Timeout",
    "RequestOptions",
    "Client",
    "AsyncClient",
    "Stream",
    "AsyncStream",
    "APIResponse",
    "AsyncAPIResponse",
    "Groq",
    "AsyncGroq",
    "file_from_path",
    "BaseModel",
    "DEFAULT_TIMEOUT",
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_CONNECTION_LIMITS",
    "DefaultHttpxClient",
    "DefaultAsyncHttpxClient",
    "DefaultAioHttpClient",
    "RateLimit",
    "RateLimitWindow",
    "LimitExceeded",
    "RequestTooLargeError",
    "RateLimiter",
    "ManyResults",
    "AsyncManyResults",
    "RunProgress",
    "read_results",
    "Wait",
    "RedisStore",
    "Store",
    "LengthFinishReasonError",
    "ContentFilterFinishReasonError",
    "StructuredOutputError",
    "ChatCompletionStream",
    "ChatCompletionStreamManager",
    "ChatCompletionStreamState",
    "AsyncChatCompletionStream",
    "AsyncChatCompletionStreamManager",
    "MCPConnection",
    "MCPTool",
    "function_tool",
    "mcp_tools",
    "pydantic_function_tool",
    "FunctionTool",
    "ToolCallError",
    "ToolRunner",
    "StreamingToolRunner",
    "AsyncToolRunner",
    "AsyncStreamingToolRunner",
    "BatchRequest",
    "BatchResults",
    "BatchResult",
    "BatchError",
    "Conversation",
    "cost",
    "total_usage",
    "ResponseStream",
    "ResponseStreamManager",
    "ResponseStreamState",
    "AsyncResponseStream",
    "AsyncResponseStreamManager",
    "ResponseToolRunner",
    "StreamingResponseToolRunner",
    "AsyncResponseToolRunner",
    "AsyncStreamingResponseToolRunner",
]

_setup_logging()


def _name_as_imported() -> None:
    """Set the module of errors and clients to `groq`, for tracebacks, telemetry and pickles."""
    for value in list(globals().values()):
        if isinstance(value, type) and issubclass(value, (GroqError, Groq, AsyncGroq, Omit)):
            value.__module__ = __name__


_name_as_imported()

_LAZY = {
    "DEFAULT_CONNECTION_LIMITS": "_constants",
    "DEFAULT_TIMEOUT": "_constants",
    "ProxiesTypes": "_types",
    "Timeout": "_types",
    "Transport": "_types",
    "DefaultHttpxClient": "_http.httpx_clients",
    "DefaultAsyncHttpxClient": "_http.httpx_clients",
    # Not in `__all__`, so that `from groq import *` works without httpx2.
    "DefaultAioHttpx2Client": "_http.httpx2_aiohttp",
    "DefaultHttpx2Client": "_http.httpx2_clients",
    "DefaultAsyncHttpx2Client": "_http.httpx2_clients",
    "BaseModel": "_models",
    "DefaultAioHttpClient": "_aiohttp",
    "RateLimiter": "_helpers.limiter",
    "ManyResults": "_helpers.many",
    "AsyncManyResults": "_helpers.many",
    "RunProgress": "_helpers.many",
    "read_results": "_helpers.checkpoint",
    "Wait": "_helpers.limiter_call",
    "RedisStore": "_helpers.limiter_stores",
    "Store": "_helpers.limiter_stores",
    "LengthFinishReasonError": "_helpers.structured.errors",
    "ContentFilterFinishReasonError": "_helpers.structured.errors",
    "StructuredOutputError": "_helpers.structured.errors",
    "ChatCompletionStream": "_helpers.chat_stream",
    "ChatCompletionStreamManager": "_helpers.chat_stream",
    "ChatCompletionStreamState": "_helpers.chat_stream",
    "AsyncChatCompletionStream": "_helpers.chat_stream",
    "AsyncChatCompletionStreamManager": "_helpers.chat_stream",
    "MCPConnection": "_helpers.mcp",
    "MCPTool": "_helpers.mcp",
    "function_tool": "_helpers.tools",
    "mcp_tools": "_helpers.mcp",
    "pydantic_function_tool": "_helpers.tools",
    "FunctionTool": "_helpers.tools",
    "ToolCallError": "_helpers.tool_calls",
    "ToolRunner": "_helpers.chat_tools",
    "StreamingToolRunner": "_helpers.chat_tools",
    "AsyncToolRunner": "_helpers.chat_tools",
    "AsyncStreamingToolRunner": "_helpers.chat_tools",
    "BatchRequest": "_helpers.batches",
    "BatchResults": "_helpers.batches",
    "BatchResult": "_helpers.batches",
    "BatchError": "_helpers.batches",
    "Conversation": "_helpers.conversation",
    "cost": "_helpers.cost",
    "total_usage": "_helpers.cost",
    "ResponseStream": "_helpers.response_stream",
    "ResponseStreamManager": "_helpers.response_stream",
    "ResponseStreamState": "_helpers.response_stream",
    "AsyncResponseStream": "_helpers.response_stream",
    "AsyncResponseStreamManager": "_helpers.response_stream",
    "ResponseToolRunner": "_helpers.response_tools",
    "StreamingResponseToolRunner": "_helpers.response_tools",
    "AsyncResponseToolRunner": "_helpers.response_tools",
    "AsyncStreamingResponseToolRunner": "_helpers.response_tools",
}
"""The names that are imported on first use, with pydantic or an HTTP library."""


if not TYPE_CHECKING:  # a checker that saw it would let every misspelt name pass
    __getattr__, _ = lazy_names(__name__, [*_LAZY], **_LAZY)


def __dir__() -> list[str]:
    # `inspect.getmembers`, autospecs and notebooks ask for every name that is listed.
    missing: set[str] = set()
    if not _find_spec("httpx2"):
        missing = {name for name in _LAZY if "Httpx2" in name}
    elif not _find_spec("httpx_aiohttp"):
        missing = {"DefaultAioHttpx2Client"}
    return sorted({*__all__, *_LAZY, "resources", "testing"} - missing)
