"""The floors of the package, that no file imports from above, and how little an import loads."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from types import ModuleType

import pytest

import groq

FOLDER = Path(groq.__file__).parent

FLOORS = [
    "__main__ cli",
    "testing",
    "groq",
    "_client _aiohttp",
    "resources",
    "_helpers",
    "_resource",
    "_base_client",
    "_response _parsing _streaming",
    "types _models _page",
    "_http",
    "telemetry",
    "_exceptions _rate_limits _types _constants _logging _lazy _text _secrets _catalog _version",
    "_utils _compat",
    "_library",
]
"""From the top to the bottom, as docs/design.md draws them."""
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names.split()}


# What decides is a pure function or a small object: these files import no module of I/O directly.
SANS_IO = [
    "_helpers.chat_stream",
    "_helpers.conversation",
    "_helpers.cost",
    "_helpers.docstrings",
    "_helpers.estimates",
    "_helpers.messages",
    "_helpers.limits",
    "_helpers.response_stream",
    "_helpers.responses",
    "_helpers.shape",
    "_helpers.structured",
    "_http.codec",
    "_http.events",
    "_http.forms",
    "_http.headers",
    "_http.options",
    "_http.requests",
    "_http.retries",
    "_http.sse",
    "_http.urls",
    "_rate_limits",
    "types",
]
IO = {"anyio", "asyncio", "http", "selectors", "sniffio", "socket", "ssl", "subprocess", "trio"}


FOLDERS = {"_helpers", "_http"}
"""Folders whose files are parts of their own."""


def part_of(module: str) -> str:
    """Return the part that a module belongs to: `groq.types.chat` is in `types`."""
    _, *names = module.split(".")
    return ".".join(names[: 2 if names[0] in FOLDERS else 1]) if names else module


def floor_of(part: str) -> int:
    """Return the floor of a part, or else that of its folder."""
    return FLOOR.get(part, FLOOR.get(part.partition(".")[0], -1))


def module_name(path: Path) -> str:
    parts = ("groq", *path.relative_to(FOLDER).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Give the full name of each module that a file imports, wherever in the file it does."""
    package = ["groq", *path.relative_to(FOLDER).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                # `from ._http import codec` imports the module `codec`, if there is one.
                inner = f"{source}.{alias.name}"
                yield inner if part_of(inner) in PARTS else source


FILES = sorted(FOLDER.rglob("*.py"))
PARTS = {part_of(module_name(path)) for path in FILES}


def imported_parts(path: Path) -> set[str]:
    """Return the other parts of the package that a file imports."""
    names = {name for name in imports(path) if name.split(".")[0] == "groq"}
    return {part_of(name) for name in names} - {part_of(module_name(path))}


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_a_file_imports_nothing_from_a_floor_above(path: Path) -> None:
    floor = floor_of(part_of(module_name(path)))
    assert floor >= 0, "the file is on no floor: name one in FLOORS"
    assert not {part for part in imported_parts(path) if floor_of(part) < floor}


def test_no_parts_import_each_other() -> None:
    graph: dict[str, set[str]] = {part: set() for part in PARTS}
    for path in FILES:
        graph[part_of(module_name(path))] |= imported_parts(path)
    TopologicalSorter(graph).prepare()  # It raises a CycleError that names the parts.


def test_every_part_with_a_floor_exists() -> None:
    assert {*FLOOR} <= PARTS | FOLDERS


@pytest.mark.parametrize("part", SANS_IO)
def test_sans_io_modules_import_no_io(part: str) -> None:
    paths = [path for path in FILES if part_of(module_name(path)) == part]
    assert not {name.split(".")[0] for path in paths for name in imports(path)} & IO


def test_only_transport_testing_and_cli_import_the_libraries_beneath_httpx() -> None:
    knowing = {
        part
        for path in FILES
        if (part := part_of(module_name(path))) not in {"testing", "cli", "_http.transport"}
        and {name.split(".")[0] for name in imports(path)} & {"aiohttp", "httpcore", "h11", "h2"}
    }
    assert not knowing


def loaded_by(statement: str) -> set[str]:
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    return set(subprocess.check_output([sys.executable, "-c", program], text=True).split())


def test_importing_groq_loads_neither_models_nor_resources_nor_event_loops() -> None:
    more = loaded_by("import groq") - loaded_by("import httpx, asyncio")
    packages = {name.split(".")[0] for name in more} - set(sys.stdlib_module_names)
    assert packages <= {"groq", "sniffio", "typing_extensions"}
    parts = {part_of(name) for name in more if name.startswith("groq")}
    assert not parts & {"_models", "types", "resources", "testing", "cli", "_aiohttp"}


def test_a_plain_request_loads_no_helper_that_it_does_not_use() -> None:
    loaded = loaded_by("import groq; groq.Groq(api_key='key').chat.completions")
    parts = {part_of(name) for name in loaded if name.startswith("groq._helpers.")}
    assert parts <= {"_helpers.messages", "_helpers.shape"}
    assert "asyncio" not in loaded


def public_modules() -> list[ModuleType]:
    found = pkgutil.walk_packages(groq.__path__, "groq.")
    names = [each.name for each in found if not any(p[0] == "_" for p in each.name.split("."))]
    return [groq, *map(importlib.import_module, names)]


@pytest.mark.parametrize("module", public_modules(), ids=lambda module: module.__name__)
def test_public_names_are_there_for_static_tools_and_at_run_time(module: ModuleType) -> None:
    names: list[str] = getattr(module, "__all__", [])
    assert len(names) == len(set(names))
    assert set(names) <= set(dir(module))
    assert all(hasattr(module, name) for name in names)
    tree = ast.parse(inspect.getsource(module))
    assert set(names) <= set(bound_names(tree))


def bound_names(tree: ast.AST) -> Iterator[str]:
    """Give the names that a module binds in plain sight, under `TYPE_CHECKING` too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, (ast.If, ast.Try)):
            yield from bound_names(node)


@pytest.mark.parametrize("module", public_modules(), ids=lambda module: module.__name__)
def test_public_things_have_a_docstring(module: ModuleType) -> None:
    assert module.__doc__
    names: list[str] = getattr(module, "__all__", [])
    missing = {path for name in names for path in undocumented(name, getattr(module, name))}
    assert not missing


def undocumented(path: str, thing: object) -> Iterator[str]:
    """Give the paths of the classes, functions and methods of ours that have no docstring."""
    if not (getattr(thing, "__module__", None) or "").startswith("groq"):
        return
    if inspect.isroutine(thing) and not thing.__doc__:
        yield path
    if not inspect.isclass(thing):
        return
    # A docstring of its own: what a TypedDict inherits from dict says nothing of its keys. An alias
    # of a generic model (`Parsed[object]`) is a class too, and has that of the model.
    if not vars(thing.__base__ if "[" in thing.__name__ else thing).get("__doc__"):
        yield path
    for name in vars(thing):
        member = inspect.getattr_static(thing, name)
        called = isinstance(member, (classmethod, staticmethod, property))
        if name.startswith("_") or not (called or inspect.isfunction(member)):
            continue
        if not inspect.getdoc(getattr(thing, name)):
            yield f"{path}.{name}"


def test_functions_named_on_the_design_page_exist() -> None:
    page = Path(__file__).parent.parent / "docs" / "design.md"
    if not page.exists():
        pytest.skip("a source distribution has no pages")
    steps = re.findall(r"`(_[\w/]+)`\s+\(([^)]*)\)", page.read_text(encoding="utf-8"))
    assert len(steps) > 20
    for file, functions in steps:
        source = (FOLDER / f"{file}.py").read_text(encoding="utf-8")
        for name in re.findall(r"`([\w.]+)`", functions):
            for part in name.split("."):
                assert re.search(rf"\b(def|class) {part}\b", source), f"{file} has no {part}"
