"""Memory that a long stream takes."""

from __future__ import annotations

import tracemalloc
from itertools import chain, cycle, islice

from . import payloads
from .measure import Result, Trial
from .stream import BODY, read_sync
from .transports import Pieces


def drained(trial: Trial) -> Result:
    """How much higher the peak is in a stream of 200,000 chunks than in one of 1,000."""
    tracemalloc.start()
    try:
        # The first stream loads and builds all that is made once.
        _peak(trial, 1_000)
        short = _peak(trial, 1_000)
        long = _peak(trial, trial.amount(200_000, quick=20_000))
    finally:
        tracemalloc.stop()
    return Result("bytes", long - short)


def kept(trial: Trial) -> Result:
    """How much memory each chunk takes that a program keeps."""
    chunks = trial.amount(20_000, quick=2_000)
    client = trial.subject.sync_client(Pieces(payloads.events(chunks)))
    read_sync(client)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        all_chunks = list(client.chat.completions.create(**BODY))
        growth = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    return Result("bytes", growth / len(all_chunks))


def _peak(trial: Trial, chunks: int) -> int:
    *contents, finish, done = payloads.events(1_000)
    pieces = chain(islice(cycle(contents), chunks), [finish, done])
    client = trial.subject.sync_client(Pieces(pieces))
    tracemalloc.reset_peak()
    read_sync(client)
    return tracemalloc.get_traced_memory()[1]
