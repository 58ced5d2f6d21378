"""OpenAI's agents ask the Responses API of the local server, as by default, and call a tool."""

import asyncio
import os

import agents
import openai

client = openai.AsyncOpenAI(
    api_key="any", base_url=os.environ["LOCAL_SERVER"] + "/openai/v1", max_retries=0
)
agents.set_tracing_disabled(disabled=True)
model = agents.OpenAIResponsesModel(model="openai/gpt-oss-20b", openai_client=client)
asked: list[str] = []


@agents.function_tool
def weather(city: str) -> str:
    """Tell the weather of a city."""
    asked.append(city)
    return "sunny"


agent = agents.Agent(name="Guide", instructions="Be brief.", model=model, tools=[weather])


async def main() -> None:
    result = await agents.Runner.run(agent, "How is the weather in Berlin?")
    assert len(asked) == 1
    assert "sunny" in result.final_output
    streamed = agents.Runner.run_streamed(agent, "How is the weather in Paris?")
    kinds = {event.type async for event in streamed.stream_events()}
    assert "raw_response_event" in kinds
    assert "sunny" in streamed.final_output


asyncio.run(main())
print("OpenAI's agents: a tool, whole and streamed")
