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
    """The model that listens."""

    file: FileTypes
    """The recording: flac, mp3, mp4, mpeg, mpga, m4a, ogg, opus, wav or webm, at most 25 MB.

    The name's extension tells the format, so bytes want a name: `("speech.wav", data)`.
    """

    language: str | Language
    """The language that is spoken, as an ISO 639 code; heard from the recording by default."""

    prompt: str
    """A text in the same language that shows style and spelling, or what was said before."""

    response_format: AudioResponseFormat
    """The form of the answer; `json` by default."""

    temperature: float
    """From 0 to 1, higher is more random; 0 by default, which rises when the model is unsure."""

    timestamp_granularities: list[Literal["word", "segment"]]
    """What to give times for; takes `verbose_json`, and `segment` is the default."""

    url: str
    """Where the server fetches the recording, in place of `file`; for larger ones too."""
