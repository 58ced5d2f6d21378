"""Bytes to events: the rules of https://html.spec.whatwg.org/#parsing-an-event-stream."""

from __future__ import annotations

import time
import zlib
from typing import Any

import pytest

from .script import (
    CLOSE,
    DEFLATE,
    DONE,
    GZIP,
    Answer,
    Received,
    Step,
    close_delimited,
    data,
    gzipped,
    head,
    one_byte_each,
    raw,
    stream,
    text,
)
from .server import FaultServer
from .table import MODES, Case, event_stream, make_client, run, run_async, table

ONE, TWO, THREE = {"n": 1}, {"n": 2}, {"n": 3}
E1, E2, E3 = b'data: {"n": 1}\n\n', b'data: {"n": 2}\n\n', b'data: {"n": 3}\n\n'


FLUSHED = gzipped(E1, E2 + DONE)


def row(name: str, parts: list[Step], gives: list[Any], **more: Any) -> Case:
    """A row whose parts are followed by `[DONE]`."""
    return Case(name, [stream(*parts, DONE)], call=event_stream, gives=gives, **more)


def bytewise(name: str, sent: bytes, gives: list[Any]) -> Case:
    return Case(name, [stream(*one_byte_each(sent + DONE))], call=event_stream, gives=gives)


def named(name: str, value: object) -> dict[str, object]:
    return {"event": name, "data": value}


