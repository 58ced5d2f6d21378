import pytest
from assistant import Incomplete, ask

from groq.testing import Cut, LocalServer, Reply

pytest_plugins = ["groq.testing.pytest_plugin"]
pytestmark = pytest.mark.usefixtures("groq_environment")


def test_a_stream_is_put_together(groq_server: LocalServer) -> None:
    groq_server.reply(Reply(["Hel", "lo"]))
    assert ask("Hi") == "Hello"


def test_a_503_is_survived(groq_server: LocalServer) -> None:
    groq_server.fail(503, retry_after=0.01)
    groq_server.reply("Hello")
    assert ask("Hi") == "Hello"
    groq_server.assert_received("/chat/completions", times=2)


def test_a_broken_stream_is_incomplete(groq_server: LocalServer) -> None:
    groq_server.reply(Reply(["Hel", "lo", "!"]), Cut(after=3))
    with pytest.raises(Incomplete) as caught:
        ask("Hi")
    assert caught.value.text == "Hello"
