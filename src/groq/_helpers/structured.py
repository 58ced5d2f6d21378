"""Structured outputs: converts a type to a JSON Schema, and an answer to a value of that type.

Pydantic generates the schema and decodes the answer. This module makes the schema strict if
requested: every property required, no others allowed, and no keyword that strict mode lacks.

See https://console.groq.com/docs/structured-outputs
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Generic, Protocol, cast

from typing_extensions import TypeVar, override

from .._exceptions import APIError, GroqError, error_details, restore
from .._http import codec
from .._types import Maybe, NotGiven, Omit, TypeForm

if TYPE_CHECKING:
    import pydantic

    from .._models import BaseModel
    from ..types.chat import (
        ChatCompletion,
        ChatCompletionMessage,
        ChatCompletionMessageParam,
        ParsedChatCompletion,
        ParsedChoice,
    )
    from ..types.chat.chat_completion import Choice
    from ..types.chat.chat_completion_message_tool_call import ChatCompletionMessageToolCall
    from ..types.chat.completion_create_params import (
        ResponseFormat,
        ResponseFormatResponseFormatJsonSchema,
    )
    from ..types.responses import Response

__all__ = [
    "ContentFilterFinishReasonError",
    "LengthFinishReasonError",
    "StructuredOutputError",
]

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)
_ModelT = TypeVar("_ModelT", bound="BaseModel")


# ---------------------------------------------------------------------------------------- errors


class UnusableAnswerError(GroqError):
    """An answer arrived, but not in the requested form."""

    completion: ChatCompletion
    """The answer as it arrived; one of the Responses API is in `response`."""

    response: Response | None = None
    """The answer of the Responses API as it arrived."""

    def __init__(self, message: str, *, completion: ChatCompletion | Response) -> None:
        from ..types.responses import Response

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


# ----------------------------------------------------------------------------------------- types


class OutputType(Generic[_T]):
    """The requested type of an answer, with its schema and its decoder.

    The root of a schema must be an object. Other types, such as `list[int]` or a union, are wrapped
    in an object, as its `value`, and unwrapped again.
    """

    name: str
    """The name of the schema in the request."""

    def __init__(self, kind: TypeForm[_T]) -> None:
        self.name = re.sub(r"\W+", "_", getattr(kind, "__name__", ""), flags=re.ASCII)[:64]
        self.name = self.name.strip("_") or "answer"
        adapter, self._schema = _adapter_and_schema(kind, self.name)
        self._is_wrapped = not is_object(self._schema)
        if self._is_wrapped:
            adapter, self._schema = _adapter_and_schema(_wrapper(kind), self.name)
        self._validate: Callable[[str], Any] = adapter.validate_json

    def param(self, *, strict: bool) -> ResponseFormatResponseFormatJsonSchema:
        """Return a new `response_format` of a request.

        Raises `TypeError` if strict mode is requested and cannot express the type.
        """
        schema = self.schema(strict=strict)
        return {
            "type": "json_schema",
            "json_schema": {"name": self.name, "schema": schema, "strict": strict},
        }

    def schema(self, *, strict: bool) -> dict[str, object]:
        """Return a new JSON Schema.

        Raises `TypeError` if strict mode is requested and cannot express the type.
        """
        return strict_json_schema(self._schema, self.name) if strict else deepcopy(self._schema)

    def parse(self, text: str) -> _T:
        """Decode a complete answer. Raises `pydantic.ValidationError` if it does not fit."""
        value = self._validate(text)
        return cast("_T", value.value if self._is_wrapped else value)  # validated as `kind`

    def parse_partial(self, text: str) -> object | None:
        """Decode the start of an answer to plain JSON; return `None` if it is too short."""
        value = partial_json(text)
        if not self._is_wrapped:
            return value
        return cast("dict[str, object]", value).get("value") if isinstance(value, dict) else None


@functools.lru_cache(maxsize=256)
def _cached_output_type(kind: Hashable) -> OutputType[Any]:
    with codec.building:
        return OutputType(cast("type[Any]", kind))  # any type that pydantic can describe


def output_type(
    response_format: TypeForm[_T] | ResponseFormat | Omit | NotGiven | None,
) -> OutputType[_T] | None:
    """Return the requested type; `None` without one, or for a `response_format` that is a dict.

    Raises `TypeError` for a type that pydantic cannot describe.
    """
    if response_format is None or isinstance(response_format, (Omit, NotGiven, Mapping)):
        return None
    try:
        hash(response_format)
    except TypeError:  # an annotation may have an unhashable part
        return OutputType(response_format)
    return _cached_output_type(cast("Hashable", response_format))  # it was hashed just above


STRICT_MODELS = frozenset({"openai/gpt-oss-20b", "openai/gpt-oss-120b"})
"""The models that support strict mode; all others do their best (November 2026)."""


def response_format_param(
    response_format: TypeForm[object] | ResponseFormat | Omit | NotGiven | None,
    *,
    model: str,
    strict: bool | None,
) -> Maybe[ResponseFormat | None]:
    """Return the `response_format` of a request: of a type, or the given dict.

    Raises `TypeError` if strict mode is requested and cannot express the type.
    """
    if response_format is None or isinstance(response_format, (Omit, NotGiven)):
        return response_format
    if isinstance(response_format, Mapping):
        # No type form is a mapping; `object`, because checkers disagree on that.
        return cast("ResponseFormat", cast("object", response_format))
    output = output_type(response_format)
    if output is None:
        return None
    return output.param(strict=model in STRICT_MODELS if strict is None else strict)


def _adapter_and_schema(kind: Any, name: str) -> tuple[pydantic.TypeAdapter[Any], dict[str, Any]]:
    """Return the validator and the JSON Schema of a type.

    Raises `TypeError` for a type that pydantic cannot describe.
    """
    import pydantic

    expected = "a pydantic model, a dataclass, a TypedDict or another type that pydantic describes"
    if isinstance(kind, str):
        raise TypeError(f"Expected {expected} as `response_format` but received {kind!r}")
    try:
        adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(kind)
        schema = adapter.json_schema()
    except (pydantic.PydanticUserError, pydantic.PydanticUndefinedAnnotation) as error:
        reason = str(error).partition("\n")[0]
        raise TypeError(
            f"Expected {expected} as `response_format` but `{name}` is none: {reason}"
        ) from error
    _refuse_paths(adapter.core_schema)
    return adapter, schema


def _refuse_paths(core_schema: object) -> None:
    """Raise `TypeError` for a field that is read from a path, which no schema can describe."""
    pending = [core_schema]
    while pending:
        part = pending.pop()
        if isinstance(part, list):
            pending += cast("list[object]", part)
        elif isinstance(part, dict):
            schema = cast("dict[str, object]", part)
            alias = schema.get("validation_alias")
            if isinstance(alias, list) and not any(map(_is_key, _paths(alias))):
                raise TypeError(
                    "Expected fields that an answer can have by their name or alias but received "
                    f"the validation alias {alias!r}"
                )
            pending += [each for key, each in schema.items() if key != "metadata"]


def _paths(alias: Any) -> list[Any]:
    """Return the alternative paths that a field is read from."""
    return alias if isinstance(alias[0], list) else [alias]


def _is_key(path: list[object]) -> bool:
    return len(path) == 1 and isinstance(path[0], str)


def _wrapper(kind: Any) -> type[pydantic.BaseModel]:
    import pydantic

    return pydantic.create_model("Answer", value=(kind, ...))


def partial_json(text: str) -> object | None:
    """Decode the start of a JSON text; return `None` if it is too short."""
    from pydantic_core import from_json

    decode: Callable[..., object] = from_json
    data = text.encode("utf-8", "replace")  # a lone surrogate cannot be decoded
    try:
        try:
            return decode(data, allow_partial="trailing-strings")
        except TypeError:  # pydantic 2.8 leaves out an incomplete string
            return decode(data, allow_partial=True)
    except ValueError:
        return None


# -------------------------------------------------------------------------------- strict schemas


_DROPPED = {"default", "discriminator", "uniqueItems"}
"""Keywords removed from the schema; they do not restrict the answer."""

_MOVED_TO_DESCRIPTION = {
    *("format", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum"),
    *("exclusiveMaximum", "exclusiveMinimum", "multipleOf", "pattern", "contentEncoding"),
}
"""Keywords that strict mode refuses; they move to the description, and pydantic checks them."""

_REFUSED = {
    "prefixItems": "a tuple of different types; use a model with a field for each",
    "patternProperties": "an object with free keys; use a list of objects with a key and a value",
    "propertyNames": "an object with free keys; use a list of objects with a key and a value",
    "allOf": "several schemas at once",
    "not": "what something is not",
    "if": "a condition",
    "dependentSchemas": "a condition",
    "dependentRequired": "a condition",
}


def strict_json_schema(schema: Mapping[str, Any], name: str) -> dict[str, object]:
    """Return a new schema for strict mode.

    Raises `TypeError`, with the path from `name` on, for a part that strict mode cannot express.
    """
    # A root that is a reference, as that of a recursive type, is replaced by its definition.
    part = _resolved(schema)
    return _strict(part, name)


def _resolved(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a root with its reference resolved."""
    part = dict(schema)
    # Before 2.9, pydantic puts the reference of a recursive type under `allOf`.
    if len(part.get("allOf", ())) == 1:
        (base,) = part.pop("allOf")
        return _resolved({**base, **part})
    reference = part.pop("$ref", None)
    if reference is None:
        return part
    return _resolved({**part["$defs"][reference.removeprefix("#/$defs/")], **part})


