"""Calls under rate limits: this client beside others, a run that is killed, and a million requests.

    python -m benchmarks.limits --others FOLDER     the table and its chart
    python -m benchmarks.limits kinds processes kills million

`FOLDER` has an environment for each other contender, as `nox -s limits` makes them. All of it runs
against the local server, on this machine.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, cast

import httpx

from groq import AsyncGroq, BatchResult, RateLimiter, read_results
from groq.testing import LocalServer, ReceivedRequest

HERE = Path(__file__).parent
MODEL = "openai/gpt-oss-20b"
COUNT, LIMIT, WINDOW = 500, 100, 5.0
"""Calls at once, and how many of them the server lets through in so many seconds."""
PATIENCE = 150.0
CONTENDERS = {
    "this": "this, `RateLimiter()`",
    "groq": "groq 1.7.0, its retries",
    "openai": "openai, its retries",
    "semaphore": "groq 1.7.0, a semaphore of 10",
    "async_batch_llm": "async-batch-llm, told the limit",
    "lm_deluge": "lm-deluge, told the limit",
    "litellm": "LiteLLM router, told the limit",
}
ENVIRONMENTS = {"semaphore": "groq"}


class Arrivals:
    """When a server answered a request of a model, for what it refuses is not answered so."""

    def __init__(self, server: LocalServer) -> None:
        self.moments: list[float] = []
        self._lock = threading.Lock()
        server.reply(self._reply, times=None)

    def _reply(self, _: ReceivedRequest) -> str:
        with self._lock:
            self.moments.append(time.monotonic())
        return "Yes, it is, " + "and " * 17 + "so on."

    @property
    def taken(self) -> float:
        """Seconds from the first to the last."""
        return max(self.moments) - min(self.moments)


def table(others: Path | None) -> list[dict[str, Any]]:
    """Run each contender under 100 requests in 5 s; return what became of 500 calls."""
    rows: list[dict[str, Any]] = []
    least = (COUNT / LIMIT - 1) * WINDOW
    for name, label in CONTENDERS.items():
        python = Path(sys.executable)
        if name != "this":
            if others is None:
                continue
            python = others / f"{ENVIRONMENTS.get(name, name)}" / "bin" / "python"
        with LocalServer(pace=0) as server:
            server.limit_rate(requests=LIMIT, requests_window=WINDOW)
            arrivals = Arrivals(server)
            failed = contender(python, name, server.url)
            sent = len(server.requests)
            answered = len(arrivals.moments)
            rows.append(
                {
                    "name": label,
                    "failed": failed,
                    "refused": sent - answered,
                    "sent": sent,
                    "time": arrivals.taken / least if failed == 0 else None,
                }
            )
        print(json.dumps(rows[-1]), flush=True)
    return rows


def contender(python: Path, name: str, url: str) -> int | None:
    """Run a contender; return how many calls failed, `None` if it takes too long."""
    command = [str(python), str(HERE / "limits_contender.py"), name, url, str(COUNT)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        sys.stderr.write(done.stderr.decode()[-2000:])
        return None
    failed: int = json.loads(done.stdout.splitlines()[-1])
    return failed


def kinds() -> None:
    """Send 2,000 calls of mixed size under a limit of each kind in turn, unknown at first."""
    # With each the speed of the clock that makes it a matter of some ten seconds.
    limits: list[tuple[dict[str, int], float]] = [
        ({"requests_per_minute": 200}, 30),
        ({"requests": 1000}, 8_000),
        ({"tokens": 60_000}, 25),
        ({"tokens_per_day": 170_000}, 8_000),
        ({"input_tokens_per_minute": 30_000}, 50),
        ({"output_tokens_per_minute": 4_000}, 50),
        ({"audio_seconds_per_hour": 6_000}, 1_000),
        ({"audio_seconds_per_day": 6_000}, 16_000),
        ({"requests_per_minute": 300, "tokens": 60_000, "tokens_per_day": 10_000_000}, 30),
    ]
    for limit, speed in limits:
        mixed(limit, speed)


def mixed(limit: dict[str, int], speed: float) -> None:
    """Send 2,000 calls of mixed size under a limit, on a clock that runs fast."""

    class Limiter(RateLimiter):
        pass

    Limiter.speed = speed

    def clock() -> float:
        return time.monotonic() * speed

    with LocalServer(pace=0) as server:
        server.limit_rate(**limit, clock=clock)  # type: ignore[arg-type]  # names of limits
        arrivals = Arrivals(server)
        client = server.client(limiter=Limiter())
        if any(name.startswith("audio_seconds") for name in limit):
            results = client.audio.transcriptions.create_many(recordings(2000))
        else:
            results = client.chat.completions.create_many(questions(2000))
        failed, used = 0, Counter[str]()
        for result in results:
            failed += result.error is not None
            used.update(cost_of_answer(result))
        sent = len(server.requests)
        budgets: list[float] = []
        for name, allowed in limit.items():
            kind, _, per = name.partition("_per_")
            window = {"hour": 3600.0, "day": 86_400.0}.get(per, 60.0)
            if name == "requests":
                window = 86_400.0
            windows = arrivals.taken * speed / window
            budgets.append(used[kind] / (allowed * (1 + windows)))
        print(
            f"{' + '.join(limit)}: {failed} failed, {sent - 2000} refused "
            f"({(sent - 2000) / sent:.2%}), {max(budgets):.1%} of the budget used",
            flush=True,
        )


def questions(count: int) -> Iterator[dict[str, Any]]:
    """Yield chats of mixed size."""
    chance = random.Random(1)
    for _ in range(count):
        yield {
            "model": MODEL,
            "max_completion_tokens": chance.choice([50, 100, 400]),
            "messages": [{"role": "user", "content": "word " * chance.randint(10, 300)}],
        }


def recordings(count: int) -> Iterator[dict[str, Any]]:
    """Yield recordings of 1 to 30 seconds, in a form that takes 100 bytes a second."""
    chance = random.Random(1)
    for _ in range(count):
        file = io.BytesIO()
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(1)
            sound.setframerate(100)
            sound.writeframes(bytes(100 * chance.randint(1, 30)))
        yield {
            "model": "whisper-large-v3",
            "file": ("sound.wav", file.getvalue()),
            "response_format": "verbose_json",
        }


def cost_of_answer(result: BatchResult) -> dict[str, float]:
    """Return what an answer cost in each unit."""
    if result.transcription is not None:
        heard: Any = result.transcription
        return {"requests": 1, "audio_seconds": float(heard.duration)}
    if result.completion is None or result.completion.usage is None:
        return {}
    usage = result.completion.usage
    return {
        "requests": 1,
        "tokens": usage.total_tokens,
        "input_tokens": usage.prompt_tokens,
        "output_tokens": usage.completion_tokens,
    }


PROCESS = """
import sys
from groq import Groq, RateLimiter
url, limits, checkpoint, who, count = sys.argv[1:]
limiter = RateLimiter(path=limits or None)
client = Groq(base_url=url, api_key="local", limiter=limiter)
requests = (
    {"custom_id": f"{who}-{n}", "model": "openai/gpt-oss-20b",
     "messages": [{"role": "user", "content": "Hi"}]}
    for n in range(int(count))
)
results = client.chat.completions.create_many(
    requests, checkpoint=checkpoint or None, max_concurrency=32
)
sys.exit(any(result.error for result in results))
"""


def process(
    url: str, limits: str, checkpoint: str, who: str, count: int
) -> subprocess.Popen[bytes]:
    """Start a process that runs so many requests."""
    arguments = [url, limits, checkpoint, who, str(count)]
    return subprocess.Popen([sys.executable, "-c", PROCESS, *arguments])


def processes() -> None:
    """Run eight processes that share a file."""
    with LocalServer(pace=0) as server, tempfile.TemporaryDirectory() as folder:
        server.limit_rate(requests=200, requests_window=5)
        arrivals = Arrivals(server)
        started = [
            process(server.url, f"{folder}/limits.db", "", str(number), 250) for number in range(8)
        ]
        failed = sum(each.wait() for each in started)
        sent = len(server.requests)
        used = 2000 / (200 * (1 + arrivals.taken / 5))
        print(
            f"8 processes: {failed} failed, {sent - 2000} of {sent} refused "
            f"({(sent - 2000) / sent:.2%}), {used:.1%} of the budget used",
            flush=True,
        )


def kills() -> None:
    """Kill a run of 5,000 requests at 100 random moments, and start it again each time."""
    chance = random.Random(3)
    count, killed = 5000, 0
    with LocalServer(pace=0, keep_requests=100_000) as server, tempfile.TemporaryDirectory() as at:
        path = Path(at) / "results.jsonl"
        while True:
            running = process(server.url, f"{at}/limits.db", str(path), "q", count)
            if killed < 100:
                # Some of them while it starts, most of them while it runs.
                begun = lines_in(path)
                goal = begun + chance.randint(0, 60)
                while running.poll() is None and lines_in(path) < goal:
                    time.sleep(0.001)
                time.sleep(chance.uniform(0, 0.01))
                if running.poll() is None:
                    os.kill(running.pid, signal.SIGKILL)
                    running.wait()
                    killed += 1
                    continue
            code = running.wait()
            break
        names = [result.custom_id for result in read_results(path)]
        sent = len(server.requests)
        print(
            f"{killed} kills: exit {code}, {count - len(set(names))} lost, "
            f"{len(names) - len(set(names))} kept twice, {sent - count} sent twice "
            f"(at most {32 * killed} were in flight)",
            flush=True,
        )


def lines_in(path: Path) -> int:
    """Return how many whole lines a file has."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


