"""Keys, prompts and the places that they must not reach."""

from __future__ import annotations

import datetime
import logging
import os
import pickle
import ssl
import subprocess
import sys
import textwrap
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import pytest

import groq
from groq import AsyncGroq, Groq

from .script import (
    CLOSE,
    CUT,
    DONE,
    FINISH,
    HOLD,
    MODELS,
    Script,
    completion,
    data,
    failure,
    raw,
    stream,
    text,
    whole,
)
from .server import FaultServer
from .table import (
    KEY,
    MESSAGES,
    MODEL,
    MODES,
    Call,
    Case,
    attempt,
    chat,
    chat_stream,
    models,
    raw_chat,
    run,
    table,
)

trustme = pytest.importorskip("trustme")

WORD = "hunter2"
"""Stands in every secret of this file."""
SECRET = f"gsk_{WORD}"


# Values that cannot be sent

BAD = {
    "a line end": f"{SECRET}\n",
    "a carriage return": f"{SECRET}\r",
    "a header behind it": f"{SECRET}\r\nX-Injected: 1",
    "a NUL": f"{SECRET}\0",
    "letters outside latin-1": f"{SECRET}日本",
    "a space behind it": f"{SECRET} ",
}
BAD_KEYS = {
    **BAD,
    "nothing": "",
    "spaces alone": "   ",
    "a control character": f"{SECRET}\x1b[0m",
    "a tab before it": f"\t{SECRET}",
    "a DEL": f"{SECRET}\x7f",
    "a line end before it": f"\n{SECRET}",
}


