"""OpenAI's agents ask the Responses API, as by default."""

import asyncio
import logging

import agents
import cases
import openai
import pydantic

logging.getLogger("openai.agents").disabled = True  # the errors are wanted
agents.set_tracing_disabled(disabled=True)


class City(pydantic.BaseModel):
    name: str
    people: int


@agents.function_tool
def weather(city: str) -> str:
    """Tell the weather of a city."""
    return "sunny"


def agent(model: str = cases.MODEL, **options: object) -> agents.Agent:
    client = openai.AsyncOpenAI(api_key="any", base_url=cases.BASE_URL)
    asked = agents.OpenAIResponsesModel(model=model, openai_client=client)
    return agents.Agent(name="Guide", instructions="Be brief.", model=asked, **options)


def chat(model: str) -> str:
    return asyncio.run(agents.Runner.run(agent(model), "Hello")).final_output


def stream() -> str:
    async def read() -> str:
        text = ""
        run = agents.Runner.run_streamed(agent(), "Hello")
        async for event in run.stream_events():
            if event.type == "raw_response_event" and event.data.type.endswith("text.delta"):
                text += event.data.delta if "output" in event.data.type else ""
        return text

    return asyncio.run(read())


def tool() -> str:
    run = agents.Runner.run(agent(tools=[weather]), "How is the weather in Berlin?")
    return asyncio.run(run).final_output


def typed() -> dict[str, object]:
    run = asyncio.run(agents.Runner.run(agent(output_type=City), "Describe Berlin"))
    return run.final_output_as(City, raise_if_incorrect_type=True).model_dump()


cases.run(
    chat=chat,
    stream=stream,
    tool=tool,
    typed=typed,
    path="/responses",
    refused="NotFoundError",
    lost="APIConnectionError",
    ended="ModelBehaviorError",
)
