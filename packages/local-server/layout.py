"""What the distribution takes from the tree of `groq`, and where it puts it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).parent
IS_PACKED = (HERE / "groq").is_dir()
"""Whether this is a source distribution, which has all that it needs beside this file."""
GROQ = HERE / "groq" if IS_PACKED else HERE.parent.parent / "src" / "groq"
LICENSE = (HERE if IS_PACKED else HERE.parent.parent) / "LICENSE"
TAKEN = ("testing", "cli/serve.py", "cli/_arguments.py", "cli/_terminal.py", "py.typed")


def version() -> str:
    """Return the version of `groq`, which is that of this distribution too."""
    found = re.search(r'__version__ = "(.+)"', (GROQ / "_version.py").read_text(encoding="utf-8"))
    assert found
    return found[1]


class Layout(BuildHookInterface):
    """Adds the modules, at the places that they have in relation to each other."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        taken = build_data["force_include"]
        if self.target_name == "wheel":
            taken |= {str(GROQ / name): f"groq_local_server/{name}" for name in TAKEN}
            build_data["extra_metadata"] = {str(LICENSE): "LICENSE"}
        else:
            taken |= {str(GROQ / name): f"groq/{name}" for name in (*TAKEN, "_version.py")}
            taken[str(LICENSE)] = "LICENSE"
