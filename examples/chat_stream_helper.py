"""Follow the events of an answer, and get the whole answer at the end."""

from groq import Groq
from groq.testing import Reply, local_if_no_key


def main() -> None:
    client = Groq()
    with client.chat.completions.stream(
        messages=[{"role": "user", "content": "How many primes are there below 30?"}],
        model="openai/gpt-oss-20b",
        reasoning_effort="low",
    ) as stream:
        for event in stream:
            if event.type == "reasoning.done":
                print(f"({event.reasoning})")
            elif event.type == "content.delta":
                print(event.delta, end="", flush=True)
        completion = stream.get_final_completion()
    print()
    if completion.usage:
        print(completion.usage.total_tokens, "tokens")


if __name__ == "__main__":
    with local_if_no_key() as server:
        if server:
            primes = "2, 3, 5, 7, 11, 13, 17, 19, 23, 29"
            server.reply(Reply(f"There are ten: {primes}.", reasoning=f"{primes}: ten of them."))
        main()
