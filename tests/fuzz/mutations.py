"""Damages JSON and bytes, by chance."""

from __future__ import annotations

import random
from typing import Any, cast

ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**63,
    -(10**30),
    10**400,
    1e308,
    0.5,
    "",
    " ",
    "0",
    "x" * 3000,
    "\ud800",
    "\x00\x1b[31m\x9b",
    "\r\nx: y",
    "..",
    "é漢🎈",
    [],
    [[]],
    [None],
    {},
    {"": {}},
    {"type": "object", "$ref": "#"},
)
KEYWORDS = (
    *("type", "properties", "required", "items", "prefixItems", "additionalProperties", "enum"),
    *("const", "default", "examples", "anyOf", "oneOf", "allOf", "$ref", "$defs", "format"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "uniqueItems"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
)
"""Words of JSON Schema that are put where they do not belong, and without what they need."""
ODD_BYTES = (
    *(b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\n\n", b"\x00", b"\x80", b"\xff", b" ", b"\t", b":"),
    *(b",", b";", b"-1", b"+1", b"0x1", b"1_0", b"99999999999999999999", b"ffffffffffffffffff"),
    *(b"Transfer-Encoding: chunked\r\n", b"Content-Length: 0\r\n", b"Content-Length: 5\r\n"),
    *(b"Connection: close\r\n", b"0\r\n\r\n", b"HTTP/1.1 ", b" HTTP/1.0", b"x" * 70_000),
)


def odd_value(dice: random.Random) -> Any:
    """Choose a value that is rarely expected."""
    if dice.random() < 0.15:
        return {dice.choice(KEYWORDS): dice.choice(ODD_VALUES) for _ in range(dice.randint(1, 3))}
    return dice.choice(ODD_VALUES)


def changed(dice: random.Random, value: object) -> Any:
    """Return JSON with one value in it changed, dropped, added or repeated."""
    if isinstance(value, dict) and value and dice.random() < 0.85:
        copy = dict(cast("dict[str, Any]", value))  # JSON has no other keys
        key = dice.choice(list(copy))
        action = dice.random()
        if action < 0.1:
            del copy[key]
        elif action < 0.2:
            copy[dice.choice((*KEYWORDS, "x", ""))] = odd_value(dice)
        elif action < 0.25:
            copy[dice.choice(list(copy))] = copy[key]
        else:
            copy[key] = changed(dice, copy[key])
        return copy
    if isinstance(value, list) and value and dice.random() < 0.85:
        items: list[Any] = [*cast("Any", value)]  # pyright does not know what is in it
        place = dice.randrange(len(items))
        if dice.random() < 0.2:
            items[place:place] = [items[place]] * dice.choice((1, 2, 50))
        else:
            items[place] = changed(dice, items[place])
        return items
    return odd_value(dice)


def damaged(dice: random.Random, data: bytes) -> bytes:
    """Return bytes of which some are changed, missing, repeated, or more than there were."""
    for _ in range(dice.randint(1, 4)):
        start = dice.randint(0, len(data))
        end = min(len(data), start + dice.choice((0, 0, 1, 2, 10)))
        action = dice.randrange(5)
        if action == 0:
            new = b""
        elif action == 1:
            new = data[start:end] * dice.choice((2, 3, 100))
        elif action == 2:
            new = bytes([dice.randrange(256)])
        else:
            new = dice.choice(ODD_BYTES)
        data = data[:start] + new + data[end:]
    return data[: dice.randint(0, len(data))] if dice.random() < 0.1 else data
