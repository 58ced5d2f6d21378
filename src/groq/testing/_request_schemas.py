"""The schemas of requests, as the API enforces them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._json import JSONObject
from ._validation import Validator

_STRING: JSONObject = {"type": "string"}
_BOOLEAN: JSONObject = {"type": "boolean"}
_OBJECT: JSONObject = {"type": "object"}
_STRINGS: JSONObject = {"type": "array", "items": _STRING}


def _object(properties: Mapping[str, Any], *required: str) -> JSONObject:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _number(least: float, most: float, kind: str = "number") -> JSONObject:
    return {"type": kind, "minimum": least, "maximum": most}


def _one_of(*values: str) -> JSONObject:
    return {"enum": list(values)}


def _or_null(schema: JSONObject) -> JSONObject:
    """Allow `null` for an optional field."""
    if "enum" in schema:
        return {"enum": [*schema["enum"], None]}
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [*schema["anyOf"], {"type": "null"}]}


def _by(name: str, **schemas: JSONObject) -> JSONObject:
    return {"discriminator": {"propertyName": name, "mapping": schemas}}


_TEXT_PART = _object({"type": _STRING, "text": _STRING}, "type", "text")
_IMAGE = _object({"url": _STRING, "detail": _one_of("auto", "low", "high")}, "url")
_IMAGE_PART = _object({"type": _STRING, "image_url": _IMAGE}, "type", "image_url")
_DOCUMENT = _object({"data": _OBJECT, "id": _or_null(_STRING)}, "data")
_DOCUMENT_PART = _object({"type": _STRING, "document": _DOCUMENT}, "type", "document")
_PARTS = _by("type", text=_TEXT_PART, image_url=_IMAGE_PART, document=_DOCUMENT_PART)
_CONTENT: JSONObject = {"anyOf": [_STRING, {"type": "array", "minItems": 1, "items": _PARTS}]}

_CALLED = _object({"name": _STRING, "arguments": _STRING}, "name", "arguments")
_TOOL_CALL = _object(
    {"id": _STRING, "type": _one_of("function"), "function": _CALLED}, "id", "type", "function"
)

# `name` is refused in messages of users and tools, but accepted in those of assistants.
_MESSAGE = _by(
    "role",
    system=_object({"role": _STRING, "content": _CONTENT}, "content"),
    developer=_object({"role": _STRING, "content": _CONTENT}, "content"),
    user=_object({"role": _STRING, "content": _CONTENT}, "content"),
    tool=_object(
        {"role": _STRING, "content": _CONTENT, "tool_call_id": _STRING}, "content", "tool_call_id"
    ),
    function=_object(
        {"role": _STRING, "content": _or_null(_STRING), "name": _STRING}, "content", "name"
    ),
    assistant=_object(
        {
            "role": _STRING,
            "content": _or_null(_CONTENT),
            "reasoning": _or_null(_STRING),
            "name": _STRING,
            "tool_calls": {"type": ["array", "null"], "items": _TOOL_CALL},
            "function_call": _or_null(_CALLED),
        }
    ),
)

_FUNCTION = _object(
    {
        "name": {"type": "string", "minLength": 1},
        "description": _STRING,
        "parameters": _OBJECT,
        # The API refuses `null` here, as an unknown property.
        "strict": _BOOLEAN,
    },
    "name",
)
_MCP_TOOL = _object(
    {
        "type": _STRING,
        "server_label": _STRING,
        "server_url": _STRING,
        "headers": _or_null(_OBJECT),
        "server_description": _or_null(_STRING),
        "require_approval": {},
        "allowed_tools": {},
    },
    "server_label",
    "server_url",
)
_TOOL = _by(
    "type",
    function=_object({"type": _STRING, "function": _FUNCTION}, "function"),
    browser_search=_object({"type": _STRING}),
    code_interpreter=_object({"type": _STRING}),
    mcp=_MCP_TOOL,
)
_NAMED_TOOL = _object(
    {"type": _one_of("function"), "function": _object({"name": _STRING}, "name")},
    "type",
    "function",
)
_TOOL_CHOICE: JSONObject = {"anyOf": [_one_of("none", "auto", "required"), _NAMED_TOOL]}
_JSON_SCHEMA = _object(
    {
        "name": {"type": "string", "minLength": 1, "maxLength": 64},
        "description": _or_null(_STRING),
        "schema": _OBJECT,
        "strict": _or_null(_BOOLEAN),
    },
    "name",
)
_RESPONSE_FORMAT: JSONObject = {
    "anyOf": [
        _object({"type": _one_of("text")}, "type"),
        _object({"type": _one_of("json_object")}, "type"),
        _object(
            {"type": _one_of("json_schema"), "json_schema": _JSON_SCHEMA}, "type", "json_schema"
        ),
    ]
}
_SEARCH_SETTINGS = _object(
    {
        "country": _or_null(_STRING),
        "exclude_domains": _or_null(_STRINGS),
        "include_domains": _or_null(_STRINGS),
        "include_images": _or_null(_BOOLEAN),
    }
)

_MAY_BE_NULL: dict[str, JSONObject] = {
    "citation_options": _one_of("enabled", "disabled"),
    "compound_custom": _OBJECT,
    "documents": {"type": "array"},
    "exclude_domains": _STRINGS,
    "frequency_penalty": _number(-2, 2),
    "function_call": {"anyOf": [_one_of("none", "auto", "required"), _object({"name": _STRING})]},
    "functions": {"type": "array", "maxItems": 128, "items": _FUNCTION},
    "include_domains": _STRINGS,
    "include_reasoning": _BOOLEAN,
    "logit_bias": _OBJECT,
    "logprobs": _BOOLEAN,
    "max_completion_tokens": {"type": "integer", "minimum": 1},
    "max_tokens": {"type": "integer", "minimum": 1},
    "metadata": _OBJECT,
    "n": _number(1, 1, "integer"),
    "parallel_tool_calls": _BOOLEAN,
    "presence_penalty": _number(-2, 2),
    "reasoning_effort": _one_of("none", "default", "low", "medium", "high"),
    "reasoning_format": _one_of("hidden", "raw", "parsed"),
    "response_format": _RESPONSE_FORMAT,
    "search_settings": _SEARCH_SETTINGS,
    "seed": {"type": "integer"},
    "service_tier": _one_of("auto", "on_demand", "flex", "performance"),
    "stop": {"anyOf": [_STRING, {**_STRINGS, "maxItems": 4}]},
    "store": _BOOLEAN,
    "stream": _BOOLEAN,
    "stream_options": _object({"include_usage": _BOOLEAN}),
    "temperature": _number(0, 2),
    "tool_choice": _TOOL_CHOICE,
    "tools": {"type": "array", "maxItems": 128, "items": _TOOL},
    "top_logprobs": _number(0, 20, "integer"),
    "top_p": _number(0, 1),
    "user": _STRING,
}

CHAT = Validator(
    _object(
        {
            "model": {"type": "string", "minLength": 1},
            "messages": {"type": "array", "minItems": 1, "items": _MESSAGE},
            "disable_tool_validation": _BOOLEAN,
            **{name: _or_null(schema) for name, schema in _MAY_BE_NULL.items()},
        },
        "model",
        "messages",
    )
)

_INPUT_TEXT = _object({"type": _STRING, "text": _STRING}, "text")
_INPUT_IMAGE = _object(
    {"type": _STRING, "image_url": _or_null(_STRING), "detail": _one_of("auto", "low", "high")},
    "image_url",
)
# Parts of an answer may be sent back with all their fields.
_OUTPUT_TEXT = _object(
    {"type": _STRING, "text": _STRING, "annotations": {}, "logprobs": {}}, "text"
)
_INPUT_PARTS = _by(
    "type", input_text=_INPUT_TEXT, input_image=_INPUT_IMAGE, output_text=_OUTPUT_TEXT
)
_INPUT_MESSAGE = _object(
    {
        "type": _STRING,
        "role": _one_of("user", "assistant", "system", "developer"),
        "content": {"anyOf": [_STRING, {"type": "array", "minItems": 1, "items": _INPUT_PARTS}]},
        "id": _STRING,
        "status": _STRING,
    },
    "role",
    "content",
)
_INPUT_CALL = _object(
    {
        "type": _STRING,
        "call_id": _STRING,
        "name": _STRING,
        "arguments": _STRING,
        "id": _STRING,
        "status": _STRING,
    },
    "call_id",
    "name",
    "arguments",
)
_INPUT_RESULT = _object(
    {"type": _STRING, "call_id": _STRING, "output": _STRING, "id": _STRING, "status": _STRING},
    "call_id",
    "output",
)
_INPUT_APPROVAL = _object(
    {
        "type": _STRING,
        "approval_request_id": _STRING,
        "approve": _BOOLEAN,
        "id": _STRING,
        "reason": _or_null(_STRING),
    },
    "approval_request_id",
    "approve",
)
# Agents send reasoning back. It is not known whether the API accepts it; this server does.
_INPUT_THOUGHTS = _object(
    {
        "type": _STRING,
        "id": _STRING,
        "summary": {"type": "array"},
        "content": {"type": ["array", "null"]},
        "status": _or_null(_STRING),
        "encrypted_content": {"enum": [None]},
    },
    "summary",
)
_INPUT_ITEM = _by(
    "type",
    message=_INPUT_MESSAGE,
    function_call=_INPUT_CALL,
    function_call_output=_INPUT_RESULT,
    reasoning=_INPUT_THOUGHTS,
    item_reference=_object({"type": _STRING, "id": _STRING}, "id"),
    mcp_approval_response=_INPUT_APPROVAL,
)
_FLAT_FUNCTION = _object(
    {
        "type": _STRING,
        "name": {"type": "string", "minLength": 1},
        "description": _or_null(_STRING),
        "parameters": _or_null(_OBJECT),
        "strict": _or_null(_BOOLEAN),
    },
    "name",
)
_FLAT_TOOL = _by(
    "type",
    function=_FLAT_FUNCTION,
    browser_search=_object({"type": _STRING}),
    code_interpreter=_object({"type": _STRING, "container": _OBJECT}, "container"),
    mcp=_object(
        {
            "type": _STRING,
            "server_label": _STRING,
            "server_url": _STRING,
            "connector_id": _STRING,
            "authorization": _STRING,
            "headers": _or_null(_OBJECT),
            "server_description": _STRING,
            "require_approval": {},
            "allowed_tools": {},
        },
        "server_label",
    ),
)
_TEXT_FORMAT: JSONObject = {
    "anyOf": [
        _object({"type": _one_of("text")}, "type"),
        _object({"type": _one_of("json_object")}, "type"),
        _object({"type": _one_of("json_schema"), **_JSON_SCHEMA["properties"]}, "type", "name"),
    ]
}
_OF_RESPONSES: dict[str, JSONObject] = {
    "include": _STRINGS,
    "instructions": _STRING,
    "max_output_tokens": {"type": "integer", "minimum": 1},
    "metadata": _OBJECT,
    "parallel_tool_calls": _BOOLEAN,
    "reasoning": _object({"effort": _or_null(_one_of("low", "medium", "high"))}),
    "service_tier": _one_of("auto", "default", "flex"),
    "store": _BOOLEAN,
    "stream": _BOOLEAN,
    "temperature": _number(0, 2),
    "text": _object({"format": _TEXT_FORMAT}),
    "tool_choice": {
        "anyOf": [
            _one_of("none", "auto", "required"),
            _object({"type": _one_of("function"), "name": _STRING}, "type", "name"),
        ]
    },
    "tools": {"type": "array", "maxItems": 128, "items": _FLAT_TOOL},
    "top_p": _number(0, 1),
    "truncation": _one_of("auto", "disabled"),
    "user": _STRING,
}
RESPONSES = Validator(
    _object(
        {
            "model": {"type": "string", "minLength": 1},
            "input": {"anyOf": [_STRING, {"type": "array", "minItems": 1, "items": _INPUT_ITEM}]},
            **{name: _or_null(schema) for name, schema in _OF_RESPONSES.items()},
        },
        "model",
        "input",
    )
)
_TEXTS: JSONObject = {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}
EMBEDDINGS = Validator(
    _object(
        {
            "model": _STRING,
            "input": {"anyOf": [{"type": "string", "minLength": 1}, _TEXTS]},
            "encoding_format": _one_of("float", "base64"),
            "user": _or_null(_STRING),
        },
        "model",
        "input",
    )
)
SPEECH = Validator(
    _object(
        {
            "model": _STRING,
            "input": {"type": "string", "minLength": 1},
            "voice": _STRING,
            "response_format": _one_of("flac", "mp3", "mulaw", "ogg", "wav"),
            "sample_rate": {"enum": [8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]},
            "speed": _number(0.5, 5),
        },
        "model",
        "input",
        "voice",
    )
)
BATCH = Validator(
    _object(
        {
            "input_file_id": _STRING,
            "endpoint": _one_of(
                "/v1/chat/completions", "/v1/audio/transcriptions", "/v1/audio/translations"
            ),
            "completion_window": _STRING,
            "metadata": _or_null(_OBJECT),
        },
        "input_file_id",
        "endpoint",
        "completion_window",
    )
)
_AUDIO_FIELDS = ("model", "file", "url", "prompt", "response_format", "temperature")
TRANSLATION_FIELDS = _AUDIO_FIELDS
TRANSCRIPTION_FIELDS = (*_AUDIO_FIELDS, "language", "timestamp_granularities[]")
FILE_FIELDS = ("file", "purpose")
