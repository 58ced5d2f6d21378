"""`TranscriptionCreateParams`: what is written down."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

from ..._types import FileTypes
from ..audio_model import AudioModel
from ..audio_response_format import AudioResponseFormat
from .language import Language

__all__ = ["TranscriptionCreateParams"]


class TranscriptionCreateParams(TypedDict, total=False):
    """The arguments of `client.audio.transcriptions.create`."""

    model: Required[str | AudioModel]
    """The model."""

    file: FileTypes
    """The recording: flac, mp3, mp4, mpeg, mpga, m4a, ogg, opus, wav or webm, at most 25 MB.

    The server goes by the extension, so pass a name with bytes: `("speech.wav", data)`.
    """

    language: str | Language
    """The spoken language as an ISO 639 code; detected by default."""

    prompt: str
    """A text in the same language that shows the style, or the preceding text."""

    response_format: AudioResponseFormat
    """The format of the response; `json` by default."""

    temperature: float
    """From 0 to 1, higher is more random; 0 by default, raised if the model is unsure."""

    timestamp_granularities: list[Literal["word", "segment"]]
    """The timestamps of `verbose_json`; `segment` by default."""

    url: str
    """The URL of the recording, in place of `file`; also for larger ones."""
