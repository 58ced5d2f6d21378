"""`Model`: an available model."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict

from .._models import BaseModel

__all__ = ["Model", "ModelPricing"]


class ModelPricing(TypedDict, total=False):
    """The prices of a model, in US dollars a token, as decimal numbers in text.

    At run time, it is the dict that the server sent.
    """

    prompt: str
    """Per token of the prompt."""

    completion: str
    """Per token of the completion."""

    input_cache_read: str
    """Per cached token of the prompt."""


class Model(BaseModel):
    """An available model."""

    id: str
    """Its name, the `model` of a request."""

    created: int
    """When it was created, in seconds since 1970, UTC."""

    object: Literal["model"]
    """Always `model`."""

    owned_by: str
    """Its owner."""

    if TYPE_CHECKING:  # see `groq.types`
        active: bool | None = None
        """Whether it is available."""

        context_length: int | None = None
        """The most tokens of prompt and answer together; the newer name of `context_window`."""

        context_window: int | None = None
        """The most tokens of prompt and answer together."""

        input_modalities: list[str] | None = None
        """Its inputs, such as `text`, `image` or `audio`."""

        max_completion_tokens: int | None = None
        """The most tokens of an answer."""

        max_output_length: int | None = None
        """The most tokens of an answer; the newer name of `max_completion_tokens`."""

        output_modalities: list[str] | None = None
        """Its outputs, such as `text` or `audio`."""

        pricing: ModelPricing | None = None
        """Its prices."""

        public_apps: builtins.object | None = None
        """The applications that may use it, if it is not public."""
