"""`client.audio`: speech made and heard."""

from __future__ import annotations

from functools import cached_property

from ..._resource import AsyncAPIResource, SyncAPIResource
from .speech import (
    AsyncSpeech,
    AsyncSpeechWithRawResponse,
    AsyncSpeechWithStreamingResponse,
    Speech,
    SpeechWithRawResponse,
    SpeechWithStreamingResponse,
)
from .transcriptions import (
    AsyncTranscriptions,
    AsyncTranscriptionsWithRawResponse,
    AsyncTranscriptionsWithStreamingResponse,
    Transcriptions,
    TranscriptionsWithRawResponse,
    TranscriptionsWithStreamingResponse,
)
from .translations import (
    AsyncTranslations,
    AsyncTranslationsWithRawResponse,
    AsyncTranslationsWithStreamingResponse,
    Translations,
    TranslationsWithRawResponse,
    TranslationsWithStreamingResponse,
)

__all__ = ["AsyncAudio", "Audio"]


class AsyncAudio(AsyncAPIResource):
    """Speech made and heard.

    See https://console.groq.com/docs/api-reference#audio
    """

    @cached_property
    def speech(self) -> AsyncSpeech:
        """Text read aloud."""
        return AsyncSpeech(self._client)

    @cached_property
    def transcriptions(self) -> AsyncTranscriptions:
        """Speech written down."""
        return AsyncTranscriptions(self._client)

    @cached_property
    def translations(self) -> AsyncTranslations:
        """Speech written down in English."""
        return AsyncTranslations(self._client)

    @cached_property
    def with_raw_response(self) -> AsyncAudioWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncAudioWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncAudioWithStreamingResponse:
        """The same methods, which return the response itself, read as it is asked for."""
        return AsyncAudioWithStreamingResponse(self)


class AsyncAudioWithRawResponse:
    """`client.audio.with_raw_response`: responses, read whole."""

    def __init__(self, audio: AsyncAudio) -> None:
        self._audio = audio

    @cached_property
    def speech(self) -> AsyncSpeechWithRawResponse:
        """Text read aloud."""
        return self._audio.speech.with_raw_response

    @cached_property
    def transcriptions(self) -> AsyncTranscriptionsWithRawResponse:
        """Speech written down."""
        return self._audio.transcriptions.with_raw_response

    @cached_property
    def translations(self) -> AsyncTranslationsWithRawResponse:
        """Speech written down in English."""
        return self._audio.translations.with_raw_response


class AsyncAudioWithStreamingResponse:
    """`client.audio.with_streaming_response`: responses, unread."""

    def __init__(self, audio: AsyncAudio) -> None:
        self._audio = audio

    @cached_property
    def speech(self) -> AsyncSpeechWithStreamingResponse:
        """Text read aloud."""
        return self._audio.speech.with_streaming_response

    @cached_property
    def transcriptions(self) -> AsyncTranscriptionsWithStreamingResponse:
        """Speech written down."""
        return self._audio.transcriptions.with_streaming_response

    @cached_property
    def translations(self) -> AsyncTranslationsWithStreamingResponse:
        """Speech written down in English."""
        return self._audio.translations.with_streaming_response


# >>> sync half: produced by scripts/mirror.py


class Audio(SyncAPIResource):
    """Speech made and heard.

    See https://console.groq.com/docs/api-reference#audio
    """

    @cached_property
    def speech(self) -> Speech:
        """Text read aloud."""
        return Speech(self._client)

    @cached_property
    def transcriptions(self) -> Transcriptions:
        """Speech written down."""
        return Transcriptions(self._client)

    @cached_property
    def translations(self) -> Translations:
        """Speech written down in English."""
        return Translations(self._client)

    @cached_property
    def with_raw_response(self) -> AudioWithRawResponse:
        """The same methods, which return the whole response."""
        return AudioWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AudioWithStreamingResponse:
        """The same methods, which return the response itself, read as it is asked for."""
        return AudioWithStreamingResponse(self)


class AudioWithRawResponse:
    """`client.audio.with_raw_response`: responses, read whole."""

    def __init__(self, audio: Audio) -> None:
        self._audio = audio

    @cached_property
    def speech(self) -> SpeechWithRawResponse:
        """Text read aloud."""
        return self._audio.speech.with_raw_response

    @cached_property
    def transcriptions(self) -> TranscriptionsWithRawResponse:
        """Speech written down."""
        return self._audio.transcriptions.with_raw_response

    @cached_property
    def translations(self) -> TranslationsWithRawResponse:
        """Speech written down in English."""
        return self._audio.translations.with_raw_response


class AudioWithStreamingResponse:
    """`client.audio.with_streaming_response`: responses, unread."""

    def __init__(self, audio: Audio) -> None:
        self._audio = audio

    @cached_property
    def speech(self) -> SpeechWithStreamingResponse:
        """Text read aloud."""
        return self._audio.speech.with_streaming_response

    @cached_property
    def transcriptions(self) -> TranscriptionsWithStreamingResponse:
        """Speech written down."""
        return self._audio.transcriptions.with_streaming_response

    @cached_property
    def translations(self) -> TranslationsWithStreamingResponse:
        """Speech written down in English."""
        return self._audio.translations.with_streaming_response


# <<<
