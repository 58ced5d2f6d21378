"""`client.audio.translations`: speech written down in English."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from ... import types
from ..._base_client import make_request_options
from ..._http.library import HttpTimeout
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
    """Speech written down in English.

    See https://console.groq.com/docs/api-reference#audio
    """

    @cached_property
    def with_raw_response(self) -> AsyncTranslationsWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncTranslationsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncTranslationsWithStreamingResponse:
        """The same methods, which return the response itself, read as it is asked for."""
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
        """Write down in English what is said.

        The recording is flac, mp3, mp4, mpeg, mpga, m4a, ogg, opus, wav or webm, of at most 25 MB
        (100 MB on paid plans, by `url` more). The extension of its name tells the format: with
        bytes, give one, `file=("speech.wav", data)`. With `response_format="text"` the answer is
        the text itself, a `str`.

        Args:
            model: The model that listens.
            file: A path, bytes, an open binary file, or (name, content, media type, headers).
            prompt: An English text that shows style and spelling, or came before.
            response_format: The form of the answer; `json` by default.
            temperature: From 0 to 1, higher is more random; 0 by default.
            url: Where the server fetches the recording, in place of `file`.
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.
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
    """`client.audio.translations.with_raw_response`: responses, read whole."""

    def __init__(self, translations: AsyncTranslations) -> None:
        self.create: Final = async_to_raw_response_wrapper(translations.create)


class AsyncTranslationsWithStreamingResponse:
    """`client.audio.translations.with_streaming_response`: responses, unread."""

    def __init__(self, translations: AsyncTranslations) -> None:
        self.create: Final = async_to_streamed_response_wrapper(translations.create)


# >>> sync half: produced by scripts/mirror.py


class Translations(SyncAPIResource):
    """Speech written down in English.

    See https://console.groq.com/docs/api-reference#audio
    """

    @cached_property
    def with_raw_response(self) -> TranslationsWithRawResponse:
        """The same methods, which return the whole response."""
        return TranslationsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> TranslationsWithStreamingResponse:
        """The same methods, which return the response itself, read as it is asked for."""
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
        """Write down in English what is said.

        The recording is flac, mp3, mp4, mpeg, mpga, m4a, ogg, opus, wav or webm, of at most 25 MB
        (100 MB on paid plans, by `url` more). The extension of its name tells the format: with
        bytes, give one, `file=("speech.wav", data)`. With `response_format="text"` the answer is
        the text itself, a `str`.

        Args:
            model: The model that listens.
            file: A path, bytes, an open binary file, or (name, content, media type, headers).
            prompt: An English text that shows style and spelling, or came before.
            response_format: The form of the answer; `json` by default.
            temperature: From 0 to 1, higher is more random; 0 by default.
            url: Where the server fetches the recording, in place of `file`.
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.
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
    """`client.audio.translations.with_raw_response`: responses, read whole."""

    def __init__(self, translations: Translations) -> None:
        self.create: Final = to_raw_response_wrapper(translations.create)


class TranslationsWithStreamingResponse:
    """`client.audio.translations.with_streaming_response`: responses, unread."""

    def __init__(self, translations: Translations) -> None:
        self.create: Final = to_streamed_response_wrapper(translations.create)


# <<<
