"""A local server with Groq's API, for tests, examples and demos.

`LocalServer` uses real sockets, so everything between a program and the network
is tested too. It needs no key, and works with clients in any language. With pytest, use
its fixtures, which start a server for each test:

```python
pytest_plugins = ["groq.testing.pytest_plugin"]


def test_my_program(groq_server):
    groq_server.fail(429, retry_after=0.01)
    groq_server.reply("Hello")
    with groq_server.client() as client:
        ...  # the program under test
    groq_server.assert_received("/chat/completions", times=2)
```
"""

from __future__ import annotations

from ._answers import Answer, Gate, HalfClose, Pause
from ._faults import Cut, ErrorEvent, HoldOpen, MalformedEvent, SlowStart, Stall
from ._received import FormPart, Headers, ReceivedRequest
from ._replies import Match, Reply, ReplyFunction, ToolCall
from ._script import Fault
from ._server import LocalServer, serve
from ._tape import Tape
from ._verdict import Finding
from ._weather import Weather
from ._without_key import local_if_no_key

__all__ = [
    "Answer",
    "Cut",
    "ErrorEvent",
    "Fault",
    "Finding",
    "FormPart",
    "Gate",
    "HalfClose",
    "Headers",
    "HoldOpen",
    "LocalServer",
    "MalformedEvent",
    "Match",
    "Pause",
    "ReceivedRequest",
    "Reply",
    "ReplyFunction",
    "SlowStart",
    "Stall",
    "Tape",
    "ToolCall",
    "Weather",
    "local_if_no_key",
    "serve",
]
