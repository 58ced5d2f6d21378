"""Accumulated chat streams: chunks become typed events, and a completion at the end."""

from typing import TYPE_CHECKING

from ..._lazy import lazy_names

__all__ = [
    "AsyncChatCompletionStream",
    "AsyncChatCompletionStreamManager",
    "ChatCompletionStream",
    "ChatCompletionStreamManager",
    "ChatCompletionStreamState",
]

if TYPE_CHECKING:
    from .managers import AsyncChatCompletionStreamManager as AsyncChatCompletionStreamManager
    from .managers import ChatCompletionStreamManager as ChatCompletionStreamManager
    from .state import ChatCompletionStreamState as ChatCompletionStreamState
    from .streams import AsyncChatCompletionStream as AsyncChatCompletionStream
    from .streams import ChatCompletionStream as ChatCompletionStream
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        __all__,
        AsyncChatCompletionStream="streams",
        AsyncChatCompletionStreamManager="managers",
        ChatCompletionStream="streams",
        ChatCompletionStreamManager="managers",
        ChatCompletionStreamState="state",
    )
