"""The refusals of valid chat requests, and of model answers, beyond their schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ._answers import Refusal
from ._json import JSONObject, compact, is_list, is_object, list_of, object_of, text_of_content
from ._models import Model
from ._validation import TooLarge, Validator, Violation, is_type

_ADJUST = "Please adjust your prompt. See 'failed_generation' for more details."
_MOST_IMAGE = 4 * 1024 * 1024
"""The longest picture in base64, in characters."""
_UNSUPPORTED = ("logprobs", "top_logprobs", "logit_bias")


def judge_request(body: JSONObject, model: Model, prompt: int) -> None:
    """Raise the API's refusal of a request whose schema is valid, with the tokens of its prompt."""
    _judge_messages(body, model)
    _judge_reasoning(body, model)
    for name in _UNSUPPORTED:
        if body.get(name) not in (None, False):
            raise Refusal(400, f"`{name}` is not supported with this model", param=name)
    if body.get("store") is True:
        raise Refusal(400, "property 'store' is unsupported, did you mean 'stop'?")
    for place, tool in enumerate(list_of(body.get("tools"))):
        url = object_of(tool).get("server_url", "https://")
        if not str(url).startswith("https://"):
            raise Refusal(400, f"'tools.{place}.server_url' : value must be an https URL")
    _judge_length(body, model, prompt)
    _judge_response_format(body, model)


def _judge_messages(body: JSONObject, model: Model) -> None:
    for place, message in enumerate(body["messages"]):
        is_said = message.get("content") is not None or message.get("tool_calls")
        if not is_said and message["role"] == "assistant" and "function_call" not in message:
            raise Refusal(
                400,
                f"'messages.{place}' : for 'role:assistant' the following must be satisfied"
                f"[('messages.{place}.content' : property 'content' is missing)]",
            )
        images = [
            part["image_url"]["url"]
            for part in list_of(message.get("content"))
            if part["type"] == "image_url"
        ]
        if any(url.startswith("data:") and len(url) > _MOST_IMAGE for url in images):
            raise Refusal(413, "Request Entity Too Large", code="request_too_large")
        if images and model.is_judged and "image" not in model.reads:
            raise Refusal(
                400,
                f"'messages.{place}' : for 'role:{message['role']}' the following must be "
                f"satisfied[('messages.{place}.content' : value must be a string)]",
            )


def _judge_reasoning(body: JSONObject, model: Model) -> None:
    effort, form = body.get("reasoning_effort"), body.get("reasoning_format")
    if body.get("include_reasoning") is not None and form is not None:
        raise Refusal(400, "cannot specify both `include_reasoning` and `reasoning_format`")
    if model.is_judged and not model.efforts:
        for name in ("reasoning_effort", "reasoning_format"):
            if body.get(name) is not None:
                raise Refusal(400, f"`{name}` is not supported with this model", param=name)
    if model.is_judged and effort is not None and effort not in model.efforts:
        *most, last = (f"`{each}`" for each in model.efforts)
        words = f"{', '.join(most)}{',' if most[1:] else ''} or {last}"
        raise Refusal(400, f"`reasoning_effort` must be one of {words}")
    wants_json = object_of(body.get("response_format")).get("type", "text") != "text"
    if form == "raw" and (wants_json or body.get("tools")):
        raise Refusal(
            400,
            "`reasoning_format` must be `parsed` or `hidden` with JSON mode or tools",
            param="reasoning_format",
        )


def _judge_length(body: JSONObject, model: Model, prompt: int) -> None:
    for name in ("max_completion_tokens", "max_tokens"):
        if (body.get(name) or 0) > model.most_output and model.is_judged:
            most = model.most_output
            raise Refusal(
                400,
                f"`{name}` must be less than or equal to `{most}`, the maximum value for `{name}` "
                "is less than the `context_window` for this model",
                param=name,
            )
    if prompt > model.context and model.is_judged:
        raise Refusal(
            400,
            "Please reduce the length of the messages or completion.",
            code="context_length_exceeded",
            param="messages",
        )


def _judge_response_format(body: JSONObject, model: Model) -> None:
    wanted = object_of(body.get("response_format"))
    if wanted.get("type") == "json_object":
        text = " ".join(text_of_content(each.get("content")) for each in body["messages"])
        if "json" not in text.lower():
            raise Refusal(
                400,
                "'messages' must contain the word 'json' in some form, to use 'response_format' of "
                "type 'json_object'.",
            )
    described = object_of(wanted.get("json_schema"))
    if described.get("strict") is not True:
        return
    if model.is_judged and not model.has_strict_schemas:
        raise Refusal(
            400,
            "This model does not support response format `json_schema` with `strict`. See supported"
            " models at https://console.groq.com/docs/structured-outputs#supported-models",
            param="response_format",
        )
    for place, wrong in _not_strict(object_of(described.get("schema")), ""):
        raise Refusal(
            400,
            f"invalid JSON schema for response_format: '{described.get('name')}': {place}: {wrong}",
            param="response_format",
        )


