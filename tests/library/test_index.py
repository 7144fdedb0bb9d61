"""Which folders are served, and how it stands with all of them together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from local_video_server.library.errors import CannotStart, Unavailable
from local_video_server.library.index import choose_folders
from tests.library.running import DISK, Running, until, write

Run = Callable[..., Running]
FOLDERS: dict[str, tuple[list[str], list[str], list[str]]] = {
    "one": (["/a"], ["/a"], []),
    "several": (["/b", "/a"], ["/b", "/a"], []),
    "a double": (["/a", "/b", "/a"], ["/a", "/b"], []),
    "one inside another": (["/a/b/c", "/a"], ["/a"], ["/a/b/c"]),
    "inside one that is inside": (["/a/b/c", "/a/b", "/a"], ["/a"], ["/a/b/c", "/a/b"]),
    "names that only begin alike": (["/a", "/ab", "/a b"], ["/a", "/ab", "/a b"], []),
    "everything": (["/a", "/", "/b/c"], ["/"], ["/a", "/b/c"]),
    "a slash at the end": (["/a/"], ["/a"], []),
    "dots": (["/a/../b", "/b/."], ["/b"], []),
}


@pytest.mark.parametrize(("named", "used", "covered"), FOLDERS.values(), ids=FOLDERS.keys())
def test_which_folders_are_used(named: list[str], used: list[str], covered: list[str]) -> None:
    chosen = choose_folders(named)
    assert list(chosen.used) == used
    assert [path for path, _ in chosen.covered] == covered


def test_a_covered_folder_names_one_that_covers_it() -> None:
    assert choose_folders(["/a/b", "/a"]).covered == (("/a/b", "/a"),)


def test_a_link_to_a_folder_is_that_folder(tmp_path: Path) -> None:
    real = tmp_path / "real"
    (real / "inside").mkdir(parents=True)
    (tmp_path / "link").symlink_to(real)
    chosen = choose_folders(map(str, [tmp_path / "link", real, tmp_path / "link" / "inside"]))
    assert chosen.used == (str(real),)
    assert chosen.covered == ((str(real / "inside"), str(real)),)


def test_links_that_loop_are_a_folder_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert len(choose_folders([str(tmp_path / "a")]).used) == 1


def test_no_folder_is_refused_with_a_sentence() -> None:
    with pytest.raises(CannotStart, match="Name at least one folder"):
        choose_folders([])


def test_work_makes_sense_on_roots_that_answer(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "films/Dune.mp4")
    running = run(tmp_path / "films", tmp_path / "absent")
    until(lambda: running.report(1).activity == "offline")
    running.settle("Dune.mp4")
    films, absent = running.roots
    assert running.index.answers(films)
    assert not running.index.answers(absent)
    assert not running.index.answers(replace(films, id=99))


def test_a_refresh_looks_at_every_root(run: Run, tmp_path: Path) -> None:
    """Where the watcher sees nothing, the button does."""
    folders = [tmp_path / "films", tmp_path / "shows"]
    for folder in folders:
        folder.mkdir()
        write(folder / "noise.txt")

    class Blind:
        def start(self) -> None:
            raise Unavailable("This disk cannot be watched.")

        def stop(self) -> None: ...

        def watches(self) -> None: ...

    running = run(*folders, disk=replace(DISK, watch=lambda root, report: Blind()))
    running.settle()
    for folder in folders:
        write(folder / "new.mp4")
    running.index.refresh()
    until(lambda: all(running.has("new.mp4", root) for root in running.roots))
