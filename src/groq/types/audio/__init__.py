"""Request types and response models of `client.audio`."""

from typing import TYPE_CHECKING

from ..._lazy import lazy_names

__all__ = [
    "Language",
    "LongSpeech",
    "SpeechCreateParams",
    "SpeechModel",
    "Transcription",
    "TranscriptionCreateParams",
    "TranscriptionSegment",
    "TranscriptionWord",
    "Translation",
    "TranslationCreateParams",
    "Voice",
]

if TYPE_CHECKING:
    from .language import Language as Language
    from .long_speech import LongSpeech as LongSpeech
    from .speech_create_params import SpeechCreateParams as SpeechCreateParams
    from .speech_model import SpeechModel as SpeechModel
    from .speech_model import Voice as Voice
    from .transcription import Transcription as Transcription
    from .transcription_create_params import TranscriptionCreateParams as TranscriptionCreateParams
    from .transcription_segment import TranscriptionSegment as TranscriptionSegment
    from .transcription_word import TranscriptionWord as TranscriptionWord
    from .translation import Translation as Translation
    from .translation_create_params import TranslationCreateParams as TranslationCreateParams
else:
    __getattr__, __dir__ = lazy_names(__name__, __all__, Voice="speech_model")