def _strict(schema: object, path: str) -> dict[str, Any]:
    """Return the strict form of a part of a schema."""
    given = cast("dict[str, Any]", schema) if isinstance(schema, dict) else {}
    part: dict[str, Any] = {key: given[key] for key in given if key not in _DROPPED}
    if "oneOf" in part:
        part["anyOf"] = part.pop("oneOf")
    if len(part.get("allOf", ())) == 1:
        part["anyOf"] = part.pop("allOf")
    if "$ref" in part and len(part) > 1:
        # A reference cannot have siblings, so a described one is wrapped in `anyOf`.
        part["anyOf"] = [{"$ref": part.pop("$ref")}]
    if "$ref" in part:
        return part
    for key in _REFUSED.keys() & part.keys():
        raise _inexpressible(path, _REFUSED[key])
    moved = "; ".join(
        f"{key}: {part.pop(key)}" for key in sorted(_MOVED_TO_DESCRIPTION & part.keys())
    )
    if moved:
        part["description"] = f"{part['description']} ({moved})" if "description" in part else moved
    if "properties" in part or part.get("type") == "object":
        _close(part, path)
    elif part.get("type") == "array":
        part["items"] = _strict(part.get("items"), f"{path}[]")
    elif "anyOf" in part:
        part["anyOf"] = [_strict(each, path) for each in part["anyOf"]]
    elif not part.keys() & {"type", "enum", "const"}:
        raise _inexpressible(path, "a value of any type; name the types that it can have")
    if "$defs" in part:
        part["$defs"] = {name: _strict(each, name) for name, each in part["$defs"].items()}
    return part


