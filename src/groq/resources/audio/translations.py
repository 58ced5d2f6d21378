"""`client.audio.translations`: translations of audio into English."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from ... import types
from ..._base_client import make_request_options
from ..._library import HttpTimeout
from ..._resource import AsyncAPIResource, SyncAPIResource
from ..._response import (
    async_to_raw_response_wrapper,
    async_to_streamed_response_wrapper,
    to_raw_response_wrapper,
    to_streamed_response_wrapper,
)
from ..._types import Body, FileTypes, Headers, Maybe, NotGiven, Omit, Query, not_given, omit
from ...types import audio as audio_types

__all__ = ["AsyncTranslations", "Translations"]


class AsyncTranslations(AsyncAPIResource):
    """Translations of audio into English.

    See https://console.groq.com/docs/api-reference#audio
    """

    @cached_property
    def with_raw_response(self) -> AsyncTranslationsWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncTranslationsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncTranslationsWithStreamingResponse:
        """The same methods, which return the unread response."""
        return AsyncTranslationsWithStreamingResponse(self)

    async def create(
        self,
        *,
        model: str | types.AudioModel,
        file: Maybe[FileTypes] = omit,
        prompt: Maybe[str] = omit,
        response_format: Maybe[types.AudioResponseFormat] = omit,
        temperature: Maybe[float] = omit,
        url: Maybe[str] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> audio_types.Translation:
        """Translate a recording into English text.

        The recording is flac, mp3, mp4, mpeg, mpga, m4a, ogg, opus, wav or webm, of at most 25 MB
        (100 MB on paid plans; more by `url`). The server recognizes the format by the extension of
        the name, so pass one with bytes: `file=("speech.wav", data)`. With `response_format="text"`
        the result is a `str`.

        Args:
            model: The model.
            file: A path, bytes, an open binary file, or (name, content, media type, headers).
            prompt: An English text that shows the style, or the preceding text.
            response_format: The format of the response; `json` by default.
            temperature: From 0 to 1, higher is more random; 0 by default.
            url: The URL of the recording, in place of `file`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
        """
        return await self._post(
            "/openai/v1/audio/translations",
            body={
                "model": model,
                "prompt": prompt,
                "response_format": response_format,
                "temperature": temperature,
                "url": url,
            },
            files=None if isinstance(file, (Omit, NotGiven)) else {"file": file},
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
                is_form=True,
            ),
            cast_to=audio_types.Translation,
        )


class AsyncTranslationsWithRawResponse:
    """`client.audio.translations.with_raw_response`: methods for whole responses."""

    def __init__(self, translations: AsyncTranslations) -> None:
        self.create: Final = async_to_raw_response_wrapper(translations.create)


class AsyncTranslationsWithStreamingResponse:
    """`client.audio.translations.with_streaming_response`: methods for unread responses."""

    def __init__(self, translations: AsyncTranslations) -> None:
        self.create: Final = async_to_streamed_response_wrapper(translations.create)


# >>> sync half: produced by scripts/mirror.py


class Translations(SyncAPIResource):
    """Translations of audio into English.

    See https://console.groq.com/docs/api-reference#audio
    """

    @cached_property
    def with_raw_response(self) -> TranslationsWithRawResponse:
        """The same methods, which return the whole response."""
        return TranslationsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> TranslationsWithStreamingResponse:
        """The same methods, which return the unread response."""
        return TranslationsWithStreamingResponse(self)

    def create(
        self,
        *,
        model: str | types.AudioModel,
        file: Maybe[FileTypes] = omit,
        prompt: Maybe[str] = omit,
        response_format: Maybe[types.AudioResponseFormat] = omit,
        temperature: Maybe[float] = omit,
        url: Maybe[str] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> audio_types.Translation:
        """Translate a recording into English text.

        The recording is flac, mp3, mp4, mpeg, mpga, m4a, ogg, opus, wav or webm, of at most 25 MB
        (100 MB on paid plans; more by `url`). The server recognizes the format by the extension of
        the name, so pass one with bytes: `file=("speech.wav", data)`. With `response_format="text"`
        the result is a `str`.

        Args:
            model: The model.
            file: A path, bytes, an open binary file, or (name, content, media type, headers).
            prompt: An English text that shows the style, or the preceding text.
            response_format: The format of the response; `json` by default.
            temperature: From 0 to 1, higher is more random; 0 by default.
            url: The URL of the recording, in place of `file`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
        """
        return self._post(
            "/openai/v1/audio/translations",
            body={
                "model": model,
                "prompt": prompt,
                "response_format": response_format,
                "temperature": temperature,
                "url": url,
            },
            files=None if isinstance(file, (Omit, NotGiven)) else {"file": file},
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
                is_form=True,
            ),
            cast_to=audio_types.Translation,
        )


class TranslationsWithRawResponse:
    """`client.audio.translations.with_raw_response`: methods for whole responses."""

    def __init__(self, translations: Translations) -> None:
        self.create: Final = to_raw_response_wrapper(translations.create)


class TranslationsWithStreamingResponse:
    """`client.audio.translations.with_streaming_response`: methods for unread responses."""

    def __init__(self, translations: Translations) -> None:
        self.create: Final = to_streamed_response_wrapper(translations.create)


# <<<
