"""Checks requests against their schemas, and words what is wrong as the API does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ._answers import Refusal
from ._json import JSONObject, is_list
from ._validation import TooLarge, Validator, Violation

_MAX_DISTANCE = 4
"""The most letters that differ between an unknown property and the suggested one."""


def check(body: JSONObject, schema: Validator) -> None:
    """Refuse an invalid body, in the API's words."""
    try:
        found = schema.violations(body)
    except TooLarge as error:
        raise Refusal(413, f"this local server cannot check the request: {error}") from None
    if found:
        raise Refusal(400, in_words(found[0]))


def check_form(names: Iterable[str], known: Sequence[str]) -> None:
    """Refuse a form with an unknown field."""
    for name in names:
        if name not in known:
            raise Refusal(400, _unsupported(name, known))


def in_words(violation: Violation) -> str:
    """Return the API's message for an invalid request."""
    text = _without_path(violation)
    return f"'{'.'.join(map(str, violation.path))}' : {text}" if violation.path else text


def _without_path(violation: Violation) -> str:
    keyword, expected = violation.keyword, violation.expected
    if keyword == "discriminator":
        if not violation.branches:
            return f"discriminator property '{expected}' has invalid value"
        inner = in_words(violation.branches[0][0])
        return f"for '{expected}:{violation.found}' the following must be satisfied[({inner})]"
    if keyword == "anyOf":
        return _alternatives(violation)
    if keyword == "required":
        return f"property '{violation.found}' is missing"
    if keyword == "additionalProperties":
        return _unsupported(violation.found, violation.known)
    if keyword == "type" and violation.path[-1:] == ("strict",) and violation.found is None:
        return "property 'strict' is unsupported"
    if keyword == "type":
        kinds = [each for each in _as_list(expected) if each != "null"]
        return f"value must be {' or '.join(_TYPES_IN_WORDS[kind] for kind in kinds)}"
    if keyword == "enum":
        allowed = [each for each in expected if each is not None]
        return f"value is not one of the allowed values {allowed!r}"
    return f"{_BOUNDS_IN_WORDS[keyword]} {expected:g}"


def _alternatives(violation: Violation) -> str:
    # `null` is not reported, because it only marks an optional member.
    branches = [branch[0] for branch in violation.branches if branch[0].expected != "null"]
    if len(branches) == 1 and branches[0].path == violation.path:
        return _without_path(branches[0])
    words = " OR ".join(f"({in_words(each)})" for each in branches)
    return f"one of the following must be satisfied[{words}]"


def _unsupported(name: str, known: Sequence[str]) -> str:
    text = f"property '{name}' is unsupported"
    nearest = min(known, key=lambda each: _distance(name, each), default="")
    if nearest and _distance(name, nearest) <= _MAX_DISTANCE:
        return f"{text}, did you mean '{nearest}'?"
    return text


def _distance(first: str, second: str) -> int:
    """Return the Levenshtein distance of two words."""
    if abs(len(first) - len(second)) > _MAX_DISTANCE:
        return _MAX_DISTANCE + 1
    row = list(range(len(second) + 1))
    for place, letter in enumerate(first, 1):
        previous, row[0] = row[0], place
        for other, other_letter in enumerate(second, 1):
            changed = previous + (letter != other_letter)
            previous, row[other] = row[other], min(row[other] + 1, row[other - 1] + 1, changed)
    return row[-1]


def _as_list(value: Any) -> list[Any]:
    return value if is_list(value) else [value]


_TYPES_IN_WORDS = {
    "array": "an array",
    "boolean": "a boolean",
    "integer": "an integer",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
_BOUNDS_IN_WORDS = {
    "minimum": "number must be at least",
    "maximum": "number must be at most",
    "minItems": "minimum number of items is",
    "maxItems": "maximum number of items is",
    "minLength": "minimum string length is",
    "maxLength": "maximum string length is",
}
