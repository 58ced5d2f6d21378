"""Let a model call functions that run at the same time, and print its text as it arrives."""

import asyncio

from groq import AsyncGroq, function_tool
from groq.testing import Reply, ToolCall, local_if_no_key


@function_tool
async def get_temperature(city: str) -> int:
    """Tell the temperature in a city, in °C."""
    await asyncio.sleep(0.1)  # stands for a request to a weather service
    return {"Oslo": 4, "Lisbon": 19}.get(city, 12)


async def main() -> None:
    async with AsyncGroq() as client:
        runner = client.chat.completions.run_tools(
            model="openai/gpt-oss-20b",
            messages=[{"role": "user", "content": "Is it warmer in Oslo or in Lisbon?"}],
            tools=[get_temperature],
            stream=True,
        )
        async for turn in runner:
            async for text in turn.text_stream:
                print(text, end="", flush=True)
            completion = await turn.get_final_completion()
            for call in completion.choices[0].message.tool_calls or []:
                print(f"{call.function.name}({call.function.arguments})")
        print()


if __name__ == "__main__":
    with local_if_no_key() as server:
        if server:
            calls = [ToolCall("get_temperature", {"city": city}) for city in ("Oslo", "Lisbon")]
            server.reply(Reply(tool_calls=calls))
            server.reply("It is warmer in Lisbon.")
        asyncio.run(main())
