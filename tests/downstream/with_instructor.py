"""Instructor gets objects from chats, streams and tool calls through this client."""

from __future__ import annotations

import instructor
from pydantic import BaseModel

from groq.testing import LocalServer, Reply, ToolCall


class City(BaseModel):
    name: str
    people: int


OSLO = {"name": "Oslo", "people": 700_000}
ASKED = {"model": "openai/gpt-oss-20b", "messages": [{"role": "user", "content": "Oslo?"}]}

with LocalServer(pace=0) as server, server.client() as plain:
    by_tool = instructor.from_groq(plain, mode=instructor.Mode.TOOLS)
    by_json = instructor.from_groq(plain, mode=instructor.Mode.JSON)

    server.reply('{"name": "Oslo", "people": 700000}')
    assert by_json.chat.completions.create(response_model=City, **ASKED).model_dump() == OSLO

    server.reply(Reply(tool_calls=[ToolCall("City", OSLO)]))
    assert by_tool.chat.completions.create(response_model=City, **ASKED).model_dump() == OSLO

    server.reply('{"name": "Oslo", "people": 700000}')
    *_, last = by_json.chat.completions.create_partial(response_model=City, **ASKED)
    assert last.model_dump() == OSLO
