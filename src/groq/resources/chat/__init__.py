"""`client.chat` and its parts."""

import re
from typing import TYPE_CHECKING

from ..._lazy import lazy_names

__all__ = [
    "AsyncChat",
    "AsyncChatWithRawResponse",
    "AsyncChatWithStreamingResponse",
    "AsyncCompletions",
    "AsyncCompletionsWithRawResponse",
    "AsyncCompletionsWithStreamingResponse",
    "Chat",
    "ChatWithRawResponse",
    "ChatWithStreamingResponse",
    "Completions",
    "CompletionsWithRawResponse",
    "CompletionsWithStreamingResponse",
]

if TYPE_CHECKING:
    from .chat import (
        AsyncChat as AsyncChat,
    )
    from .chat import (
        AsyncChatWithRawResponse as AsyncChatWithRawResponse,
    )
    from .chat import (
        AsyncChatWithStreamingResponse as AsyncChatWithStreamingResponse,
    )
    from .chat import (
        Chat as Chat,
    )
    from .chat import (
        ChatWithRawResponse as ChatWithRawResponse,
    )
    from .chat import (
        ChatWithStreamingResponse as ChatWithStreamingResponse,
    )
    from .completions import (
        AsyncCompletions as AsyncCompletions,
    )
    from .completions import (
        AsyncCompletionsWithRawResponse as AsyncCompletionsWithRawResponse,
    )
    from .completions import (
        AsyncCompletionsWithStreamingResponse as AsyncCompletionsWithStreamingResponse,
    )
    from .completions import (
        Completions as Completions,
    )
    from .completions import (
        CompletionsWithRawResponse as CompletionsWithRawResponse,
    )
    from .completions import (
        CompletionsWithStreamingResponse as CompletionsWithStreamingResponse,
    )
else:
    # `AsyncModelsWithRawResponse` is in `models`, beside `Models`.
    _places = {name: re.sub("^Async|With.*Response$", "", name).lower() for name in __all__}
    __getattr__, __dir__ = lazy_names(__name__, __all__, **_places)
