"""A Groq that runs on this machine, for tests, examples and demos."""

from __future__ import annotations

from ._answers import Answer, Gate, Pause
from ._faults import Cut, ErrorEvent, HoldOpen, MalformedEvent, SlowStart, Stall
from ._received import FormPart, Headers, ReceivedRequest
from ._replies import Reply, ReplyFunction, ToolCall
from ._script import Fault
from ._server import LocalServer, serve

__all__ = [
    "Answer",
    "Cut",
    "ErrorEvent",
    "Fault",
    "FormPart",
    "Gate",
    "Headers",
    "HoldOpen",
    "LocalServer",
    "MalformedEvent",
    "Pause",
    "ReceivedRequest",
    "Reply",
    "ReplyFunction",
    "SlowStart",
    "Stall",
    "ToolCall",
    "serve",
]
