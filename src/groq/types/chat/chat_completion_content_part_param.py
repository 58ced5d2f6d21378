"""`ChatCompletionContentPartParam`: a part of a message."""

from __future__ import annotations

from typing import Literal, TypeAlias, Union

from typing_extensions import Required, TypedDict

from .chat_completion_content_part_image_param import ChatCompletionContentPartImageParam
from .chat_completion_content_part_text_param import ChatCompletionContentPartTextParam

__all__ = [
    "ChatCompletionContentPartParam",
    "ChatCompletionRequestMessageContentPartDocument",
    "ChatCompletionRequestMessageContentPartDocumentDocument",
]


class ChatCompletionRequestMessageContentPartDocumentDocument(TypedDict, total=False):
    """A document that the model may cite."""

    data: Required[dict[str, object]]
    """The document, as JSON."""

    id: str | None
    """Its id in citations; the server generates one if it is omitted."""


class ChatCompletionRequestMessageContentPartDocument(TypedDict, total=False):
    """A document in a message."""

    document: Required[ChatCompletionRequestMessageContentPartDocumentDocument]
    """The document."""

    type: Required[Literal["document"]]
    """Always `document`."""


ChatCompletionContentPartParam: TypeAlias = Union[
    ChatCompletionContentPartTextParam,
    ChatCompletionContentPartImageParam,
    ChatCompletionRequestMessageContentPartDocument,
]
"""A part of a message: text, an image or a document."""
