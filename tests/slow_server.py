"""python -m tests.slow_server, with app.py's arguments: the server with one more address, /slow, that takes 50 ms.

For what compares the server's own figures with those of a load tool.
"""

from __future__ import annotations

import sys
import time

from flask import Flask

import app as program
from local_video_server import application

SLOW_S = 0.05


def slow() -> str:
    time.sleep(SLOW_S)
    return "slow"


def main() -> int:
    make_site = application.make_site

    def make_slower_site(*given: object) -> Flask:
        site = make_site(*given)  # type: ignore[arg-type]
        site.add_url_rule("/slow", "slow", slow)
        return site

    application.make_site = make_slower_site
    return program.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
