"""LangChain asks chat through one of its packages: `langchain-groq` or `langchain-openai`."""

import sys
from functools import partial

import cases
import pydantic
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool as make_tool

if sys.argv[1] == "groq":
    from langchain_groq import ChatGroq

    Model = partial(ChatGroq, api_key="any", base_url=cases.SERVER)
else:
    from langchain_openai import ChatOpenAI

    Model = partial(ChatOpenAI, api_key="any", base_url=cases.BASE_URL)


class City(pydantic.BaseModel):
    name: str
    people: int


@make_tool
def weather(city: str) -> str:
    """Tell the weather of a city."""
    return "sunny"


def chat(name: str) -> str:
    return Model(model=name).invoke("Hello").text


def stream() -> str:
    return "".join(chunk.text for chunk in Model(model=cases.MODEL).stream("Hello"))


def tool() -> str:
    messages = [HumanMessage("How is the weather in Berlin?")]
    bound = Model(model=cases.MODEL).bind_tools([weather])
    answer = bound.invoke(messages)
    (call,) = answer.tool_calls
    result = ToolMessage(weather.invoke(call["args"]), tool_call_id=call["id"])
    return bound.invoke([*messages, answer, result]).text


def typed() -> dict[str, object]:
    asked = Model(model=cases.MODEL).with_structured_output(City, method="json_schema")
    return City.model_validate(asked.invoke("Describe Berlin")).model_dump()


cases.run(
    chat=chat,
    stream=stream,
    tool=tool,
    typed=typed,
    refused="NotFoundError" if sys.argv[1] == "groq" else "OpenAIModelNotFoundError",
    lost="RemoteProtocolError" if sys.argv[1] == "groq" else "OpenAIConnectionError",
    ended="passes for whole",
)
