"""curl asks chat, as a shell script would."""

import json
import subprocess

import cases


class CurlError(Exception):
    """curl ended with another exit code than 0."""


def curl(asked: dict[str, object], *options: str) -> str:
    """Return what curl writes."""
    command = ["curl", "--silent", "--show-error", "--fail", "--retry", "2", *options]
    command += ["--header", "Authorization: Bearer any", "--json", json.dumps(asked)]
    ended = subprocess.run(
        [*command, f"{cases.BASE_URL}/chat/completions"],
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise type(f"curl ({ended.returncode})", (CurlError,), {})(ended.stderr)
    return ended.stdout


def ask(content: str, **more: object) -> dict:
    messages = [{"role": "user", "content": content}]
    answer = json.loads(curl({"model": cases.MODEL, "messages": messages, **more}))
    return answer["choices"][0]["message"]


def stream() -> str:
    messages = [{"role": "user", "content": "Hello"}]
    written = curl({"model": cases.MODEL, "messages": messages, "stream": True}, "--no-buffer")
    events = [line.removeprefix("data: ") for line in written.splitlines() if line]
    chunks = [json.loads(event) for event in events if event != "[DONE]"]
    return "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)


def tool() -> str:
    tools = [{"type": "function", "function": {"name": "weather", "parameters": cases.WEATHER}}]
    messages = [{"role": "user", "content": "How is the weather in Berlin?"}]
    said = ask("", messages=messages, tools=tools)
    messages.append({"role": said["role"], "tool_calls": said["tool_calls"]})
    call_id = said["tool_calls"][0]["id"]
    messages.append({"role": "tool", "tool_call_id": call_id, "content": "sunny"})
    return ask("", messages=messages, tools=tools)["content"]


def typed() -> dict[str, object]:
    properties = {"name": {"type": "string"}, "people": {"type": "integer"}}
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    form = {"name": "city", "strict": True, "schema": schema}
    answer = ask("Berlin", response_format={"type": "json_schema", "json_schema": form})
    return json.loads(answer["content"])


cases.run(
    chat=lambda model: ask("Hello", model=model)["content"],
    stream=stream,
    tool=tool,
    typed=typed,
    refused="curl (22)",
    lost="curl (18)",
    ended="passes for whole",
)
