"""`CompletionCreateParams`: what a model is asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, TypeAlias, Union

from typing_extensions import Required, TypedDict

from ..._types import SequenceNotStr
from ..chat_model import ChatModel
from ..shared.service_tier import ServiceTier
from ..shared_params.function_parameters import FunctionParameters
from .chat_completion_function_call_option_param import ChatCompletionFunctionCallOptionParam
from .chat_completion_message_param import ChatCompletionMessageParam
from .chat_completion_stream_options_param import ChatCompletionStreamOptionsParam
from .chat_completion_tool_choice_option_param import ChatCompletionToolChoiceOptionParam
from .chat_completion_tool_param import ChatCompletionToolParam

__all__ = [
    "CompletionCreateParams",
    "CompoundCustom",
    "CompoundCustomModels",
    "CompoundCustomTools",
    "CompoundCustomToolsWolframSettings",
    "Document",
    "DocumentSource",
    "DocumentSourceChatCompletionDocumentSourceJson",
    "DocumentSourceChatCompletionDocumentSourceText",
    "Function",
    "FunctionCall",
    "ReasoningEffort",
    "ReasoningFormat",
    "ResponseFormat",
    "ResponseFormatResponseFormatJsonObject",
    "ResponseFormatResponseFormatJsonSchema",
    "ResponseFormatResponseFormatJsonSchemaJsonSchema",
    "ResponseFormatResponseFormatText",
    "SearchSettings",
]

ReasoningEffort: TypeAlias = Literal["none", "default", "low", "medium", "high"]
"""The amount of reasoning: `none` or `default` for Qwen, `low` to `high` for GPT-OSS."""

ReasoningFormat: TypeAlias = Literal["hidden", "raw", "parsed"]
"""Where reasoning goes: nowhere, into the content between `<think>` tags, or into `reasoning`."""


class CompoundCustomModels(TypedDict, total=False):
    """The models of a compound system."""

    answering_model: str | None
    """The model that writes the answer."""

    reasoning_model: str | None
    """The model that plans, and chooses the tools."""


class CompoundCustomToolsWolframSettings(TypedDict, total=False):
    """How a compound system queries Wolfram Alpha."""

    authorization: str | None
    """The caller's key for Wolfram Alpha."""


class CompoundCustomTools(TypedDict, total=False):
    """The tools of a compound system."""

    enabled_tools: SequenceNotStr[str] | None
    """Their names, for example `web_search`; all by default."""

    wolfram_settings: CompoundCustomToolsWolframSettings | None
    """How to query Wolfram Alpha."""


class CompoundCustom(TypedDict, total=False):
    """The parts of a compound system."""

    models: CompoundCustomModels | None
    """Its models."""

    tools: CompoundCustomTools | None
    """Its tools."""


class DocumentSourceChatCompletionDocumentSourceText(TypedDict, total=False):
    """A text document."""

    text: Required[str]
    """The text."""

    type: Required[Literal["text"]]
    """Always `text`."""


class DocumentSourceChatCompletionDocumentSourceJson(TypedDict, total=False):
    """A JSON document."""

    data: Required[dict[str, object]]
    """The JSON."""

    type: Required[Literal["json"]]
    """Always `json`."""


DocumentSource: TypeAlias = Union[
    DocumentSourceChatCompletionDocumentSourceText,
    DocumentSourceChatCompletionDocumentSourceJson,
]
"""The content of a document: text or JSON."""


class Document(TypedDict, total=False):
    """A document that the model may cite."""

    source: Required[DocumentSource]
    """Its content."""

    id: str | None
    """Its id in citations; the server generates one if it is omitted."""


class Function(TypedDict, total=False):
    """Deprecated: a function that the model may call; use `tools`."""

    name: Required[str]
    """Its name: at most 64 letters, digits, `_` and `-`."""

    description: str
    """Its description, by which the model decides when and how to call it."""

    parameters: FunctionParameters
    """Its parameters as a JSON Schema; no parameters if it is omitted."""


FunctionCall: TypeAlias = Union[
    Literal["none", "auto", "required"], ChatCompletionFunctionCallOptionParam
]
"""Deprecated: whether the model calls a function; use `tool_choice`."""


class ResponseFormatResponseFormatText(TypedDict, total=False):
    """The answer is text, which is the default."""

    type: Required[Literal["text"]]
    """Always `text`."""


class ResponseFormatResponseFormatJsonSchemaJsonSchema(TypedDict, total=False):
    """The JSON Schema of the answer."""

    name: Required[str]
    """Its name: at most 64 letters, digits, `_` and `-`."""

    description: str
    """A description of the answer, for the model."""

    schema: dict[str, object]
    """The schema itself."""

    strict: bool | None
    """Whether the answer must follow the schema exactly; `False` by default.

    A strict schema has `additionalProperties: false`, and requires every property.
    """


class ResponseFormatResponseFormatJsonSchema(TypedDict, total=False):
    """The answer is JSON that follows a schema."""

    json_schema: Required[ResponseFormatResponseFormatJsonSchemaJsonSchema]
    """The schema."""

    type: Required[Literal["json_schema"]]
    """Always `json_schema`."""


