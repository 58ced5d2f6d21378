"""Handle each kind of error."""

import groq
from groq.testing import local_if_no_key


def ask(model: str, question: str) -> str | None:
    # Lost connections, rate limits and server errors are retried twice before they
    # are raised.
    client = groq.Groq(timeout=20, deadline=60)
    try:
        completion = client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": question}]
        )
    except groq.RateLimitError as error:
        return f"Too much at once. Again in {error.retry_after} s; {error.rate_limit}"
    except groq.NotFoundError as error:
        return f"There is no such model: {error.message}"
    except groq.APIStatusError as error:
        return f"Status {error.status_code}, code {error.code}, request id {error.request_id}"
    except groq.APITimeoutError:
        return "That took too long."
    except groq.APIConnectionError as error:
        return f"No connection: {error.__cause__!r}"
    return completion.choices[0].message.content


def main() -> None:
    print(ask("no-such-model", "Why is the sky blue?"))
    print(ask("openai/gpt-oss-20b", "Why is the sky blue?"))


if __name__ == "__main__":
    with local_if_no_key() as server:
        if server:
            message = "The model `no-such-model` does not exist"
            server.fail(404, error={"message": message, "code": "model_not_found"})
            server.fail(429, retry_after=3600)
        main()
