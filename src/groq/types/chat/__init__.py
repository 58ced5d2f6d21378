"""Request types and response models of `client.chat`."""

from typing import TYPE_CHECKING

from ..._lazy import lazy_names

__all__ = [
    "ChatCompletion",
    "ChatCompletionAssistantMessageParam",
    "ChatCompletionChunk",
    "ChatCompletionContentPartImageParam",
    "ChatCompletionContentPartParam",
    "ChatCompletionContentPartTextParam",
    "ChatCompletionFunctionCallOptionParam",
    "ChatCompletionFunctionMessageParam",
    "ChatCompletionMcpToolParam",
    "ChatCompletionMessage",
    "ChatCompletionMessageParam",
    "ChatCompletionMessageToolCall",
    "ChatCompletionMessageToolCallParam",
    "ChatCompletionMessageUnionParam",
    "ChatCompletionNamedToolChoiceParam",
    "ChatCompletionRole",
    "ChatCompletionStreamEvent",
    "ChatCompletionStreamOptionsParam",
    "ChatCompletionSystemMessageParam",
    "ChatCompletionTokenLogprob",
    "ChatCompletionToolChoiceOptionParam",
    "ChatCompletionToolMessageParam",
    "ChatCompletionToolParam",
    "ChatCompletionToolUnionParam",
    "ChatCompletionUserMessageParam",
    "ChunkEvent",
    "CompletionCreateParams",
    "ContentDeltaEvent",
    "ContentDoneEvent",
    "ExecutedToolEvent",
    "FunctionToolCallArgumentsDeltaEvent",
    "FunctionToolCallArgumentsDoneEvent",
    "LogprobsContentDeltaEvent",
    "LogprobsContentDoneEvent",
    "LogprobsRefusalDeltaEvent",
    "LogprobsRefusalDoneEvent",
    "ParsedChatCompletion",
    "ParsedChatCompletionMessage",
    "ParsedChatCompletionSnapshot",
    "ParsedChoice",
    "ParsedFunction",
    "ParsedFunctionToolCall",
    "ReasoningDeltaEvent",
    "ReasoningDoneEvent",
    "RefusalDeltaEvent",
    "RefusalDoneEvent",
]

