"""Print an answer as it arrives."""

from groq import Groq
from groq.testing import local_if_no_key


def main() -> None:
    client = Groq()
    stream = client.chat.completions.create(
        messages=[{"role": "user", "content": "Explain why low latency matters."}],
        model="openai/gpt-oss-20b",
        stream=True,
    )
    for chunk in stream:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
    print()


if __name__ == "__main__":
    with local_if_no_key():
        main()