def _close(part: dict[str, Any], path: str) -> None:
    """Require all properties of an object, and allow no others."""
    if "properties" not in part:
        raise _inexpressible(path, _REFUSED["propertyNames"])
    properties = part["properties"]
    part["properties"] = {
        name: _strict(each, f"{path}.{name}") for name, each in properties.items()
    }
    part["required"] = list(properties)
    part["additionalProperties"] = False


def is_object(schema: Mapping[str, Any]) -> bool:
    """Say whether the root of a schema is an object, or refers to one."""
    return bool(_resolved(schema).get("type") == "object")


def _inexpressible(path: str, what: str) -> TypeError:
    return TypeError(
        f"Strict structured outputs cannot express `{path}`: it is {what}. "
        "With `strict=False` the model does its best."
    )


# ----------------------------------------------------------------------------------- corrections


CORRECTABLE = frozenset({"tool_use_failed", "json_validate_failed"})
"""The codes of errors that are about the model's output."""


def is_correctable(error: Exception) -> bool:
    """Say whether an error is about the model's output, so that the model can correct it."""
    if isinstance(error, APIError):
        return error.code in CORRECTABLE
    return isinstance(error, StructuredOutputError)


def correction(error: Exception, text: str | None = None) -> list[ChatCompletionMessageParam]:
    """Return the messages that ask the model to correct its answer.

    Args:
        error: The error: a `StructuredOutputError`, or one with a code of `CORRECTABLE`.
        text: The text for the model; the default is the error's message.
    """
    wrote: object = getattr(
        error, "text" if isinstance(error, StructuredOutputError) else "failed_generation", None
    )
    reason = error_details(getattr(error, "body", None)).get("message") or error
    messages: list[ChatCompletionMessageParam] = []
    if wrote:
        messages.append({"role": "assistant", "content": str(wrote)})
    content = text or f"Your last answer was refused: {reason}\nCorrect it."
    messages.append({"role": "user", "content": content})
    return messages


# --------------------------------------------------------------------------------------- answers