CASES = [
    # Byte order mark
    row("a BOM before the first event is dropped", [b"\xef\xbb\xbf" + E1 + E2], [ONE, TWO]),
    row(
        "a BOM that comes in three reads is dropped",
        [b"\xef", b"\xbb", b"\xbf" + E1, E2],
        [ONE, TWO],
    ),
    row("a BOM alone in its read is dropped", [b"\xef\xbb\xbf", E1], [ONE]),
    row(
        "a BOM later in the stream is part of the line",
        [E1, b"\xef\xbb\xbf" + E2, E3],
        [ONE, THREE],
    ),
    row("a second BOM at the start is part of the line", [b"\xef\xbb\xbf" * 2 + E1, E2], [TWO]),
    row(
        "a BOM before a comment does not turn it into a field",
        [b"\xef\xbb\xbf: comment\n" + E1],
        [ONE],
    ),
    # Line ends
    row("lines may end in LF", [E1 + E2], [ONE, TWO]),
    row("lines may end in CRLF", [(E1 + E2).replace(b"\n", b"\r\n")], [ONE, TWO]),
    row("lines may end in CR", [(E1 + E2).replace(b"\n", b"\r")], [ONE, TWO]),
    row(
        "line ends may be mixed",
        [b'data: {"n": 1}\r\n\ndata: {"n": 2}\r\rdata: {"n": 3}\n\r\n'],
        [ONE, TWO, THREE],
    ),
    row(
        "a CRLF that is split ends one line only",
        [b'data: {"n":\r', b"\ndata: 1}\r", b"\n\r", b"\n", E2],
        [ONE, TWO],
    ),
    row(
        "a CRLF split after an event leaves no blank line behind",
        [b"event: x\r", b'\ndata: {"n": 1}\r', b"\n\r\n", E2],
        [named("x", ONE), TWO],
    ),
    row("two CR are two line ends", [b'data: {"n": 1}\r', b"\r", E2], [ONE, TWO]),
    row("a CR at the end of a read ends its line", [b'data: {"n": 1}\r\r', E2], [ONE, TWO]),
    row("blank lines between events are nothing", [b"\n\n\n" + E1 + b"\n\r\n\r" + E2], [ONE, TWO]),
    bytewise("LF lines may come one byte at a time", E1 + E2, [ONE, TWO]),
    bytewise(
        "CRLF lines may come one byte at a time", (E1 + E2).replace(b"\n", b"\r\n"), [ONE, TWO]
    ),
    bytewise("CR lines may come one byte at a time", (E1 + E2).replace(b"\n", b"\r"), [ONE, TWO]),
    bytewise(
        "letters of several bytes may come one byte at a time",
        'data: {"n": "é日😀"}\n\n'.encode(),
        [{"n": "é日😀"}],
    ),
    row("many events may come in one read", [E1 * 500], [ONE] * 500),
    # Fields
    row(
        "one space after the colon is dropped", [b'event: x\ndata: {"n": 1}\n\n'], [named("x", ONE)]
    ),
    row("no space after the colon is needed", [b'event:x\ndata:{"n": 1}\n\n'], [named("x", ONE)]),
    row("a second space after the colon is kept", [b"event:  x\n" + E1], [named(" x", ONE)]),
    row("a tab after the colon is kept", [b"event:\tx\n" + E1], [named("\tx", ONE)]),
    row("a space at the end is kept", [b"event: x \n" + E1], [named("x ", ONE)]),
    row("a line without a colon is a field with no value", [b'data\ndata: {"n": 1}\n\n'], [ONE]),
    row("an event field without a value is no name", [b"event\n" + E1], [ONE]),
    row("an empty event name is no name", [b"event:\n" + E1], [ONE]),
    row("an event named message is a plain one", [b"event: message\n" + E1], [ONE]),
    row("the last name of an event wins", [b"event: x\nevent: y\n" + E1], [named("y", ONE)]),
    row("a name does not outlive its event", [b"event: x\n" + E1 + E2], [named("x", ONE), TWO]),
    row("a name does not outlive an event without data", [b"event: x\n\n" + E1], [ONE]),
    row("names of fields are case-sensitive", [b'Data: {"n": 0}\nEVENT: x\n' + E1], [ONE]),
    row("a space before the colon makes another field", [b'data : {"n": 0}\n' + E1], [ONE]),
    row("a space before the name makes another field", [b' data: {"n": 0}\n' + E1], [ONE]),
    row("fields that nobody knows are nothing", [b"foo: bar\nfoo\n" + E1], [ONE]),
    row("a value may hold colons", [b'data: {"n": "a:b: c"}\n\n'], [{"n": "a:b: c"}]),
    row("an id may hold a NUL", [b"id: a\0b\n" + E1], [ONE]),
    row("an id is no part of what is given", [b"id: 1\n" + E1], [ONE]),
    row(
        "a retry that is no number is nothing",
        [b"retry: soon\nretry: -1\nretry: 1.5\n" + E1],
        [ONE],
    ),
    row("a retry of 5,000 digits is nothing", [b"retry: " + b"9" * 5000 + b"\n" + E1], [ONE]),
    row("a retry in other digits is nothing", ["retry: ١٢\n".encode() + E1], [ONE]),
    row("an event with an id alone is skipped", [b"id: 1\n\n" + E1], [ONE]),
    row("an event with a retry alone is skipped", [b"retry: 10\n\n" + E1], [ONE]),
    row("an event with a name alone is skipped", [b"event: ping\n\n" + E1], [ONE]),
    row("an event whose data is empty is skipped", [b"data:\n\ndata\n\n" + E1], [ONE]),
    # Comments
    row("comments are nothing", [b": a\n:b\n:\n" + E1 + b": c\n\n" + E2], [ONE, TWO]),
    row("a comment may stand inside an event", [b'data: {"n":\n: ping\ndata: 1}\n\n'], [ONE]),
    row("a comment may look like data", [b':data: {"n": 0}\n' + E1], [ONE]),
    row("a comment of a megabyte is nothing", [b":" + b"x" * 1_000_000, b"\n" + E1], [ONE]),
    row("comments that are not UTF-8 are nothing", [b": \xff\xfe\n" + E1], [ONE]),
    row("a stream of comments has no items", [b": ping\n\n" * 3], []),
    # Data
    row("data of several lines is joined", [b'data: {"n":\ndata:\ndata: 1}\n\n'], [ONE]),
    row("data lines may be apart", [b'data: {"n":\nid: 1\nfoo: x\ndata: 1}\n\n'], [ONE]),
    row(
        "U+2028 and U+2029 end no line",
        ['data: {"n": "a\u2028b\u2029c"}\n\n'.encode()],
        [{"n": "a\u2028b\u2029c"}],
    ),
    row("U+0085 ends no line", ['data: {"n": "a\u0085b"}\n\n'.encode()], [{"n": "a\u0085b"}]),
    row("a vertical tab ends no line", [b': a\x0bdata: {"n": 0}\n\n' + E1], [ONE]),
    row("a form feed ends no line", [b': a\x0cdata: {"n": 0}\n\n' + E1], [ONE]),
    row(
        "separators U+001C to U+001E end no line",
        [b": a\x1cdata: 0\x1ddata: 0\x1edata: 0\n\n" + E1],
        [ONE],
    ),
    row(
        "bytes that are not UTF-8 become U+FFFD",
        [b'data: {"n": "a\xffb"}\n\n'],
        [{"n": "a\ufffdb"}],
    ),
    row(
        "a letter that is cut short becomes one U+FFFD",
        [b'data: {"n": "\xe2\x82"}\n\n'],
        [{"n": "\ufffd"}],
    ),
    row(
        "a letter that is cut short by a line end ends there",
        [b'event: \xf0\x9f\ndata: {"n": 1}\n\n'],
        [named("\ufffd", ONE)],
    ),
    row(
        "a surrogate in UTF-8 becomes U+FFFD",
        [b'data: {"n": "\xed\xa0\x80"}\n\n'],
        [{"n": "\ufffd" * 3}],
    ),
    row(
        "a lone surrogate in an escape is kept", [b'data: {"n": "\\ud83d"}\n\n'], [{"n": "\ud83d"}]
    ),
    row("of a key that comes twice the last wins", [b'data: {"n": 0, "n": 1}\n\n'], [ONE]),
    # Ends
    row("what follows DONE is not read", [DONE, E1, b"data: {broken\n\n"], []),
    row("DONE needs no space", [E1, b"data:[DONE]\n\n", E2], [ONE]),
    row("DONE may end in CRLF", [E1, b"data: [DONE]\r\n\r\n", E2], [ONE]),
    bytewise("DONE may come one byte at a time", E1, [ONE]),
    Case(
        "an event without its blank line is dropped",
        [close_delimited(E1, b'data: {"n": 2}\n')],
        call=event_stream,
        gives=[ONE],
    ),
    Case(
        "an event whose line does not end is dropped",
        [close_delimited(E1, b'data: {"n": 2}')],
        call=event_stream,
        gives=[ONE],
    ),
    Case(
        "an event whose blank line is half a CRLF is whole",
        [close_delimited(E1, b'data: {"n": 2}\r\n\r')],
        call=event_stream,
        gives=[ONE, TWO],
    ),
    Case(
        "a named event without its blank line is dropped",
        [close_delimited(E1, b"event: error\ndata: {}")],
        call=event_stream,
        gives=[ONE],
    ),
    # As they come: `Received` holds the rest back until the caller has the item.
    row(
        "an event is given when its blank line comes",
        [E1, Received(1), E2, Received(2)],
        [ONE, TWO],
    ),
    row(
        "an event is given at the CR of its blank line",
        [b'data: {"n": 1}\r\n\r', Received(1), b"\n" + E2],
        [ONE, TWO],
    ),
    row(
        "an event that ends in two CR is given at once",
        [b'data: {"n": 1}\r\r', Received(1), E2],
        [ONE, TWO],
    ),
    row(
        "an event is given while the next one is half there",
        [E1 + b'data: {"n"', Received(1), b": 2}\n\n"],
        [ONE, TWO],
    ),
    row(
        "events of one read are given before the next read",
        [E1 + E2, Received(2), E3],
        [ONE, TWO, THREE],
    ),
    Case(
        "an event is given when the compressor has flushed it",
        [stream(FLUSHED[0], Received(1), *FLUSHED[1:], headers=GZIP)],
        call=event_stream,
        gives=[ONE, TWO],
    ),
    Case(
        "an event of a body without a length is given at once",
        [raw(head(200, [("Content-Type", "text/event-stream")]), E1, Received(1), E2, DONE, CLOSE)],
        call=event_stream,
        gives=[ONE, TWO],
    ),
    # Content encodings
    Case(
        "gzip is unpacked",
        [stream(*gzipped(E1, E2, DONE), headers=GZIP)],
        call=event_stream,
        gives=[ONE, TWO],
    ),
    Case(
        "gzip may come one byte at a time",
        [stream(*one_byte_each(b"".join(gzipped(E1 + E2 + DONE))), headers=GZIP)],
        call=event_stream,
        gives=[ONE, TWO],
    ),
    Case(
        "deflate is unpacked",
        [stream(zlib.compress(E1 + E2 + DONE), headers=DEFLATE)],
        call=event_stream,
        gives=[ONE, TWO],
    ),
    Case(
        "deflate without its header is unpacked",
        [stream(zlib.compress(E1 + E2 + DONE)[2:-4], headers=DEFLATE)],
        call=event_stream,
        gives=[ONE, TWO],
    ),
    Case(
        "identity is no encoding",
        [stream(E1, E2, DONE, headers=[("Content-Encoding", "identity")])],
        call=event_stream,
        gives=[ONE, TWO],
    ),
    # Content types
    *(
        Case(
            f"an event stream may come as {content_type}",
            [stream(E1, DONE, content_type=content_type)],
            call=event_stream,
            gives=[ONE],
        )
        for content_type in (
            "text/event-stream; charset=utf-8",
            "Text/Event-Stream",
            "text/event-stream;x=y",
        )
    ),
    Case(
        "a chat stream may come without a content type",
        [stream(text("a"), DONE, content_type=None)],
        gives=["a"],
    ),
    # Values
    row(
        "a value of an event may be any JSON",
        [data([1]), data("text"), data(5), data(True)],
        [[1], "text", 5, True],
    ),
    row(
        "a named event gives its name and its data",
        [b"event: x_groq\n" + E1],
        [named("x_groq", ONE)],
    ),
]


