"""OpenAI's Python client asks the Responses API."""

import cases
import openai
import pydantic

client = openai.OpenAI(api_key="any", base_url=cases.BASE_URL)


class City(pydantic.BaseModel):
    name: str
    people: int


WEATHER: openai.types.responses.FunctionToolParam = {
    "type": "function",
    "name": "weather",
    "description": "Tell the weather of a city.",
    "parameters": cases.WEATHER,
    "strict": True,
}


def chat(model: str) -> str:
    response = client.responses.create(model=model, input="Hello", instructions="Be brief.")
    assert response.status == "completed"
    assert response.usage is not None
    assert response.usage.total_tokens > 0
    return response.output_text


def stream() -> str:
    text = ""
    for event in client.responses.create(model=cases.MODEL, input="Hello", stream=True):
        if event.type == "response.output_text.delta":
            text += event.delta
    return text


def tool() -> str:
    items: list = [{"role": "user", "content": "How is the weather in Berlin?"}]
    first = client.responses.create(model=cases.MODEL, input=items, tools=[WEATHER])
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
    return client.responses.create(model=cases.MODEL, input=items, tools=[WEATHER]).output_text


def typed() -> dict[str, object]:
    parsed = client.responses.parse(model=cases.MODEL, input="Berlin", text_format=City)
    assert isinstance(parsed.output_parsed, City)
    with client.responses.stream(model=cases.MODEL, input="Berlin", text_format=City) as streamed:
        streamed.until_done()
        city = streamed.get_final_response().output_parsed
    assert city is not None
    return city.model_dump()


cases.run(
    chat=chat,
    stream=stream,
    tool=tool,
    typed=typed,
    path="/responses",
    refused="NotFoundError",
    lost="APIConnectionError",
    ended="passes for whole",
)

# What rests on stored answers, and other parameters that Groq refuses.
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
        client.responses.create(model=cases.MODEL, input="Hello", **refused)
    except openai.BadRequestError:
        continue
    raise SystemExit(f"{refused} was not refused")
