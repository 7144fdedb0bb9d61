"""python -m benchmarks.first_scan LIBRARY DATA: seconds of a first scan alone, stored, with no file looked into.

The server as application.py builds it, of which only the index is started: a server that runs begins to look into
the first files while the scan goes on.
"""

from __future__ import annotations

import sys
import time

from local_video_server.application import create_app
from local_video_server.settings import read

_LIMIT_S = 300.0


def first_scan_s(library: str, data: str) -> float:
    application = create_app(read([library, "--data", data, "--thumbnails", f"{data}/pictures"], {}))
    try:
        application.index.start()
        until = time.monotonic() + _LIMIT_S
        while time.monotonic() < until:
            report = application.index.reports()[0]
            if report.scan_s is not None:
                return report.scan_s
            time.sleep(0.005)
        raise SystemExit("The scan does not end")
    finally:
        application.stop()


if __name__ == "__main__":
    sys.stdout.write(f"{first_scan_s(sys.argv[1], sys.argv[2])}\n")
