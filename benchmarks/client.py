"""python -m benchmarks.client ADDRESS CLIENTS SECONDS: the load where there is no wrk, told as percentiles.lua does.

A process of its own, so that what it costs is not the server's. Bodies are read, never unpacked.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time

import aiohttp


async def ask(address: str, clients: int, seconds: float) -> dict[str, float]:
    waits_ms: list[float] = []
    errors = 0
    began = time.perf_counter()

    async def one(session: aiohttp.ClientSession) -> None:
        nonlocal errors
        while (asked := time.perf_counter()) < began + seconds:
            async with session.get(address) as answer:
                await answer.read()
            waits_ms.append((time.perf_counter() - asked) * 1000)
            errors += answer.status != 200

    connector = aiohttp.TCPConnector(limit=clients)
    headers = {"Accept-Encoding": "gzip"}
    async with aiohttp.ClientSession(connector=connector, headers=headers, auto_decompress=False) as session:
        await asyncio.gather(*(one(session) for _ in range(clients)))
    ranks = statistics.quantiles(waits_ms, n=100) if len(waits_ms) > 1 else waits_ms * 99
    return {
        "requests": len(waits_ms),
        "seconds": time.perf_counter() - began,
        "p50_ms": ranks[49],
        "p95_ms": ranks[94],
        "p99_ms": ranks[98],
        "errors": errors,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(ask(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))) + "\n")
