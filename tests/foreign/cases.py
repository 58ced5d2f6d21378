"""The cases that every client goes through, in Python; `cases.mjs` has the same for JavaScript."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Callable
from typing import Any

SERVER = os.environ["LOCAL_SERVER"]
BASE_URL = f"{SERVER}/openai/v1"
MODEL = "openai/gpt-oss-20b"
WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
"""The parameters of a tool that tells the weather of a city."""
WHOLE = "one two three four five six seven eight"
CUT_AFTER = {"/chat/completions": 4, "/responses": 8}
"""The events that arrive of a stream that is cut: a few words in either API."""


def ask_local(method: str, path: str, body: object = None) -> Any:
    """Script the local server, or ask it what it has received."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{SERVER}/_local/{path}", data, method=method)  # loopback
    with urllib.request.urlopen(request) as answer:  # loopback
        return json.load(answer)


def script(*entries: dict[str, Any]) -> None:
    """Say what the server answers next."""
    ask_local("POST", "script", list(entries))


def received() -> list[dict[str, Any]]:
    """Return the requests that the server has received since the case began."""
    found: list[dict[str, Any]] = ask_local("GET", "requests")["requests"]
    return found


def outcome(ask: Callable[[], str]) -> str:
    """Return the name of the exception that a call raises, or say that a part passes for whole."""
    try:
        text = ask()
    except Exception as error:  # whatever it is, the table shows it
        return type(error).__name__
    is_part = WHOLE.startswith(text) and text != WHOLE
    return "passes for whole" if is_part else f"returns {text!r}"


def run(
    *,
    chat: Callable[[str], str],
    stream: Callable[[], str],
    tool: Callable[[], str] | None = None,
    typed: Callable[[], dict[str, Any]] | None = None,
    path: str = "/chat/completions",
    retries: bool = True,
    refused: str,
    lost: str,
    ended: str,
) -> None:
    """Take a client through all cases, and stop at the first that does not come out as expected.

    Args:
        chat: Asks a model, and returns the text of the answer.
        stream: Asks for a stream, reads it, and returns its text.
        tool: Asks for the weather in Berlin with a tool that says "sunny", until the last answer.
        typed: Asks for an object with a `name` and a number of `people`.
        path: The endpoint that it asks.
        retries: Whether it repeats a request that was refused for a rate limit.
        refused: The exception for a model that does not exist.
        lost: What becomes of a stream whose connection is closed in mid-answer: the name of the
            exception, or "passes for whole".
        ended: The same for a stream that ends cleanly before the answer does.
    """
    done = []

    def case(name: str) -> None:
        ask_local("POST", "reset")
        done.append(name)

    def expect(expected: object, came: object) -> None:
        if came != expected:
            raise SystemExit(f"{done[-1]}: expected {expected!r} but received {came!r}")

    case("chat")
    script({"reply": WHOLE})
    expect(WHOLE, chat(MODEL))
    case("stream")
    script({"reply": WHOLE})
    expect(WHOLE, stream())
    expect([path], [each["path"].removeprefix("/openai/v1") for each in received()])
    if tool is not None:
        case("tool")
        assert "sunny" in tool(), "tool: the answer does not have its result"
        expect(2, len(received()))
    if typed is not None:
        case("typed")
        city = typed()
        expect({"name": str, "people": int}, {name: type(value) for name, value in city.items()})
    case(f"refusal ({refused})")
    expect(refused, outcome(lambda: chat("nobody/knows-this")))
    if retries:
        case("429")
        script({"fail": 429, "retry_after": 1}, {"reply": WHOLE})
        expect(WHOLE, chat(MODEL))
        expect(2, len(received()))
    for how, expected in (("close", lost), ("end", ended)):
        case(f"{'lost' if how == 'close' else 'ended'} in mid-stream ({expected})")
        cut = {"type": "cut", "after": CUT_AFTER[path], "how": how}
        script({"reply": WHOLE, "faults": [cut], "times": None})
        expect(expected, outcome(stream))
    print(", ".join(done))


def chat_completions(client: Any) -> dict[str, Any]:
    """Return how the Python clients of Groq and of OpenAI ask chat: they are used alike."""

    def ask(content: str = "Hello", **more: Any) -> Any:
        messages = [{"role": "user", "content": content}]
        return client.chat.completions.create(**{"model": MODEL, "messages": messages, **more})

    def chat(model: str) -> str:
        return ask(model=model).choices[0].message.content

    def stream() -> str:
        chunks = ask(stream=True)
        return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)

    def tool() -> str:
        tools = [{"type": "function", "function": {"name": "weather", "parameters": WEATHER}}]
        messages: list[Any] = [{"role": "user", "content": "How is the weather in Berlin?"}]
        message = ask(messages=messages, tools=tools).choices[0].message
        (call,) = message.tool_calls
        messages += [
            {"role": "assistant", "tool_calls": [call.to_dict()]},
            {"role": "tool", "tool_call_id": call.id, "content": "sunny"},
        ]
        return ask(messages=messages, tools=tools).choices[0].message.content

    return {"chat": chat, "stream": stream, "tool": tool}
