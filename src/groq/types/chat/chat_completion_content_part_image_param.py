"""`ChatCompletionContentPartImageParam`: a picture in a message."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["ChatCompletionContentPartImageParam", "ImageURL"]


class ImageURL(TypedDict, total=False):
    """Where a picture is, and how closely to look at it."""

    url: Required[str]
    """An address that the server can fetch, or a `data:` URL in base64."""

    detail: Literal["auto", "low", "high"]
    """How closely to look; `auto` by default."""


class ChatCompletionContentPartImageParam(TypedDict, total=False):
    """A picture in a message, for models that can see."""

    image_url: Required[ImageURL]
    """Where the picture is."""

    type: Required[Literal["image_url"]]
    """Always `image_url`."""
