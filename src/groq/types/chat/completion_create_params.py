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
"""How long the model thinks: `none` or `default` for Qwen, `low` to `high` for GPT-OSS."""

ReasoningFormat: TypeAlias = Literal["hidden", "raw", "parsed"]
"""Where thoughts go: nowhere, into the content between `<think>` tags, or into `reasoning`."""


class CompoundCustomModels(TypedDict, total=False):
    """The models that a compound system is made of."""

    answering_model: str | None
    """The model that writes the answer."""

    reasoning_model: str | None
    """The model that plans, and chooses the tools."""


class CompoundCustomToolsWolframSettings(TypedDict, total=False):
    """How a compound system asks Wolfram Alpha."""

    authorization: str | None
    """The caller's key for Wolfram Alpha."""


class CompoundCustomTools(TypedDict, total=False):
    """The tools that a compound system has."""

    enabled_tools: SequenceNotStr[str] | None
    """Their names, for example `web_search`; all when left out."""

    wolfram_settings: CompoundCustomToolsWolframSettings | None
    """How to ask Wolfram Alpha."""


class CompoundCustom(TypedDict, total=False):
    """What a compound system is made of."""

    models: CompoundCustomModels | None
    """Its models."""

    tools: CompoundCustomTools | None
    """Its tools."""


class DocumentSourceChatCompletionDocumentSourceText(TypedDict, total=False):
    """A document that is text."""

    text: Required[str]
    """The text."""

    type: Required[Literal["text"]]
    """Always `text`."""


class DocumentSourceChatCompletionDocumentSourceJson(TypedDict, total=False):
    """A document that is JSON."""

    data: Required[dict[str, object]]
    """The JSON."""

    type: Required[Literal["json"]]
    """Always `json`."""


DocumentSource: TypeAlias = Union[
    DocumentSourceChatCompletionDocumentSourceText,
    DocumentSourceChatCompletionDocumentSourceJson,
]
"""What is in a document: text or JSON."""


class Document(TypedDict, total=False):
    """A document that the model may cite."""

    source: Required[DocumentSource]
    """What is in it."""

    id: str | None
    """What citations call it; made up by the server when left out."""


class Function(TypedDict, total=False):
    """A function that the model may call, in the old form; new requests use `tools`."""

    name: Required[str]
    """Its name: letters, digits, `_` and `-`, at most 64 characters."""

    description: str
    """What it does; the model decides by it when to call the function, and how."""

    parameters: FunctionParameters
    """Its parameters as a JSON Schema; none when left out."""


FunctionCall: TypeAlias = Union[
    Literal["none", "auto", "required"], ChatCompletionFunctionCallOptionParam
]
"""Whether the model calls a function, in the old form; new requests use `tool_choice`."""


class ResponseFormatResponseFormatText(TypedDict, total=False):
    """The answer is text, as it is by default."""

    type: Required[Literal["text"]]
    """Always `text`."""


class ResponseFormatResponseFormatJsonSchemaJsonSchema(TypedDict, total=False):
    """The JSON Schema that the answer keeps to."""

    name: Required[str]
    """Its name: letters, digits, `_` and `-`, at most 64 characters."""

    description: str
    """What the answer is for; the model goes by it."""

    schema: dict[str, object]
    """The schema itself."""

    strict: bool | None
    """Whether the answer keeps to the schema to the letter; `False` by default.

    A strict schema has `additionalProperties: false`, and requires every property.
    """


class ResponseFormatResponseFormatJsonSchema(TypedDict, total=False):
    """The answer is JSON that keeps to a schema."""

    json_schema: Required[ResponseFormatResponseFormatJsonSchemaJsonSchema]
    """The schema."""

    type: Required[Literal["json_schema"]]
    """Always `json_schema`."""


class ResponseFormatResponseFormatJsonObject(TypedDict, total=False):
    """The answer is some JSON object; a message has to ask for JSON too."""

    type: Required[Literal["json_object"]]
    """Always `json_object`."""


ResponseFormat: TypeAlias = Union[
    ResponseFormatResponseFormatText,
    ResponseFormatResponseFormatJsonSchema,
    ResponseFormatResponseFormatJsonObject,
]
"""The form of the answer: text, JSON that keeps to a schema, or some JSON object."""


