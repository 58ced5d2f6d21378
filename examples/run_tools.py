"""Let a model call functions until it has what it needs to answer."""

from groq import Groq, function_tool
from groq.testing import Reply, ToolCall, local_if_no_key


@function_tool
def get_temperature(city: str) -> int:
    """Tell the temperature in a city, in °C.

    Args:
        city: The city's name in English.
    """
    return {"Oslo": 4, "Lisbon": 19}.get(city, 12)


def main() -> None:
    client = Groq()
    runner = client.chat.completions.run_tools(
        model="openai/gpt-oss-20b",
        messages=[{"role": "user", "content": "Is it warmer in Oslo or in Lisbon?"}],
        tools=[get_temperature],
    )
    for turn in runner:
        for call in turn.choices[0].message.tool_calls or []:
            print(f"{call.function.name}({call.function.arguments})")
    print(runner.until_done().choices[0].message.content)


if __name__ == "__main__":
    with local_if_no_key() as server:
        if server:
            calls = [ToolCall("get_temperature", {"city": city}) for city in ("Oslo", "Lisbon")]
            server.reply(Reply(tool_calls=calls))
            server.reply("It is warmer in Lisbon.")
        main()
