"""What the tests of this folder break disks and watchers with, and how they wait for what they hear."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local_video_server.library.files import Sighting

# A sighting takes milliseconds; the promise it serves is one second from the end of a copy to the gallery.
SOON_S = 5.0
REPOSITORY = Path(__file__).parents[2]


class Sightings:
    """Takes what a Watch reports, and waits for what is expected."""

    def __init__(self) -> None:
        self.all: list[Sighting] = []
        self._news = threading.Condition()

    def __call__(self, sighting: Sighting) -> None:
        with self._news:
            self.all.append(sighting)
            self._news.notify_all()

    def wait_for(self, sighting: Sighting) -> None:
        with self._news:
            assert self._news.wait_for(lambda: sighting in self.all, SOON_S), f"{sighting} not in {self.all}"


def eventually(is_so: Callable[[], bool]) -> bool:
    """Whether it becomes so in time."""
    deadline = time.monotonic() + SOON_S
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """`mount <options> folder`, undone at the end. Skips where we may not mount."""
    mount = subprocess.run(["mount", *options, str(folder)], capture_output=True, text=True, check=False)
    if mount.returncode:
        pytest.skip(f"nothing can be mounted here: {mount.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False, stderr=subprocess.DEVNULL)


def program(source: str, *arguments: str | Path) -> list[str]:
    """The command line that runs this source as a program with our packages."""
    return [sys.executable, "-W", "error", "-c", source, *map(str, arguments)]


def under_limit(limit: str, value: int, command: list[str]) -> subprocess.CompletedProcess[str]:
    """The command's output when /proc/sys/user/<limit> has this value. Skips where that cannot be set."""
    setting = f"echo {value} > /proc/sys/user/{limit}"
    unshare = ["unshare", "--user", "--map-root-user", "sh", "-c"]
    trial = subprocess.run([*unshare, setting], capture_output=True, text=True, check=False)
    if trial.returncode:
        pytest.skip(f"no limit can be set here: {trial.stderr.strip()}")
    return _run([*unshare, f'{setting}; exec "$@"', "sh", *command])


def without_privileges(command: list[str]) -> subprocess.CompletedProcess[str]:
    """The command's output when permissions hold for it: root without any capability."""
    if os.geteuid() != 0:
        return _run(command)
    setpriv = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    if subprocess.run([*setpriv, "true"], capture_output=True, check=False).returncode:
        pytest.skip("we are root, and setpriv cannot take its powers away")
    return _run([*setpriv, *command])


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY, timeout=60)
