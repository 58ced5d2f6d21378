"""The content of a question: text, pictures, and the schema of the answer."""

from __future__ import annotations

import base64
import json
import mimetypes
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from ._errors import CommandError
from ._input import read_file

if TYPE_CHECKING:
    from ..types.chat import ChatCompletionContentPartParam, ChatCompletionMessageParam
    from ..types.chat.completion_create_params import ResponseFormat


def user_message(question: str, images: Sequence[str] = ()) -> ChatCompletionMessageParam:
    """Return the user's message, with the pictures at these paths and URLs."""
    if not images:
        return {"role": "user", "content": question}
    parts: list[ChatCompletionContentPartParam] = [{"type": "text", "text": question}]
    for image in images:
        picture: ChatCompletionContentPartParam
        picture = {"type": "image_url", "image_url": {"url": image_url(image)}}
        parts.append(picture)
    return {"role": "user", "content": parts}


def image_url(image: str) -> str:
    """Return a URL unchanged, and the picture in a file as a `data:` URL."""
    if re.match(r"(https?://|data:)", image, re.IGNORECASE):
        return image
    kind, _ = mimetypes.guess_type(image)
    if kind is None or not kind.startswith("image/"):
        raise CommandError(f"expected a picture, such as .png or .jpg, but received {image!r}")
    return f"data:{kind};base64,{base64.b64encode(read_file(Path(image))).decode()}"


_FIELD = re.compile(r"(\w+)(?: +(\w+))?(?: *: *(.+))?")
_FIELD_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}


def response_format(path: str) -> ResponseFormat:
    """Return the response format for the JSON Schema in a file, the schema itself or its fields."""
    # Fields with descriptions may be too long for the name of a file, which `Path.exists` refuses.
    if re.match(r"\w+ *[\s,:]", path) and not os.path.exists(path):
        path = json.dumps(_schema_of(path))
    is_schema = path.lstrip().startswith("{")
    file = Path("answer" if is_schema else path)
    try:
        text = path if is_schema else read_file(file).decode("utf-8-sig")
        schema: Any = json.loads(text, parse_constant=_refuse_constant)
        is_strict = _is_strict(schema)
    except ValueError as error:
        raise CommandError(f"{path} is not JSON: {error}") from error
    except RecursionError as error:
        raise CommandError(f"the schema in {path} nests too deep") from error
    if not isinstance(schema, dict):
        raise CommandError(f"expected a JSON Schema, an object, in {path}")
    checked_schema = cast("dict[str, object]", schema)  # The keys of JSON objects are texts.
    return {
        "type": "json_schema",
        "json_schema": {
            "name": re.sub(r"[^A-Za-z0-9_-]", "_", file.stem)[:64] or "answer",
            "schema": checked_schema,
            "strict": is_strict,
        },
    }


def _schema_of(fields: str) -> dict[str, object]:
    """Return the schema of an object with fields such as `name, age int, city: where they live`.

    A field is on a line of its own if its description has a comma.

    Source: https://llm.datasette.io/en/stable/schemas.html
    """
    properties: dict[str, object] = {}
    for field in map(str.strip, fields.split("\n" if "\n" in fields else ",")):
        if not field:
            continue
        read = _FIELD.fullmatch(field)
        kind = (read[2] or "str") if read else ""
        if read is None or kind not in _FIELD_TYPES:
            raise CommandError(
                "expected the file of a schema, JSON, or fields such as 'name, age int', with the "
                f"types {', '.join(_FIELD_TYPES)}, but received {field!r}"
            )
        description = {"description": read[3]} if read[3] else {}
        properties[read[1]] = {"type": _FIELD_TYPES[kind], **description}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"there is no {constant} in JSON")


def _is_strict(schema: object) -> bool:
    """Return whether strict mode supports a schema: all properties required, no others allowed.

    Source: https://console.groq.com/docs/structured-outputs
    """
    if isinstance(schema, list):
        return all(map(_is_strict, cast("list[object]", schema)))  # JSON has entered.
    if not isinstance(schema, dict):
        return True
    parts = cast("dict[str, object]", schema)  # JSON has entered.
    properties = parts.get("properties")
    if isinstance(properties, dict):
        names: set[object] = set(cast("dict[str, object]", properties))  # JSON has entered.
        required = parts.get("required")
        if not isinstance(required, list) or set(cast("list[object]", required)) != names:
            return False
        if parts.get("additionalProperties") is not False:
            return False
        parts = {**parts, "properties": list(cast("dict[str, object]", properties).values())}
    return all(map(_is_strict, parts.values()))