class Decoder(Protocol[_T_co]):
    """The interface of a decoder of an answer, which may refuse its parts."""

    def check_is_whole(self, finish_reason: str | None, completion: ChatCompletion) -> None:
        """Raise for an answer that was cut off."""
        ...

    def content(self, message: ChatCompletionMessage, completion: ChatCompletion) -> _T_co | None:
        """Decode the content of a message."""
        ...

    def arguments(self, tool: str, text: str, completion: ChatCompletion) -> object | None:
        """Decode the arguments of a call."""
        ...


class Parsers(Generic[_T]):
    """Decodes an answer: its content to a type, and the arguments of each call by its tool.

    A tool with a method `parse_arguments`, or a type as `model`, decodes its own arguments; those
    of a plain tool with `strict` are decoded to plain JSON.
    """

    output: OutputType[_T] | None
    """Decodes the content."""

    kind: Any
    """The type of the content; `None` without one."""

    def __init__(
        self,
        response_format: TypeForm[_T] | ResponseFormat | Omit | NotGiven | None,
        tools: Iterable[object] | Omit | NotGiven | None,
    ) -> None:
        self.output = output_type(response_format)
        self.kind = response_format if self.output is not None else None
        given = () if tools is None or isinstance(tools, (Omit, NotGiven)) else tools
        self._of_tools = dict(_argument_parsers(given))

    def __bool__(self) -> bool:
        return self.output is not None or bool(self._of_tools)

    def decodes(self, tool: str) -> bool:
        """Say whether the arguments of a tool are decoded."""
        return tool in self._of_tools

    def check_is_whole(self, finish_reason: str | None, completion: ChatCompletion) -> None:
        """Raise if the answer was cut off and has a part to decode."""
        if not self:
            return
        if finish_reason == "length":
            raise LengthFinishReasonError(completion=completion)
        if finish_reason == "content_filter":
            raise ContentFilterFinishReasonError(completion=completion)

    def content(self, message: ChatCompletionMessage, completion: ChatCompletion) -> _T | None:
        """Return the content of a message as the requested type.

        Raises `StructuredOutputError` if it does not fit.
        """
        text = message.content
        if text is None or (not text and message.tool_calls):
            return None
        if (message.model_extra or {}).get("refusal"):
            return None
        return self.text(text, completion)

    def text(self, text: str, completion: ChatCompletion | Response) -> _T | None:
        """Return a text as the requested type; `None` without one.

        Raises `StructuredOutputError` if it does not fit.
        """
        if self.output is None:
            return None
        expected = f"content that fits `{self.output.name}`"
        return _decoded(self.output.parse, text, expected, completion)

    def arguments(
        self, tool: str, text: str, completion: ChatCompletion | Response
    ) -> object | None:
        """Return the arguments of a call as the type of its tool.

        Raises `StructuredOutputError` if they do not fit.
        """
        parse = self._of_tools.get(tool)
        if parse is None:
            return None
        return _decoded(parse, text, f"arguments that fit the tool `{tool}`", completion)


class PartialParsers:
    """Decodes an incomplete answer to plain JSON, and never raises."""

    def __init__(self, whole: Parsers[Any]) -> None:
        self._whole = whole

    def check_is_whole(self, finish_reason: str | None, completion: ChatCompletion) -> None:
        """Do nothing, since an incomplete answer is expected."""

    def content(self, message: ChatCompletionMessage, completion: ChatCompletion) -> object | None:
        """Return the content so far."""
        output = self._whole.output
        return output.parse_partial(message.content or "") if output else None

    def arguments(self, tool: str, text: str, completion: ChatCompletion) -> object | None:
        """Return the arguments so far."""
        return partial_json(text) if self._whole.decodes(tool) else None


def _argument_parsers(tools: Iterable[object]) -> Iterable[tuple[str, Callable[[str], object]]]:
    for tool in tools:
        if not isinstance(tool, Mapping):
            continue
        function: object = cast("Mapping[str, object]", tool).get("function")
        if not isinstance(function, Mapping):
            continue
        definition = cast("Mapping[str, object]", function)
        name = str(definition.get("name"))
        parse: object = getattr(cast("object", tool), "parse_arguments", None)
        model: type[object] | None = getattr(cast("object", tool), "model", None)
        if callable(parse):
            yield (
                name,
                cast("Callable[[str], object]", parse),
            )  # the documented signature of that method
        elif (output := output_type(model)) is not None:
            yield name, output.parse
        elif definition.get("strict"):
            yield name, json.loads


