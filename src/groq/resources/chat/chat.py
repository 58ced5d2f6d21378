"""`client.chat`: conversations with a model."""

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
    """Conversations with a model.

    See https://console.groq.com/docs/api-reference#chat
    """

    @cached_property
    def completions(self) -> AsyncCompletions:
        """What a model is asked, and what it answers."""
        return AsyncCompletions(self._client)

    @cached_property
    def with_raw_response(self) -> AsyncChatWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncChatWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncChatWithStreamingResponse:
        """The same methods, which return the response itself, read as it is asked for."""
        return AsyncChatWithStreamingResponse(self)


class AsyncChatWithRawResponse:
    """`client.chat.with_raw_response`: responses, read whole."""

    def __init__(self, chat: AsyncChat) -> None:
        self._chat = chat

    @cached_property
    def completions(self) -> AsyncCompletionsWithRawResponse:
        """What a model is asked, and what it answers."""
        return self._chat.completions.with_raw_response


class AsyncChatWithStreamingResponse:
    """`client.chat.with_streaming_response`: responses, unread."""

    def __init__(self, chat: AsyncChat) -> None:
        self._chat = chat

    @cached_property
    def completions(self) -> AsyncCompletionsWithStreamingResponse:
        """What a model is asked, and what it answers."""
        return self._chat.completions.with_streaming_response


# >>> sync half: produced by scripts/mirror.py


class Chat(SyncAPIResource):
    """Conversations with a model.

    See https://console.groq.com/docs/api-reference#chat
    """

    @cached_property
    def completions(self) -> Completions:
        """What a model is asked, and what it answers."""
        return Completions(self._client)

    @cached_property
    def with_raw_response(self) -> ChatWithRawResponse:
        """The same methods, which return the whole response."""
        return ChatWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> ChatWithStreamingResponse:
        """The same methods, which return the response itself, read as it is asked for."""
        return ChatWithStreamingResponse(self)


class ChatWithRawResponse:
    """`client.chat.with_raw_response`: responses, read whole."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    @cached_property
    def completions(self) -> CompletionsWithRawResponse:
        """What a model is asked, and what it answers."""
        return self._chat.completions.with_raw_response


class ChatWithStreamingResponse:
    """`client.chat.with_streaming_response`: responses, unread."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    @cached_property
    def completions(self) -> CompletionsWithStreamingResponse:
        """What a model is asked, and what it answers."""
        return self._chat.completions.with_streaming_response


# <<<
