"""Entries of a script in JSON, from a file, an HTTP request or Python.

The schemas are in `openapi.json` beside this file.
"""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, cast

from ._answers import Refusal
from ._checks import check
from ._faults import Cut, ErrorEvent, HoldOpen, MalformedEvent, SlowStart, Stall
from ._json import JSONObject, compact, is_list, is_object, list_of, object_of
from ._page import bundled
from ._replies import Match, Reply, ToolCall
from ._script import Fault, Turn, failure
from ._validation import Validator

ScriptSource: TypeAlias = str | os.PathLike[str] | Sequence[Mapping[str, Any]]
"""Entries, or the path of a JSON or YAML file of them."""

_FAULTS: dict[str, Callable[..., Fault]] = {
    "cut": Cut,
    "error_event": ErrorEvent,
    "hold_open": HoldOpen,
    "malformed_event": MalformedEvent,
    "slow_start": SlowStart,
    "stall": Stall,
}
_KINDS = {"reply": "ReplyEntry", "fail": "FailEntry", "inject": "InjectEntry"}


class LimitEntry(NamedTuple):
    """An entry that sets limits."""

    source: Mapping[str, Any]
    """The entry as it was read."""
    limit: JSONObject
    """The arguments of `LocalServer.limit_rate`."""


def parse_script(script: ScriptSource) -> list[Turn | LimitEntry]:
    """Parse all entries of a script.

    Raises:
        ValueError: An entry cannot be read; the message has its number.
        ImportError: The file is YAML, and PyYAML is not installed.
    """
    parsed: list[Turn | LimitEntry] = []
    for number, entry in enumerate(_read(script), 1):
        try:
            parsed.append(_parse_entry(entry))
        except ValueError as error:
            raise ValueError(f"entry {number}: {error}") from error
    return parsed


def _parse_entry(value: object) -> Turn | LimitEntry:
    if not isinstance(value, Mapping):
        message = f"expected an object but received {value!r:.100}"
        raise ValueError(message)  # noqa: TRY004 - like any other error in an entry
    entry = cast("Mapping[str, Any]", value)  # Its schema refuses other keys.
    return LimitEntry(entry, _limit_of(entry)) if "limit" in entry else _turn_of(entry)


def _read(script: ScriptSource) -> Sequence[Mapping[str, Any]]:
    """Return the entries of a script; a path is read first."""
    if not isinstance(script, (str, os.PathLike)):
        return script
    path = Path(script)
    text = path.read_text(encoding="utf-8")
    try:
        value = _yaml(path, text) if path.suffix in (".yaml", ".yml") else json.loads(text)
        return entries_of(value)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: {error}") from error


def entries_of(value: object) -> list[JSONObject]:
    """Return the entries in a list, or in the response of `GET /_local/script`."""
    if is_object(value) and "entries" in value:
        value = value["entries"]
    if not is_list(value) or not all(is_object(entry) for entry in value):
        raise ValueError("expected a list of entries, which are objects")
    return value


def _yaml(path: Path, text: str) -> object:
    try:
        yaml: Any = importlib.import_module("yaml")
    except ImportError as error:
        package = (__package__ or "").split(".")[0].replace("_", "-")
        raise ImportError(f"{path} needs PyYAML: pip install '{package}[yaml]'") from error
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _turn_of(entry: Mapping[str, Any]) -> Turn:
    """Parse an entry: a `reply`, a failure (`fail`) or a fault (`inject`).

    Raises:
        ValueError: The entry is none of these, or has unknown members.
    """
    for kind, described in _KINDS.items():
        if kind in entry:
            check_described(entry, described)
            break
    else:
        raise ValueError(f"an entry has one of {', '.join(_KINDS)}, or a limit")
    given = dict(entry)
    try:
        match = Match(**given.pop("match")) if "match" in given else None
        faults = [_fault_of(fault) for fault in list_of(given.pop("faults", []))]
        if "reply" in given:
            reply = _reply_of(given.pop("reply"))
            turn = Turn(reply=reply, faults=faults, match=match, **given)
        elif "fail" in given:
            turn = failure(given.pop("fail"), faults, match=match, **given)
        else:
            faults = [_fault_of(fault) for fault in given.pop("inject")]
            turn = Turn(faults=faults, match=match, **given)
    except TypeError as error:
        raise ValueError(f"an entry cannot be read: {error}") from error
    turn.entry = entry
    return turn


def _limit_of(entry: Mapping[str, Any]) -> JSONObject:
    """Parse an entry that sets limits: the arguments of `LocalServer.limit_rate`.

    Raises:
        ValueError: The entry does not fit its schema.
    """
    check_described(entry, "LimitEntry")
    return object_of(entry["limit"])


def check_described(value: Mapping[str, Any], name: str) -> None:
    """Check a value against a schema of `openapi.json`.

    Raises:
        ValueError: The value does not fit.
    """
    try:
        check(dict(value), _validator(name))
    except Refusal as refusal:
        raise ValueError(str(refusal)) from None


@lru_cache
def _validator(name: str) -> Validator:
    return Validator({"$ref": f"#/components/schemas/{name}", **_description()})


@lru_cache(maxsize=1)
def _description() -> JSONObject:
    return object_of(json.loads(bundled("openapi.json")))


def _reply_of(value: object) -> Reply | str:
    if isinstance(value, str):
        return value
    described = dict(object_of(value))
    if "json" in described:
        described["content"] = compact(described.pop("json"))
    calls = [ToolCall(**object_of(call)) for call in list_of(described.pop("tool_calls", []))]
    return Reply(**described, tool_calls=calls)


def _fault_of(value: object) -> Fault:
    described = dict(object_of(value))
    return _FAULTS[described.pop("type")](**described)
