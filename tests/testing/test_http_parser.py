from __future__ import annotations

from itertools import pairwise

import h11
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from groq.testing._http import ProtocolError, RequestHead, RequestParser

Read = list[tuple[str, str, tuple[tuple[str, str], ...], bytes]]
"""Method, target, headers and body of each request that came to its end."""

PIECES = st.sampled_from(
    [
        *(b"GET", b"POST", b"/", b"*", b"http://a/b?c", b" ", b"\t", b"\r\n", b"\n", b"\r", b":"),
        *(b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/1.15", b"GET / HTTP/1.1\r\n", b"\r\n\r\n"),
        *(b"host: a\r\n", b"Host:b \r\n", b"x: y\r\n", b" folded\r\n", b"x : y\r\n", b"x:\r\n"),
        *(b"content-length: ", b"Content-Length:5\r\n", b"5", b"0", b"+5", b"5_0", b"\xb2", b", "),
        *(b"transfer-encoding: chunked\r\n", b"Transfer-Encoding: ", b"chunked", b"identity"),
        *(b"5\r\nabcde\r\n", b"0\r\n\r\n", b"0\r\nx: y\r\n\r\n", b"a;b=c\r\n0123456789\r\n"),
        *(b"expect: 100-continue\r\n", b"connection: close\r\n", b"\0", b"\x7f", b"\x80", b"abcde"),
    ]
)
STARTS = st.sampled_from(
    [
        b"",
        b"GET / HTTP/1.1\r\nhost: a\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n",
    ]
)


def parsed(data: bytes, cuts: list[int]) -> tuple[Read, bool]:
    """Return the complete requests, and whether all of the bytes are valid."""
    parser, read, body = RequestParser(), Read(), b""
    head: RequestHead | None = None
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    try:
        for start, end in pairwise(places):
            parser.feed(data[start:end])
            while (event := parser.next_event()) is not None:
                if isinstance(event, RequestHead):
                    head, body = event, b""
                elif isinstance(event, bytes):
                    body += event
                elif head is not None:
                    fields = tuple((n.lower(), v) for n, v in head.headers.items_received())
                    read.append((head.method, head.target, fields, body))
    except ProtocolError:
        return read, False
    return read, True


def parsed_by_h11(data: bytes) -> Read:
    read, body = Read(), b""
    head: h11.Request | None = None
    while data := data.lstrip(b"\r\n"):
        connection = h11.Connection(h11.SERVER)
        connection.receive_data(data)
        try:
            while not isinstance(event := connection.next_event(), h11.EndOfMessage):
                if event in (h11.NEED_DATA, h11.PAUSED):
                    return read
                if isinstance(event, h11.Request):
                    head, body = event, b""
                elif isinstance(event, h11.Data):
                    body += bytes(event.data)
        except h11.RemoteProtocolError:
            return read
        assert head is not None
        fields = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in head.headers)
        read.append((head.method.decode(), head.target.decode("latin-1"), fields, body))
        data, _ = connection.trailing_data
    return read


@given(STARTS, st.lists(PIECES, max_size=12), st.lists(st.integers(0, 10_000), max_size=6))
@example(b"GET / HTTP/1.1\r\n", [b"host: a\r\n", b"\r\n"], [])
def test_what_it_accepts_h11_reads_alike(start: bytes, rest: list[bytes], cuts: list[int]) -> None:
    data = start + b"".join(rest)
    read, _ = parsed(data, cuts)
    assert read == parsed_by_h11(data)[: len(read)]


@given(STARTS, st.lists(PIECES, max_size=12), st.lists(st.integers(0, 10_000), max_size=6))
def test_where_the_bytes_are_split_makes_no_difference(
    start: bytes, rest: list[bytes], cuts: list[int]
) -> None:
    data = start + b"".join(rest)
    assert parsed(data, cuts) == parsed(data, [])


NAMES = st.text("abcXYZ019-_.!~", min_size=1, max_size=8)
VALUES = st.text("ab 1,;=\"'\t\xff", max_size=12).map(lambda value: value.strip(" \t"))


@given(
    st.sampled_from(["GET", "POST", "DELETE"]),
    st.lists(st.tuples(NAMES, VALUES), max_size=8),
    st.binary(max_size=50),
    st.lists(st.integers(0, 1000), max_size=4),
)
def test_every_well_formed_request_is_accepted(
    method: str, fields: list[tuple[str, str]], body: bytes, cuts: list[int]
) -> None:
    lines = ["host: a", *(f"{name}: {value}" for name, value in fields)]
    head = f"{method} /path?query HTTP/1.1\r\n" + "".join(f"{line}\r\n" for line in lines)
    sized = f"{head}content-length: {len(body)}\r\n\r\n".encode("latin-1") + body
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    chunked = f"{head}transfer-encoding: chunked\r\n\r\n".encode("latin-1") + chunks
    read, is_valid = parsed(sized + chunked, cuts)
    assert is_valid
    assert [each[3] for each in read] == [body, body]
    assert read == parsed_by_h11(sized + chunked)


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nhost: a\r\nx: y\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nx: \x7f\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\n: y\r\n\r\n",
        b"GET / HTTP/1.1\r\n\thost: a\r\n\r\n",
        b"GET /\x80 HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET  / HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET / HTTP/1.1 \r\nhost: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5, 5\r\n\r\nabcde",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length:\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: +5\r\n\r\nabcde",
        b"POST / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabcdef\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\nabcde\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0x5\r\nabcde\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\nno field\r\n\r\n",
    ],
)
def test_what_a_proxy_might_read_otherwise_is_refused(sent: bytes) -> None:
    assert parsed(sent, []) == ([], False)


@pytest.mark.parametrize(
    "value", [b"%b\0" % (b" " * 60_000), b"x " * 30_000 + b"\0", b"\t " * 30_000 + b"\0"]
)
def test_a_hostile_header_is_parsed_in_linear_time(value: bytes) -> None:
    parser = RequestParser()
    parser.feed(b"GET / HTTP/1.1\r\nhost: a\r\nx:" + value + b"\r\n\r\n")
    with pytest.raises(ProtocolError):  # In quadratic time, this takes longer than anyone waits.
        parser.next_event()
