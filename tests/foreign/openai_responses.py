"""OpenAI's own Python client asks the Responses API of the local server."""

import os

import openai
import pydantic

MODEL = "openai/gpt-oss-20b"
client = openai.OpenAI(
    api_key="any", base_url=os.environ["LOCAL_SERVER"] + "/openai/v1", max_retries=0
)


class City(pydantic.BaseModel):
    name: str
    people: int


WEATHER: openai.types.responses.FunctionToolParam = {
    "type": "function",
    "name": "weather",
    "description": "Tell the weather of a city.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
    "strict": True,
}

# An answer, whole.
response = client.responses.create(model=MODEL, input="Hello", instructions="Be brief.")
assert response.status == "completed"
assert "Hello" in response.output_text
assert response.usage is not None
assert response.usage.total_tokens > 0

# The same, event by event.
text, kinds = "", []
for event in client.responses.create(model=MODEL, input="Hello", stream=True):
    kinds.append(event.type)
    if event.type == "response.output_text.delta":
        text += event.delta
assert kinds[0] == "response.created"
assert kinds[-1] == "response.completed"
assert text.startswith("Hello")

# A tool, called once, with its result given back.
items: list = [{"role": "user", "content": "How is the weather in Berlin?"}]
first = client.responses.create(model=MODEL, input=items, tools=[WEATHER])
(call,) = (item for item in first.output if item.type == "function_call")
items += [
    {
        "type": "function_call",
        "call_id": call.call_id,
        "name": call.name,
        "arguments": call.arguments,
    },
    {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"},
]
second = client.responses.create(model=MODEL, input=items, tools=[WEATHER])
assert "sunny" in second.output_text

# An answer of a type, whole and streamed.
parsed = client.responses.parse(model=MODEL, input="Describe Berlin", text_format=City)
assert isinstance(parsed.output_parsed, City)
with client.responses.stream(model=MODEL, input="Describe Berlin", text_format=City) as stream:
    stream.until_done()
    assert isinstance(stream.get_final_response().output_parsed, City)

# What Groq refuses.
for refused in (
    {"previous_response_id": "resp_1"},
    {"store": True},
    {"include": ["reasoning.encrypted_content"]},
    {"prompt_cache_key": "key"},
    {"safety_identifier": "user"},
    {"background": True},
    {"conversation": "conv_1"},
    {"prompt": {"id": "pmpt_1"}},
):
    try:
        client.responses.create(model=MODEL, input="Hello", **refused)
    except openai.BadRequestError:
        continue
    raise SystemExit(f"{refused} was not refused")

print("OpenAI's Python client: chat, stream, tool, types, refusals")
