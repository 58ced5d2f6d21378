"""The features beyond the plain API: stream helpers, structured outputs, tools, batches, limits.

They are imported on first use, so that a plain request does not pay for them.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy_names

__all__ = [
    "AnswerParser",
    "AsyncChatCompletionStreamManager",
    "AsyncManyResults",
    "AsyncRequests",
    "AsyncResponseStreamManager",
    "AsyncResponseToolRunner",
    "AsyncStreamingResponseToolRunner",
    "AsyncStreamingToolRunner",
    "AsyncToolRunner",
    "ChatCompletionStreamManager",
    "FunctionTool",
    "ManyResults",
    "OnToolError",
    "Recording",
    "Requests",
    "ResponseStreamManager",
    "ResponseToolLoop",
    "ResponseToolRunner",
    "RunProgress",
    "StreamingResponseToolRunner",
    "StreamingToolRunner",
    "StructuredOutputError",
    "ToolLoop",
    "ToolRunner",
    "Work",
    "async_blocking",
    "async_create_corrected",
    "async_run_many",
    "async_run_parts",
    "blocking",
    "create_corrected",
    "parse_chat_completion",
    "response_format_param",
    "run_many",
    "run_parts",
]

if TYPE_CHECKING:
    from . import speech as speech
    from . import transcripts as transcripts
    from .chat_stream import AsyncChatCompletionStreamManager as AsyncChatCompletionStreamManager
    from .chat_stream import ChatCompletionStreamManager as ChatCompletionStreamManager
    from .chat_tools import AsyncStreamingToolRunner as AsyncStreamingToolRunner
    from .chat_tools import AsyncToolRunner as AsyncToolRunner
    from .chat_tools import StreamingToolRunner as StreamingToolRunner
    from .chat_tools import ToolLoop as ToolLoop
    from .chat_tools import ToolRunner as ToolRunner
    from .many import AsyncManyResults as AsyncManyResults
    from .many import AsyncRequests as AsyncRequests
    from .many import ManyResults as ManyResults
    from .many import Requests as Requests
    from .many import RunProgress as RunProgress
    from .many import async_run_many as async_run_many
    from .many import run_many as run_many
    from .parts import Work as Work
    from .parts import async_blocking as async_blocking
    from .parts import async_run_parts as async_run_parts
    from .parts import blocking as blocking
    from .parts import run_parts as run_parts
    from .recordings import Recording as Recording
    from .response_stream import AsyncResponseStreamManager as AsyncResponseStreamManager
    from .response_stream import ResponseStreamManager as ResponseStreamManager
    from .response_tools import AsyncResponseToolRunner as AsyncResponseToolRunner
    from .response_tools import AsyncStreamingResponseToolRunner as AsyncStreamingResponseToolRunner
    from .response_tools import ResponseToolLoop as ResponseToolLoop
    from .response_tools import ResponseToolRunner as ResponseToolRunner
    from .response_tools import StreamingResponseToolRunner as StreamingResponseToolRunner
    from .structured.corrections import async_create_corrected as async_create_corrected
    from .structured.corrections import create_corrected as create_corrected
    from .structured.errors import StructuredOutputError as StructuredOutputError
    from .structured.output_types import response_format_param as response_format_param
    from .structured.parsing import AnswerParser as AnswerParser
    from .structured.parsing import parse_chat_completion as parse_chat_completion
    from .tool_calls import OnToolError as OnToolError
    from .tools import FunctionTool as FunctionTool
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        __all__,
        AnswerParser="structured.parsing",
        AsyncChatCompletionStreamManager="chat_stream",
        AsyncManyResults="many",
        AsyncRequests="many",
        AsyncResponseStreamManager="response_stream",
        AsyncResponseToolRunner="response_tools",
        AsyncStreamingResponseToolRunner="response_tools",
        AsyncStreamingToolRunner="chat_tools",
        AsyncToolRunner="chat_tools",
        ChatCompletionStreamManager="chat_stream",
        FunctionTool="tools",
        ManyResults="many",
        OnToolError="tool_calls",
        Recording="recordings",
        Requests="many",
        ResponseStreamManager="response_stream",
        ResponseToolLoop="response_tools",
        ResponseToolRunner="response_tools",
        RunProgress="many",
        StreamingResponseToolRunner="response_tools",
        StreamingToolRunner="chat_tools",
        StructuredOutputError="structured.errors",
        ToolLoop="chat_tools",
        ToolRunner="chat_tools",
        Work="parts",
        async_blocking="parts",
        async_create_corrected="structured.corrections",
        async_run_many="many",
        async_run_parts="parts",
        blocking="parts",
        create_corrected="structured.corrections",
        parse_chat_completion="structured.parsing",
        response_format_param="structured.output_types",
        run_many="many",
        run_parts="parts",
    )
