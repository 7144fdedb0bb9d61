"""The server's command line: read the settings, build, serve."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until it is stopped; 0 after a stop, 1 with a sentence when it cannot start."""
    from local_video_server import settings as all_settings
    from local_video_server.library.errors import CannotStart, Unavailable
    from local_video_server.terminal import ProgressBar, addresses, complain, greet

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter must not end the server
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = all_settings.read(arguments)
        from local_video_server.application import create_app
        from local_video_server.serving import check_port, serve

        application = create_app(settings)
        port = check_port(settings.host, settings.port)
        where = addresses(settings.host, port)
        bar = ProgressBar(sys.stderr, application.reports)

        def listening() -> None:
            application.start()
            application.lock.tell(where[0])
            greet(sys.stdout, where, application.folders, application.passwords.once)
            bar.start()

        def stopping() -> None:
            bar.stop()
            application.stop()

        serve(
            application.wsgi,
            host=settings.host,
            port=port,
            threads=settings.threads,
            on_listening=listening,
            on_stop=stopping,
        )
    except (CannotStart, Unavailable) as error:
        complain(error.message)
        return 1


if __name__ == "__main__":
    sys.exit(main())
