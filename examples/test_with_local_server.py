"""Test a program without a key and without mocks: `pytest examples/test_with_local_server.py`."""

import pytest

from groq import APIConnectionError, Groq
from groq.testing import Cut, LocalServer, Reply

pytest_plugins = ["groq.testing.pytest_plugin"]


def summarise(client: Groq, text: str) -> str:
    """Answer a question; stands for your program."""
    stream = client.chat.completions.create(
        model="openai/gpt-oss-20b",
        messages=[{"role": "user", "content": f"Summarise: {text}"}],
        stream=True,
    )
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream)


def test_the_text_is_sent(groq_server: LocalServer, groq_client: Groq) -> None:
    groq_server.reply(Reply(["Sh", "ort."]))
    assert summarise(groq_client, "a long text") == "Short."
    message = {"role": "user", "content": "Summarise: a long text"}
    groq_server.assert_received("/chat/completions", json={"messages": [message]}, times=1)


def test_a_rate_limit_is_waited_out(groq_server: LocalServer, groq_client: Groq) -> None:
    groq_server.fail(429, retry_after=0.01)
    groq_server.reply("Short.")
    assert summarise(groq_client, "a long text") == "Short."
    groq_server.assert_received("/chat/completions", times=2)


def test_half_a_summary_is_none(groq_server: LocalServer, groq_client: Groq) -> None:
    groq_server.reply("A summary that does not reach its end.", Cut(after=3))
    with pytest.raises(APIConnectionError):
        summarise(groq_client, "a long text")