@table(CASES)
def test_decoding(case: Case, mode: str) -> None:
    run(case, mode)


# Linear in the bytes: twice as many take about twice the time, not four times. The time of this
# process is taken, the best of three, and the bound is far from both.


def cpu_time(mode: str, script: Answer) -> tuple[float, list[object]]:
    """Read a stream of any JSON; return the time that the processor spent, and the items."""
    started = 0.0
    items: list[object] = []
    if mode == "sync":
        with FaultServer([script]) as server, make_client(mode, server.origin) as client:
            events = event_stream(client)
            started = time.thread_time()
            items += events
            spent = time.thread_time() - started
    else:

        async def go() -> float:
            async with make_client(mode, server.origin) as client:
                events = await event_stream(client)
                started = time.thread_time()
                async for event in events:
                    items.append(event)
                return time.thread_time() - started

        with FaultServer([script]) as server:
            spent = run_async(mode, go)
    return spent, items


def one_event(size: int) -> Answer:
    """One event of this size, in pieces of a kibibyte."""
    sent = b'data: "' + b"x" * size + b'"\n\n'
    return stream(*(sent[start : start + 1024] for start in range(0, len(sent), 1024)), DONE)


def many_lines(count: int) -> Answer:
    """One event of this many lines of data."""
    sent = b"data: [1\n" + b"data: ,1\n" * (count - 1) + b"data: ]\n\n"
    return stream(*(sent[start : start + 4096] for start in range(0, len(sent), 4096)), DONE)


SIZES = {
    "one large event": (one_event, 2_500_000),
    "one event of many lines": (many_lines, 40_000),
}


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
@pytest.mark.parametrize("kind", SIZES)
def test_the_work_is_linear_in_the_bytes_of(kind: str, mode: str) -> None:
    make, size = SIZES[kind]
    small = min(cpu_time(mode, make(size))[0] for _ in range(3))
    large = min(cpu_time(mode, make(size * 4))[0] for _ in range(2))

    # Four times as many: linear work takes four times as long, quadratic work sixteen times.
    assert large < small * 9 + 0.1


@pytest.mark.parametrize("mode", MODES)
def test_an_event_of_20_megabytes_in_pieces_of_a_kibibyte_is_read_whole(mode: str) -> None:
    _, items = cpu_time(mode, one_event(20_000_000))

    assert items == ["x" * 20_000_000]


@pytest.mark.parametrize("mode", MODES)
def test_an_event_of_160_000_lines_is_read_whole(mode: str) -> None:
    _, items = cpu_time(mode, many_lines(160_000))

    assert items == [[1] * 160_000]