def client_cls(mode: str) -> Any:
    return Groq if mode == "sync" else AsyncGroq


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
@pytest.mark.parametrize("what", BAD_KEYS)
def test_a_key_is_refused_at_once_with(what: str, mode: str) -> None:
    with pytest.raises(groq.GroqError) as caught:
        client_cls(mode)(api_key=BAD_KEYS[what])

    assert WORD not in written(caught.value)
    assert "key" in str(caught.value)


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
@pytest.mark.parametrize("what", [name for name in BAD_KEYS if name != "a NUL"])
def test_a_key_of_the_environment_is_refused_at_once_with(
    what: str, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", BAD_KEYS[what])

    with pytest.raises(groq.GroqError) as caught:
        client_cls(mode)()

    assert WORD not in written(caught.value)


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
@pytest.mark.parametrize("what", BAD)
def test_a_default_header_is_refused_by_name_with(what: str, mode: str) -> None:
    with pytest.raises(groq.GroqError) as caught:
        client_cls(mode)(api_key=KEY, default_headers={"X-Token": BAD[what]})

    assert WORD not in written(caught.value)
    assert "x-token" in str(caught.value).lower()


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
@pytest.mark.parametrize("what", BAD)
def test_a_header_of_with_options_is_refused_by_name_with(what: str, mode: str) -> None:
    client = client_cls(mode)(api_key=KEY)

    with pytest.raises(groq.GroqError) as caught:
        client.with_options(default_headers={"X-Token": BAD[what]})

    assert WORD not in written(caught.value)
    assert "x-token" in str(caught.value).lower()


def with_header(value: str) -> Call:
    return lambda client: client.chat.completions.create(
        messages=MESSAGES, model=MODEL, extra_headers={"X-Token": value}
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("what", BAD)
def test_a_header_of_a_call_is_refused_by_name_with(what: str, mode: str) -> None:
    with FaultServer([]) as server:
        error = attempt(mode, server.origin, with_header(BAD[what]))

    assert isinstance(error, groq.GroqError)
    assert WORD not in written(error)
    assert "x-token" in str(error).lower()
    assert not server.requests


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("what", BAD)
def test_a_key_that_is_assigned_is_refused_at_the_call_with(what: str, mode: str) -> None:
    def call(client: Any) -> Any:
        client.api_key = BAD[what]
        return chat(client)

    with FaultServer([]) as server:
        error = attempt(mode, server.origin, call)

    assert isinstance(error, groq.GroqError)
    assert WORD not in written(error)
    assert not server.requests


LATIN = [
    Case(
        "a header in latin-1 is sent",
        [whole(completion())],
        call=with_header("é"),
        modes=("sync", "asyncio", "trio"),  # aiohttp has its own mind: UTF-8
        check=lambda outcome: _has_header(outcome.server, "x-token", "é"),
    ),
]


def _has_header(server: FaultServer, name: str, value: str) -> None:
    assert server.requests[0].headers[name] == value


@table(LATIN)
def test_values_that_can_be_sent(case: Case, mode: str) -> None:
    run(case, mode)


# What errors hold


def written(error: BaseException) -> str:
    """Everything that a log or a crash reporter would write of an error."""
    parts = ["".join(traceback.format_exception(type(error), error, error.__traceback__))]
    seen: BaseException | None = error
    while seen is not None:
        parts += [str(seen), repr(seen), repr(seen.args)]
        parts += [repr(value) for name, value in vars(seen).items() if not name.startswith("__")]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(parts)


def fail(
    mode: str, scripts: Sequence[Script], call: Call, *, userinfo: str = "", **options: Any
) -> BaseException:
    """Make a call that fails, and return its error."""
    options = {"api_key": SECRET, "timeout": 0.4, **options}
    with FaultServer(scripts, otherwise=whole(MODELS)) as server:
        error = attempt(mode, server.origin.replace("://", f"://{userinfo}"), call, **options)
    assert isinstance(error, Exception)
    return error


def wolfram_chat(client: Any) -> Any:
    """A call with every secret that a call can have."""
    settings = {"tools": {"wolfram_settings": {"authorization": f"wolfram {WORD}"}}}
    return client.chat.completions.create(
        messages=MESSAGES,
        model=MODEL,
        compound_custom=settings,
        extra_headers={"Authorization": f"Bearer {WORD}", "X-Api-Key": WORD},
    )


FAILURES: dict[str, tuple[Sequence[Script], Call]] = {
    "a status error": ([whole(failure(), 401)], wolfram_chat),
    "a server error of HTML": ([whole("<html>", 502, content_type="text/html")], wolfram_chat),
    "a connection error": ([raw(CLOSE)], wolfram_chat),
    "a timeout": ([raw(HOLD)], wolfram_chat),
    "an answer that is no JSON": ([whole("<html>")], wolfram_chat),
    "an answer that is cut off": ([whole("{", length=9, then=[CLOSE])], wolfram_chat),
    "a stream that is cut off": ([stream(text("a"), CUT)], chat_stream),
    "an error event": ([stream(data(failure()))], chat_stream),
    "a stream that is none": ([whole("<html>", content_type="text/html")], chat_stream),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", FAILURES)
def test_no_text_of_an_error_holds_a_key_after(kind: str, mode: str) -> None:
    scripts, call = FAILURES[kind]
    error = fail(mode, scripts, call, default_headers={"X-Token": WORD})

    assert isinstance(error, groq.APIError)
    assert WORD not in written(error)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", FAILURES)
def test_no_pickle_of_an_error_holds_a_key_after(kind: str, mode: str) -> None:
    scripts, call = FAILURES[kind]
    error = fail(mode, scripts, call, default_headers={"X-Token": WORD})

    assert WORD.encode() not in pickle.dumps(error)


@pytest.mark.parametrize("mode", ["sync", "asyncio", "trio"])
@pytest.mark.parametrize("kind", FAILURES)
def test_no_text_or_pickle_of_an_error_holds_credentials_of_the_url_after(
    kind: str, mode: str
) -> None:
    scripts, call = FAILURES[kind]
    call = chat if call is wolfram_chat else call
    error = fail(mode, scripts, call, userinfo=f"user:{WORD}@", api_key=KEY)

    assert isinstance(error, groq.APIError)
    assert WORD not in written(error)
    assert WORD.encode() not in pickle.dumps(error)


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
def test_no_repr_of_a_client_holds_a_key(mode: str) -> None:
    client = client_cls(mode)(api_key=SECRET, default_headers={"X-Token": WORD})

    assert WORD not in f"{client!r} {client} {client.chat!r} {client.chat.completions!r}"


# What logs hold


@pytest.mark.parametrize("mode", ["sync", "asyncio", "trio"])
@pytest.mark.parametrize("userinfo", ["", f"user:{WORD}@"], ids=["headers", "url"])
def test_no_log_record_holds_a_secret(
    mode: str, userinfo: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "groq")

    call = wolfram_chat if not userinfo else chat
    fail(
        mode,
        [whole(failure(), 500, headers=[("retry-after-ms", "1")]), whole(failure(), 401)],
        call,
        userinfo=userinfo,
        api_key=KEY if userinfo else SECRET,
        max_retries=1,
    )

    records = [record for record in caplog.records if record.name.split(".")[0] == "groq"]
    assert records
    assert WORD not in "\n".join(record.getMessage() for record in records)


LOGGING = """
    import groq, sys, json
    mode, origin = sys.argv[1:3]
    settings = {"tools": {"wolfram_settings": {"authorization": "wolfram hunter2"}}}
    arguments = dict(
        messages=[{"role": "user", "content": "hi"}], model="m", compound_custom=settings,
        extra_headers={"Authorization": "Bearer hunter2", "X-Api-Key": "hunter2"},
    )
    options = dict(base_url=origin, default_headers={"X-Token": "hunter2"}, max_retries=1)
    if mode == "sync":
        with groq.Groq(**options) as client:
            client.models.list()
            client.chat.completions.create(**arguments)
            list(client.chat.completions.create(stream=True, **arguments))
            try:
                client.files.create(file=b"{}", purpose="batch")
            except groq.APIStatusError as error:
                print(error, file=sys.stderr)
    else:
        import anyio

        async def main():
            made = groq.DefaultAioHttpClient() if mode == "aiohttp" else None
            async with groq.AsyncGroq(http_client=made, **options) as client:
                await client.models.list()
                await client.chat.completions.create(**arguments)
                async for _ in await client.chat.completions.create(stream=True, **arguments):
                    pass
                try:
                    await client.files.create(file=b"{}", purpose="batch")
                except groq.APIStatusError as error:
                    print(error, file=sys.stderr)

        anyio.run(main, backend="trio" if mode == "trio" else "asyncio")
"""


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("level", "where"), [("debug", "key"), ("debug", "url"), ("info", "key")])
def test_nothing_that_groq_log_turns_on_shows_a_secret(level: str, where: str, mode: str) -> None:
    if mode == "aiohttp" and where == "url":
        pytest.skip("aiohttp refuses credentials in a URL beside a header")
    scripts = [
        whole(MODELS),
        whole(failure(), 500, headers=[("retry-after-ms", "1")]),
        whole(completion()),
        stream(text("a"), FINISH, DONE),
        whole(failure(), 400),
    ]
    environment = {
        **os.environ,
        "GROQ_LOG": level,
        "GROQ_API_KEY": SECRET if where == "key" else KEY,
        "GROQ_CUSTOM_HEADERS": f"X-More: {WORD}\nX-Authorization: {WORD}",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    with FaultServer(scripts) as server:
        origin = (
            server.origin if where == "key" else server.origin.replace("://", f"://user:{WORD}@")
        )
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(LOGGING), mode, origin],
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    assert done.returncode == 0, done.stderr
    assert "/openai/v1/models" in done.stderr
    assert WORD not in done.stderr + done.stdout


# Redirects and certificates


@pytest.fixture(scope="module")
def authority() -> Any:
    return trustme.CA()


@pytest.fixture(scope="module")
def server_tls(authority: Any) -> ssl.SSLContext:
    return context_of(authority.issue_cert("localhost"))


def context_of(certificate: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture(scope="module")
def client_tls(authority: Any) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def redirect(location: str, status: int = 307) -> Script:
    return whole("", status, headers=[("Location", location)])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_origin_carries_no_key(status: int, mode: str) -> None:
    with FaultServer(otherwise=whole(MODELS)) as other:
        with FaultServer([redirect(f"{other.origin}/models", status)]) as first:
            result = attempt(mode, first.origin, models, api_key=SECRET)

        assert result.data[0].id == "m"
        assert SECRET in first.requests[0].headers["authorization"]
        assert WORD not in other.requests[0].head.decode()


MODEL_LIST: dict[str, Any] = {"object": "list", "data": []}


@pytest.mark.parametrize("mode", MODES)
def test_a_redirect_to_another_origin_carries_no_key_of_the_call(mode: str) -> None:
    with FaultServer(otherwise=whole(MODEL_LIST)) as other:
        with FaultServer([redirect(f"{other.origin}/models")]) as first:
            attempt(
                mode,
                first.origin,
                lambda client: client.models.list(extra_headers={"x-gateway": WORD}),
            )

        assert WORD not in other.requests[0].head.decode()


@pytest.mark.parametrize("mode", MODES)
def test_a_redirect_within_the_origin_carries_key_and_body(mode: str) -> None:
    with FaultServer([redirect("/elsewhere"), whole(completion())]) as server:
        attempt(mode, server.origin, api_key=SECRET)

    first, second = server.requests
    assert second.target == "/elsewhere"
    assert second.headers["authorization"] == first.headers["authorization"]
    assert second.body == first.body


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("how", ["create", "stream", "raw", "models"])
def test_a_redirect_from_https_to_http_is_refused_for(
    how: str, mode: str, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    call = {"create": chat, "stream": chat_stream, "raw": raw_chat, "models": models}[how]
    with FaultServer(otherwise=whole(completion())) as clear:
        with FaultServer([redirect(f"{clear.origin}/chat")], tls=server_tls) as server:
            error = attempt(mode, server.origin, call, verify=client_tls)

        assert type(error) is groq.APIConnectionError
        assert "http" in str(error)
        assert len(server.requests) == 1
        assert not clear.connection_count


@pytest.mark.parametrize("mode", MODES)
def test_a_redirect_from_http_to_https_is_followed(
    mode: str, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    with FaultServer(otherwise=whole(MODEL_LIST), tls=server_tls) as safe:
        with FaultServer([redirect(f"{safe.origin}/models")]) as server:
            result = attempt(mode, server.origin, models, verify=client_tls)

    assert result.data == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://localhost/", "http://", "//"])
def test_a_redirect_to_nowhere_is_an_error(location: str, mode: str) -> None:
    with FaultServer([redirect(location)], otherwise=whole("", 404)) as server:
        error = attempt(mode, server.origin)

    assert isinstance(error, groq.APIError)


@pytest.mark.parametrize("mode", MODES)
def test_a_redirect_without_end_is_an_error(mode: str) -> None:
    with FaultServer(otherwise=redirect("/again")) as server:
        error = attempt(mode, server.origin)

    assert isinstance(error, groq.APIError)
    assert len(server.requests) < 50


@pytest.mark.parametrize("mode", MODES)
def test_a_redirect_is_a_status_error_where_it_is_not_to_be_followed(mode: str) -> None:
    def get(client: Any) -> Any:
        return client.get("/models", cast_to=object, options={"follow_redirects": False})

    with FaultServer([redirect("/elsewhere")]) as server:
        error = attempt(mode, server.origin, get)

    assert error.status_code == 307
    assert len(server.requests) == 1


@pytest.mark.parametrize("mode", MODES)
def test_a_stream_is_read_over_tls(
    mode: str, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    with FaultServer([stream(text("a"), FINISH, DONE)], tls=server_tls) as server:
        items = attempt(mode, server.origin, chat_stream, verify=client_tls)

    assert items[0].choices[0].delta.content == "a"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("how", [CUT, CLOSE], ids=["cut", "closed"])
def test_a_stream_that_is_cut_off_over_tls_is_a_connection_error(
    how: Any, mode: str, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    if mode == "aiohttp" and sys.version_info < (3, 11):
        pytest.skip("asyncio warned of its own TLS transport until Python 3.11")
    with FaultServer([stream(text("a"), how)], tls=server_tls) as server:
        error = attempt(mode, server.origin, chat_stream, verify=client_tls)

    assert type(error) is groq.APIConnectionError


YESTERDAY = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)

CERTIFICATES: dict[str, Callable[[Any], Any]] = {
    "of an unknown authority": lambda authority: trustme.CA().issue_cert("localhost"),
    "of another host": lambda authority: authority.issue_cert("elsewhere.test"),
    "that is over": lambda authority: authority.issue_cert(
        "localhost", not_before=YESTERDAY - datetime.timedelta(days=1), not_after=YESTERDAY
    ),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", CERTIFICATES)
def test_an_error_says_that_it_is_for_a_certificate(
    kind: str, mode: str, authority: Any, client_tls: ssl.SSLContext
) -> None:
    with FaultServer(tls=context_of(CERTIFICATES[kind](authority))) as server:
        error = attempt(mode, server.origin, verify=client_tls, api_key=SECRET)

    assert type(error) is groq.APIConnectionError
    assert str(error).startswith("Connection error.")
    assert "certificate" in str(error)
    assert error.__cause__ is not None
    assert not server.requests


@pytest.mark.parametrize("mode", MODES)
def test_a_server_without_tls_is_a_connection_error(mode: str, client_tls: ssl.SSLContext) -> None:
    with FaultServer([raw(CLOSE)]) as server:
        server_url = server.origin.replace("http:", "https:")
        error = attempt(mode, server_url, verify=client_tls, timeout=0.4)

    assert isinstance(error, groq.APIConnectionError)


# Paths

VALUES = {
    "a/b": "a%2Fb",
    "openai/gpt-oss-20b": "openai%2Fgpt-oss-20b",
    "../admin": "..%2Fadmin",
    "../../v2/keys": "..%2F..%2Fv2%2Fkeys",
    "a?x=1": "a%3Fx=1",
    "a#f": "a%23f",
    "a b": "a%20b",
    "a\r\nX: 1": "a%0D%0AX:%201",
    "a\0b": "a%00b",
    "é": "%C3%A9",
    "a%2Fb": "a%252Fb",
    "...": "...",
    "\\..\\": "%5C..%5C",
    "//host/x": "%2F%2Fhost%2Fx",
    "http://host/x": "http:%2F%2Fhost%2Fx",
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("value", VALUES)
def test_a_path_parameter_stays_one_segment(value: str, mode: str) -> None:
    with FaultServer(otherwise=whole({"id": "m"})) as server:
        attempt(mode, server.origin, lambda client: client.models.retrieve(value))

    assert server.requests[0].target.startswith("/openai/v1/models/")
    assert server.requests[0].target.removeprefix("/openai/v1/models/") == VALUES[value]
    assert b"\r\nX: 1" not in server.requests[0].head


NAMES: dict[str, Callable[[Any, str], Any]] = {
    "models.retrieve": lambda client, value: client.models.retrieve(value),
    "models.delete": lambda client, value: client.models.delete(value),
    "files.info": lambda client, value: client.files.info(value),
    "files.content": lambda client, value: client.files.content(value),
    "files.delete": lambda client, value: client.files.delete(value),
    "batches.retrieve": lambda client, value: client.batches.retrieve(value),
    "batches.cancel": lambda client, value: client.batches.cancel(value),
}


def naming(name: str, value: str) -> Call:
    """The call of this name, with this value in its path."""
    return lambda client: NAMES[name](client, value)


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
@pytest.mark.parametrize("name", NAMES)
def test_a_path_parameter_that_leads_elsewhere_is_refused_by(name: str, mode: str) -> None:
    with FaultServer(otherwise=whole({})) as server:
        for value in ("", ".", "..", "%2e", "%2E%2e", ".%2e"):
            assert isinstance(attempt(mode, server.origin, naming(name, value)), ValueError)

    assert not server.requests


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
@pytest.mark.parametrize("name", NAMES)
def test_a_path_parameter_is_one_segment_of(name: str, mode: str) -> None:
    with FaultServer(otherwise=whole({})) as server:
        attempt(mode, server.origin, naming(name, "../x/y?z"))

    assert "/..%2Fx%2Fy%3Fz" in server.requests[0].target
