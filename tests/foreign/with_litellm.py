"""LiteLLM asks chat through its provider for Groq."""

import os

import cases

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # the list of prices is not fetched
import litellm
import pydantic

litellm.suppress_debug_info = True


class City(pydantic.BaseModel):
    name: str
    people: int


def ask(**more):
    return litellm.completion(
        **{
            "model": f"groq/{cases.MODEL}",
            "api_key": "any",
            "api_base": cases.BASE_URL,
            "messages": [{"role": "user", "content": "Hello"}],
            "num_retries": 2,
            **more,
        }
    )


def stream() -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in ask(stream=True))


def tool() -> str:
    tools = [{"type": "function", "function": {"name": "weather", "parameters": cases.WEATHER}}]
    messages = [{"role": "user", "content": "How is the weather in Berlin?"}]
    message = ask(messages=messages, tools=tools).choices[0].message
    (call,) = message.tool_calls
    messages += [message, {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]
    return ask(messages=messages, tools=tools).choices[0].message.content


def typed() -> dict[str, object]:
    answer = ask(response_format=City).choices[0].message.content
    return City.model_validate_json(answer).model_dump()


cases.run(
    chat=lambda model: ask(model=f"groq/{model}").choices[0].message.content,
    stream=stream,
    tool=tool,
    typed=typed,
    refused="NotFoundError",
    lost="MidStreamFallbackError",
    ended="MidStreamFallbackError",
)
