"""Use the Responses API, and keep the conversation, which the server does not store."""

from groq import Conversation, Groq
from groq.testing import local_if_no_key

MODEL = "openai/gpt-oss-20b"


def main() -> None:
    client = Groq()
    conversation = Conversation()

    conversation.add("Who wrote Faust?")
    response = client.responses.create(model=MODEL, input=conversation, instructions="Be brief.")
    print(response.output_text)

    conversation.add(response)
    conversation.add("When did he live?")
    with client.responses.stream(model=MODEL, input=conversation) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                print(event.delta, end="", flush=True)
        response = stream.get_final_response()
    print()
    if response.usage:
        print(response.usage.total_tokens, "tokens")


if __name__ == "__main__":
    with local_if_no_key() as server:
        if server:
            server.reply("Goethe did.")
            server.reply("From 1749 to 1832.")
        main()
