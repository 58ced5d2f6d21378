"""`api.md` says what the code says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_api_md_is_up_to_date() -> None:
    script = ROOT / "scripts" / "api_md.py"
    check = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr


def test_api_md_lists_the_endpoints() -> None:
    rows = (ROOT / "api.md").read_text(encoding="utf-8").splitlines()
    assert sum("/openai/v1/" in row for row in rows) == 18


def test_api_md_names_the_parameters_of_each_method() -> None:
    rows = [
        [cell.strip() for cell in row.split(" | ")]
        for row in (ROOT / "api.md").read_text(encoding="utf-8").splitlines()
        if "`/openai/v1" in row or "/openai/v1/" in row
    ]
    taken = {row[1]: row[2] for row in rows}
    for path in ("batches", "files", "models"):
        assert taken[f"`GET /openai/v1/{path}`"] == ""
    assert "`TranslationCreateParams`" in taken["`POST /openai/v1/audio/translations`"]
    assert "`TranscriptionCreateParams`" in taken["`POST /openai/v1/audio/transcriptions`"]
    assert "`CompletionCreateParams`" in taken["`POST /openai/v1/chat/completions`"]
