"""Ask a question and print the whole answer."""

from groq import Groq
from groq.testing import local_if_no_key


def main() -> None:
    client = Groq()
    completion = client.chat.completions.create(
        messages=[
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": "Explain why low latency matters, in three sentences."},
        ],
        model="openai/gpt-oss-20b",
        temperature=0.5,
        max_completion_tokens=1024,
    )
    print(completion.choices[0].message.content)
    if completion.usage:
        print(completion.usage.total_tokens, "tokens")


if __name__ == "__main__":
    with local_if_no_key():
        main()
