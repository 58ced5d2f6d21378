"""Draw the pictures of the site: `python scripts/pictures.py docs/assets`.

`stream.svg` is a terminal in which an answer arrives, as an animation without JavaScript; `run.svg`
is the chart of a run under a rate limit. Both show real commands, which ask the local server.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from html import escape
from pathlib import Path

from groq.testing import LocalServer, Reply, SlowStart, Stall

ANSWER = (
    "Sunlight holds every colour. Air scatters its short waves, the blue ones, far more than its "
    "long ones. So blue light reaches you from all over the sky, and at sunset, when it has been "
    "scattered away, the red light is left."
)
THOUGHTS = "Rayleigh scattering: it grows with the fourth power of the frequency."
QUESTION = "Why is the sky blue?"

COLUMNS = 88
_GLYPH, _LINE, _MARGIN = 8.4, 20, 18
_STYLE = """
.p { opacity: 0; animation: p 0s linear forwards }
@keyframes p { to { opacity: 1 } }
@media (prefers-reduced-motion: reduce) { .p { opacity: 1; animation: none } }
"""


def record(*command: str, server: LocalServer) -> list[tuple[float, str]]:
    """Run a command of `groq`, and return what it prints, with the seconds until each piece."""
    environment = {**os.environ, "GROQ_API_KEY": "local", "GROQ_BASE_URL": server.url}
    pieces: list[tuple[float, str]] = []
    with subprocess.Popen(
        [sys.executable, "-m", "groq", *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**environment, "GROQ_HISTORY": "off", "PYTHONIOENCODING": "utf-8"},
    ) as process:
        assert process.stdout
        started_at = None
        while piece := os.read(process.stdout.fileno(), 65_536):
            started_at = started_at or time.monotonic()  # The start of Python is not shown.
            pieces.append((time.monotonic() - started_at, piece.decode()))
    if process.returncode:
        raise SystemExit(f"groq {' '.join(command)} failed: {pieces}")
    return pieces


def terminal(command: str, pieces: list[tuple[float, str]]) -> str:
    """Return a terminal as SVG, in which the pieces appear one after the other."""
    parts: list[str] = []
    line = column = 0

    def place(text: str, moment: float | None) -> None:
        nonlocal line, column
        if column and column + len(text.rstrip()) > COLUMNS:
            line, column = line + 1, 0
            text = text.lstrip()
        if text.strip():
            start = column + len(text) - len(text.lstrip())
            shown = text.strip()
            animated = "" if moment is None else f' class="p" style="animation-delay:{moment:.2f}s"'
            parts.append(
                f'<text x="{_MARGIN + start * _GLYPH:.1f}" y="{_MARGIN + 14 + line * _LINE}" '
                f'textLength="{len(shown) * _GLYPH:.1f}" lengthAdjust="spacingAndGlyphs" '
                f'xml:space="preserve"{animated}>{escape(shown)}</text>'
            )
        column += len(text)

    place(f"$ {command}", None)
    line, column = 1, 0
    for moment, piece in pieces:
        for number, text in enumerate(piece.split("\n")):
            if number:
                line, column = line + 1, 0
            words = re.findall(r"\s*\S+", text) if column + len(text) > COLUMNS else [text]
            for word in words:
                place(word, moment + 0.5)
    width, height = COLUMNS * _GLYPH + 2 * _MARGIN, line * _LINE + 2 * _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img" '
        f'width="{width:.0f}" height="{height}" fill="#e6e6ef" font-size="14" '
        'font-family="ui-monospace, Menlo, Consolas, monospace">\n'
        f"<title>{escape(command)}</title>\n<style>{_STYLE}</style>\n"
        '<rect width="100%" height="100%" rx="8" fill="#1e1e2e"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def main() -> None:
    """Write the pictures into a folder."""
    folder = Path(sys.argv[1])
    with LocalServer(pace=0.03) as server:
        server.reply(
            Reply(ANSWER, reasoning=THOUGHTS), SlowStart(0.4), Stall(after=30, seconds=0.5)
        )
        pieces = record(QUESTION, "--timing", server=server)
    svg = terminal(f'groq "{QUESTION}" --timing', pieces)
    (folder / "stream.svg").write_text(svg, encoding="utf-8")
    with LocalServer(pace=0) as server, tempfile.TemporaryDirectory() as name:
        server.limit_rate(requests=100, requests_window=2.0)
        requests = Path(name, "requests.jsonl")
        request = {"model": "openai/gpt-oss-20b", "messages": [{"role": "user", "content": "Hi"}]}
        lines = [json.dumps({"custom_id": str(number), **request}) for number in range(300)]
        requests.write_text("\n".join(lines), encoding="utf-8")
        output, chart = (str(Path(name, "results.jsonl")), str(folder / "run.svg"))
        record("run", str(requests), "-o", output, "--chart-svg", chart, server=server)


if __name__ == "__main__":
    main()
