"""python -m benchmarks.fetch ADDRESS CLIENTS SECONDS: takes a large file again and again; one line of JSON.

Reads into one place a MB at a time: wrk takes 8 KB at a time and would be measured itself.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from contextlib import closing
from urllib.parse import urlsplit

_PIECE = 1024 * 1024


def fetch(address: str, clients: int, seconds: float) -> dict[str, float]:
    """All bytes taken, and the seconds they took: files begun are taken to their end."""
    taken = [0] * clients
    refused: list[int] = []
    parts = urlsplit(address)
    began = time.perf_counter()

    def one(number: int) -> None:
        place = bytearray(_PIECE)
        with closing(http.client.HTTPConnection(parts.netloc, timeout=60)) as connection:
            while time.perf_counter() < began + seconds:
                connection.request("GET", parts.path)
                with connection.getresponse() as answer:
                    if answer.status != 200:
                        refused.append(answer.status)
                        return
                    while read := answer.readinto(place):
                        taken[number] += read

    threads = [threading.Thread(target=one, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if refused:
        raise SystemExit(f"{address} answers with {refused[0]}")
    return {"bytes": sum(taken), "seconds": time.perf_counter() - began}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(fetch(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))) + "\n")
