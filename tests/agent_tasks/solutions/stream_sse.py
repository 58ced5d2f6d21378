import json
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from groq import APIError, AsyncGroq

app = FastAPI()
client = AsyncGroq()


async def events(question: str) -> AsyncIterator[str]:
    try:
        async with client.chat.completions.stream(
            model="openai/gpt-oss-20b", messages=[{"role": "user", "content": question}]
        ) as stream:
            async for text in stream.text_stream:
                yield f"data: {json.dumps({'text': text})}\n\n"
    except APIError as error:
        yield f"event: error\ndata: {json.dumps({'message': error.message})}\n\n"
    else:
        yield "event: done\ndata: {}\n\n"


@app.get("/ask")
async def ask(question: str) -> StreamingResponse:
    return StreamingResponse(events(question), media_type="text/event-stream")
