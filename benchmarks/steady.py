"""python -m benchmarks.steady SECONDS RATE ADDRESS [RATE ADDRESS ...]: so many requests a second, whatever comes.

Requests are sent when their time has come, each on a connection that is free (an open loop: slow answers do not make
the load smaller). Told for each address as percentiles.lua does, in milliseconds from the sending to the first byte.
A process of its own, so that what it costs is not the server's.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from urllib.parse import urlsplit

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def ask(rates: dict[str, float], seconds: float) -> dict[str, dict[str, float]]:
    """Errors: SystemExit when one of the answers was not 200."""
    waits_ms: dict[str, list[float]] = {address: [] for address in rates}
    free: list[Connection] = []
    running: set[asyncio.Task[None]] = set()

    async def one(address: str) -> None:
        to = urlsplit(address)
        reader, writer = free.pop() if free else await asyncio.open_connection(to.hostname, to.port)
        path = f"{to.path}?{to.query}" if to.query else to.path
        asked = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {to.netloc}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        line = await reader.readline()
        waits_ms[address].append((time.perf_counter() - asked) * 1000)
        if b" 200 " not in line:
            raise SystemExit(f"{address} answers {line!r}")
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        free.append((reader, writer))

    began = time.perf_counter()
    due = sorted(
        (number / rate, address) for address, rate in rates.items() for number in range(round(rate * seconds))
    )
    for at, address in due:
        await asyncio.sleep(max(0.0, began + at - time.perf_counter()))
        task = asyncio.create_task(one(address))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    took_s = time.perf_counter() - began
    for _, writer in free:
        writer.close()
    return {address: _told(some, took_s) for address, some in waits_ms.items()}


def _told(waits_ms: list[float], seconds: float) -> dict[str, float]:
    ranks = statistics.quantiles(waits_ms, n=100, method="inclusive")
    return {
        "requests": len(waits_ms),
        "seconds": seconds,
        "p50_ms": ranks[49],
        "p95_ms": ranks[94],
        "p99_ms": ranks[98],
    }


if __name__ == "__main__":
    pairs = iter(sys.argv[2:])
    asked = {address: float(rate) for rate, address in zip(pairs, pairs, strict=True)}
    sys.stdout.write(json.dumps(asyncio.run(ask(asked, float(sys.argv[1])))) + "\n")
