"""A whole application for a test: real folders, a real database, real workers; Flask's client asks it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from local_video_server import settings as all_settings
from local_video_server.application import Application, create_app
from local_video_server.library.video import Status, Video
from local_video_server.settings import Settings
from tests.server import wait_for

PROBE_S = 4.0  # a first look at a few clips and a picture of each, the start of the worker included


@dataclass
class Home:
    application: Application
    client: FlaskClient

    def video(self, filename: str) -> Video:
        return self.application.catalog.snapshot.library.by_filename[filename]

    def get(self, address: str, **more: Any) -> TestResponse:
        return self.client.get(address, **more)

    def get_raw(self, path: bytes, query: bytes = b"", method: str = "GET") -> TestResponse:
        """An answer to exactly these bytes, which no client library would send."""
        environ = {"PATH_INFO": path.decode("latin-1"), "QUERY_STRING": query.decode("latin-1")}
        return self.client.open("/", method=method, environ_overrides=environ)

    def guest(self, address: str = "192.168.1.7", **environ: str) -> FlaskClient:
        """A client somewhere else in the house."""
        client = self.application.wsgi.test_client()
        client.environ_base = {**client.environ_base, "REMOTE_ADDR": address, **environ}
        return client

    def settle(self, videos: int) -> None:
        """Waits until so many videos are there, all of them are looked into, and each has what picture it can."""

        def is_done() -> bool:
            now = self.application.catalog.snapshot
            failed = {video.id for video, _ in self.application.workshop.postering.report().failed}
            ready = {video.id for video in now.library.present.values() if video.status is Status.READY}
            is_filled = len(now.library.present) == videos and not now.is_filling
            return is_filled and ready <= now.posters.of.keys() | failed

        wait_for(is_done, PROBE_S)


def settings_of(data: Path, *folders: Path, **options: Any) -> Settings:
    given = {"folders": [str(folder) for folder in folders], "data": str(data), "thumbnails": str(data / "pictures")}
    usual: dict[str, Any] = {"media_workers": 1, "rest_while_watched": 0}
    return replace(all_settings.combine(given, {}, {}), **(usual | options))


@contextmanager
def open_home(data: Path, *folders: Path, videos: int, **options: Any) -> Iterator[Home]:
    """A home whose folders hold `videos` files, all looked into; stopped afterwards."""
    application = create_app(settings_of(data, *folders, **options))
    try:
        application.start()
        home = Home(application, application.wsgi.test_client())
        home.settle(videos)
        yield home
    finally:
        application.stop()
