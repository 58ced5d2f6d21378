import sys

from groq import Groq, function_tool


@function_tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


client = Groq()
messages = [{"role": "system", "content": "You answer in one sentence."}]
for line in sys.stdin:
    messages.append({"role": "user", "content": line.strip()})
    run = client.chat.completions.run_tools(
        model="openai/gpt-oss-20b", messages=messages, tools=[add]
    )
    completion = run.until_done()
    messages = list(run.messages)
    print(completion.choices[0].message.content, flush=True)