ANSWER = {
    "id": "c",
    "object": "chat.completion",
    "created": 1,
    "model": MODEL,
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "logprobs": None,
            "message": {"role": "assistant", "content": "Yes"},
        }
    ],
    "usage": {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15},
}


def million() -> None:
    """Run a million requests over a transport in memory, async; tell memory and CPU of a call."""
    body = json.dumps(ANSWER).encode()

    def handler(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body, headers={"content-type": "application/json"})

    messages: Any = [{"role": "user", "content": "Hi"}]

    def requests(count: int) -> Iterator[dict[str, Any]]:
        return ({"model": MODEL, "messages": messages} for _ in range(count))

    async def cost_of(client: AsyncGroq, count: int, memory: list[int]) -> float:
        begun, done = time.process_time(), 0
        async for result in client.chat.completions.create_many(requests(count)):
            assert result.completion
            done += 1
            if done % (count // 10) == 0:
                memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        return (time.process_time() - begun) / count

    async def cost_of_create(client: AsyncGroq, count: int) -> float:
        begun = time.process_time()
        for _ in range(count):
            await client.chat.completions.create(model=MODEL, messages=messages)
        return (time.process_time() - begun) / count

    async def run(count: int) -> None:
        http = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        limiter = RateLimiter(requests_per_minute=1e12)
        async with AsyncGroq(api_key="local", http_client=http) as client:
            limited = client.with_options(limiter=limiter)
            free = client.with_options(limiter=cast("RateLimiter", NoLimiter()))
            memory: list[int] = []
            for _ in range(3):
                create = await cost_of_create(client, 5000)
                alone = await cost_of(free, 5000, [])
                many = await cost_of(limited, 5000, [])
                print(
                    f"CPU of a call: create {create * 1e6:.0f} µs, create_many "
                    f"{(alone - create) * 1e6:+.0f} µs, its limiter {(many - alone) * 1e6:+.0f} µs",
                    flush=True,
                )
            many = await cost_of(limited, count, memory)
        print(
            f"{count:,} requests: {many * 1e6:.0f} µs each; peak memory by tenths: {memory} MiB",
            flush=True,
        )

    asyncio.run(run(int(os.environ.get("MILLION", "1000000"))))


class NoLimiter:
    """Sends at once, to see what the rest costs."""

    def async_send(
        self, send: Callable[[], Awaitable[httpx.Response]], request: object, options: object
    ) -> Awaitable[httpx.Response]:
        """Send a request."""
        return send()


def chart(rows: list[dict[str, Any]]) -> str:
    """Draw how many of the requests that a contender sent were refused or failed, as SVG."""
    width, left, bar = 800, 250, 18
    height = 90 + len(rows) * (bar * 2 + 14)
    most = max(row["sent"] for row in rows)
    scale = (width - left - 130) / most
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<style>text { font: 12px system-ui, sans-serif; fill: #1f2328; }</style>",
        "<title>500 calls under a limit of 100 requests in 5 s</title>",
        f'<rect width="{width}" height="{height}" rx="6" fill="#fff" stroke="#d0d7de"/>',
        '<text x="20" y="28">500 calls at once, 100 requests in 5 s</text>',
        '<text x="20" y="50">orange: requests that were refused; grey: calls that failed</text>',
    ]
    for place, row in enumerate(rows):
        y = 70 + place * (bar * 2 + 14)
        failed = "took too long" if row["failed"] is None else f"{row['failed']} failed"
        taken = f", {row['time']:.2f} x the least time" if row["time"] else ""
        parts.append(f'<text x="20" y="{y + bar + 4}">{row["name"].replace("`", "")}</text>')
        for top, count, colour, text in (
            (y, row["refused"], "#d1480f", f"{row['refused']} refused"),
            (y + bar, row["failed"] or 0, "#8c959f", failed + taken),
        ):
            length = round(max(1, count * scale))
            parts += [
                f'<rect x="{left}" y="{top}" width="{length}" height="{bar}" fill="{colour}"/>',
                f'<text x="{left + length + 8}" y="{top + 13}">{text}</text>',
            ]
    return "\n".join([*parts, "</svg>", ""])


def markdown(rows: list[dict[str, Any]]) -> str:
    """Write the table."""
    lines = [
        "| 500 calls at once, 100 requests in 5 s | failed | refused (429) | sent | time ÷ least |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        failed = "took too long" if row["failed"] is None else str(row["failed"])
        taken = f"{row['time']:.2f}" if row["time"] else "-"
        lines.append(f"| {row['name']} | {failed} | {row['refused']} | {row['sent']} | {taken} |")
    return "\n".join(lines)


CASES: dict[str, Callable[[], None]] = {
    "kinds": kinds,
    "processes": processes,
    "kills": kills,
    "million": million,
}


def main() -> None:
    """Run the cases that are named, or the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", choices=[*CASES, []])
    parser.add_argument("--others", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    for name in given.cases:
        CASES[name]()
    if not given.cases or given.others:
        rows = table(given.others)
        print(markdown(rows))
        (HERE / "limits.svg").write_text(chart(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
