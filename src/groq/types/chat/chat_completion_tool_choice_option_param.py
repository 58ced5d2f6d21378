"""`ChatCompletionToolChoiceOptionParam`: whether the model calls a tool, and which."""

from typing import Literal, TypeAlias, Union

from .chat_completion_named_tool_choice_param import ChatCompletionNamedToolChoiceParam

__all__ = ["ChatCompletionToolChoiceOptionParam"]

ChatCompletionToolChoiceOptionParam: TypeAlias = Union[
    Literal["none", "auto", "required"], ChatCompletionNamedToolChoiceParam
]
"""`none` for no tool, `auto` for what the model sees fit, `required` for any, or a certain one."""
