"""`client.audio.speech`: text to speech."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property, partial
from typing import Final, Literal

from ... import _helpers
from ..._base_client import make_request_options
from ..._library import HttpTimeout
from ..._resource import AsyncAPIResource, SyncAPIResource
from ..._response import (
    AsyncBinaryAPIResponse,
    AsyncStreamedBinaryAPIResponse,
    BinaryAPIResponse,
    StreamedBinaryAPIResponse,
    async_to_custom_raw_response_wrapper,
    async_to_custom_streamed_response_wrapper,
    to_custom_raw_response_wrapper,
    to_custom_streamed_response_wrapper,
)
from ..._types import Body, Headers, Maybe, NotGiven, Query, not_given, omit
from ...types import audio as audio_types

__all__ = ["AsyncSpeech", "Speech"]


class AsyncSpeech(AsyncAPIResource):
    """Text to speech.

    See https://console.groq.com/docs/api-reference#audio
    """

    @cached_property
    def with_raw_response(self) -> AsyncSpeechWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncSpeechWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncSpeechWithStreamingResponse:
        """The same methods, which return the unread response."""
        return AsyncSpeechWithStreamingResponse(self)

    async def create(
        self,
        *,
        input: str,
        model: str | audio_types.SpeechModel,
        voice: str | audio_types.Voice,
        response_format: Maybe[Literal["flac", "mp3", "mulaw", "ogg", "wav"]] = omit,
        sample_rate: Maybe[Literal[8000, 16000, 22050, 24000, 32000, 44100, 48000]] = omit,
        speed: Maybe[float] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> AsyncBinaryAPIResponse:
        """Create speech from a text.

        The response is audio: use `write_to_file(path)`, `iter_bytes()` or `read()`.

        Args:
            input: The text, of at most 200 characters.
            model: The model.
            voice: The voice; each model has its own.
            response_format: The format of the audio; `mp3` by default.
            sample_rate: The sample rate in Hz; 48000 by default.
            speed: The speed, from 0.5 to 5; 1 by default.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
        """
        extra_headers = {"Accept": "audio/wav", **(extra_headers or {})}
        return await self._post(
            "/openai/v1/audio/speech",
            body={
                "input": input,
                "model": model,
                "voice": voice,
                "response_format": response_format,
                "sample_rate": sample_rate,
                "speed": speed,
            },
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=AsyncBinaryAPIResponse,
        )

    async def create_long(
        self,
        *,
        input: str,
        model: str | audio_types.SpeechModel,
        voice: str | audio_types.Voice,
        sample_rate: Maybe[Literal[8000, 16000, 22050, 24000, 32000, 44100, 48000]] = omit,
        speed: Maybe[float] = omit,
        pause: float = 0.15,
        max_concurrency: int = 4,
        checkpoint: str | os.PathLike[str] | None = None,
        on_progress: Callable[[_helpers.many.RunProgress], object] | None = None,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> audio_types.LongSpeech:
        """Create speech from a text of any length, as one WAV file.

        The API accepts 200 characters at a time. The text is split between sentences, several
        pieces are requested at once, and the recordings are joined.

        A piece that exceeds a rate limit waits as long as the server asks, up to a minute. If the
        call fails nevertheless, another call with the same `checkpoint` resumes it.

        Args:
            input: The text.
            model: The model.
            voice: The voice; each model has its own.
            sample_rate: The sample rate in Hz; 48000 by default.
            speed: The speed, from 0.5 to 5; 1 by default.
            pause: Seconds of silence between pieces; 0.15 by default.
            max_concurrency: The number of requests at once; 4 by default.
            checkpoint: A folder for finished pieces, which is created if it is missing.
            on_progress: A function that is called with a `RunProgress` after each piece.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step of a request, an `httpx.Timeout`, or `None`.

        Raises:
            ValueError: The text has no words.
        """

        async def read_aloud(piece: bytes) -> bytes:
            answer = await self.create(
                input=piece.decode(),
                model=model,
                voice=voice,
                response_format="wav",
                sample_rate=sample_rate,
                speed=speed,
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            )
            return await answer.read()

        parts = _helpers.speech.text_parts(input)
        work = _helpers.parts.Work(
            parts,
            total=len(parts),
            settings={
                "model": model,
                "voice": voice,
                "sample_rate": sample_rate,
                "speed": speed,
                "extra": [extra_query, extra_body],
            },
            max_concurrency=max_concurrency,
            checkpoint=checkpoint,
            on_progress=on_progress,
        )
        pieces = await _helpers.parts.async_run_parts(work, read_aloud)
        join = partial(_helpers.speech.join_wavs, pieces, parts, model=model, pause=pause)
        return await _helpers.parts.async_blocking(join)


class AsyncSpeechWithRawResponse:
    """`client.audio.speech.with_raw_response`: methods for whole responses."""

    def __init__(self, speech: AsyncSpeech) -> None:
        self.create: Final = async_to_custom_raw_response_wrapper(
            speech.create,
            AsyncBinaryAPIResponse,
        )


class AsyncSpeechWithStreamingResponse:
    """`client.audio.speech.with_streaming_response`: methods for unread responses."""

    def __init__(self, speech: AsyncSpeech) -> None:
        self.create: Final = async_to_custom_streamed_response_wrapper(
            speech.create,
            AsyncStreamedBinaryAPIResponse,
        )


# >>> sync half: produced by scripts/mirror.py


class Speech(SyncAPIResource):
    """Text to speech.

    See https://console.groq.com/docs/api-reference#audio
    """

    @cached_property
    def with_raw_response(self) -> SpeechWithRawResponse:
        """The same methods, which return the whole response."""
        return SpeechWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> SpeechWithStreamingResponse:
        """The same methods, which return the unread response."""
        return SpeechWithStreamingResponse(self)

    def create(
        self,
        *,
        input: str,
        model: str | audio_types.SpeechModel,
        voice: str | audio_types.Voice,
        response_format: Maybe[Literal["flac", "mp3", "mulaw", "ogg", "wav"]] = omit,
        sample_rate: Maybe[Literal[8000, 16000, 22050, 24000, 32000, 44100, 48000]] = omit,
        speed: Maybe[float] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> BinaryAPIResponse:
        """Create speech from a text.

        The response is audio: use `write_to_file(path)`, `iter_bytes()` or `read()`.

        Args:
            input: The text, of at most 200 characters.
            model: The model.
            voice: The voice; each model has its own.
            response_format: The format of the audio; `mp3` by default.
            sample_rate: The sample rate in Hz; 48000 by default.
            speed: The speed, from 0.5 to 5; 1 by default.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
        """
        extra_headers = {"Accept": "audio/wav", **(extra_headers or {})}
        return self._post(
            "/openai/v1/audio/speech",
            body={
                "input": input,
                "model": model,
                "voice": voice,
                "response_format": response_format,
                "sample_rate": sample_rate,
                "speed": speed,
            },
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=BinaryAPIResponse,
        )

    def create_long(
        self,
        *,
        input: str,
        model: str | audio_types.SpeechModel,
        voice: str | audio_types.Voice,
        sample_rate: Maybe[Literal[8000, 16000, 22050, 24000, 32000, 44100, 48000]] = omit,
        speed: Maybe[float] = omit,
        pause: float = 0.15,
        max_concurrency: int = 4,
        checkpoint: str | os.PathLike[str] | None = None,
        on_progress: Callable[[_helpers.many.RunProgress], object] | None = None,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> audio_types.LongSpeech:
        """Create speech from a text of any length, as one WAV file.

        The API accepts 200 characters at a time. The text is split between sentences, several
        pieces are requested at once, and the recordings are joined.

        A piece that exceeds a rate limit waits as long as the server asks, up to a minute. If the
        call fails nevertheless, another call with the same `checkpoint` resumes it.

        Args:
            input: The text.
            model: The model.
            voice: The voice; each model has its own.
            sample_rate: The sample rate in Hz; 48000 by default.
            speed: The speed, from 0.5 to 5; 1 by default.
            pause: Seconds of silence between pieces; 0.15 by default.
            max_concurrency: The number of requests at once; 4 by default.
            checkpoint: A folder for finished pieces, which is created if it is missing.
            on_progress: A function that is called with a `RunProgress` after each piece.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step of a request, an `httpx.Timeout`, or `None`.

        Raises:
            ValueError: The text has no words.
        """

        def read_aloud(piece: bytes) -> bytes:
            answer = self.create(
                input=piece.decode(),
                model=model,
                voice=voice,
                response_format="wav",
                sample_rate=sample_rate,
                speed=speed,
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            )
            return answer.read()

        parts = _helpers.speech.text_parts(input)
        work = _helpers.parts.Work(
            parts,
            total=len(parts),
            settings={
                "model": model,
                "voice": voice,
                "sample_rate": sample_rate,
                "speed": speed,
                "extra": [extra_query, extra_body],
            },
            max_concurrency=max_concurrency,
            checkpoint=checkpoint,
            on_progress=on_progress,
        )
        pieces = _helpers.parts.run_parts(work, read_aloud)
        join = partial(_helpers.speech.join_wavs, pieces, parts, model=model, pause=pause)
        return _helpers.parts.blocking(join)


class SpeechWithRawResponse:
    """`client.audio.speech.with_raw_response`: methods for whole responses."""

    def __init__(self, speech: Speech) -> None:
        self.create: Final = to_custom_raw_response_wrapper(
            speech.create,
            BinaryAPIResponse,
        )


class SpeechWithStreamingResponse:
    """`client.audio.speech.with_streaming_response`: methods for unread responses."""

    def __init__(self, speech: Speech) -> None:
        self.create: Final = to_custom_streamed_response_wrapper(
            speech.create,
            StreamedBinaryAPIResponse,
        )


# <<<
