"""Errors of answers that arrived, but cannot be parsed as requested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from ..._exceptions import GroqError, restore

if TYPE_CHECKING:
    import pydantic

    from ...types.chat import ChatCompletion
    from ...types.responses import Response

__all__ = [
    "ContentFilterFinishReasonError",
    "LengthFinishReasonError",
    "StructuredOutputError",
]


class UnusableAnswerError(GroqError):
    """An answer arrived, but not in the requested form."""

    completion: ChatCompletion
    """The answer as it arrived; one of the Responses API is in `response`."""

    response: Response | None = None
    """The answer of the Responses API as it arrived."""

    def __init__(self, message: str, *, completion: ChatCompletion | Response) -> None:
        from ...types.responses import Response

        super().__init__(message)
        if isinstance(completion, Response):
            self.response = completion
        else:
            self.completion = completion

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        return restore, (type(self), self.args, self.__dict__.copy())


class LengthFinishReasonError(UnusableAnswerError):
    """An answer ended early because it reached the limit of tokens."""

    __module__ = "groq"

    def __init__(self, *, completion: ChatCompletion) -> None:
        tokens = getattr(completion.usage, "completion_tokens", None)
        spent = f" after {tokens} tokens" if tokens is not None else ""
        super().__init__(
            f"Expected a complete answer but the limit of tokens was reached{spent}; "
            "raise `max_completion_tokens`.",
            completion=completion,
        )


class ContentFilterFinishReasonError(UnusableAnswerError):
    """An answer ended early because a content filter stopped it."""

    __module__ = "groq"

    def __init__(self, *, completion: ChatCompletion) -> None:
        super().__init__(
            "Expected a complete answer but a content filter stopped it.", completion=completion
        )


class StructuredOutputError(UnusableAnswerError):
    """Content, or arguments of a tool, do not fit the requested type.

    The `__cause__` has the details.
    """

    __module__ = "groq"

    text: str
    """The model's output."""

    def __init__(self, message: str, *, text: str, completion: ChatCompletion | Response) -> None:
        super().__init__(message, completion=completion)
        self.text = text


def validation_summary(
    error: pydantic.ValidationError, *, max_errors: int = 1, max_chars: int | None = None
) -> str:
    """Describe the first errors and their locations, without the values, and count the others.

    Args:
        error: The error of pydantic.
        max_errors: The most errors to describe.
        max_chars: The longest description in characters, without the count of the other errors;
            unlimited by default.
    """
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    described: list[str] = []
    for each in errors[:max_errors]:
        location = ".".join(map(str, each["loc"]))
        described.append(f"{location}: {each['msg']}" if location else each["msg"])
    text = "; ".join(described)
    if max_chars is not None and len(text) > max_chars:
        text = f"{text[:max_chars]}…"
    others = len(errors) - max_errors
    return f"{text} (and {others} more)" if others > 0 else text
