"""Read the headers, request id and rate limits of a response."""

from groq import Groq
from groq.testing import local_if_no_key


def main() -> None:
    response = Groq().chat.completions.with_raw_response.create(
        messages=[{"role": "user", "content": "Say hello."}],
        model="openai/gpt-oss-20b",
    )
    print("status:", response.status_code)
    print("request id:", response.request_id)
    print("time:", response.elapsed)
    if limits := response.rate_limit:
        print("requests left today:", limits.requests.remaining)
        print("tokens left this minute:", limits.tokens.remaining)
        print("tokens are whole again in:", limits.tokens.reset)
    print(response.parse().choices[0].message.content)


if __name__ == "__main__":
    with local_if_no_key() as server:
        if server:
            server.limit_rate(requests=1000, tokens=8000)
        main()
