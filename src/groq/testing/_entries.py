"""Entries of a script: what is scripted, as JSON, in a file, over HTTP and in Python.

The schemas are in `openapi.json` beside this file.
"""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from ._faults import Cut, ErrorEvent, HoldOpen, MalformedEvent, SlowStart, Stall
from ._json import JSONObject, compact, is_list, is_object, list_of, object_of
from ._replies import Match, Reply, ToolCall
from ._script import Fault, Turn, failure

Script: TypeAlias = str | os.PathLike[str] | Sequence[Mapping[str, Any]]
"""Entries, or the path of a JSON or YAML file of them."""

_FAULTS: dict[str, Callable[..., Fault]] = {
    "cut": Cut,
    "error_event": ErrorEvent,
    "hold_open": HoldOpen,
    "malformed_event": MalformedEvent,
    "slow_start": SlowStart,
    "stall": Stall,
}
_LIMITS = {
    "audio_seconds_per_day",
    "audio_seconds_per_hour",
    "input_tokens_per_minute",
    "model",
    "output_tokens_per_minute",
    "requests",
    "requests_per_minute",
    "requests_window",
    "tokens",
    "tokens_per_day",
    "tokens_window",
}


def read_script(script: Script) -> Sequence[Mapping[str, Any]]:
    """Return the entries of a script, read from its file if it is a path.

    Raises:
        ValueError: The file holds no list of entries.
        ImportError: It is YAML, and PyYAML is not installed.
    """
    if not isinstance(script, (str, os.PathLike)):
        return script
    path = Path(script)
    text = path.read_text(encoding="utf-8")
    try:
        value = _yaml(path, text) if path.suffix in (".yaml", ".yml") else json.loads(text)
        return entries_of(value)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def entries_of(value: object) -> list[JSONObject]:
    """Return the entries in a value: a list of them, or what `GET /_local/script` gave."""
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


def turn_of(entry: Mapping[str, Any]) -> Turn:
    """Read an entry that is a `reply`, a failure (`fail`), or a fault (`inject`).

    Raises:
        ValueError: It is none of them, or has members that they do not have.
    """
    given = dict(entry)
    try:
        match = Match(**given.pop("match")) if "match" in given else None
        faults = [_fault_of(fault) for fault in list_of(given.pop("faults", []))]
        if "reply" in given:
            reply = _reply_of(given.pop("reply"))
            turn = Turn(reply=reply, faults=faults, match=match, **_known(given, "default"))
        elif "fail" in given:
            turn = failure(given.pop("fail"), faults, match=match, **given)
        elif "inject" in given:
            faults = [_fault_of(fault) for fault in list_of(given.pop("inject"))]
            turn = Turn(faults=faults, match=match, **_known(given))
        else:
            raise ValueError("an entry has a `reply`, a `fail`, an `inject` or a `limit`")
    except TypeError as error:
        raise ValueError(f"an entry cannot be read: {error}") from error
    turn.entry = entry
    return turn


def limit_entry(entry: Mapping[str, Any]) -> JSONObject:
    """Read an entry that sets limits: the arguments of `LocalServer.limit_rate`.

    Raises:
        ValueError: It has members that it cannot have.
    """
    limit = object_of(entry["limit"])
    if unknown := (entry.keys() - {"limit"}) | (limit.keys() - _LIMITS):
        raise ValueError(f"limits have unknown members: {', '.join(sorted(unknown))}")
    return limit


def _known(given: JSONObject, *more: str) -> JSONObject:
    """Return the members that are left, if an entry may have them."""
    if unknown := given.keys() - {"times", "path", *more}:
        raise TypeError(f"it has unknown members: {', '.join(sorted(unknown))}")
    return given


def _reply_of(value: object) -> Reply | str:
    if isinstance(value, str):
        return value
    if not is_object(value):
        raise ValueError("a reply is a text or an object")
    described = dict(value)
    if "json" in described:
        described["content"] = compact(described.pop("json"))
    calls = [ToolCall(**object_of(call)) for call in list_of(described.pop("tool_calls", []))]
    return Reply(**described, tool_calls=calls)


def _fault_of(value: object) -> Fault:
    described = dict(object_of(value))
    kind = described.pop("type", None)
    if kind not in _FAULTS:
        raise ValueError(f"a fault is one of {', '.join(_FAULTS)}, not {kind!r}")
    return _FAULTS[kind](**described)
