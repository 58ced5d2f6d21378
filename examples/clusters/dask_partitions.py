"""Have many requests answered on a cluster of Dask, within limits that all workers share.

    pip install groq "dask[distributed]"
    python examples/clusters/dask_partitions.py requests.jsonl results

Each partition of the file has a checkpoint of its own, so a run that was interrupted goes on when
it is started again. The workers here are processes of this machine and share the limits by a file;
on several machines take `RateLimiter(store=RedisStore("redis://…"))`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from dask.distributed import Client, LocalCluster

from groq import Groq, RateLimiter


def answer(client: Groq, lines: list[bytes], checkpoint: Path) -> tuple[int, int]:
    """Have the requests of one partition answered; return how many have an answer, and an error."""
    requests = checkpoint.with_suffix(".requests")
    requests.write_bytes(b"\n".join(lines))
    done = failed = 0
    for result in client.chat.completions.create_many(requests, checkpoint=checkpoint):
        done, failed = (done, failed + 1) if result.error else (done + 1, failed)
    requests.unlink()
    return done, failed


def main() -> None:
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(exist_ok=True)
    lines = source.read_bytes().splitlines()
    partitions = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    # A client pickles without its key: each worker reads GROQ_API_KEY for itself.
    client = Groq(limiter=RateLimiter(path=folder / "limits.db"))
    with LocalCluster(n_workers=4, threads_per_worker=1) as cluster, Client(cluster) as dask:
        checkpoints = [folder / f"part-{number:05}.jsonl" for number in range(len(partitions))]
        clients = [client] * len(partitions)
        futures = dask.map(answer, clients, partitions, checkpoints, pure=False)
        results = dask.gather(futures)
    print(sum(done for done, _ in results), "done,", sum(failed for _, failed in results), "failed")


if __name__ == "__main__":
    main()