if TYPE_CHECKING:
    from .chat_completion import ChatCompletion as ChatCompletion
    from .chat_completion_assistant_message_param import (
        ChatCompletionAssistantMessageParam as ChatCompletionAssistantMessageParam,
    )
    from .chat_completion_chunk import ChatCompletionChunk as ChatCompletionChunk
    from .chat_completion_content_part_image_param import (
        ChatCompletionContentPartImageParam as ChatCompletionContentPartImageParam,
    )
    from .chat_completion_content_part_param import (
        ChatCompletionContentPartParam as ChatCompletionContentPartParam,
    )
    from .chat_completion_content_part_text_param import (
        ChatCompletionContentPartTextParam as ChatCompletionContentPartTextParam,
    )
    from .chat_completion_function_call_option_param import (
        ChatCompletionFunctionCallOptionParam as ChatCompletionFunctionCallOptionParam,
    )
    from .chat_completion_function_message_param import (
        ChatCompletionFunctionMessageParam as ChatCompletionFunctionMessageParam,
    )
    from .chat_completion_mcp_tool_param import (
        ChatCompletionMcpToolParam as ChatCompletionMcpToolParam,
    )
    from .chat_completion_message import ChatCompletionMessage as ChatCompletionMessage
    from .chat_completion_message_param import (
        ChatCompletionMessageParam as ChatCompletionMessageParam,
    )
    from .chat_completion_message_tool_call import (
        ChatCompletionMessageToolCall as ChatCompletionMessageToolCall,
    )
    from .chat_completion_message_tool_call_param import (
        ChatCompletionMessageToolCallParam as ChatCompletionMessageToolCallParam,
    )
    from .chat_completion_message_union_param import (
        ChatCompletionMessageUnionParam as ChatCompletionMessageUnionParam,
    )
    from .chat_completion_named_tool_choice_param import (
        ChatCompletionNamedToolChoiceParam as ChatCompletionNamedToolChoiceParam,
    )
    from .chat_completion_role import ChatCompletionRole as ChatCompletionRole
    from .chat_completion_stream_event import (
        ChatCompletionStreamEvent as ChatCompletionStreamEvent,
    )
    from .chat_completion_stream_event import (
        ChunkEvent as ChunkEvent,
    )
    from .chat_completion_stream_event import (
        ContentDeltaEvent as ContentDeltaEvent,
    )
    from .chat_completion_stream_event import (
        ContentDoneEvent as ContentDoneEvent,
    )
    from .chat_completion_stream_event import (
        ExecutedToolEvent as ExecutedToolEvent,
    )
    from .chat_completion_stream_event import (
        FunctionToolCallArgumentsDeltaEvent as FunctionToolCallArgumentsDeltaEvent,
    )
    from .chat_completion_stream_event import (
        FunctionToolCallArgumentsDoneEvent as FunctionToolCallArgumentsDoneEvent,
    )
    from .chat_completion_stream_event import (
        LogprobsContentDeltaEvent as LogprobsContentDeltaEvent,
    )
    from .chat_completion_stream_event import (
        LogprobsContentDoneEvent as LogprobsContentDoneEvent,
    )
    from .chat_completion_stream_event import (
        LogprobsRefusalDeltaEvent as LogprobsRefusalDeltaEvent,
    )
    from .chat_completion_stream_event import (
        LogprobsRefusalDoneEvent as LogprobsRefusalDoneEvent,
    )
    from .chat_completion_stream_event import (
        ParsedChatCompletionSnapshot as ParsedChatCompletionSnapshot,
    )
    from .chat_completion_stream_event import (
        ReasoningDeltaEvent as ReasoningDeltaEvent,
    )
    from .chat_completion_stream_event import (
        ReasoningDoneEvent as ReasoningDoneEvent,
    )
    from .chat_completion_stream_event import (
        RefusalDeltaEvent as RefusalDeltaEvent,
    )
    from .chat_completion_stream_event import (
        RefusalDoneEvent as RefusalDoneEvent,
    )
    from .chat_completion_stream_options_param import (
        ChatCompletionStreamOptionsParam as ChatCompletionStreamOptionsParam,
    )
    from .chat_completion_system_message_param import (
        ChatCompletionSystemMessageParam as ChatCompletionSystemMessageParam,
    )
    from .chat_completion_token_logprob import (
        ChatCompletionTokenLogprob as ChatCompletionTokenLogprob,
    )
    from .chat_completion_tool_choice_option_param import (
        ChatCompletionToolChoiceOptionParam as ChatCompletionToolChoiceOptionParam,
    )
    from .chat_completion_tool_message_param import (
        ChatCompletionToolMessageParam as ChatCompletionToolMessageParam,
    )
    from .chat_completion_tool_param import ChatCompletionToolParam as ChatCompletionToolParam
    from .chat_completion_tool_union_param import (
        ChatCompletionToolUnionParam as ChatCompletionToolUnionParam,
    )
    from .chat_completion_user_message_param import (
        ChatCompletionUserMessageParam as ChatCompletionUserMessageParam,
    )
    from .completion_create_params import CompletionCreateParams as CompletionCreateParams
    from .parsed_chat_completion import (
        ParsedChatCompletion as ParsedChatCompletion,
    )
    from .parsed_chat_completion import (
        ParsedChatCompletionMessage as ParsedChatCompletionMessage,
    )
    from .parsed_chat_completion import (
        ParsedChoice as ParsedChoice,
    )
    from .parsed_function_tool_call import (
        ParsedFunction as ParsedFunction,
    )
    from .parsed_function_tool_call import (
        ParsedFunctionToolCall as ParsedFunctionToolCall,
    )
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        __all__,
        **{name: "chat_completion_stream_event" for name in __all__ if name.endswith("Event")},
        ParsedChatCompletionSnapshot="chat_completion_stream_event",
        ParsedChatCompletionMessage="parsed_chat_completion",
        ParsedChoice="parsed_chat_completion",
        ParsedFunction="parsed_function_tool_call",
    )
