"""Whole answers that are not what was promised, and how they come out."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .script import (
    CLOSE,
    CUT,
    DEFLATE,
    GZIP,
    HOLD,
    LONG_NUMBER,
    RESET,
    Answer,
    Script,
    Unframed,
    completion,
    compressed,
    deep,
    head,
    raw,
    stream,
    whole,
)
from .table import (
    BACKENDS_OF_HTTPCORE,
    Call,
    Case,
    Outcome,
    Raises,
    chat,
    models,
    raw_chat,
    run,
    speech,
    streamed,
    table,
    then,
)

QUICK = {"timeout": 0.3}
INVALID = "APIResponseValidationError"


def gives(
    name: str, body: object, check: Callable[[Any], object], call: Call = chat, **more: Any
) -> Case:
    """A row whose answer comes out as a value of which `check` is true."""

    def checked(outcome: Outcome) -> None:
        assert check(outcome.value), repr(outcome.value)[:500]

    script = body if isinstance(body, Answer) else whole(body)
    return Case(name, [script], call=call, check=checked, **more)


def fails(name: str, script: Script, kind: str = INVALID, call: Call = chat, **more: Any) -> Case:
    expected = {key: more.pop(key) for key in ("says", "has", "carries", "cause") if key in more}
    return Case(name, [script], call=call, raises=Raises(kind, **expected), **more)


def _is_short(outcome: Outcome) -> None:
    assert len(str(outcome.error)) < 20_000


def edited(**fields: Any) -> dict[str, Any]:
    return completion(**fields)


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in completion().items() if name not in names}


def message(**fields: object) -> dict[str, Any]:
    body = completion()
    body["choices"][0]["message"].update(fields)
    return body


NAN = completion()
NAN["usage"]["queue_time"] = math.nan

ODD = [
    gives(
        "a completion comes out",
        completion("Hello"),
        lambda c: c.choices[0].message.content == "Hello",
    ),
    gives("a wrong type is kept as it came", edited(created="soon"), lambda c: c.created == "soon"),
    gives(
        "a number in place of text is kept",
        message(content=5),
        lambda c: c.choices[0].message.content == 5,
    ),
    gives("text in place of a list is kept", edited(choices="none"), lambda c: c.choices == "none"),
    gives("a list in place of an object is kept", edited(usage=[1]), lambda c: c.usage == [1]),
    gives(
        "a number in place of an object of a list is kept",
        edited(choices=[7]),
        lambda c: c.choices == [7],
    ),
    gives("a number that is a float is not cut", edited(created=1.5), lambda c: c.created == 1.5),
    gives("a number in text stays text", edited(created="17"), lambda c: c.created == "17"),
    gives(
        "a missing field is absent or None",
        without("created"),
        lambda c: getattr(c, "created", None) is None,
    ),
    gives(
        "a missing field is not set", without("usage"), lambda c: "usage" not in c.model_fields_set
    ),
    gives(
        "a null field is set",
        edited(usage=None),
        lambda c: c.usage is None and "usage" in c.model_fields_set,
    ),
    gives("a null in place of a list is kept", edited(choices=None), lambda c: c.choices is None),
    gives("an empty object comes out", {}, lambda c: c.model_fields_set == set()),
    gives("a new literal is kept", edited(object="chat.new"), lambda c: c.object == "chat.new"),
    gives(
        "a new finish_reason is kept",
        edited(
            choices=[
                {"index": 0, "message": {"role": "x", "content": "a"}, "finish_reason": "bored"}
            ]
        ),
        lambda c: (
            (c.choices[0].finish_reason, c.choices[0].message.role, c.choices[0].message.content)
            == ("bored", "x", "a")
        ),
    ),
    gives(
        "a new field is kept",
        edited(new={"a": [1]}),
        lambda c: c.model_extra["new"] == {"a": [1]} and c.new == {"a": [1]},
    ),
    gives(
        "a new field inside is kept",
        message(channel="analysis"),
        lambda c: c.choices[0].message.channel == "analysis",
    ),
    gives(
        "a field named like a method is kept",
        edited(model_dump="x", copy="y", json="z"),
        lambda c: c.choices[0].message.content == "Hello",
    ),
    gives(
        "a field that begins with an underscore raises nothing",
        edited(_private=1, __class__="x"),
        lambda c: c.id == "chatcmpl-1",
    ),
    gives(
        "a field of odd letters raises nothing",
        edited(**{"": 1, "a b": 2, "ключ": 3, "1": 4}),
        lambda c: c.id == "chatcmpl-1",
    ),
    gives(
        "of a key that comes twice the last wins",
        b'{"id": "a", "choices": [], "id": "b"}',
        lambda c: c.id == "b",
    ),
    gives(
        "NaN is kept",
        b'{"id": "a", "choices": [], "usage": {"queue_time": NaN}}',
        lambda c: math.isnan(c.usage.queue_time),
    ),
    gives(
        "Infinity is kept",
        b'{"id": "a", "choices": [], "usage": {"queue_time": Infinity}}',
        lambda c: c.usage.queue_time == math.inf,
    ),
    gives(
        "a lone surrogate is kept",
        message(content="\ud83d"),
        lambda c: c.choices[0].message.content == "\ud83d",
    ),
    gives(
        "a pair of surrogates is one letter",
        b'{"id": "\\ud83d\\ude00", "choices": []}',
        lambda c: c.id == "\U0001f600",
    ),
    gives(
        "a NUL in text is kept",
        message(content="a\0b"),
        lambda c: c.choices[0].message.content == "a\0b",
    ),
    gives(
        "a number of 300 digits is kept",
        b'{"id": "a", "created": ' + b"9" * 300 + b"}",
        lambda c: c.created == int("9" * 300),
    ),
    gives(
        "a BOM before the JSON is dropped",
        b"\xef\xbb\xbf" + b'{"id": "a", "choices": []}',
        lambda c: c.id == "a",
    ),
    gives("space around the JSON is nothing", b' \r\n\t{"id": "a"}\n\n', lambda c: c.id == "a"),
    gives(
        "a list of odd things comes out",
        {"object": "list", "data": [1, None, "x", {"id": "m"}]},
        lambda c: c.data[:3] == [1, None, "x"] and c.data[3].id == "m",
        call=models,
    ),
    gives(
        "null in place of the list comes out",
        {"object": "list", "data": None},
        lambda c: c.data is None,
        call=models,
    ),
    *(
        Case(f"an answer that is {body} raises nothing", [whole(body.encode())], call=chat)
        for body in ("[]", '"text"', "5", "null", "true", '[{"id": "a"}]')
    ),
    gives(
        "the model that nobody knows is text",
        edited(model="new/model"),
        lambda c: c.model == "new/model",
    ),
    # Content types
    *(
        gives(
            f"JSON may come as {content_type}",
            whole(completion(), content_type=content_type),
            lambda c: c.id == "chatcmpl-1",
        )
        for content_type in (
            "application/json; charset=utf-8",
            "application/problem+json",
            "application/vnd.groq.v1+json",
        )
    ),
    gives(
        "text comes out as text", whole("Hello", content_type="text/plain"), lambda c: c == "Hello"
    ),
    gives(
        "HTML comes out as text", whole("<html>", content_type="text/html"), lambda c: c == "<html>"
    ),
    gives(
        "text of no content type comes out as text",
        whole("Hello", content_type=None),
        lambda c: c == "Hello",
    ),
    gives(
        "text in an unknown charset comes out as text",
        whole("Hello", content_type="text/plain; charset=klingon"),
        lambda c: c == "Hello",
    ),
    gives(
        "text that is not UTF-8 comes out as text",
        whole(b"\xff\xfe\xfd", content_type="text/plain"),
        lambda c: isinstance(c, str),
    ),
    # Content encodings
    gives(
        "gzip is unpacked", whole(compressed(b'{"id": "a"}'), headers=GZIP), lambda c: c.id == "a"
    ),
    gives(
        "an encoding in capitals is unpacked",
        whole(compressed(b'{"id": "a"}'), headers=[("Content-Encoding", "GZIP")]),
        lambda c: c.id == "a",
    ),
    gives(
        "identity is no encoding",
        whole(b'{"id": "a"}', headers=[("Content-Encoding", "identity")]),
        lambda c: c.id == "a",
    ),
    gives(
        "gzip of gzip is unpacked",
        whole(compressed(compressed(b'{"id": "a"}')), headers=[("Content-Encoding", "gzip, gzip")]),
        lambda c: c.id == "a",
        modes=("sync", "asyncio", "trio"),
    ),
    # Transport
    gives(
        "chunks of one byte are put together",
        stream(*(bytes([byte]) for byte in b'{"id": "a"}'), content_type="application/json"),
        lambda c: c.id == "a",
    ),
    gives(
        "chunks may have extensions and trailers",
        stream(
            Unframed(b'b;x=y\r\n{"id": "a"}\r\n0\r\nX-T: 1\r\n\r\n'),
            ends=False,
            content_type="application/json",
        ),
        lambda c: c.id == "a",
    ),
    gives(
        "an answer may end with its connection",
        raw(head(200, [("Content-Type", "application/json")]), b'{"id": "a"}', CLOSE),
        lambda c: c.id == "a",
    ),
    gives(
        "names of headers may be in any case",
        raw(
            b"HTTP/1.1 200 OK\r\nCONTENT-TYPE: application/json\r\ncontent-LENGTH: 11\r\n\r\n",
            b'{"id": "a"}',
        ),
        lambda c: c.id == "a",
    ),
]

STRICT = {"_strict_response_validation": True}

REFUSED = [
    fails(
        "an answer that is no JSON is refused",
        whole("<html>Gateway</html>"),
        says="Data returned by API invalid for expected schema.",
    ),
    fails(
        "an answer that is no JSON keeps its response",
        whole("<html>"),
        carries=["response", "body"],
        has={"status_code": 200},
    ),
    fails("an answer that is no JSON keeps its cause", whole("<html>"), cause=True),
    fails("an empty answer is refused", whole("")),
    fails("half an answer is refused", whole(b'{"id": "a", "cho')),
    fails("two answers are refused", whole(b"{} {}")),
    fails("JSON in single quotes is refused", whole(b"{'id': 'a'}")),
    fails("JSON with a comma too many is refused", whole(b'{"id": "a",}')),
    fails("JSON with a line end in a string is refused", whole(b'{"id": "a\nb"}')),
    fails("JSON that is not UTF-8 is refused", whole(b'{"id": "a\xff"}')),
    fails("JSON of 100,000 levels is refused", whole(deep())),
    fails(
        "JSON of 100,000 levels in a new field is refused", whole(f'{{"id": "a", "new": {deep()}}}')
    ),
    fails("JSON of 100,000 objects is refused", whole('{"a":' * 100_000 + "1" + "}" * 100_000)),
    fails("a number of 5,000 digits is refused", whole(f'{{"id": "a", "created": {LONG_NUMBER}}}')),
    fails(
        "a number of 5,000 digits in a new field is refused",
        whole(f'{{"id": "a", "new": {LONG_NUMBER}}}'),
    ),
    fails("an answer that is no gzip is refused", whole(completion(), headers=GZIP), cause=True),
    fails(
        "an answer that is no deflate is refused", whole(completion(), headers=DEFLATE), cause=True
    ),
    fails(
        "corrupt gzip is refused",
        whole(compressed(b'{"id": "a"}' * 50)[:20] + b"\xff" * 30, headers=GZIP),
    ),
    fails("half a gzip is refused", whole(compressed(b'{"id": "a"}')[:16], headers=GZIP)),
    fails(
        "an encoding that nobody knows is refused",
        whole(b"\x01\x02", headers=[("Content-Encoding", "klingon")]),
    ),
    fails(
        "a long answer that is no JSON has a short message",
        whole("<html>" * 200_000),
        check=_is_short,
    ),
    # Strict
    fails("strict: a wrong type is refused", whole(edited(created="soon")), client=STRICT),
    fails("strict: a missing field is refused", whole(without("created")), client=STRICT),
    fails("strict: text is refused", whole("Hello", content_type="text/plain"), client=STRICT),
    gives(
        "strict: a completion comes out",
        completion("Hello"),
        lambda c: c.choices[0].message.content == "Hello",
        client=STRICT,
    ),
    gives("strict: new fields are kept", edited(new=1), lambda c: c.new == 1, client=STRICT),
    # Raw and streamed
    fails(
        "raw: an answer that is no JSON is refused",
        whole("<html>"),
        call=then(raw_chat, lambda r: r.parse()),
    ),
    fails(
        "raw: JSON of 100,000 levels is refused",
        whole(deep()),
        call=then(raw_chat, lambda r: r.parse()),
    ),
    fails(
        "raw: an answer that is no gzip is refused",
        whole("{}", headers=GZIP),
        call=then(raw_chat, lambda r: r.parse()),
    ),
    gives(
        "raw: a completion comes out",
        completion("Hello"),
        lambda c: c.choices[0].message.content == "Hello",
        call=then(raw_chat, lambda r: r.parse()),
    ),
    fails(
        "streamed: an answer that is no JSON is refused by parse",
        whole("<html>"),
        call=streamed(lambda r: r.parse()),
    ),
    fails(
        "streamed: an answer that is no JSON is refused by json",
        whole("<html>"),
        call=streamed(lambda r: r.json()),
    ),
    fails(
        "streamed: an answer that is no gzip is refused by read",
        whole("{}", headers=GZIP),
        call=streamed(lambda r: r.read()),
    ),
    fails(
        "streamed: an answer that is no gzip is refused by iter_bytes",
        whole("{}", headers=GZIP),
        call=streamed(lambda r: r.iter_bytes()),
    ),
    fails(
        "streamed: JSON that is not UTF-8 is refused",
        whole(b'{"id": "\xff"}'),
        call=streamed(lambda r: r.json()),
    ),
]


LOST = "APIConnectionError"
CUT_OFF = whole(completion(), length=10_000, then=[CLOSE])
STALLED = whole(completion(), length=10_000, then=[HOLD])

WAYS: dict[str, Call] = {
    "a completion": chat,
    "a file": speech,
    "a raw response": raw_chat,
    "a streamed response by read": streamed(lambda r: r.read()),
    "a streamed response by text": streamed(lambda r: r.text()),
    "a streamed response by json": streamed(lambda r: r.json()),
    "a streamed response by parse": streamed(lambda r: r.parse()),
    "a streamed response by iter_bytes": streamed(lambda r: r.iter_bytes()),
    "a streamed response by iter_text": streamed(lambda r: r.iter_text()),
    "a streamed response by iter_lines": streamed(lambda r: r.iter_lines()),
}

LOST_ROWS = [
    *(
        fails(f"{way} that is cut off is a connection error", CUT_OFF, LOST, call, cause=True)
        for way, call in WAYS.items()
    ),
    *(
        fails(
            f"{way} that stalls is a timeout",
            STALLED,
            "APITimeoutError",
            call,
            cause=True,
            client=QUICK,
        )
        for way, call in WAYS.items()
    ),
    fails(
        "an answer that is reset is a connection error",
        whole(b"{", length=10, then=[RESET]),
        LOST,
        cause=True,
    ),
    fails(
        "an answer without its last chunk is a connection error",
        stream(b'{"id": "a"}', CLOSE, content_type="application/json"),
        LOST,
        cause=True,
    ),
    fails(
        "an answer in bad chunks is a connection error",
        stream(b'{"id"', Unframed(b"zz\r\n"), CLOSE, content_type="application/json"),
        LOST,
        cause=True,
        modes=BACKENDS_OF_HTTPCORE,
    ),
    fails(
        "an answer cut before its body is a connection error",
        whole(b"", length=10, then=[CUT]),
        LOST,
        cause=True,
    ),
    fails(
        "an answer that is cut off keeps its response",
        CUT_OFF,
        LOST,
        carries=["response"],
        new_api=True,
    ),
    Case(
        "an answer that is cut off is asked for again",
        [CUT_OFF, whole(completion())],
        call=chat,
        requests=2,
        client={"max_retries": 1},
        check=lambda outcome: _came(outcome),
    ),
    Case(
        "an answer that stalls is asked for again",
        [STALLED, whole(completion())],
        call=chat,
        requests=2,
        client={"max_retries": 1, **QUICK},
        check=lambda outcome: _came(outcome),
    ),
    fails("an answer that is cut off frees the connection", CUT_OFF, LOST, then_serves=True),
    fails(
        "an answer that stalls frees the connection",
        STALLED,
        "APITimeoutError",
        client=QUICK,
        then_serves=True,
    ),
    fails("an answer that is no JSON leaves the connection in use", whole("<html>"), reuses=True),
    fails(
        "an answer that is no gzip frees the connection",
        whole("{}", headers=GZIP),
        then_serves=True,
    ),
]


def _came(outcome: Outcome) -> None:
    assert outcome.value.choices[0].message.content == "Hello"


@table(ODD)
def test_odd_answers(case: Case, mode: str) -> None:
    run(case, mode)


@table(REFUSED)
def test_answers_that_are_refused(case: Case, mode: str) -> None:
    run(case, mode)


@table(LOST_ROWS)
def test_answers_that_are_lost(case: Case, mode: str) -> None:
    run(case, mode)


def to_file(path: Path) -> Call:
    """Download a file with `stream_to_file` inside `with_streaming_response`."""

    def request(client: Any) -> Any:
        return client.audio.speech.with_streaming_response.create(input="x", model="m", voice="v")

    return streamed(lambda response: response.stream_to_file(path), request)


@table(
    [
        Case(
            "a download that is whole is written",
            [whole(b"RIFF", content_type="audio/wav")],
            call=chat,
            gives=b"RIFF",
        ),
        fails("a download that is cut off is an error", CUT_OFF, LOST, cause=True),
        fails(
            "a download that stalls is a timeout",
            STALLED,
            "APITimeoutError",
            client=QUICK,
            cause=True,
        ),
        fails("a download that is no gzip is refused", whole("{}", headers=GZIP)),
    ]
)
def test_downloads(case: Case, mode: str, tmp_path: Path) -> None:
    import dataclasses

    path = tmp_path / "speech.wav"
    run(dataclasses.replace(case, call=to_file(path), gives=None), mode)
    if case.raises is None:
        assert path.read_bytes() == case.gives
