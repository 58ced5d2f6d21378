"""Run the examples for clusters against one local server with limits, and check what they did.

nox -s clusters
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from groq import read_results
from groq.testing import LocalServer, ReceivedRequest

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "clusters"
COUNT = 1000
LIMIT, WINDOW = 100, 5.0
"""Requests that the server lets through in so many seconds."""


def main() -> None:
    """Run each example that is named."""
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder, LocalServer(pace=0) as server:
            run(EXAMPLES / name, Path(folder), server)


def run(example: Path, folder: Path, server: LocalServer) -> None:
    """Run an example twice: the second run finds every result there."""
    source, results = folder / "requests.jsonl", folder / "results"
    source.write_text("".join(map(line, range(COUNT))))
    server.limit_rate(requests=LIMIT, requests_window=WINDOW)
    command = [sys.executable, str(example), str(source), str(results)]
    environment = {**os.environ, "GROQ_BASE_URL": server.url, "GROQ_API_KEY": "local"}
    arrivals: list[float] = []

    def reply(_: ReceivedRequest) -> str:
        arrivals.append(time.monotonic())
        return "Yes"

    server.reply(reply, times=None)
    said = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    assert f"{COUNT} done, 0 failed" in said.stdout, said.stdout

    found = [result.custom_id for path in results.glob("*.jsonl") for result in read_results(path)]
    assert sorted(found) == sorted(f"text-{number}" for number in range(COUNT))
    sent = len(server.assert_received("/chat/completions"))
    refused = (sent - COUNT) / sent
    taken = max(arrivals) - min(arrivals)
    used = COUNT / (LIMIT * (1 + taken / WINDOW))
    print(f"{example.name}: {sent} sent, {refused:.2%} refused, {used:.1%} of the budget used")
    assert refused <= 0.01
    assert used >= 0.95

    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    assert len(server.assert_received("/chat/completions")) == sent


def line(number: int) -> str:
    """Return a request as a line."""
    body = {
        "model": "openai/gpt-oss-20b",
        "messages": [{"role": "user", "content": f"Is this spam? Text {number}"}],
    }
    wanted = {"custom_id": f"text-{number}", "method": "POST", "url": "/v1/chat/completions"}
    return json.dumps({**wanted, "body": body}) + "\n"


if __name__ == "__main__":
    main()
