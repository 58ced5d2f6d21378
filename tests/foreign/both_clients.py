"""One program, with OpenAI's client and with this one: it sends the same and gets the same."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import cases
import pydantic

PROGRAM = Path(__file__).with_name("ported.py").read_text()
IMPORTS = {
    "openai": "from openai import OpenAI\n",
    "groq": "from groq import Groq as OpenAI\n",
}
LEFT_OUT = (
    *("created", "created_at", "queue_time", "prompt_time", "completion_time", "total_time"),
    # What was decoded stands in the dumps of OpenAI's client alone: here a message is given back as
    # it came. The values themselves are compared.
    *("parsed", "parsed_arguments"),
)


def plain(value: object, ids: dict[str, str]) -> Any:
    """Return a result as JSON has it, without what differs from one answer to the next."""
    if isinstance(value, pydantic.BaseModel):
        return plain(value.model_dump(exclude_unset=True, by_alias=True), ids)
    if isinstance(value, (list, tuple)):
        return [plain(each, ids) for each in value]
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if name not in LEFT_OUT}
        if kept.get("stream") is False:
            del kept["stream"]  # as if it was left out
        return {name: plain(each, ids) for name, each in kept.items()}
    if isinstance(value, str):
        made_up = r"\b[a-z]+(?:_rs)?[_-][0-9a-z]{20,}\b|\b[0-9a-f-]{32,}\b"
        return re.sub(made_up, lambda found: ids.setdefault(found[0], f"id {len(ids)}"), value)
    return value


def run(library: str) -> tuple[dict[str, Any], list[Any]]:
    """Return the results of the program, and the bodies that it sent."""
    cases.ask_local("POST", "reset")
    names: dict[str, Any] = {"__name__": library}
    assert PROGRAM.count(IMPORTS["openai"]) == 1
    text = PROGRAM.replace(IMPORTS["openai"], IMPORTS[library])
    exec(compile(text, f"ported.py, with {library}", "exec"), names)  # our own
    ids: dict[str, str] = {}
    results = {name: plain(result, ids) for name, result in names["results"].items()}
    ids = {}
    return results, [plain([each["path"], each["body"]], ids) for each in cases.received()]


results, sent = run("openai")
our_results, we_sent = run("groq")
assert results.keys() == our_results.keys()
pairs = {name: (result, our_results[name]) for name, result in results.items()}
pairs |= {f"request {place}": pair for place, pair in enumerate(zip(sent, we_sent, strict=True), 1)}
if different := {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}:
    raise SystemExit(json.dumps(different, indent=1, default=repr))
print(f"{len(results)} results and {len(sent)} requests are equal")
