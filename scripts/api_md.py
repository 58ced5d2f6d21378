"""Produce `api.md`, which lists every method with its path, its parameters and its answer.

python scripts/api_md.py            rewrite api.md
python scripts/api_md.py --check    fail if it would change
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, get_type_hints

import groq.resources
import groq.types
from groq._resource import SyncAPIResource

API_MD = Path(__file__).parent.parent / "api.md"

HEAD = """# The API, method by method

Produced from the code by `python scripts/api_md.py`.

Every method exists on `Groq` and, as a coroutine, on `AsyncGroq` (`Stream` is `AsyncStream` there,
and `BinaryAPIResponse` is `AsyncBinaryAPIResponse`). A method that sends one request also takes
`extra_headers`, `extra_query`, `extra_body` and `timeout`, and exists under `with_raw_response` and
`with_streaming_response` too; the others call such methods.
"""

TYPES = [
    groq.types,
    groq.types.audio,
    groq.types.chat,
    groq.types.responses,
    groq.types.shared,
    groq.types.shared_params,
]
EVERYWHERE = {"self", "extra_headers", "extra_query", "extra_body", "timeout"}


def resources() -> Iterator[tuple[str, type[SyncAPIResource]]]:
    """Yield each resource that has methods, with its path on the client."""
    for name in groq.resources.__all__:
        resource = getattr(groq.resources, name)
        if issubclass(resource, SyncAPIResource):
            yield from below(f"client.{name.lower()}", resource)


def below(
    path: str, resource: type[SyncAPIResource]
) -> Iterator[tuple[str, type[SyncAPIResource]]]:
    """Yield the resource if it has methods, then its sub-resources."""
    if any(methods(resource)):
        yield path, resource
    for name, value in vars(resource).items():
        if isinstance(value, cached_property):
            part = get_type_hints(value.func)["return"]
            if issubclass(part, SyncAPIResource):
                yield from below(f"{path}.{name}", part)


def methods(resource: type[SyncAPIResource]) -> Iterator[tuple[str, Any]]:
    """Yield the public methods of a resource."""
    for name, value in vars(resource).items():
        if inspect.isfunction(value) and not name.startswith("_"):
            yield name, value


def request_line(method: Any) -> str:
    """Return the HTTP method and the path in the code of a method."""
    found = re.search(r'self\._(\w+)\(\s*f?"([^"]+)"', inspect.getsource(method))
    if not found:
        return ""
    path = re.sub(r"\{path_segment\('(\w+)', \w+\)\}", r"{\1}", found[2])
    return f"`{found[1].upper()} {path}`"


def parameters(method: Any) -> str:
    """Return the request type that has the method's keywords, or the parameters themselves."""
    taken = inspect.signature(method).parameters.values()
    own = [each for each in taken if each.name not in EVERYWHERE]
    names = {each.name for each in own}
    requests = [
        (len(names ^ set(type_.__annotations__)), name)
        for name, type_ in named_types().items()
        if name.endswith("CreateParams")
    ]
    differences, request = min(requests)
    # A method that passes on nearly all arguments of `create` has the same type.
    if names and differences < 3:
        return linked(request)
    # A bar would end the cell of the table.
    shown = (f"`{each.name}: {without_modules(each.annotation)}`" for each in own)
    return ", ".join(shown).replace("|", r"\|")


def named_types() -> dict[str, Any]:
    """Return all types by name; if a request and a response share a name, the response's."""
    return {name: getattr(each, name) for each in reversed(TYPES) for name in each.__all__}


def without_modules(annotation: str) -> str:
    """Return an annotation without the names of modules."""
    return re.sub(r"\b\w+\.(?=\w)", "", annotation)


def linked(annotation: str) -> str:
    """Return an annotation without module names, linked to the source of the types in it."""
    parts: list[str] = []
    for part in without_modules(annotation).split(" | "):
        known = named_types().get(re.findall(r"\w+", part)[-1])
        # An alias, such as a union, is not a class and does not know its module.
        is_class = isinstance(known, type)
        place = f"(src/{known.__module__.replace('.', '/')}.py)" if is_class else ""
        parts.append(f"[`{part}`]{place}" if place else f"`{part}`")
    return " or ".join(parts)


def page() -> str:
    """Return the whole of `api.md`."""
    lines = [HEAD]
    for path, resource in resources():
        lines += [f"## {path}\n", "| method | request | parameters | answer |", "|---|---|---|---|"]
        for name, method in methods(resource):
            answer = linked(str(inspect.signature(method).return_annotation))
            row = [f"`{name}`", request_line(method), parameters(method), answer]
            lines.append(f"| {' | '.join(row)} |")
        lines.append("")
    lines.append("## Types\n")
    for package in TYPES:
        names = ", ".join(f"`{name}`" for name in package.__all__)
        lines.append(f"`{package.__name__}`: {names}\n")
    return "\n".join(lines)


def main() -> int:
    """Rewrite `api.md`; with `--check`, fail if it would change."""
    text = page()
    if sys.argv[1:] == ["--check"]:
        current = API_MD.read_text(encoding="utf-8") if API_MD.exists() else ""
        if current != text:
            print("api.md is not what the code says: run python scripts/api_md.py")
        return int(current != text)
    API_MD.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