class SearchSettings(TypedDict, total=False):
    """How compound systems search the web."""

    country: str | None
    """The country whose pages come first, by its English name in small letters."""

    exclude_domains: SequenceNotStr[str] | None
    """Domains to leave out, at most 20; `*` stands for any part of a name."""

    include_domains: SequenceNotStr[str] | None
    """The only domains to search, at most 20; `*` stands for any part of a name."""

    include_images: bool | None
    """Whether to find pictures too; `False` by default."""


if TYPE_CHECKING:
    from .chat_completion_message_union_param import ChatCompletionMessageUnionParam as _Message
    from .chat_completion_tool_union_param import ChatCompletionToolUnionParam as _Tool

    class _CheckedOnly(TypedDict, total=False):
        """Arguments that the API's own schema does not name; see `groq.types`."""

        stream_options: ChatCompletionStreamOptionsParam | None
        """What else the stream tells; takes `stream`."""

else:
    _CheckedOnly = TypedDict
    _Message = ChatCompletionMessageParam
    _Tool = ChatCompletionToolParam


class CompletionCreateParams(_CheckedOnly, total=False):
    """The arguments of `client.chat.completions.create`."""

    messages: Required[Iterable[_Message]]
    """The conversation so far, oldest message first."""

    model: Required[str | ChatModel]
    """The model to ask."""

    citation_options: Literal["enabled", "disabled"] | None
    """Whether the answer cites what it rests on; `enabled` by default."""

    compound_custom: CompoundCustom | None
    """The models and tools that a compound system is made of."""

    disable_tool_validation: bool
    """Whether calls of unknown tools pass; `False` by default."""

    documents: Iterable[Document] | None
    """Documents that the model may cite."""

    exclude_domains: SequenceNotStr[str] | None
    """Deprecated: domains not to search; see `search_settings`."""

    frequency_penalty: float | None
    """From -2 to 2; above 0, words that came often come less; 0 by default."""

    function_call: FunctionCall | None
    """Deprecated: whether the model calls a function; see `tool_choice`."""

    functions: Iterable[Function] | None
    """Deprecated: functions that the model may call; see `tools`."""

    include_domains: SequenceNotStr[str] | None
    """Deprecated: the only domains to search; see `search_settings`."""

    include_reasoning: bool | None
    """Whether the answer has `reasoning`; excludes `reasoning_format`."""

    logit_bias: dict[str, int] | None
    """Token numbers, from -100 (never) to 100 (always); no model supports it yet."""

    logprobs: bool | None
    """Whether to tell how likely each token was; no model supports it yet."""

    max_completion_tokens: int | None
    """Tokens that the answer may have, its reasoning included."""

    max_tokens: int | None
    """Deprecated: see `max_completion_tokens`."""

    metadata: dict[str, str] | None
    """What to attach to a stored answer; not supported yet."""

    n: int | None
    """The number of answers: 1."""

    parallel_tool_calls: bool | None
    """Whether several calls may come at once; `True` by default."""

    presence_penalty: float | None
    """From -2 to 2; above 0, words that came at all come less; 0 by default."""

    reasoning_effort: ReasoningEffort | None
    """How long the model thinks."""

    reasoning_format: ReasoningFormat | None
    """Where thoughts go; excludes `include_reasoning`."""

    response_format: ResponseFormat | None
    """The form of the answer; text by default."""

    search_settings: SearchSettings | None
    """How compound systems search the web."""

    seed: int | None
    """A number that makes a like answer to the same request likely."""

    service_tier: ServiceTier | None
    """The tier to serve the request; `on_demand` by default."""

    stop: str | SequenceNotStr[str] | None
    """A text, or up to 4, where the answer ends. The text itself is left out."""

    store: bool | None
    """Whether to store the answer; not supported yet."""

    stream: bool | None
    """Whether the answer comes piece by piece; `False` by default."""

    temperature: float | None
    """From 0 to 2, higher is more random; 1 by default."""

    tool_choice: ChatCompletionToolChoiceOptionParam | None
    """Whether the model calls a tool; by default `auto`, if there are any."""

    tools: Iterable[_Tool] | None
    """The tools that the model may use, at most 128."""

    top_logprobs: int | None
    """From 0 to 20: likely tokens to tell for each place; takes `logprobs`."""

    top_p: float | None
    """From 0 to 1: only the likeliest tokens that add up to this share; 1 by default."""

    user: str | None
    """An id of the end user, for finding misuse."""
