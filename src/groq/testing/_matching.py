"""The comparison of requests: a recorded answer is replayed for an equivalent request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from ._json import JSONObject, compact, is_list, is_object, list_of
from ._recordings import Recording

Path: TypeAlias = tuple[str, ...]
"""The keys and indices that lead to a value; `*` matches any."""


def paths_of(ignored: Iterable[str]) -> list[Path]:
    """Parse paths such as `metadata.run`, `messages[0].content`, `$.messages[*].name`.

    Raises:
        ValueError: A path is invalid.
    """
    return [_path_of(each) for each in ignored]


def _path_of(text: str) -> Path:
    rest = text.removeprefix("$").removeprefix(".")
    if not re.fullmatch(r"[^.\[\]]+(\.[^.\[\]]+|\[(\d+|\*)\])*", rest):
        raise ValueError(f"expected a path such as `messages[0].content` but received {text!r}")
    return tuple(re.findall(r"[^.\[\]]+", rest))


def normalized(recording: Recording, ignored: Sequence[Path] = ()) -> JSONObject:
    """Return the parts of a request that are compared, without headers and ignored values."""
    target, _, query = recording.request.partition("?")
    meaning: JSONObject = {"request": target, "query": sorted(query.split("&")), **recording.body}
    if "form" in meaning:
        ignored_fields = {path[0] for path in ignored if len(path) == 1}
        fields = [each for each in list_of(meaning["form"]) if each["name"] not in ignored_fields]
        meaning["form"] = sorted(fields, key=compact)
    if "json" in meaning:
        for path in ignored:
            meaning["json"] = _without(meaning["json"], path)
    return meaning


def _without(value: Any, path: Path) -> Any:
    first, rest = path[0], path[1:]
    if is_object(value):
        return {
            name: _without(member, rest) if first in (name, "*") else member
            for name, member in value.items()
            if rest or first not in (name, "*")
        }
    if is_list(value):
        return [
            (_without(each, rest) if rest else None) if first in (str(place), "*") else each
            for place, each in enumerate(value)
        ]
    return value


def key_of(meaning: Any) -> str:
    """Return a text that is the same for equivalent requests."""
    return json.dumps(_plain(meaning), sort_keys=True)


def _plain(value: Any) -> Any:
    """Return a value whose whole numbers are integers, so that 1.0 equals 1."""
    if is_object(value):
        return {name: _plain(member) for name, member in value.items()}
    if is_list(value):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def difference(recorded: Any, received: Any, place: str = "") -> str | None:
    """Describe the first difference of two requests; return `None` if they are equivalent."""
    if is_object(recorded) and is_object(received):
        for name in [*recorded, *(each for each in received if each not in recorded)]:
            at = f"{place}.{name}".lstrip(".")
            found = difference(recorded.get(name, _NOTHING), received.get(name, _NOTHING), at)
            if found:
                return found
        return None
    if is_list(recorded) and is_list(received):
        for index in range(max(len(recorded), len(received))):
            left, right = (
                each[index] if index < len(each) else _NOTHING for each in (recorded, received)
            )
            if found := difference(left, right, f"{place}[{index}]"):
                return found
        return None
    if _NOTHING not in (recorded, received) and key_of(recorded) == key_of(received):
        return None
    where = place.removeprefix("json.")
    return f"`{where}` is {_excerpt(recorded)} on the tape and {_excerpt(received)} here"


_NOTHING = object()
"""The value of a missing member."""


def _excerpt(value: Any) -> str:
    if value is _NOTHING:
        return "absent"
    text = compact(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
