"""Groq's official Python client asks chat."""

import cases

import groq

cases.run(
    **cases.chat_completions(groq.Groq(api_key="any", base_url=cases.SERVER)),
    refused="NotFoundError",
    lost="RemoteProtocolError",
    ended="passes for whole",
)
