"""`SpeechCreateParams`: what is read aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, Union

from typing_extensions import Required, TypedDict

from .speech_model import SpeechModel, Voice

__all__ = ["SpeechCreateParams"]


if TYPE_CHECKING:  # see `groq.types`
    _Voice: TypeAlias = Union[str, Voice]
else:
    _Voice = str


class SpeechCreateParams(TypedDict, total=False):
    """The arguments of `client.audio.speech.create`."""

    input: Required[str]
    """The text to speak."""

    model: Required[str | SpeechModel]
    """The model."""

    voice: Required[_Voice]
    """The voice; each model has its own."""

    response_format: Literal["flac", "mp3", "mulaw", "ogg", "wav"]
    """The format of the audio; `mp3` by default."""

    sample_rate: Literal[8000, 16000, 22050, 24000, 32000, 44100, 48000]
    """The sample rate in Hz; 48000 by default."""

    speed: float
    """The speed, from 0.5 to 5; 1 by default."""