def _not_strict(schema: JSONObject, place: str) -> Iterator[tuple[str, str]]:
    """Return the place where a schema violates strict mode, or `None`."""
    properties = object_of(schema.get("properties"))
    if properties or schema.get("type") == "object":
        required = list_of(schema.get("required"))
        missing = [name for name in properties if name not in required]
        if missing:
            wrong = (
                "`required` is required to be supplied and to be an array including every key in "
                f"properties. Missing '{missing[0]}'"
            )
            yield f"{place}/required", wrong
        if schema.get("additionalProperties") is not False:
            yield place or "/", "`additionalProperties:false` must be set on every object"
    for keyword in ("properties", "$defs", "definitions"):
        for name, inner in object_of(schema.get(keyword)).items():
            yield from _not_strict(object_of(inner), f"{place}/{keyword}/{name}")
    for keyword in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for number, inner in enumerate(list_of(schema.get(keyword))):
            yield from _not_strict(object_of(inner), f"{place}/{keyword}/{number}")
    if is_object(schema.get("items")):
        yield from _not_strict(schema["items"], f"{place}/items")


def prompt_tokens(body: JSONObject) -> int:
    """Estimate the tokens of a prompt: one per four characters, and a few per message."""
    texts = (
        text_of_content(object_of(message).get("content"))
        for message in list_of(body.get("messages"))
    )
    return 3 + sum(4 + (len(text) + 3) // 4 for text in texts)


# Answers


def judge_answer(
    body: JSONObject, tokens: Sequence[str], calls: Sequence[JSONObject], *, is_cut: bool
) -> Refusal | None:
    """Return the API's refusal of an answer that does not fit the request, or `None`."""
    if not (calls or body.get("tool_choice") or body.get("response_format")):
        return None
    content = "".join(tokens)
    if body.get("disable_tool_validation") is not True:
        refusal = _judge_calls(body, content, [call["function"] for call in calls])
        if refusal is not None:
            return refusal
    return None if calls else _judge_content(body, content, is_cut=is_cut)


def functions_of(body: JSONObject) -> dict[str, JSONObject]:
    """Return the functions of a request, by name."""
    functions = [
        object_of(object_of(tool).get("function"))
        for tool in list_of(body.get("tools"))
        if object_of(tool).get("type") == "function"
    ] + [object_of(each) for each in list_of(body.get("functions"))]
    return {str(function.get("name")): function for function in functions}


def _judge_calls(body: JSONObject, content: str, calls: list[JSONObject]) -> Refusal | None:
    choice = body.get("tool_choice")
    if not calls:
        if choice == "required" or is_object(choice):
            message = "Tool choice is required, but model did not call a tool"
            return _failed("tool_use_failed", message, content)
        return None
    functions = functions_of(body)
    wrong = [reason for call in calls if (reason := _wrong_call(call, functions))]
    if choice == "none" or not functions:
        wrong = ["Tool choice is none, but model called a tool"]
    if not wrong:
        return None
    written = [
        f'{{"name": {compact(each["name"])}, "arguments": {each["arguments"]}}}' for each in calls
    ]
    return _failed("tool_use_failed", wrong[0], "\n".join(written))


def _wrong_call(call: JSONObject, functions: dict[str, JSONObject]) -> str | None:
    failed = "Tool call validation failed: tool call validation failed:"
    name = call["name"]
    if name not in functions:
        return f"{failed} attempted to call tool '{name}' which was not in request.tools"
    try:
        arguments: object = json.loads(call["arguments"])
    except (ValueError, RecursionError):
        return "Failed to parse tool call arguments as JSON"
    found = _violations(arguments, functions[name].get("parameters", {}))
    if not found:
        return None
    reasons = ", ".join(_in_words_of_schema(each) for each in found)
    return f"{failed} parameters for tool {name} did not match schema: errors: [{reasons}]"


def _judge_content(body: JSONObject, content: str, *, is_cut: bool) -> Refusal | None:
    wanted = object_of(body.get("response_format"))
    if wanted.get("type", "text") == "text":
        return None
    try:
        value: object = json.loads(content)
    except (ValueError, RecursionError):
        message = f"Failed to validate JSON. {_ADJUST}"
        if is_cut:
            message = "max completion tokens reached before generating a valid document"
        return _failed("json_validate_failed", message, content)
    found = _violations(value, object_of(wanted.get("json_schema")).get("schema", {}))
    if not found:
        return None
    reasons = "; ".join(
        f"'/{'/'.join(map(str, each.path))}' {_in_words_of_schema(each)}" for each in found
    )
    message = f"Generated JSON does not match the expected schema. {_ADJUST} Error: {reasons}"
    return _failed("json_validate_failed", message, content)


def _violations(value: object, schema: object) -> Sequence[Violation]:
    try:
        return Validator(schema).violations(value)
    except TooLarge:
        return []  # It is not checked, because the test wants this answer.


def _failed(code: str, message: str, generation: str) -> Refusal:
    refusal = Refusal(400, message, code=code)
    refusal.error["failed_generation"] = generation
    return refusal


def _in_words_of_schema(violation: Violation) -> str:
    """Return the errors in a model's output, in the words of the API's schema checker."""
    keyword, expected, found = violation.keyword, violation.expected, violation.found
    if keyword == "required":
        return f"missing properties: '{found}'"
    if keyword == "additionalProperties":
        return f"additionalProperties '{found}' not allowed"
    if keyword == "type":
        wanted = " or ".join(map(str, expected)) if is_list(expected) else expected
        return f"expected {wanted}, but got {_type_of(found)}"
    if keyword == "enum":
        return f"value must be one of {', '.join(map(compact, expected))}"
    if keyword == "anyOf":
        return f"anyOf failed: {_in_words_of_schema(violation.branches[0][0])}"
    return f"{keyword}: {compact(expected)} is not met"


def _type_of(value: object) -> str:
    names = ("boolean", "string", "null", "array", "object")
    return next((name for name in names if is_type(value, name)), "number")
