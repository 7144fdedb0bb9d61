"""The server's command line: read the settings, build, serve."""

from __future__ import annotations

import atexit
import io
import sys
import time
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until it is stopped, or brings a backup back; 0 when that is done, 1 with a sentence when it cannot. Or
    checks the machine: 0, 1 after a warning, 2 where something is poor."""
    from local_video_server import settings as all_settings
    from local_video_server.library.errors import CannotStart, Unavailable
    from local_video_server.logs import begin
    from local_video_server.old_files import old_files
    from local_video_server.terminal import ProgressBar, addresses, complain, greet, say
    from local_video_server.wsgi import request_id

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter must not end the server
    asked = all_settings.parser().parse_args(arguments)
    try:
        settings = all_settings.read(arguments)
        if asked.check:
            from local_video_server.checking import check_apart

            return check_apart(settings, say)
        if asked.restore is not None:
            say(bring_back(Path(asked.restore), Path(settings.data), Path(settings.backups)))
            return 0
        logs = begin(Path(settings.data) / "logs", settings.log_level, request_id)
        atexit.register(logs.end)  # where it cannot start; a server that ran leaves by another way
        from local_video_server.application import create_app
        from local_video_server.serving import check_port, serve

        application = create_app(settings, logs.lines)
        port = check_port(settings.host, settings.port)
        where = addresses(settings.host, port)
        bar = ProgressBar(sys.stderr, application.reports)

        def listening() -> None:
            application.start()
            application.lock.tell(where[0])
            greet(sys.stdout, where, application.folders, application.passwords.once)
            places = (all_settings.CHECKOUT, Path(), Path(settings.data))
            named = None if dict(settings.origins).get("data") == "default" else Path(settings.data)
            for sentence in old_files(places, settings.strange_variables, named):
                say(sentence)
            sys.stdout.flush()
            bar.start()

        def stopping() -> None:
            bar.stop()
            application.stop()
            logs.end()

        serve(
            application.wsgi,
            host=settings.host,
            port=port,
            threads=settings.threads,
            measure=application.observatory.measure,
            on_listening=listening,
            on_stop=stopping,
        )
    except (CannotStart, Unavailable) as error:
        complain(error.message)
        return 2 if asked.check else 1


def bring_back(file: Path, data: Path, backups: Path) -> str:
    """Makes a backup the library, while no server runs on it; the sentence that says so."""
    from local_video_server.database.lock import DataLock
    from local_video_server.database.restoring import restore

    lock = DataLock(data)
    try:
        return restore(file, data, backups, time.time()).sentence
    finally:
        lock.release()


if __name__ == "__main__":
    sys.exit(main())
