"""A disk that hangs or fails harms nobody but itself."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from local_video_server.disk.fingerprint import fingerprint
from local_video_server.disk.scan import identify, scan
from local_video_server.disk.watch import Watch
from local_video_server.library.errors import Unavailable
from local_video_server.library.files import Seen, Sighting
from tests.disk.faults import SOON_S, Sightings, eventually
from tests.disk.slow_folder import slow_folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for number in range(30):
        folder = tmp_path / f"source/folder {number}"
        folder.mkdir(parents=True)
        (folder / "x.mp4").write_bytes(b"video")
    return tmp_path / "source"


def in_background(act: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        with contextlib.suppress(Unavailable):  # as a disk that is closed under a reader ends
            act()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_a_disk_that_tells_no_types_is_read_like_any_other(source: Path, tmp_path: Path) -> None:
    with slow_folder(source, tmp_path / "disk") as disk:
        found = scan(str(disk.mountpoint))
        assert len(found.files) == 30
        assert found.folders == 31
        assert len(fingerprint(str(disk.mountpoint / found.files[0].path), 5)) == 16


def test_a_failing_disk_is_unavailable(source: Path, tmp_path: Path) -> None:
    with slow_folder(source, tmp_path / "disk") as disk:
        disk.fail()
        for look in (identify, scan):
            with pytest.raises(Unavailable, match="input/output error"):
                look(str(disk.mountpoint))
        with pytest.raises(Unavailable, match="input/output error"):
            fingerprint(str(disk.mountpoint / "folder 1/x.mp4"), 5)
        with pytest.raises(Unavailable, match="input/output error"):
            Watch(str(disk.mountpoint), Sightings()).start()


def test_a_failing_disk_inside_a_root_is_unreadable_and_the_rest_is_found(source: Path, tmp_path: Path) -> None:
    with slow_folder(source, tmp_path / "root/disk") as disk:
        (tmp_path / "root/a.mp4").touch()
        disk.fail()
        found = scan(str(tmp_path / "root"))
        assert [file.path for file in found.files] == ["a.mp4"]
        assert found.unreadable == ("disk",)
        assert scan(str(tmp_path / "root"), ("disk/folder 1/x.mp4",)).unreadable == ("disk/folder 1/x.mp4",)


def test_a_disk_that_fails_halfway_is_unavailable(source: Path, tmp_path: Path) -> None:
    with slow_folder(source, tmp_path / "disk") as disk:

        def fail_later(files: object, folders: int) -> None:
            if folders == 10:
                disk.fail()

        with pytest.raises(Unavailable):
            scan(str(disk.mountpoint), on_files=fail_later)


def test_a_disk_whose_server_died_is_unavailable(source: Path, tmp_path: Path) -> None:
    with slow_folder(source, tmp_path / "disk") as disk:
        disk._process.kill()
        disk._process.wait()
        with pytest.raises(Unavailable, match="cannot be read"):
            identify(str(disk.mountpoint))


def test_a_hanging_disk_delays_neither_look_nor_watch_of_another(source: Path, tmp_path: Path) -> None:
    (tmp_path / "well").mkdir()
    sightings = Sightings()
    with slow_folder(source, tmp_path / "disk") as disk:
        disk.slow(5)
        hung = Watch(str(disk.mountpoint), Sightings())
        starting = in_background(hung.start)
        assert eventually(lambda: (hung.watches() or 0) >= 3)
        disk.hang()
        looking = in_background(lambda: scan(str(disk.mountpoint)))

        well = Watch(str(tmp_path / "well"), sightings)
        well.start()
        try:
            (tmp_path / "well/new.mp4").touch()
            sightings.wait_for(Sighting(Seen.COMPLETED, "new.mp4"))
            assert len(scan(str(tmp_path / "well")).files) == 1
            assert 3 <= (hung.watches() or 0) < 31
            assert starting.is_alive()
            assert looking.is_alive()
        finally:
            well.stop()
        disk.resume()
        starting.join(SOON_S)
        looking.join(SOON_S)
        assert hung.watches() == 31
        hung.stop()


@pytest.mark.parametrize("is_walking", [False, True], ids=["before the first watch", "among the watches"])
def test_a_hung_watch_is_stopped_in_a_second_and_leaves_nothing_behind(
    source: Path, tmp_path: Path, is_walking: bool
) -> None:
    before = held()
    with slow_folder(source, tmp_path / "disk") as disk:
        watch = Watch(str(disk.mountpoint), Sightings())
        if is_walking:
            disk.slow(5)
        else:
            disk.hang()
        starting = in_background(watch.start)
        if is_walking:
            assert eventually(lambda: (watch.watches() or 0) >= 3)
            disk.hang()
        begun = time.monotonic()
        watch.stop()
        assert time.monotonic() - begun < 5.0
        # Another root's watcher may get the descriptor that was given back; the late one must not use it.
        other = Watch(str(tmp_path), Sightings(), excluded=frozenset([str(source), str(disk.mountpoint)]))
        other.start()
        disk.resume()
        starting.join(SOON_S)
        assert not starting.is_alive()
        assert other.watches() == 1
        other.stop()
    assert eventually(lambda: held() == before)


def test_a_disk_that_is_closed_ends_all_that_hangs_on_it(source: Path, tmp_path: Path) -> None:
    before = held()
    with slow_folder(source, tmp_path / "disk") as disk:
        disk.hang()
        looking = in_background(lambda: identify(str(disk.mountpoint)))
        disk.close()
        looking.join(SOON_S)
        assert not looking.is_alive()
    assert os.listdir(tmp_path / "disk") == []
    assert eventually(lambda: held() == before)


def held() -> tuple[int, int]:
    """Descriptors and threads of this process."""
    return len(os.listdir("/proc/self/fd")), threading.active_count()
