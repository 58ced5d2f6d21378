"""`client.audio.transcriptions`: transcriptions of audio."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property, partial
from typing import Final, Literal

from ... import _helpers, types
from ..._base_client import make_request_options
from ..._constants import MAX_CONCURRENCY
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

__all__ = ["AsyncTranscriptions", "Transcriptions"]


class AsyncTranscriptions(AsyncAPIResource):
    """Transcriptions of audio.

    See https://console.groq.com/docs/api-reference#audio
    """

    @cached_property
    def with_raw_response(self) -> AsyncTranscriptionsWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncTranscriptionsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncTranscriptionsWithStreamingResponse:
        """The same methods, which return the unread response."""
        return AsyncTranscriptionsWithStreamingResponse(self)

    async def create(
        self,
        *,
        model: str | types.AudioModel,
        file: Maybe[FileTypes] = omit,
        language: Maybe[str | audio_types.Language] = omit,
        prompt: Maybe[str] = omit,
        response_format: Maybe[types.AudioResponseFormat] = omit,
        temperature: Maybe[float] = omit,
        timestamp_granularities: Maybe[list[Literal["word", "segment"]]] = omit,
        url: Maybe[str] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> audio_types.Transcription:
        """Transcribe a recording.

        The recording is flac, mp3, mp4, mpeg, mpga, m4a, ogg, opus, wav or webm, of at most 25 MB
        (100 MB on paid plans; more by `url`). The server recognizes the format by the extension of
        the name, so pass one with bytes: `file=("speech.wav", data)`. With `response_format="text"`
        the result is a `str`.

        Args:
            model: The model.
            file: A path, bytes, an open binary file, or (name, content, media type, headers).
            language: The language as an ISO 639 code; detected by default.
            prompt: A text in that language that shows the style, or the preceding text.
            response_format: The format of the response; `json` by default.
            temperature: From 0 to 1, higher is more random; 0 by default.
            timestamp_granularities: The timestamps of `verbose_json`; `segment` by default.
            url: The URL of the recording, in place of `file`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
        """
        return await self._post(
            "/openai/v1/audio/transcriptions",
            body={
                "model": model,
                "language": language,
                "prompt": prompt,
                "response_format": response_format,
                "temperature": temperature,
                "timestamp_granularities": timestamp_granularities,
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
            cast_to=audio_types.Transcription,
        )

    def create_many(
        self,
        requests: _helpers.many.AsyncRequests,
        *,
        max_concurrency: int = MAX_CONCURRENCY,
        in_order: bool = False,
        stop_on_error: bool = False,
        on_progress: Callable[[_helpers.many.RunProgress], object] | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> _helpers.many.AsyncManyResults:
        """Transcribe any number of recordings, a limited number at a time.

        They are sent as fast as the rate limits allow: a client without a `limiter` gets one for
        the run. Each request is retried as by `create`.

        Args:
            requests: The arguments of `create` for each request, with a `custom_id` that names its
                result (`request-0`, `request-1`, … by default); or the lines of a batch file, or
                its path.
            max_concurrency: Requests that are in flight, or wait, at once; 64 by default. No more
                are taken from `requests`, so that any number fits in memory.
            in_order: Whether results are in the order of the requests, or in order of arrival.
            stop_on_error: Whether to stop at the first error and raise it, or return it as a
                result.
            on_progress: A function that is called with a `RunProgress` after each result.
            checkpoint: A file to write each result to, in the format of a batch's output. Another
                run with the same file skips the requests that are in it. Requests that failed for
                a temporary reason are not in it, and are sent again.

        Returns:
            An iterator of `BatchResult`, each with an answer or an `error`.

        Raises:
            ValueError: `max_concurrency` is below 1, or a line of the checkpoint is not a result.
        """
        return _helpers.many.async_run_many(
            self,
            "/v1/audio/transcriptions",
            requests,
            max_concurrency=max_concurrency,
            in_order=in_order,
            stop_on_error=stop_on_error,
            on_progress=on_progress,
            checkpoint=checkpoint,
        )

    async def create_long(
        self,
        path: str | os.PathLike[str],
        *,
        model: str | types.AudioModel,
        language: Maybe[str | audio_types.Language] = omit,
        prompt: Maybe[str] = omit,
        temperature: Maybe[float] = omit,
        part_seconds: float = 600.0,
        overlap: float = 5.0,
        max_concurrency: int = 4,
        checkpoint: str | os.PathLike[str] | None = None,
        on_progress: Callable[[_helpers.many.RunProgress], object] | None = None,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> audio_types.Transcription:
        """Transcribe a recording of any length.

        The recording is split at silence into overlapping parts. Several are sent at once, and
        their transcripts are joined at a word that both parts have, so that no word is lost or
        repeated. The transcription has the segments and words of the whole recording.

        WAV files need nothing else; FLAC, OGG and MP3 need `pip install 'groq[audio]'` or ffmpeg;
        other formats, including videos, need ffmpeg. A part that exceeds a rate limit waits as long
        as the server asks, up to a minute. If the call fails nevertheless, another call with the
        same `checkpoint` resumes it.

        Args:
            path: The recording.
            model: The model.
            language: The language as an ISO 639 code; detected by default.
            prompt: A text in that language that shows the style; sent with each part.
            temperature: From 0 to 1, higher is more random; 0 by default.
            part_seconds: The longest part in seconds; 600 by default, or less for large parts.
            overlap: Seconds by which a part extends beyond its cuts; 5 by default.
            max_concurrency: The number of requests at once; 4 by default.
            checkpoint: A folder for finished parts, which is created if it is missing.
            on_progress: A function that is called with a `RunProgress` after each part.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step of a request, an `httpx.Timeout`, or `None`.

        Raises:
            FileNotFoundError: The file does not exist.
            GroqError: No installed program or library can read the recording.
        """

        async def write_down(part: bytes) -> bytes:
            heard = await self.create(
                model=model,
                file=("part.wav", part),
                language=language,
                prompt=prompt,
                response_format="verbose_json",
                temperature=temperature,
                timestamp_granularities=["word", "segment"],
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            )
            return heard.to_json().encode()

        with await _helpers.parts.async_blocking(
            partial(_helpers.recordings.Recording, path)
        ) as recording:
            spans = await _helpers.parts.async_blocking(
                partial(recording.spans, part_seconds, overlap)
            )
            work = _helpers.parts.Work(
                recording.parts(spans),
                total=len(spans),
                settings={
                    "model": model,
                    "language": language,
                    "prompt": prompt,
                    "temperature": temperature,
                    "extra": [extra_query, extra_body],
                },
                max_concurrency=max_concurrency,
                checkpoint=checkpoint,
                on_progress=on_progress,
            )
            answers = await _helpers.parts.async_run_parts(work, write_down)
        return _helpers.transcripts.join(spans, answers)


class AsyncTranscriptionsWithRawResponse:
    """`client.audio.transcriptions.with_raw_response`: methods for whole responses."""

    def __init__(self, transcriptions: AsyncTranscriptions) -> None:
        self.create: Final = async_to_raw_response_wrapper(transcriptions.create)


class AsyncTranscriptionsWithStreamingResponse:
    """`client.audio.transcriptions.with_streaming_response`: methods for unread responses."""

    def __init__(self, transcriptions: AsyncTranscriptions) -> None:
        self.create: Final = async_to_streamed_response_wrapper(transcriptions.create)


# >>> sync half: produced by scripts/mirror.py


class Transcriptions(SyncAPIResource):
    """Transcriptions of audio.

    See https://console.groq.com/docs/api-reference#audio
    """

    @cached_property
    def with_raw_response(self) -> TranscriptionsWithRawResponse:
        """The same methods, which return the whole response."""
        return TranscriptionsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> TranscriptionsWithStreamingResponse:
        """The same methods, which return the unread response."""
        return TranscriptionsWithStreamingResponse(self)

    def create(
        self,
        *,
        model: str | types.AudioModel,
        file: Maybe[FileTypes] = omit,
        language: Maybe[str | audio_types.Language] = omit,
        prompt: Maybe[str] = omit,
        response_format: Maybe[types.AudioResponseFormat] = omit,
        temperature: Maybe[float] = omit,
        timestamp_granularities: Maybe[list[Literal["word", "segment"]]] = omit,
        url: Maybe[str] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> audio_types.Transcription:
        """Transcribe a recording.

        The recording is flac, mp3, mp4, mpeg, mpga, m4a, ogg, opus, wav or webm, of at most 25 MB
        (100 MB on paid plans; more by `url`). The server recognizes the format by the extension of
        the name, so pass one with bytes: `file=("speech.wav", data)`. With `response_format="text"`
        the result is a `str`.

        Args:
            model: The model.
            file: A path, bytes, an open binary file, or (name, content, media type, headers).
            language: The language as an ISO 639 code; detected by default.
            prompt: A text in that language that shows the style, or the preceding text.
            response_format: The format of the response; `json` by default.
            temperature: From 0 to 1, higher is more random; 0 by default.
            timestamp_granularities: The timestamps of `verbose_json`; `segment` by default.
            url: The URL of the recording, in place of `file`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
        """
        return self._post(
            "/openai/v1/audio/transcriptions",
            body={
                "model": model,
                "language": language,
                "prompt": prompt,
                "response_format": response_format,
                "temperature": temperature,
                "timestamp_granularities": timestamp_granularities,
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
            cast_to=audio_types.Transcription,
        )

    def create_many(
        self,
        requests: _helpers.many.Requests,
        *,
        max_concurrency: int = MAX_CONCURRENCY,
        in_order: bool = False,
        stop_on_error: bool = False,
        on_progress: Callable[[_helpers.many.RunProgress], object] | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> _helpers.many.ManyResults:
        """Transcribe any number of recordings, a limited number at a time.

        They are sent as fast as the rate limits allow: a client without a `limiter` gets one for
        the run. Each request is retried as by `create`.

        Args:
            requests: The arguments of `create` for each request, with a `custom_id` that names its
                result (`request-0`, `request-1`, … by default); or the lines of a batch file, or
                its path.
            max_concurrency: Requests that are in flight, or wait, at once; 64 by default. No more
                are taken from `requests`, so that any number fits in memory.
            in_order: Whether results are in the order of the requests, or in order of arrival.
            stop_on_error: Whether to stop at the first error and raise it, or return it as a
                result.
            on_progress: A function that is called with a `RunProgress` after each result.
            checkpoint: A file to write each result to, in the format of a batch's output. Another
                run with the same file skips the requests that are in it. Requests that failed for
                a temporary reason are not in it, and are sent again.

        Returns:
            An iterator of `BatchResult`, each with an answer or an `error`.

        Raises:
            ValueError: `max_concurrency` is below 1, or a line of the checkpoint is not a result.
        """
        return _helpers.many.run_many(
            self,
            "/v1/audio/transcriptions",
            requests,
            max_concurrency=max_concurrency,
            in_order=in_order,
            stop_on_error=stop_on_error,
            on_progress=on_progress,
            checkpoint=checkpoint,
        )

    def create_long(
        self,
        path: str | os.PathLike[str],
        *,
        model: str | types.AudioModel,
        language: Maybe[str | audio_types.Language] = omit,
        prompt: Maybe[str] = omit,
        temperature: Maybe[float] = omit,
        part_seconds: float = 600.0,
        overlap: float = 5.0,
        max_concurrency: int = 4,
        checkpoint: str | os.PathLike[str] | None = None,
        on_progress: Callable[[_helpers.many.RunProgress], object] | None = None,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> audio_types.Transcription:
        """Transcribe a recording of any length.

        The recording is split at silence into overlapping parts. Several are sent at once, and
        their transcripts are joined at a word that both parts have, so that no word is lost or
        repeated. The transcription has the segments and words of the whole recording.

        WAV files need nothing else; FLAC, OGG and MP3 need `pip install 'groq[audio]'` or ffmpeg;
        other formats, including videos, need ffmpeg. A part that exceeds a rate limit waits as long
        as the server asks, up to a minute. If the call fails nevertheless, another call with the
        same `checkpoint` resumes it.

        Args:
            path: The recording.
            model: The model.
            language: The language as an ISO 639 code; detected by default.
            prompt: A text in that language that shows the style; sent with each part.
            temperature: From 0 to 1, higher is more random; 0 by default.
            part_seconds: The longest part in seconds; 600 by default, or less for large parts.
            overlap: Seconds by which a part extends beyond its cuts; 5 by default.
            max_concurrency: The number of requests at once; 4 by default.
            checkpoint: A folder for finished parts, which is created if it is missing.
            on_progress: A function that is called with a `RunProgress` after each part.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step of a request, an `httpx.Timeout`, or `None`.

        Raises:
            FileNotFoundError: The file does not exist.
            GroqError: No installed program or library can read the recording.
        """

        def write_down(part: bytes) -> bytes:
            heard = self.create(
                model=model,
                file=("part.wav", part),
                language=language,
                prompt=prompt,
                response_format="verbose_json",
                temperature=temperature,
                timestamp_granularities=["word", "segment"],
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            )
            return heard.to_json().encode()

        with _helpers.parts.blocking(partial(_helpers.recordings.Recording, path)) as recording:
            spans = _helpers.parts.blocking(partial(recording.spans, part_seconds, overlap))
            work = _helpers.parts.Work(
                recording.parts(spans),
                total=len(spans),
                settings={
                    "model": model,
                    "language": language,
                    "prompt": prompt,
                    "temperature": temperature,
                    "extra": [extra_query, extra_body],
                },
                max_concurrency=max_concurrency,
                checkpoint=checkpoint,
                on_progress=on_progress,
            )
            answers = _helpers.parts.run_parts(work, write_down)
        return _helpers.transcripts.join(spans, answers)


class TranscriptionsWithRawResponse:
    """`client.audio.transcriptions.with_raw_response`: methods for whole responses."""

    def __init__(self, transcriptions: Transcriptions) -> None:
        self.create: Final = to_raw_response_wrapper(transcriptions.create)


class TranscriptionsWithStreamingResponse:
    """`client.audio.transcriptions.with_streaming_response`: methods for unread responses."""

    def __init__(self, transcriptions: Transcriptions) -> None:
        self.create: Final = to_streamed_response_wrapper(transcriptions.create)


# <<<
