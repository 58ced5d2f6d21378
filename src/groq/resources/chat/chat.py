"""`client.chat`: chat completions."""

from __future__ import annotations

from functools import cached_property

from ..._resource import AsyncAPIResource, SyncAPIResource
from .completions import (
    AsyncCompletions,
    AsyncCompletionsWithRawResponse,
    AsyncCompletionsWithStreamingResponse,
    Completions,
    CompletionsWithRawResponse,
    CompletionsWithStreamingResponse,
)

__all__ = ["AsyncChat", "Chat"]


class AsyncChat(AsyncAPIResource):
    """Chat.

    See https://console.groq.com/docs/api-reference#chat
    """

    @cached_property
    def completions(self) -> AsyncCompletions:
        """Chat completions."""
        return AsyncCompletions(self._client)

    @cached_property
    def with_raw_response(self) -> AsyncChatWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncChatWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncChatWithStreamingResponse:
        """The same methods, which return the unread response."""
        return AsyncChatWithStreamingResponse(self)


class AsyncChatWithRawResponse:
    """`client.chat.with_raw_response`: methods for whole responses."""

    def __init__(self, chat: AsyncChat) -> None:
        self._chat = chat

    @cached_property
    def completions(self) -> AsyncCompletionsWithRawResponse:
        """Chat completions."""
        return self._chat.completions.with_raw_response


class AsyncChatWithStreamingResponse:
    """`client.chat.with_streaming_response`: methods for unread responses."""

    def __init__(self, chat: AsyncChat) -> None:
        self._chat = chat

    @cached_property
    def completions(self) -> AsyncCompletionsWithStreamingResponse:
        """Chat completions."""
        return self._chat.completions.with_streaming_response


# >>> sync half: produced by scripts/mirror.py


class Chat(SyncAPIResource):
    """Chat.

    See https://console.groq.com/docs/api-reference#chat
    """

    @cached_property
    def completions(self) -> Completions:
        """Chat completions."""
        return Completions(self._client)

    @cached_property
    def with_raw_response(self) -> ChatWithRawResponse:
        """The same methods, which return the whole response."""
        return ChatWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> ChatWithStreamingResponse:
        """The same methods, which return the unread response."""
        return ChatWithStreamingResponse(self)


class ChatWithRawResponse:
    """`client.chat.with_raw_response`: methods for whole responses."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    @cached_property
    def completions(self) -> CompletionsWithRawResponse:
        """Chat completions."""
        return self._chat.completions.with_raw_response


class ChatWithStreamingResponse:
    """`client.chat.with_streaming_response`: methods for unread responses."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    @cached_property
    def completions(self) -> CompletionsWithStreamingResponse:
        """Chat completions."""
        return self._chat.completions.with_streaming_response


# <<<
