"""A program for OpenAI's client; `both_clients.py` also runs it with this package's `Groq`."""

import os

import pydantic
from openai import OpenAI

MODEL = "openai/gpt-oss-20b"
MESSAGES = [{"role": "user", "content": "How is the weather in Berlin?"}]
PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}


class City(pydantic.BaseModel):
    name: str
    people: int


class Weather(pydantic.BaseModel):
    """Tell the weather of a city."""

    city: str


client = OpenAI(api_key="any", base_url=os.environ["LOCAL_SERVER"] + "/openai/v1")
results = {}

# ------------------------------------------------------------------------------ the Responses API

response = client.responses.create(
    model=MODEL, input="Hello", instructions="Be brief.", reasoning={"effort": "low"}
)
results["a response"] = response
results["its text"] = response.output_text

events = list(client.responses.create(model=MODEL, input="Hello", temperature=0.5, stream=True))
results["the events of a response"] = events

tools = [{"type": "function", "name": "weather", "parameters": PARAMETERS, "strict": True}]
items = list(MESSAGES)
called = client.responses.create(model=MODEL, input=items, tools=tools)
results["a call"] = called
for item in called.output:
    if item.type == "function_call":
        call = {"call_id": item.call_id, "name": item.name, "arguments": item.arguments}
        items.append({"type": "function_call", **call})
        items.append({"type": "function_call_output", "call_id": item.call_id, "output": "sunny"})
results["the answer after a call"] = client.responses.create(model=MODEL, input=items, tools=tools)

parsed = client.responses.parse(model=MODEL, input="Describe Berlin", text_format=City)
results["a parsed response"] = parsed
results["its value"] = parsed.output_parsed

with client.responses.stream(model=MODEL, input="Describe Berlin", text_format=City) as stream:
    results["events with snapshots"] = [
        (event.type, getattr(event, "delta", None), getattr(event, "parsed", None))
        for event in stream
    ]
    results["the final response"] = stream.get_final_response()
    results["the final value"] = stream.get_final_response().output_parsed

# ------------------------------------------------------------------------------------------- chat

results["a completion"] = client.chat.completions.create(model=MODEL, messages=MESSAGES, seed=1)
chunks = client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True)
results["chunks"] = list(chunks)

function = {"name": "weather", "parameters": PARAMETERS, "strict": True}
completion = client.chat.completions.create(
    model=MODEL, messages=MESSAGES, tools=[{"type": "function", "function": function}]
)
results["a chat call"] = completion

completion = client.chat.completions.parse(model=MODEL, messages=MESSAGES, response_format=City)
results["a parsed completion"] = completion.choices[0].message.parsed

with client.chat.completions.stream(model=MODEL, messages=MESSAGES, response_format=City) as stream:
    deltas = [event.delta for event in stream if event.type == "content.delta"]
    results["deltas of chat"] = [delta for delta in deltas if delta]
    results["the final completion"] = stream.get_final_completion().choices[0].message.parsed

# ------------------------------------------------------------------------------------- the others

results["models"] = [model.id for model in client.models.list()]
file = client.files.create(file=("lines.jsonl", b'{"custom_id": "1"}\n'), purpose="batch")
results["a file"] = (file.purpose, file.bytes, file.filename)
try:
    client.responses.create(model="nobody/knows-this", input="Hello")
except Exception as error:
    results["an error"] = (type(error).__name__, error.status_code, error.code)