def _decoded(
    parse: Callable[[str], _T], text: str, expected: str, completion: ChatCompletion | Response
) -> _T:
    try:
        return parse(text)
    except (ValueError, RecursionError) as error:
        raise StructuredOutputError(
            f"Expected {expected} but received something else: {_reason(error)}",
            text=text,
            completion=completion,
        ) from error


def _reason(error: Exception) -> str:
    import pydantic

    return validation_summary(error) if isinstance(error, pydantic.ValidationError) else str(error)


def validation_summary(
    error: pydantic.ValidationError, *, max_errors: int = 1, max_chars: int | None = None
) -> str:
    """Describe the first errors and their locations, without the values, and count the others.

    Args:
        error: The error of pydantic.
        max_errors: The most errors to describe.
        max_chars: The longest description without the count; unlimited by default.
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


def parse_chat_completion(
    completion: ChatCompletion, decoder: Decoder[_T]
) -> ParsedChatCompletion[_T]:
    """Decode an answer.

    Raises `LengthFinishReasonError`, `ContentFilterFinishReasonError` or `StructuredOutputError`.
    """
    from ..types.chat.chat_completion import Choice
    from ..types.chat.parsed_chat_completion import ParsedChatCompletion

    choices = [
        parse_choice(each, completion, decoder) for each in instances_of(Choice, completion.choices)
    ]
    # The class without a type parameter, which can be pickled and has a stable name.
    kind = cast("type[ParsedChatCompletion[_T]]", ParsedChatCompletion)
    return recast(kind, completion, choices=choices)


def parse_choice(
    choice: Choice, completion: ChatCompletion, decoder: Decoder[_T]
) -> ParsedChoice[_T]:
    """Decode one choice of an answer, and raise as `parse_chat_completion` does."""
    from ..types.chat.chat_completion_message import ChatCompletionMessage
    from ..types.chat.chat_completion_message_tool_call import ChatCompletionMessageToolCall
    from ..types.chat.parsed_chat_completion import ParsedChatCompletionMessage, ParsedChoice

    decoder.check_is_whole(choice.finish_reason, completion)
    changed: dict[str, object] = {}
    if (message := as_instance(ChatCompletionMessage, choice.message)) is not None:
        calls = instances_of(ChatCompletionMessageToolCall, message.tool_calls)
        parsed_calls = [_parse_call(call, completion, decoder) for call in calls]
        made = recast(
            cast("type[ParsedChatCompletionMessage[_T]]", ParsedChatCompletionMessage),
            message,
            **({"tool_calls": parsed_calls} if calls else {}),
        )
        put_unset(made, "parsed", decoder.content(message, completion))
        changed["message"] = made
    return recast(cast("type[ParsedChoice[_T]]", ParsedChoice), choice, **changed)


def _parse_call(
    call: ChatCompletionMessageToolCall, completion: ChatCompletion, decoder: Decoder[object]
) -> object:
    from ..types.chat.chat_completion_message_tool_call import Function
    from ..types.chat.parsed_function_tool_call import ParsedFunction, ParsedFunctionToolCall

    changed: dict[str, object] = {}
    if (function := as_instance(Function, call.function)) is not None:
        made = recast(ParsedFunction, function)
        parsed = decoder.arguments(function.name, function.arguments, completion)
        put_unset(made, "parsed_arguments", parsed)
        changed["function"] = made
    return recast(ParsedFunctionToolCall, call, **changed)


def as_instance(kind: type[_T], value: object) -> _T | None:
    """Return the value if it has the type; answers are decoded leniently."""
    return value if isinstance(value, kind) else None


def instances_of(kind: type[_T], values: object) -> list[_T]:
    """Return the values of a list that have the type; answers are decoded leniently."""
    if not isinstance(values, list):
        return []
    return [each for each in cast("list[object]", values) if isinstance(each, kind)]


def recast(kind: type[_ModelT], model: BaseModel, **changed: object) -> _ModelT:
    """Return a model as a subclass, with some fields changed."""
    values: dict[str, object] = {**model.__dict__, **(model.model_extra or {})}
    is_set = {name: value for name, value in values.items() if name in model.model_fields_set}
    made = codec.construct(kind, {**is_set, **changed})
    object.__setattr__(made, "_groq_request_id", getattr(model, "_groq_request_id", None))
    return made


def put_unset(model: BaseModel, name: str, value: object) -> None:
    """Store a decoded value in a model, without marking the field as set.

    Only set fields are sent if the message is sent back, and the API would refuse this one.
    """
    setattr(model, name, value)
    model.model_fields_set.discard(name)
