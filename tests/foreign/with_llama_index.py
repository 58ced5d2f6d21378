"""LlamaIndex asks chat through its package for Groq."""

import asyncio

import cases
import pydantic
from llama_index.core import PromptTemplate
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.llms import ChatMessage
from llama_index.llms.groq import Groq


class City(pydantic.BaseModel):
    name: str
    people: int


def model(name: str = cases.MODEL) -> Groq:
    return Groq(model=name, api_key="any", api_base=cases.BASE_URL)


def weather(city: str) -> str:
    """Tell the weather of a city."""
    return "sunny"


def tool() -> str:
    async def ask() -> str:
        agent = FunctionAgent(tools=[weather], llm=model(), streaming=False)
        return str(await agent.run("How is the weather in Berlin?"))

    return asyncio.run(ask())


def typed() -> dict[str, object]:
    prompt = PromptTemplate("Describe {city}")
    return model().structured_predict(City, prompt, city="Berlin").model_dump()


cases.run(
    chat=lambda name: model(name).chat([ChatMessage("Hello")]).message.content,
    stream=lambda: "".join(
        piece.delta or "" for piece in model().stream_chat([ChatMessage("Hello")])
    ),
    tool=tool,
    typed=typed,
    refused="NotFoundError",
    lost="RemoteProtocolError",
    ended="passes for whole",
)
