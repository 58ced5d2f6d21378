"""Run the examples of pages as a reader does, in an empty folder and from the page alone.

What an example needs beyond this package is on its page as `pip install …`; `--needs` prints it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from groq.testing import LocalServer

FENCE = re.compile(r'^```python(?: title="(\S+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
INSTALL = re.compile(r"`pip install ([^`]+)`")
# Runs a file as a cell of a notebook, where `await` may stand outside a function.
CELL = """
import ast, asyncio, inspect, pathlib, sys
code = compile(
    pathlib.Path(sys.argv[1]).read_text(), sys.argv[1], "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
)
ended = eval(code, {"__name__": "__main__"})
if inspect.isawaitable(ended):
    asyncio.run(ended)
"""
# The page says that the reader brings them.
BROUGHT = {"photo.jpg": b"\xff\xd8\xff\xd9"}


def needs(pages: list[Path]) -> list[str]:
    """Return what pages say is to be installed, this package's extras by their names."""
    return [
        word.strip("'")
        for page in pages
        for words in INSTALL.findall(page.read_text(encoding="utf-8"))
        for word in words.split()
    ]


def run(page: Path) -> list[str]:
    """Run the examples of a page, in their order, and return what went wrong."""
    text = page.read_text(encoding="utf-8")
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder, LocalServer(pace=0) as server:
        for name, content in BROUGHT.items():
            Path(folder, name).write_bytes(content)
        for match in FENCE.finditer(text):
            title, code = match.groups()
            is_test = "def test_" in code
            file = Path(folder, title or ("test_example.py" if is_test else "example.py"))
            file.write_text(code, encoding="utf-8")
            if title:
                continue  # What is saved is run by what follows, or by tests/test_frameworks.py.
            command = ["-m", "pytest", "-q"] if is_test else []
            if page.name == "notebooks.md":
                command = ["-c", CELL]
            done = subprocess.run(
                [sys.executable, *command, file.name],
                cwd=folder,
                env={**os.environ, "GROQ_BASE_URL": server.url, "GROQ_API_KEY": "local"},
                capture_output=True,
                encoding="utf-8",
                timeout=120,
                check=False,
            )
            if done.returncode:
                line = text.count("\n", 0, match.start()) + 1
                wrong.append(f"{page}:{line}: {(done.stderr or done.stdout).strip()}")
    return wrong


def main() -> int:
    """Run the pages that are given, or print what they need."""
    pages = [Path(name) for name in sys.argv[1:] if name != "--needs"]
    if "--needs" in sys.argv:
        print("\n".join(needs(pages)))
        return 0
    wrong = [words for page in pages for words in run(page)]
    print("\n".join(wrong) or f"every example of {len(pages)} pages runs")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
