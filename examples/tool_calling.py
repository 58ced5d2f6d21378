"""Let a model call a function, step by step; `run_tools.py` does the same in fewer."""

import json

from groq import Groq
from groq.testing import Reply, ToolCall, local_if_no_key
from groq.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam

MODEL = "openai/gpt-oss-20b"
TOOLS: list[ChatCompletionToolParam] = [
    {
        "type": "function",
        "function": {
            "name": "get_temperature",
            "description": "Tell the temperature in a city, in °C.",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
            },
        },
    }
]


def get_temperature(city: str) -> int:
    return {"Oslo": 4, "Lisbon": 19}.get(city, 12)


def main() -> None:
    client = Groq()
    messages: list[ChatCompletionMessageParam] = [
        {"role": "user", "content": "Is it warmer in Oslo or in Lisbon?"}
    ]
    answer = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
    message = answer.choices[0].message

    # What the model asks for goes back into the conversation, and the results after it.
    calls = message.tool_calls or []
    messages.append(
        {
            "role": "assistant",
            "content": message.content,
            "tool_calls": [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.function.name, "arguments": call.function.arguments},
                }
                for call in calls
            ],
        }
    )
    for call in calls:
        result = get_temperature(**json.loads(call.function.arguments))
        print(f"{call.function.name}({call.function.arguments}) -> {result}")
        messages.append({"role": "tool", "tool_call_id": call.id, "content": json.dumps(result)})

    answer = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
    print(answer.choices[0].message.content)


if __name__ == "__main__":
    with local_if_no_key() as server:
        if server:
            calls = [ToolCall("get_temperature", {"city": city}) for city in ("Oslo", "Lisbon")]
            server.reply(Reply(tool_calls=calls))
            server.reply("It is warmer in Lisbon.")
        main()
