"""Names of text-to-speech models."""

from typing import TYPE_CHECKING, Literal, TypeAlias, Union

__all__ = ["SpeechModel", "Voice"]

_Of170: TypeAlias = Literal[
    "playai-tts",
    "playai-tts-arabic",
]

if TYPE_CHECKING:  # see `groq.types`
    SpeechModel: TypeAlias = Union[
        Literal["canopylabs/orpheus-arabic-saudi", "canopylabs/orpheus-v1-english"], _Of170
    ]
else:
    SpeechModel = _Of170
"""Text-to-speech models. Any other string is accepted too."""

Voice: TypeAlias = Literal[
    "autumn",
    "diana",
    "hannah",
    "austin",
    "daniel",
    "troy",
    "abdullah",
    "fahad",
    "sultan",
    "lulwa",
    "noura",
    "aisha",
]
"""Voices of Orpheus: the first six speak English, the others Arabic. Any other string is accepted
too."""
