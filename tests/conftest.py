"""What many tests share: clips that are made once a run, and a home that nobody changes the files of."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.clips import make_clip
from tests.homes import Home, open_home

with warnings.catch_warnings():
    # Whoever imports hypothesis first also runs a hook of trio, which selenium brings; it warns of itself.
    warnings.simplefilter("ignore")
    import hypothesis  # noqa: F401

# filename in the shared home -> its container
HOME_FILES = {
    "Dune.2021.1080p.mp4": "mp4",
    "Series/Show.S01E02.mkv": "mkv",
    "Series/Show.S01E10.mkv": "mkv",
    "Holiday/Beach & Sea.webm": "webm",
    "Holiday/Old/tape.avi": "avi",
}
BROKEN_FILES = ("Holiday/broken.mp4", "empty.mp4")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tests run in two processes, and reports go between them as UTF-8: a log may name a file that is none."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where nothing is missing (CI), a skipped test is a failure: it would never be missed otherwise."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("LVS_NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("A test was skipped although this machine can run all of them.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second of H.264 with sound in mp4; to be copied, never to be changed."""
    return make_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", audio=True)


@pytest.fixture(scope="session")
def home_folder(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Path:
    """The folder of the shared home: HOME_FILES and BROKEN_FILES."""
    folder = tmp_path_factory.mktemp("homes") / "Films"
    for number, name in enumerate(HOME_FILES):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".mp4":
            shutil.copy(clip, path)
        else:
            make_clip(path, seed=number, codec={".webm": "vp8", ".avi": "mpeg4"}.get(path.suffix, "h264"))
    (folder / BROKEN_FILES[0]).write_bytes(b"no video at all\n" * 100)
    (folder / BROKEN_FILES[1]).write_bytes(b"")
    return folder


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, home_folder: Path) -> Iterator[Home]:
    """A running application. Its marks may be changed, its files may not."""
    data = tmp_path_factory.mktemp("home-data")
    with open_home(data, home_folder, videos=len(HOME_FILES) + len(BROKEN_FILES)) as home:
        yield home
