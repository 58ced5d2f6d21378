"""The decoder of event streams, held to the WHATWG standard.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from groq._http.sse import Event, ServerSentEvent, SSEDecoder

BOM = b"\xef\xbb\xbf"


def read_by_the_standard(stream: bytes) -> list[Event]:
    """Read a whole stream line by line, with no thought for speed.

    One thing is left to the caller of the decoder: bytes that are not UTF-8 stay as they came.
    """
    stream = stream.removeprefix(BOM)
    lines: list[bytes] = []
    line = b""
    position = 0
    while position < len(stream):
        if stream[position : position + 2] == b"\r\n":
            lines.append(line)
            line = b""
            position += 2
        elif stream[position] in b"\r\n":
            lines.append(line)
            line = b""
            position += 1
        else:
            line += stream[position : position + 1]
            position += 1
    # What follows the last line end is an unfinished line: nothing dispatches it.
    events: list[Event] = []
    data = b""
    name = b""
    for each in lines:
        if not each:
            text = data.removesuffix(b"\n")
            if text:
                named = name not in (b"", b"message")
                events.append(
                    ServerSentEvent(name.decode("utf-8", "replace"), text) if named else text
                )
            data = b""
            name = b""
            continue
        if each.startswith(b":"):
            continue
        field, colon, value = each.partition(b":")
        if colon and value.startswith(b" "):
            value = value[1:]
        if field == b"data":
            data += value + b"\n"
        elif field == b"event":
            name = value
    return events


def decode(*pieces: bytes) -> list[Event]:
    decoder = SSEDecoder()
    return [event for piece in pieces for event in decoder.feed(piece)]


LINES = st.sampled_from(
    [
        b"data: a",
        b"data:b",
        b"data:  c",
        b"data:",
        b"data: ",
        b"data",
        b"data : d",
        b" data: e",
        b"Data: f",
        b'data: {"x": "\xc3\xa9"}',
        b"data: \xff",
        b"data: x: y",
        b"event: error",
        b"event: message",
        b"event:",
        b"event",
        b"event:  two",
        b"id: 1",
        b"retry: 10",
        b": comment",
        b":",
        b"unknown: field",
        b"",
        b"",
        b"",
        b"",
    ]
)
ENDS = st.sampled_from([b"\n", b"\n", b"\n", b"\r\n", b"\r"])


def joined(start: bytes, lines: list[tuple[bytes, bytes]], rest: bytes) -> bytes:
    return start + b"".join(line + end for line, end in lines) + rest


STREAMS = st.one_of(
    st.builds(
        joined,
        st.sampled_from([b"", b"", BOM, BOM + BOM, BOM[:2]]),
        st.lists(st.tuples(LINES, ENDS), max_size=20),
        st.sampled_from([b"", b"data: unfinished", b"data", b"\xef\xbb"]),
    ),
    st.text(alphabet="data: event:\r\n\ufeff", max_size=40).map(str.encode),
    st.binary(max_size=20),
)


@given(stream=STREAMS)
@example(stream=b"data: a\n\ndata: b\n\n")
@example(stream=b"data: a\r\n\r\ndata: b\r\n\r\n")
@example(stream=b"data: a\r\rdata: b\r\r")
@example(stream=b"data: a\n\r\ndata: b\n\r")
@example(stream=b"data: a\n\nevent: b\n\nid: c\n\n")
def test_a_stream_in_one_piece_is_read_as_the_standard_reads_it(stream: bytes) -> None:
    assert decode(stream) == read_by_the_standard(stream)


@given(stream=STREAMS, cuts=st.lists(st.integers(0, 60), max_size=8))
def test_any_split_gives_the_same_events(stream: bytes, cuts: list[int]) -> None:
    places = sorted({min(cut, len(stream)) for cut in cuts})
    pieces = [
        stream[start:end] for start, end in zip([0, *places], [*places, len(stream)], strict=True)
    ]
    assert decode(*pieces) == read_by_the_standard(stream)


@given(stream=STREAMS)
def test_byte_by_byte_gives_the_same_events(stream: bytes) -> None:
    assert decode(*[bytes([byte]) for byte in stream]) == read_by_the_standard(stream)


@given(stream=STREAMS)
def test_empty_pieces_change_nothing(stream: bytes) -> None:
    pieces = [piece for byte in stream for piece in (bytes([byte]), b"")]
    assert decode(b"", *pieces) == read_by_the_standard(stream)


@given(before=STREAMS, line=LINES, end=ENDS)
def test_an_event_in_a_separate_piece_is_read_the_same(
    before: bytes, line: bytes, end: bytes
) -> None:
    # The decoder has a short way for what is one whole event; it must know when not to take it.
    event = line + end + end
    assert decode(before, event, event) == read_by_the_standard(before + event + event)


@pytest.mark.parametrize(
    ("pieces", "events"),
    [
        ([b"data: a\n\n", b"data: b\n\n"], [b"a", b"b"]),
        ([b"data: a\n\n", b"\n"], [b"a"]),
        ([b"data: a\n\n", b"data: \n\n"], [b"a"]),
        ([b"data: a\n\n", b"event: e\n\n"], [b"a"]),
        ([b"data: a\n\n", b"event: e\ndata: b\n\n"], [b"a", ServerSentEvent("e", b"b")]),
        ([b"data: a\n\n", b"event: \ndata: b\n\n"], [b"a", b"b"]),
        ([b"data: a\n\n", b"event: message\ndata: b\n\n"], [b"a", b"b"]),
        ([b"data: a\n\n", b"event: \xff\ndata: b\n\n"], [b"a", ServerSentEvent("\ufffd", b"b")]),
        ([b"data: a\n\n", b"event: e\ndata: \n\n"], [b"a"]),
        ([b"data: a\n\n", b"event: e\nid: 1\ndata: b\n\n"], [b"a", ServerSentEvent("e", b"b")]),
        ([b"data: a\n\n", b"event: e\ndata: b\nevent: f\n\n"], [b"a", ServerSentEvent("f", b"b")]),
        ([b"data: a\n\n", b"data: b\ndata: c\n\n"], [b"a", b"b\nc"]),
        ([b"data: a\n\n", b"data: b\r\r"], [b"a", b"b"]),
        ([b"data: a\n\n", b"data: b\rdata: c\n\n"], [b"a", b"b\nc"]),
        ([b"event: \xff\ndata: a\n\n"], [ServerSentEvent("\ufffd", b"a")]),
        ([b"data: a\n", b"\ndata: b\n\n"], [b"a", b"b"]),
        ([b"data: a\r", b"\n\r", b"\ndata: b\r\n\r\n"], [b"a", b"b"]),
        ([b"data: a\r\r", b"\ndata: b\n\n"], [b"a", b"b"]),
        ([b"data: a\r", b"\ndata: b\n\n"], [b"a\nb"]),
        ([b"data: a\n\ndata: x", b"data: b\n\n"], [b"a", b"xdata: b"]),
        ([b"data: a\n\ndata:\n\n b\n\n"], [b"a"]),
        ([b"data: a\nid: 1\nid: 2\nid: 3\nid: 4\n\n"], [b"a"]),
        ([BOM[:1], BOM[1:] + b"data: a\n\n"], [b"a"]),
        ([BOM[:2], b"data: a\n\n"], []),
        ([b"data: " + BOM + b"\n\n"], [BOM]),
    ],
)
def test_the_fast_path_agrees_with_the_standard(pieces: list[bytes], events: list[Event]) -> None:
    assert decode(*pieces) == events == read_by_the_standard(b"".join(pieces))


def test_an_event_is_there_as_soon_as_its_blank_line_is() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b"data: a\r\n") == []
    # The CR alone ends the blank line: nobody knows whether a LF is on its way.
    assert decoder.feed(b"\r") == [b"a"]
    assert decoder.feed(b"\ndata: b\n\n") == [b"b"]


def test_the_size_of_an_unfinished_event_is_known() -> None:
    decoder = SSEDecoder()
    assert decoder.unfinished_bytes == 0
    decoder.feed(b"data: a\n\ndata: b")
    assert decoder.unfinished_bytes == len(b"data: b")
    decoder.feed(b"c")
    assert decoder.unfinished_bytes == len(b"data: bc")
    assert decoder.feed(b"\n\n") == [b"bc"]
    assert decoder.unfinished_bytes == 0


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n"])
def test_work_is_linear_in_the_bytes_of_one_event(end: bytes) -> None:
    # A decoder that went over all of it again with each piece would copy half a terabyte here.
    pieces = [b"data: ", *[b"x" * 16] * 250_000, end]
    assert decode(*pieces) == [b"x" * 4_000_000]


def test_work_is_linear_in_the_lines_of_one_event() -> None:
    pieces = [b"data: x\n"] * 100_000
    assert decode(*pieces, b"\n") == [b"\n".join([b"x"] * 100_000)]
