"""A pydantic-ai agent asks chat through its model for Groq, which uses the package `groq`.

It runs with groq 1.7.0 on httpx, and with this package on httpx2.
"""

import asyncio
import importlib
import sys

import cases
import pydantic
from pydantic_ai import Agent, BinaryContent, ModelRetry, NativeOutput, ThinkingPart, ToolOutput
from pydantic_ai.models.groq import GroqModel
from pydantic_ai.providers.groq import GroqProvider

import groq

http_library = importlib.import_module(sys.argv[1])
is_this = hasattr(groq, "Conversation")
PNG = b"\x89PNG\r\n\x1a\n"


class City(pydantic.BaseModel):
    name: str
    people: int


def agent(name: str = cases.MODEL, **options: object) -> Agent:
    client = groq.AsyncGroq(
        api_key="any", base_url=cases.SERVER, http_client=http_library.AsyncClient()
    )
    return Agent(GroqModel(name, provider=GroqProvider(groq_client=client)), **options)


def weather(city: str) -> str:
    """Tell the weather of a city."""
    if city == "Oz":
        raise ModelRetry("there is no Oz")
    return f"sunny in {city}"


def stream() -> str:
    async def read() -> str:
        async with agent().run_stream("Hello") as streamed:
            return "".join([piece async for piece in streamed.stream_text(delta=True)])

    return asyncio.run(read())


cases.run(
    chat=lambda name: agent(name).run_sync("Hello").output,
    stream=stream,
    tool=lambda: agent(tools=[weather]).run_sync("How is the weather in Berlin?").output,
    typed=lambda: agent(output_type=NativeOutput(City)).run_sync("Berlin").output.model_dump(),
    refused="ModelNotFoundError",
    lost="ModelConnectionError",
    ended="ModelConnectionError" if is_this else "passes for whole",
)


def call(city: str, **more: object) -> dict[str, object]:
    arguments = {"city": city, **more}
    return {"reply": {"tool_calls": [{"name": "weather", "arguments": arguments}]}}


def told() -> list[str]:
    """Return what the model was told of its calls, the last request included."""
    messages = cases.received()[-1]["body"]["messages"]
    return [each["content"] for each in messages if each["role"] == "tool"]


# Thoughts, and usage.
cases.ask_local("POST", "reset")
cases.script({"reply": {"content": "4", "reasoning": "2 and 2", "usage": {"prompt_tokens": 7}}})
run = agent(model_settings={"groq_reasoning_format": "parsed"}).run_sync("2 + 2")
assert run.output == "4"
assert [part.content for part in run.response.parts if isinstance(part, ThinkingPart)] == [
    "2 and 2"
]
assert run.usage.input_tokens == 7

# A tool that asks for another try, and one whose arguments the server refuses.
cases.ask_local("POST", "reset")
cases.script(call("Oz"), call("Rome"), {"reply": "Sunny."})
run = agent(tools=[weather]).run_sync("Well?")
assert run.output == "Sunny."
assert "there is no Oz" in told()[0], told()
assert told()[1] == "sunny in Rome"
cases.ask_local("POST", "reset")
cases.script(call("Rome", when="today"), call("Rome"), {"reply": "Sunny."})
assert agent(tools=[weather]).run_sync("Well?").output == "Sunny."
assert len(cases.received()) == 3

# Several calls at once, streamed, and the conversation given back.
cases.ask_local("POST", "reset")
two = [{"name": "weather", "arguments": {"city": city}} for city in ("Rome", "Oslo")]
cases.script({"reply": {"tool_calls": two}}, {"reply": "Sunny."}, {"reply": "Again sunny."})


async def converse() -> str:
    guide = agent(tools=[weather])
    async with guide.run_stream("Well?") as streamed:
        assert await streamed.get_output() == "Sunny."
        history = streamed.all_messages()
    return (await guide.run("And now?", message_history=history)).output


assert asyncio.run(converse()) == "Again sunny."
assert told() == ["sunny in Rome", "sunny in Oslo"]

# A typed answer as the call of a tool, and a picture.
cases.ask_local("POST", "reset")
assert isinstance(agent(output_type=ToolOutput(City)).run_sync("Berlin").output, City)
cases.ask_local("POST", "reset")
cases.script({"reply": "A dot."})
picture = BinaryContent(PNG, media_type="image/png")
assert agent("qwen/qwen3.8-27b").run_sync(["What is it?", picture]).output == "A dot."

print("thoughts, retries, refused calls, calls at once, history, tool output, picture")
