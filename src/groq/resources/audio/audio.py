"""`client.audio`: speech, transcriptions and translations."""

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
    """Speech, transcriptions and translations.

    See https://console.groq.com/docs/api-reference#audio
    """

    @cached_property
    def speech(self) -> AsyncSpeech:
        """Text to speech."""
        return AsyncSpeech(self._client)

    @cached_property
    def transcriptions(self) -> AsyncTranscriptions:
        """Transcriptions of audio."""
        return AsyncTranscriptions(self._client)

    @cached_property
    def translations(self) -> AsyncTranslations:
        """Translations of audio into English."""
        return AsyncTranslations(self._client)

    @cached_property
    def with_raw_response(self) -> AsyncAudioWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncAudioWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncAudioWithStreamingResponse:
        """The same methods, which return the unread response."""
        return AsyncAudioWithStreamingResponse(self)


class AsyncAudioWithRawResponse:
    """`client.audio.with_raw_response`: methods for whole responses."""

    def __init__(self, audio: AsyncAudio) -> None:
        self._audio = audio

    @cached_property
    def speech(self) -> AsyncSpeechWithRawResponse:
        """Text to speech."""
        return self._audio.speech.with_raw_response

    @cached_property
    def transcriptions(self) -> AsyncTranscriptionsWithRawResponse:
        """Transcriptions of audio."""
        return self._audio.transcriptions.with_raw_response

    @cached_property
    def translations(self) -> AsyncTranslationsWithRawResponse:
        """Translations of audio into English."""
        return self._audio.translations.with_raw_response


class AsyncAudioWithStreamingResponse:
    """`client.audio.with_streaming_response`: methods for unread responses."""

    def __init__(self, audio: AsyncAudio) -> None:
        self._audio = audio

    @cached_property
    def speech(self) -> AsyncSpeechWithStreamingResponse:
        """Text to speech."""
        return self._audio.speech.with_streaming_response

    @cached_property
    def transcriptions(self) -> AsyncTranscriptionsWithStreamingResponse:
        """Transcriptions of audio."""
        return self._audio.transcriptions.with_streaming_response

    @cached_property
    def translations(self) -> AsyncTranslationsWithStreamingResponse:
        """Translations of audio into English."""
        return self._audio.translations.with_streaming_response


# >>> sync half: produced by scripts/mirror.py


class Audio(SyncAPIResource):
    """Speech, transcriptions and translations.

    See https://console.groq.com/docs/api-reference#audio
    """

    @cached_property
    def speech(self) -> Speech:
        """Text to speech."""
        return Speech(self._client)

    @cached_property
    def transcriptions(self) -> Transcriptions:
        """Transcriptions of audio."""
        return Transcriptions(self._client)

    @cached_property
    def translations(self) -> Translations:
        """Translations of audio into English."""
        return Translations(self._client)

    @cached_property
    def with_raw_response(self) -> AudioWithRawResponse:
        """The same methods, which return the whole response."""
        return AudioWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AudioWithStreamingResponse:
        """The same methods, which return the unread response."""
        return AudioWithStreamingResponse(self)


class AudioWithRawResponse:
    """`client.audio.with_raw_response`: methods for whole responses."""

    def __init__(self, audio: Audio) -> None:
        self._audio = audio

    @cached_property
    def speech(self) -> SpeechWithRawResponse:
        """Text to speech."""
        return self._audio.speech.with_raw_response

    @cached_property
    def transcriptions(self) -> TranscriptionsWithRawResponse:
        """Transcriptions of audio."""
        return self._audio.transcriptions.with_raw_response

    @cached_property
    def translations(self) -> TranslationsWithRawResponse:
        """Translations of audio into English."""
        return self._audio.translations.with_raw_response


class AudioWithStreamingResponse:
    """`client.audio.with_streaming_response`: methods for unread responses."""

    def __init__(self, audio: Audio) -> None:
        self._audio = audio

    @cached_property
    def speech(self) -> SpeechWithStreamingResponse:
        """Text to speech."""
        return self._audio.speech.with_streaming_response

    @cached_property
    def transcriptions(self) -> TranscriptionsWithStreamingResponse:
        """Transcriptions of audio."""
        return self._audio.transcriptions.with_streaming_response

    @cached_property
    def translations(self) -> TranslationsWithStreamingResponse:
        """Translations of audio into English."""
        return self._audio.translations.with_streaming_response


# <<<
