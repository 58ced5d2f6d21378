"""Checks of the twelve tasks: each runs a solution and looks at what the local server received."""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from groq._types import is_list, is_mapping
from groq.testing import (
    Answer,
    Cut,
    Gate,
    LocalServer,
    ReceivedRequest,
    Reply,
    SlowStart,
    Stall,
    ToolCall,
)

FOLDER = Path(__file__).parent
CLIENTS = {"groq": "groq import Groq as Client", "openai": "openai import OpenAI as Client"}
CHAT = "/chat/completions"
UNREADABLE = (AttributeError, LookupError, OSError, StopIteration, TypeError, ValueError)
MODEL = "openai/gpt-oss-20b"


class CheckError(Exception):
    """A solution does not do what its task asks for."""


def expect(wanted: object, got: object, what: str) -> None:
    """Compare, and say what differs."""
    if wanted != got:
        raise CheckError(f"{what}: expected {wanted!r} but it is {got!r}")


def expect_that(is_so: bool, what: str) -> None:
    """Fail with a sentence unless it is so."""
    if not is_so:
        raise CheckError(what)


@dataclass
class Trial:
    """A solution in an empty folder, and the server that it asks."""

    server: LocalServer
    folder: Path
    file: Path
    python: str
    client: str

    def environment(self) -> dict[str, str]:
        """Return the environment of a solution: no key of the caller's, and no proxy."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        url = self.server.url
        return {
            **kept,
            "PYTHONIOENCODING": "utf-8",
            "GROQ_API_KEY": "local",
            "GROQ_BASE_URL": url,
            "OPENAI_API_KEY": "local",
            "OPENAI_BASE_URL": f"{url}/openai/v1",
        }

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start the solution."""
        return subprocess.Popen(
            [self.python, self.file.name, *arguments],
            cwd=self.folder,
            env={**self.environment(), **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(
        self, *arguments: str, stdin: str = "", timeout: float = 60, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the solution to its end, within some seconds."""
        process = self.start(*arguments, **environment)
        try:
            out, err = process.communicate(stdin, timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise CheckError(f"it was not done after {timeout:g} seconds") from None
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def output(self, *arguments: str, stdin: str = "", timeout: float = 60) -> str:
        """Run the solution, expect that it succeeds, and return what it printed."""
        done = self.run(*arguments, stdin=stdin, timeout=timeout)
        expect_that(
            done.returncode == 0,
            f"it ended with status {done.returncode}, saying:\n{done.stderr[-2000:]}",
        )
        return done.stdout

    def chats(self) -> list[dict[str, Any]]:
        """Return the bodies of the chats that the server received."""
        return [json.loads(each.body) for each in self.server.requests if CHAT in each.path]


def last_text(body: dict[str, Any]) -> str:
    """Return the text of the last message of a request."""
    content = body["messages"][-1]["content"]
    return "".join(part["text"] for part in content) if is_list(content) else str(content)


def echo(request: ReceivedRequest) -> str:
    """Answer with what was asked."""
    return f"An answer to: {last_text(request.json())}"


def roles(body: dict[str, Any]) -> list[str]:
    """Return who speaks in the messages of a request."""
    return [message["role"] for message in body["messages"]]


# The checks, in the order of the README.


def check_stream_sse(trial: Trial) -> None:
    """Ask the application three times: to the end, with an answer that breaks off, and leave."""
    process = subprocess.Popen(
        [trial.python, "-m", "uvicorn", f"{trial.file.stem}:app", "--port", "0"],
        cwd=trial.folder,
        env=trial.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stderr
    try:
        said = ""
        for line in process.stderr:
            said += line
            if running := re.search(r"running on (http://\S+)", line):
                with httpx.Client(base_url=running[1], timeout=10, trust_env=False) as browser:
                    _ask_as_a_browser(trial, browser)
                return
        raise CheckError(f"uvicorn did not start:\n{said[-2000:]}")
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def _ask_as_a_browser(trial: Trial, browser: httpx.Client) -> None:
    server, path = trial.server, f"/ask?question={quote('Who is there? Ä')}"
    gate = Gate()
    server.reply(Reply(["Hel", "lo\n", "wörld"]), Stall(after=2, until=gate))
    with browser.stream("GET", path) as response:
        expect(200, response.status_code, "the status")
        kind = response.headers.get("content-type", "")
        expect("text/event-stream", kind.partition(";")[0], "the content type")
        events = _events(response)
        first = next(events)
        gate.open()
        sent = [first, *events]
    expect("Who is there? Ä", last_text(trial.chats()[-1]), "the question that was asked")
    texts = [json.loads(data)["text"] for name, data in sent[:-1] if not name]
    expect(["Hel", "lo\n", "wörld"], texts, "the pieces")
    expect(("done", "{}"), sent[-1], "the last event")

    server.reply(Reply(["Hel", "lo ", "world"]), Cut(after=3))
    with browser.stream("GET", path) as response:
        sent = list(_events(response))
    texts = [json.loads(data)["text"] for name, data in sent[:-1] if not name]
    expect(["Hel", "lo "], texts, "the pieces of an answer that breaks off")
    expect("error", sent[-1][0], "the last event of an answer that breaks off")
    expect_that("message" in json.loads(sent[-1][1]), "the event `error` has no message")

    server.reply(Reply(["Hel", "lo ", "world"]), Stall(after=2, seconds=60))
    with browser.stream("GET", path) as response:
        next(_events(response))
    is_closed = server.wait_for_close(server.last_request.connection, timeout=8)
    expect_that(is_closed, "the browser has left, and the request to the API goes on")


def _events(response: httpx.Response) -> Iterator[tuple[str, str]]:
    name, data = "", list[str]()
    for line in response.iter_lines():
        field, _, value = line.partition(":")
        if field == "event":
            name = value.strip()
        elif field == "data":
            data.append(value.removeprefix(" "))
        elif not line and data:
            yield name, "\n".join(data)
            name, data = "", []


def check_many_calls(trial: Trial) -> None:
    """Have 500 questions asked under a limit of 200 requests in 10 seconds."""
    questions = [f"What is {number} times {number}?" for number in range(500)]
    (trial.folder / "questions.txt").write_text("".join(f"{each}\n" for each in questions))
    trial.server.reply(echo, times=None)
    trial.server.limit_rate(requests=200, requests_window=10)
    trial.output("questions.txt", "answers.jsonl", timeout=60)
    lines = (trial.folder / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    wanted = [{"question": each, "answer": f"An answer to: {each}"} for each in questions]
    for place, (line, answer) in enumerate(zip(lines, wanted, strict=False)):
        expect(answer, json.loads(line), f"line {place + 1}")
    expect(500, len(lines), "the number of lines")
    refused = len(trial.chats()) - 500
    expect_that(refused <= 25, f"{refused} requests were refused, at most 25 may be")


def check_mcp_tools(trial: Trial) -> None:
    """Have a model call two tools, one of them with an argument that it refuses."""
    source = FOLDER / "weather_server.py.txt"
    shutil.copy(source, trial.folder / "weather_server.py")
    server = trial.server
    server.reply(Reply(tool_calls=[ToolCall("list_cities")]))
    server.reply(Reply(tool_calls=[ToolCall("get_forecast", {"city": "Atlantis"})]))
    server.reply(
        Reply(tool_calls=[ToolCall("get_forecast", {"city": name}) for name in ("Oslo", "Bergen")])
    )
    server.reply("It snows in both.")
    printed = trial.output("Does it snow?")
    expect("It snows in both.", printed.strip(), "what it printed")
    first, *_, last = trial.chats()
    offered = sorted(tool["function"]["name"] for tool in first["tools"])
    expect(["get_forecast", "list_cities"], offered, "the tools offered")
    schema = next(
        each["function"]["parameters"]
        for each in first["tools"]
        if each["function"]["name"] == "get_forecast"
    )
    expect(["city"], list(schema["properties"]), "the parameters of get_forecast")
    said = ["user", "assistant", "tool", "assistant", "tool", "assistant", "tool", "tool"]
    expect(said, [role for role in roles(last) if role != "system"], "who speaks at last")
    results = [
        json.dumps(each["content"], ensure_ascii=False)
        for each in last["messages"]
        if each["role"] == "tool"
    ]
    wanted = ["Oslo, Bergen", "no forecast for Atlantis", "Oslo: snow", "Bergen: snow"]
    for result, words in zip(results, wanted, strict=True):
        expect_that(words in result, f"a result has no {words!r}: {result}")


def check_nested_structure(trial: Trial) -> None:
    """Have an invoice read from a letter, then cut off."""
    invoice = {
        "number": "A-17",
        "customer": {"name": "Ada", "address": {"street": "Hauptstraße 1", "city": "Köln"}},
        "items": [
            {"description": "Tea", "quantity": 2, "unit_price": 9.5},
            {"description": "Cup", "quantity": 3, "unit_price": 0.25},
        ],
    }
    (trial.folder / "letter.txt").write_text("Dear Ada, …", encoding="utf-8")
    trial.server.reply(json.dumps(invoice))
    printed = json.loads(trial.output("letter.txt"))
    total = printed.pop("total", None)
    expect_that(
        isinstance(total, (int, float)) and math.isclose(total, 19.75),
        f"`total`: expected 19.75 but it is {total!r}",
    )
    expect(invoice, printed, "the invoice")
    body = trial.chats()[-1]
    expect("openai/gpt-oss-120b", body["model"], "the model")
    expect("json_schema", body["response_format"]["type"], "the type of the response_format")
    asked = body["response_format"]["json_schema"]
    expect(True, asked.get("strict"), "`strict`")
    names = set(_properties(asked["schema"]))
    wanted = {"number", "customer", "items", "name", "address", "street", "city"}
    expect(wanted | {"description", "quantity", "unit_price"}, names, "the properties asked for")
    expect_that("Dear Ada" in json.dumps(body["messages"]), "the letter was not sent")

    half = Reply(json.dumps(invoice)[:40], finish_reason="length", is_checked=False)
    trial.server.reply(half, times=None)
    done = trial.run("letter.txt")
    expect((1, ""), (done.returncode, done.stdout), "status and stdout of an answer that was cut")
    expect_that(bool(done.stderr), "stderr is empty where an answer was cut")


def _properties(schema: Any) -> Iterator[str]:
    """Yield the names of the properties in a schema, at any depth."""
    if is_mapping(schema):
        yield from schema.get("properties", ())
        for value in schema.values():
            yield from _properties(value)
    elif is_list(schema):
        for value in schema:
            yield from _properties(value)


def check_conversation(trial: Trial) -> None:
    """Hold a conversation of three turns, with a call in the second."""
    server = trial.server
    server.reply("Hello Ada.")
    server.reply(Reply(tool_calls=[ToolCall("add", {"a": 19, "b": 23})]))
    server.reply(lambda request: f"It is {last_text(request.json())}.")
    server.reply("You are Ada.")
    questions = ["I am Ada.", "What is 19 and 23?", "Who am I?"]
    process = trial.start(PYTHONUNBUFFERED="")
    assert process.stdin and process.stdout and process.stderr
    try:
        for question, answer in zip(
            questions, ["Hello Ada.", "It is 42.", "You are Ada."], strict=True
        ):
            process.stdin.write(question + "\n")
            process.stdin.flush()
            line = _read_line(process, 20)
            expect(answer, line, f"the answer to {question!r}")
        process.stdin.close()
        expect(0, process.wait(10), "the status at the end of stdin")
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    last = trial.chats()[-1]
    said = ["system", "user", "assistant", "user", "assistant", "tool", "assistant", "user"]
    expect(said, roles(last), "who speaks at last")
    expect("You answer in one sentence.", last["messages"][0]["content"], "the system message")
    expect("add", last["messages"][4]["tool_calls"][0]["function"]["name"], "the call")
    expect("add", last["tools"][0]["function"]["name"], "the function that is offered")


def _read_line(process: subprocess.Popen[str], seconds: float) -> str:
    """Read a line, and kill the process if none comes in time."""
    assert process.stdout
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        return process.stdout.readline().strip()
    finally:
        timer.cancel()


def check_subtitles(trial: Trial) -> None:
    """Have a recording of 65 seconds transcribed."""
    with wave.open(str(trial.folder / "talk.wav"), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(1)
        writer.setframerate(8000)
        writer.writeframes(b"\x80" * 8000 * 65)
    texts = ["Good morning.", "Today we talk about rivers.", "Größe zählt."]
    times = [0.0, 2.4799999, 61.5, 65.0]
    segments = [
        {"id": place, "start": times[place], "end": times[place + 1], "text": f" {text}"}
        for place, text in enumerate(texts)
    ]
    answer = {
        "task": "transcribe",
        "language": "English",
        "duration": 65.0,
        "text": " ".join(texts),
        "segments": segments,
    }
    trial.server.reply_with_bytes(json.dumps(answer).encode(), path="/audio/transcriptions")
    trial.output("talk.wav", "talk.srt")
    (request,) = trial.server.requests
    expect("verbose_json", request.form.get("response_format"), "the response_format")
    expect("whisper-large-v3-turbo", request.form.get("model"), "the model")
    wanted = (
        "1\n00:00:00,000 --> 00:00:02,480\nGood morning.\n\n"
        "2\n00:00:02,480 --> 00:01:01,500\nToday we talk about rivers.\n\n"
        "3\n00:01:01,500 --> 00:01:05,000\nGröße zählt.\n"
    )
    written = (trial.folder / "talk.srt").read_text(encoding="utf-8").strip() + "\n"
    expect(wanted, written, "the subtitles")


def check_failures(trial: Trial) -> None:
    """Have a program meet what passes, what does not, and what never answers."""
    server = trial.server
    server.fail(503, retry_after=0.05, times=2)
    server.reply_with(Answer([], is_raw=True, ending="reset"))
    server.reply("Fine.")
    expect("Fine.", trial.output("Hi").strip(), "the answer after three failures")
    expect(4, len(server.requests), "the attempts")

    _expect_status(trial, 2, "20", lambda: server.fail(429, retry_after=20, times=None))
    gone = {"message": "No such model", "type": "invalid", "code": "model_not_found"}
    _expect_status(trial, 3, "model_not_found", lambda: server.fail(404, error=gone, times=None))
    expect(1, len(server.requests), "the attempts where the model is not there")
    _expect_status(trial, 4, "", lambda: server.inject(SlowStart(60), times=None))
    closed = {"GROQ_BASE_URL": "http://127.0.0.1:9", "OPENAI_BASE_URL": "http://127.0.0.1:9"}
    _expect_status(trial, 4, "", lambda: None, **closed)


def _expect_status(
    trial: Trial, status: int, words: str, script: Callable[[], None], **environment: str
) -> None:
    trial.server.reset()
    script()
    done = trial.run("Hi", timeout=12, **environment)
    expect((status, ""), (done.returncode, done.stdout), f"status and stdout, wanting {words!r}")
    expect_that(words in done.stderr, f"stderr has no {words!r}: {done.stderr[-500:]}")
    expect_that("Traceback" not in done.stderr, "stderr has a traceback")


MISTAKES = {
    "the last piece alone": ('return "".join(pieces)', 'return "".join(pieces[-1:])'),
    "no retry": ("max_retries=1", "max_retries=0"),
    "no error": ('raise Incomplete("".join(pieces)) from error', 'return "".join(pieces)'),
    "no text": ('raise Incomplete("".join(pieces)) from error', 'raise Incomplete("") from error'),
}


def check_test_with_fault(trial: Trial) -> None:
    """Run the tests with a program that is right, and with ones that have a mistake."""
    good = assistant_for(trial.client)
    done = _pytest(trial, good)
    expect_that(done.returncode == 0, f"the tests fail for a right program:\n{done.stdout}")
    passed = re.search(r"(\d+) passed", done.stdout)
    expect_that(passed is not None and int(passed[1]) >= 3, "there are less than three tests")
    for name, (right, wrong) in MISTAKES.items():
        assert right in good
        done = _pytest(trial, good.replace(right, wrong))
        expect(1, done.returncode, f"the status of pytest for a program with a mistake ({name})")


def assistant_for(client: str) -> str:
    """Return the program that is tested, for one of the clients."""
    text = (FOLDER / "assistant.py.txt").read_text(encoding="utf-8")
    return text.replace("CLIENT", CLIENTS[client])


def _pytest(trial: Trial, program: str) -> subprocess.CompletedProcess[str]:
    (trial.folder / "assistant.py").write_text(program, encoding="utf-8")
    told = trial.environment()
    return subprocess.run(
        [trial.python, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", trial.file.name],
        cwd=trial.folder,
        env={
            name: value for name, value in told.items() if "GROQ" not in name and "AI" not in name
        },
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def check_resume(trial: Trial) -> None:
    """Kill a run after twenty answers, and start it again."""
    bodies = [
        {
            "model": MODEL,
            "messages": [{"role": "user", "content": f"Question {number}"}],
            # Out of range, so that the API refuses it.
            **({"temperature": 9} if number == 3 else {}),
        }
        for number in range(40)
    ]
    with (trial.folder / "requests.jsonl").open("w") as lines:
        for number, body in enumerate(bodies):
            line = {"method": "POST", "url": "/v1/chat/completions", "body": body}
            lines.write(json.dumps({"custom_id": f"r-{number}", **line}) + "\n")
    server = trial.server
    server.reply(echo, times=20)
    server.reply(echo, SlowStart(60), times=None)
    process = trial.start("requests.jsonl", "results.jsonl")
    try:
        # Twenty answers, one refusal, and at least one that waits.
        with contextlib.suppress(AssertionError):
            server.wait_for_requests(22, timeout=20)
        time.sleep(3)
        waiting = len(server.requests) - 21
        expect_that(0 < waiting <= 8, f"{waiting} requests are on their way, not 1 to 8")
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    server.reset()
    server.reply(echo, times=None)
    trial.output("requests.jsonl", "results.jsonl")
    again = {last_text(body) for body in trial.chats()}
    expect_that(len(again) <= 19, f"{len(again)} requests were sent again, 19 had no answer")
    expect(1, max(Counter(map(last_text, trial.chats())).values()), "how often one was sent")
    results = [
        json.loads(line)
        for line in (trial.folder / "results.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    expect(40, len(results), "the number of results")
    told = {each["custom_id"]: each for each in results}
    for number in range(40):
        result = told.get(f"r-{number}", {})
        if number == 3:
            expect_that(bool(result.get("error")), f"r-3 has no error: {result}")
        else:
            expect(f"An answer to: Question {number}", result.get("answer"), f"r-{number}")


def check_search(trial: Trial) -> None:
    """Compare with the cosines of the very vectors that the server gives."""
    folder = trial.folder / "texts"
    folder.mkdir()
    words = ["river", "boat", "stone", "bridge", "water", "fish", "mill", "reed", "shore", "rain"]
    texts = {
        f"{number:02}.txt": " ".join(words[(number * step) % 10] for step in range(1, 7))
        for number in range(60)
    }
    texts |= {
        "31.txt": "the mill at the river",
        "07.txt": "a mill at a river bridge",
        "45.txt": "the river mill",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "notes.md").write_text("the mill at the river", encoding="utf-8")
    query = "the mill at the river"
    with trial.server.client() as client:
        answer = client.embeddings.create(
            model="nomic-embed-text-v1_5", input=[query, *texts.values()]
        )
    first, *vectors = [[float(value) for value in each.embedding] for each in answer.data]
    cosines = {
        name: sum(a * b for a, b in zip(first, vector, strict=True))  # All have the length one.
        for name, vector in zip(texts, vectors, strict=True)
    }
    trial.server.reset()
    wanted = sorted(cosines, key=lambda name: -cosines[name])[:3]
    expect(wanted, trial.output("texts", query).split(), "the three that come nearest")
    sent = len(trial.server.requests)
    expect_that(sent <= 3, f"{sent} requests were sent, at most three may be")


def check_cost_report(trial: Trial) -> None:
    """Compare with the cost that follows from the usage of four answers."""
    asked = [(MODEL, 1000, 400, 50), ("openai/gpt-oss-120b", 2000, 0, 100), (MODEL, 300, 0, 30)]
    for model, prompt, cached, completion in asked:
        usage: dict[str, Any] = {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        }
        if cached:
            usage["prompt_tokens_details"] = {"cached_tokens": cached}
        trial.server.reply(Reply(f"From {model}.", usage=usage))
    lines = [{"model": model, "question": "Why?"} for model, *_ in asked]
    (trial.folder / "questions.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
    printed = json.loads(trial.output("questions.jsonl"))
    small = (600 + 300) * 0.075e-6 + 400 * 0.0375e-6 + 80 * 0.30e-6
    large = 2000 * 0.15e-6 + 100 * 0.60e-6
    wanted = {
        MODEL: {"requests": 2, "prompt_tokens": 1300, "completion_tokens": 80},
        "openai/gpt-oss-120b": {"requests": 1, "prompt_tokens": 2000, "completion_tokens": 100},
    }
    costs = [
        (small, printed["models"][MODEL].pop("cost")),
        (large, printed["models"]["openai/gpt-oss-120b"].pop("cost")),
        (small + large, printed["total"]),
    ]
    for cost, got in costs:
        expect_that(
            isinstance(got, (int, float)) and math.isclose(cost, got, rel_tol=1e-6),
            f"expected a cost of {cost:.8f} but it is {got!r}",
        )
    expect(wanted, printed["models"], "the tokens")


def check_spans(trial: Trial) -> None:
    """Look at the span of a call that was tried twice, and of one that failed."""
    server = trial.server
    server.fail(503, retry_after=0.01)
    server.reply(
        Reply(["A secret ", "answer"], usage={"prompt_tokens": 11, "completion_tokens": 2})
    )
    printed = trial.output("A secret question", "spans.jsonl")
    expect("A secret answer", printed.strip(), "what it printed")
    span = _only_span(trial)
    attributes = span["attributes"]
    wanted = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": MODEL,
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 11,
        "gen_ai.usage.output_tokens": 2,
    }
    expect(wanted, {name: attributes.get(name) for name in wanted}, "the attributes")
    expect((f"chat {MODEL}", "CLIENT"), (span["name"], span["kind"]), "name and kind")
    expect_that(span["status"] in ("UNSET", "OK"), f"the status is {span['status']!r}")
    expect_that("secret" not in json.dumps(span), "the span has the question or the answer")

    server.reset()
    (trial.folder / "spans.jsonl").unlink()
    server.fail(404, times=None)
    done = trial.run("A secret question", "spans.jsonl")
    expect(1, done.returncode, "the status where the call fails")
    span = _only_span(trial)
    expect("ERROR", span["status"], "the status of the span")
    expect_that("error.type" in span["attributes"], "the span has no `error.type`")


def _only_span(trial: Trial) -> dict[str, Any]:
    lines = (trial.folder / "spans.jsonl").read_text(encoding="utf-8").splitlines()
    expect(1, len(lines), "the number of spans")
    return dict(json.loads(lines[0]))


CHECKS: dict[str, Callable[[Trial], None]] = {
    "stream_sse": check_stream_sse,
    "many_calls": check_many_calls,
    "mcp_tools": check_mcp_tools,
    "nested_structure": check_nested_structure,
    "conversation": check_conversation,
    "subtitles": check_subtitles,
    "failures": check_failures,
    "test_with_fault": check_test_with_fault,
    "resume": check_resume,
    "search": check_search,
    "cost_report": check_cost_report,
    "spans": check_spans,
}


def check(
    name: str, file: Path, *, python: str = sys.executable, client: str = "groq"
) -> str | None:
    """Check a solution, and return what is wrong with it, `None` if nothing is."""
    server = LocalServer(pace=0, models=["nomic-embed-text-v1_5"])
    with tempfile.TemporaryDirectory() as folder, server:
        # pytest takes files that are named so.
        stem = "test_solution" if name == "test_with_fault" else "solution"
        copy = Path(folder, f"{stem}.py")
        shutil.copy(file, copy)
        try:
            CHECKS[name](Trial(server, Path(folder), copy, python, client))
        except CheckError as error:
            return str(error)
        except subprocess.TimeoutExpired as error:
            return f"it was not done after {error.timeout:g} seconds"
        except (*UNREADABLE, httpx.HTTPError) as error:
            return f"it wrote or sent what cannot be read: {error!r}"
    return None


def task(name: str, client: str) -> str:
    """Return the whole text of a task, as a reader gets it."""
    texts = [(FOLDER / "tasks" / f"{each}.md").read_text("utf-8") for each in ("common", name)]
    return "\n".join(texts).replace("ASSISTANT", assistant_for(client).rstrip())


def main() -> int:
    """Check one solution or a folder of them; print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", choices=CHECKS, help="print a task")
    parser.add_argument(
        "--all", type=Path, help="a folder of solutions that are named as the tasks"
    )
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the solutions")
    parser.add_argument("--client", choices=CLIENTS, default="groq")
    parser.add_argument("task", nargs="?", choices=CHECKS)
    parser.add_argument("file", nargs="?", type=Path)
    given = parser.parse_args()
    if given.show:
        print(task(given.show, given.client))
        return 0
    if given.all:
        files = {name: given.all / f"{name}.py" for name in CHECKS}
    elif given.task and given.file:
        files = {given.task: given.file}
    else:
        parser.error("expected a task and a file, or --all FOLDER, or --show TASK")
    passed = 0
    for name, file in files.items():
        wrong = (
            check(name, file, python=given.python, client=given.client)
            if file.exists()
            else f"there is no {file}"
        )
        passed += wrong is None
        print(f"{name}: {'passed' if wrong is None else f'failed: {wrong}'}", flush=True)
    print(f"{passed} of {len(files)}")
    return 0 if passed == len(files) else 1


if __name__ == "__main__":
    sys.exit(main())
