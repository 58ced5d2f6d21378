"""A table of what can go wrong between this client and a server, one claim a row.

`script.py` has the words in which a row says what the server sends, to the byte: heads, chunks,
events, pauses, resets. `server.py` has the local server do it, over TCP or TLS. `table.py` runs a
row as sync, on asyncio, on trio and over aiohttp. A file `test_<heading>.py` has the rows of one
heading; those of `test_memory.py` take long and have a session of their own, `nox -s memory`.

To add a row, write one more `Case` in the file of its heading:

    Case(
        "a chat stream that is reset is a connection error",    # the claim
        [stream(text("a"), RESET)],                             # an answer for each request
        call=chat_stream,                                       # what the caller does
        gives=["a"],                                            # what must come out first
        raises=Raises("APIConnectionError", cause=True),        # and how it must end
    )

A row uses the public API alone, so that the same table runs against any version of `groq`. A row
that needs a name which groq 1.7.0 does not have says `new_api=True` and is skipped there. No row
waits longer than a second, and none asserts a time: what the client does first is seen from the
order in which the server sees it.

`python -m tests.faults.score` runs the table for whichever `groq` the interpreter imports and
prints how many rows hold, sync and async apart. An async row holds when it holds on each backend.
"""