class ResponseFormatResponseFormatJsonObject(TypedDict, total=False):
    """The answer is any JSON object; a message must ask for JSON too."""

    type: Required[Literal["json_object"]]
    """Always `json_object`."""


ResponseFormat: TypeAlias = Union[
    ResponseFormatResponseFormatText,
    ResponseFormatResponseFormatJsonSchema,
    ResponseFormatResponseFormatJsonObject,
]
"""The format of the answer: text, JSON that follows a schema, or any JSON object."""


class SearchSettings(TypedDict, total=False):
    """How compound systems search the web."""

    country: str | None
    """The country whose pages are preferred, by its English name in lower case."""

    exclude_domains: SequenceNotStr[str] | None
    """Domains to exclude, at most 20; `*` matches any part of a name."""

    include_domains: SequenceNotStr[str] | None
    """The only domains to search, at most 20; `*` matches any part of a name."""

    include_images: bool | None
    """Whether to search for images too; `False` by default."""


if TYPE_CHECKING:
    from .chat_completion_message_union_param import ChatCompletionMessageUnionParam as _Message
    from .chat_completion_tool_union_param import ChatCompletionToolUnionParam as _Tool

    class _CheckedOnly(TypedDict, total=False):
        """Arguments that the API's schema lacks; see `groq.types`."""

        stream_options: ChatCompletionStreamOptionsParam | None
        """Options of the stream; with `stream`."""

else:
    _CheckedOnly = TypedDict
    _Message = ChatCompletionMessageParam
    _Tool = ChatCompletionToolParam


class CompletionCreateParams(_CheckedOnly, total=False):
    """The arguments of `client.chat.completions.create`."""

    messages: Required[Iterable[_Message]]
    """The conversation so far, oldest message first."""

    model: Required[str | ChatModel]
    """The model."""

    citation_options: Literal["enabled", "disabled"] | None
    """Whether the answer cites its sources; `enabled` by default."""

    compound_custom: CompoundCustom | None
    """The models and tools of a compound system."""

    disable_tool_validation: bool
    """Whether to accept calls of unknown tools; `False` by default."""

    documents: Iterable[Document] | None
    """Documents that the model may cite."""

    exclude_domains: SequenceNotStr[str] | None
    """Deprecated: domains not to search; see `search_settings`."""

    frequency_penalty: float | None
    """From -2 to 2; positive values make frequent words less likely; 0 by default."""

    function_call: FunctionCall | None
    """Deprecated: whether the model calls a function; see `tool_choice`."""

    functions: Iterable[Function] | None
    """Deprecated: functions that the model may call; see `tools`."""

    include_domains: SequenceNotStr[str] | None
    """Deprecated: the only domains to search; see `search_settings`."""

    include_reasoning: bool | None
    """Whether the answer has `reasoning`; excludes `reasoning_format`."""

    logit_bias: dict[str, int] | None
    """The bias of tokens, from -100 (never) to 100 (always); no model supports it yet."""

    logprobs: bool | None
    """Whether to return log probabilities; no model supports it yet."""

    max_completion_tokens: int | None
    """The most tokens of the answer, including its reasoning."""

    max_tokens: int | None
    """Deprecated: see `max_completion_tokens`."""

    metadata: dict[str, str] | None
    """Metadata of a stored completion; not supported yet."""

    n: int | None
    """The number of answers: 1."""

    parallel_tool_calls: bool | None
    """Whether an answer may call several tools; `True` by default."""

    presence_penalty: float | None
    """From -2 to 2; positive values make repeated words less likely; 0 by default."""

    reasoning_effort: ReasoningEffort | None
    """The amount of reasoning."""

    reasoning_format: ReasoningFormat | None
    """Where the reasoning is returned; excludes `include_reasoning`."""

    response_format: ResponseFormat | None
    """The format of the answer; text by default."""

    search_settings: SearchSettings | None
    """How compound systems search the web."""

    seed: int | None
    """A seed for sampling, for similar answers to the same request."""

    service_tier: ServiceTier | None
    """The service tier of the request; `on_demand` by default."""

    stop: str | SequenceNotStr[str] | None
    """Up to 4 texts that end the answer, which does not include them."""

    store: bool | None
    """Whether to store the answer; not supported yet."""

    stream: bool | None
    """Whether to return a stream of chunks; `False` by default."""

    temperature: float | None
    """From 0 to 2, higher is more random; 1 by default."""

    tool_choice: ChatCompletionToolChoiceOptionParam | None
    """Whether and which tools the model calls; `auto` by default with `tools`."""

    tools: Iterable[_Tool] | None
    """The tools that the model may call, at most 128."""

    top_logprobs: int | None
    """From 0 to 20: likely tokens to return for each position; with `logprobs`."""

    top_p: float | None
    """From 0 to 1: sample from the likeliest tokens with this total probability; 1 by default."""

    user: str | None
    """An id of the end user, for detecting abuse."""
