"""`Model`: a model that can be asked."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict

from .._models import BaseModel

__all__ = ["Model", "ModelPricing"]


class ModelPricing(TypedDict, total=False):
    """The prices of a model, in US dollars a token, as decimal numbers in text.

    When run, it is the dict that the server sent.
    """

    prompt: str
    """A token of the prompt."""

    completion: str
    """A token of the answer."""

    input_cache_read: str
    """A token of the prompt that is read from the cache."""


class Model(BaseModel):
    """A model that can be asked."""

    id: str
    """Its name, the `model` of a request."""

    created: int
    """When it was made, in seconds since 1970, UTC."""

    object: Literal["model"]
    """Always `model`."""

    owned_by: str
    """Who made it."""

    if TYPE_CHECKING:  # see `groq.types`
        active: bool | None = None
        """Whether it answers requests today."""

        context_length: int | None = None
        """Tokens that prompt and answer may have together; the newer name of `context_window`."""

        context_window: int | None = None
        """Tokens that prompt and answer may have together."""

        input_modalities: list[str] | None = None
        """What it reads, such as `text`, `image` or `audio`."""

        max_completion_tokens: int | None = None
        """Tokens that an answer may have."""

        max_output_length: int | None = None
        """Tokens that an answer may have; the newer name of `max_completion_tokens`."""

        output_modalities: list[str] | None = None
        """What it writes, such as `text` or `audio`."""

        pricing: ModelPricing | None = None
        """What it costs."""

        public_apps: builtins.object | None = None
        """Applications that may use it, where it is not open to all."""
