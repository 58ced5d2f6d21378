"""End an answer before a stop sequence."""

from groq import Groq
from groq.testing import local_if_no_key


def main() -> None:
    completion = Groq().chat.completions.create(
        messages=[
            {
                "role": "user",
                "content": "Count to ten: begin with 1 and separate the numbers by commas.",
            }
        ],
        model="openai/gpt-oss-20b",
        stop=", 6",  # or a list of at most four
    )
    choice = completion.choices[0]
    print(choice.message.content)
    print("finish_reason:", choice.finish_reason)


if __name__ == "__main__":
    with local_if_no_key() as server:
        if server:
            server.reply("1, 2, 3, 4, 5, 6, 7, 8, 9, 10")
        main()
