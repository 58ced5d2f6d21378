"""The project agrees with itself: versions, the changelog, the commands that people type."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import groq

PROJECT = Path(__file__).parent.parent
FOLDERS = ["src", "tests", "examples", "benchmarks", "scripts"]
TOP = [path for path in PROJECT.iterdir() if path.suffix in {".md", ".py", ".toml", ".yaml"}]
INNER = [path for name in FOLDERS for path in (PROJECT / name).rglob("*.*") if path.is_file()]
# Caches are nobody's work.
CACHE = re.compile(r"/(?:__pycache__|\..*_cache)/")
FILES = [path for path in TOP + INNER if not CACHE.search(path.as_posix())]


def text_of(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(
        r"^## \[([^]]+)\] - \d{4}-\d\d-\d\d$", text_of("CHANGELOG.md"), re.MULTILINE
    )
    assert versions[0] == groq.__version__
    assert len(versions) == len(set(versions))


def test_the_changelog_keeps_to_its_headings() -> None:
    known = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.+)$", text_of("CHANGELOG.md"), re.MULTILINE)) <= known


def test_the_project_has_the_version_of_the_package() -> None:
    declared = re.search(r'^version = "(.+)"$', text_of("pyproject.toml"), re.MULTILINE)
    assert declared
    assert declared[1] == groq.__version__


def test_python_and_its_classifiers_agree() -> None:
    pyproject = text_of("pyproject.toml")
    oldest = re.search(r'^requires-python = ">=3\.(\d+)"$', pyproject, re.MULTILINE)
    minors = re.findall(r'"Programming Language :: Python :: 3\.(\d+)"', pyproject)
    assert oldest
    assert minors[0] == oldest[1]
    assert [int(minor) for minor in minors] == list(range(int(minors[0]), int(minors[-1]) + 1))
    assert sys.version_info >= (3, int(oldest[1]))


def test_the_commands_that_ci_runs_are_in_the_readme() -> None:
    wanted = re.findall(r'^run_readme ".+" "(.+)"$', text_of(".ci/run"), re.MULTILINE)
    readme = text_of("README.md").splitlines()
    first = [next(line for line in readme if words in line) for words in wanted]
    assert first[0].startswith("python -m venv .venv && ")
    assert first[1].startswith(".venv/bin/pip install")


def test_every_task_that_is_recommended_exists() -> None:
    tasks = set(re.findall(r"^def (\w+)\(session", text_of("noxfile.py"), re.MULTILINE))
    prose = [text_of(name) for name in ("README.md", "CONTRIBUTING.md", ".ci/run")]
    named = re.findall(r"nox -s ([a-z_ ]+)", "\n".join(prose))
    assert {name for names in named for name in names.split()} <= tasks


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_file_contains_no_local_path(path: Path) -> None:
    # Bytes, since recordings and images are files too.
    assert not re.search(rb"/(?:home|root|work|Users)/\w|[A-Z]:\\Users", path.read_bytes())


def test_the_constraints_name_versions_and_no_index() -> None:
    lines = text_of("constraints.txt").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert pins
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+(?: ; .+)?", line) for line in pins)


def test_the_constraints_are_for_the_oldest_python_too() -> None:
    oldest = text_of("constraints.txt").count("python_full_version < '3.11'")
    assert oldest > 5
    assert 'requires-python = ">=3.10"' in text_of("pyproject.toml")


def test_every_tool_and_dependency_is_pinned() -> None:
    pinned = set(re.findall(r"^([a-z0-9-]+)==", text_of("constraints.txt"), re.MULTILINE))
    lists = re.findall(r"= \[(.+?)\n?\]$", text_of("pyproject.toml"), re.MULTILINE | re.DOTALL)
    asked = re.findall(r'"([a-z0-9-]+)(?:\[\w+\])?>=', "\n".join(lists))
    assert {"httpx", "pytest", "ruff"} <= set(asked)
    assert set(asked) - {"hatchling"} - pinned == set(), "`nox -s pin` pins what is new."


def test_the_actions_of_the_workflows_are_pinned() -> None:
    folder = PROJECT / ".github" / "workflows"
    workflows = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.yml"))
    used = re.findall(r"uses: (.+)", workflows)
    assert used
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[\d.]+", each) for each in used)


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(groq.__file__).parent / "py.typed").is_file()
