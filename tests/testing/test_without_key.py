"""local_if_no_key: who answers, and what is left of it."""

from __future__ import annotations

import os

import pytest

from groq import Groq
from groq.testing import local_if_no_key


def test_without_a_key_a_local_server_answers_with_a_note_on_stderr(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with local_if_no_key() as server, Groq() as client:
        assert server
        client.models.list()
        server.assert_received("/models", times=1)
        assert server.url in capsys.readouterr().err


@pytest.mark.parametrize(
    "variable", [("GROQ_API_KEY", "a-key"), ("GROQ_BASE_URL", "http://groq.invalid")]
)
def test_with_a_key_or_an_address_nothing_happens(
    variable: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(*variable)
    before = os.environ.copy()
    with local_if_no_key() as server:
        assert server is None
        assert os.environ.copy() == before
    assert capsys.readouterr().err == ""


def test_the_environment_is_as_before_also_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", " ")
    monkeypatch.setenv("NO_PROXY", "example.invalid")
    before = os.environ.copy()
    with pytest.raises(KeyError), local_if_no_key():
        raise KeyError(os.environ["GROQ_BASE_URL"])
    assert os.environ.copy() == before


def test_the_server_is_reached_past_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:3128")
    with local_if_no_key(), Groq(max_retries=0) as client:
        assert client.models.list().data
