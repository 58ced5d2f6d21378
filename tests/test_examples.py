"""Every example runs without a key, and says that a local server answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "examples"
PROGRAMS = [path for path in sorted(FOLDER.glob("*.py")) if not path.name.startswith("test_")]
TESTS = sorted(FOLDER.glob("test_*.py"))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.name)
def test_an_example_runs_without_a_key(program: Path, tmp_path: Path) -> None:
    done = run("-W", "error", str(program), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    said = done.stderr.splitlines()
    assert len(said) == 1 and "a local server on http://127.0.0.1:" in said[0], done.stderr


@pytest.mark.parametrize("file", TESTS, ids=lambda path: path.name)
def test_an_example_of_tests_passes(file: Path, tmp_path: Path) -> None:
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", str(file), folder=tmp_path)
    assert done.returncode == 0, done.stdout


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in an empty folder."""
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=60
    )
