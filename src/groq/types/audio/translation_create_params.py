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
    """The model that listens."""

    file: FileTypes
    """The recording: flac, mp3, mp4, mpeg, mpga, m4a, ogg, opus, wav or webm, at most 25 MB.

    The name's extension tells the format, so bytes want a name: `("speech.wav", data)`.
    """

    prompt: str
    """An English text that shows style and spelling, or what was said before."""

    response_format: AudioResponseFormat
    """The form of the answer; `json` by default."""

    temperature: float
    """From 0 to 1, higher is more random; 0 by default, which rises when the model is unsure."""

    url: str
    """Where the server fetches the recording, in place of `file`; for larger ones too."""
