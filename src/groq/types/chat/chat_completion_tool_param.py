"""`ChatCompletionToolParam`: a tool that the model may call."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

from ..shared_params.function_definition import FunctionDefinition

__all__ = ["ChatCompletionToolParam"]


class ChatCompletionToolParam(TypedDict, total=False):
    """A tool that the model may call."""

    type: Required[Literal["function", "browser_search", "code_interpreter"] | str]
    """`function` for a call that the program makes itself, else a tool that the server runs."""

    function: FunctionDefinition
    """The function, if `type` is `function`."""
