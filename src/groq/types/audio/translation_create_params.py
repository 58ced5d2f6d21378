"""`TranslationCreateParams`: what is written down in English."""

from __future__ import annotations

from typing_extensions import Required, TypedDict

from ..._types import FileTypes
from ..audio_model import AudioModel
from ..audio_response_format import AudioResponseFormat

__all__ = ["TranslationCreateParams"]


class TranslationCreateParams(TypedDict, total=False):
    """The arguments of `client.audio.translations.create`."""

    model: Required[str | AudioModel]
    """The model."""

    file: FileTypes
    """The recording: flac, mp3, mp4, mpeg, mpga, m4a, ogg, opus, wav or webm, at most 25 MB.

    The server goes by the extension, so pass a name with bytes: `("speech.wav", data)`.
    """

    prompt: str
    """An English text that shows the style, or the preceding text."""

    response_format: AudioResponseFormat
    """The format of the response; `json` by default."""

    temperature: float
    """From 0 to 1, higher is more random; 0 by default, raised if the model is unsure."""

    url: str
    """The URL of the recording, in place of `file`; also for larger ones."""
