"""A look at a root finds its videos, the pictures beside them and nothing else, whatever the disk is like."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import threading
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from local_video_server.disk.scan import identify, scan
from local_video_server.library.errors import InvalidValue, Unavailable
from local_video_server.library.files import FoundFile
from local_video_server.library.video import Picture
from tests.disk.faults import mounted, program, without_privileges


def put(root: Path, *paths: str, content: bytes = b"video") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def paths(root: Path, scope: Sequence[str] = ("",)) -> list[str]:
    return sorted(file.path for file in scan(str(root), scope).files)


def test_a_found_file_tells_what_the_disk_says_of_it(tmp_path: Path) -> None:
    put(tmp_path, "Films/Dune.mkv", content=b"12345")
    status = os.stat(tmp_path / "Films/Dune.mkv")
    (file,) = scan(str(tmp_path)).files
    assert (file.path, file.size_bytes) == ("Films/Dune.mkv", 5)
    assert (file.modified_ns, file.device, file.inode) == (status.st_mtime_ns, status.st_dev, status.st_ino)


@pytest.mark.parametrize(
    "path",
    ["notes.txt", "mp4", ".hidden.mp4", ".git/x.mp4", "@eaDir/x.mp4", "#RECYCLE/x.mp4", "a/lost+found/x.mp4"],
)
def test_what_is_not_a_video_of_ours_is_not_found(tmp_path: Path, path: str) -> None:
    put(tmp_path, path, "a/seen.mp4")
    assert paths(tmp_path) == ["a/seen.mp4"]


def test_a_folder_named_like_a_video_is_a_folder(tmp_path: Path) -> None:
    put(tmp_path, "show.mp4/one.mp4")
    assert paths(tmp_path) == ["show.mp4/one.mp4"]


def test_only_regular_files_are_videos(tmp_path: Path) -> None:
    put(tmp_path, "file.mp4")
    os.mkfifo(tmp_path / "pipe.mp4")
    os.mknod(tmp_path / "socket.mp4", stat.S_IFSOCK | 0o600)
    if os.geteuid() == 0:
        os.mknod(tmp_path / "device.mp4", stat.S_IFBLK | 0o600, os.makedev(7, 0))
    assert paths(tmp_path) == ["file.mp4"]


@pytest.mark.parametrize("name", [b"caf\xe9.mp4", b"two\nlines.mp4", b"\xff\xfe/x.mp4", b" .mp4"])
def test_any_name_can_be_found_and_opened_again(tmp_path: Path, name: bytes) -> None:
    put(tmp_path, os.fsdecode(name), content=b"here")
    (path,) = paths(tmp_path)
    assert os.fsencode(path) == name
    assert (tmp_path / path).read_bytes() == b"here"
    assert paths(tmp_path, (path,)) == [path]


def test_links_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    put(root, "films/real.mp4")
    put(tmp_path, "outside/secret.mp4")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "loop").symlink_to(root)
    (root / "films/up").symlink_to("..")
    (root / "link.mp4").symlink_to(root / "films/real.mp4")
    (root / "dangling.mp4").symlink_to("nowhere")
    (root / "self.mp4").symlink_to("self.mp4")
    assert paths(root) == ["films/real.mp4"]
    assert paths(root, ("out/secret.mp4", "loop/films", "link.mp4", "films/up/films/real.mp4")) == []


def test_a_root_may_itself_be_a_link(tmp_path: Path) -> None:
    put(tmp_path / "disk", "a.mp4")
    (tmp_path / "films").symlink_to("disk")
    assert paths(tmp_path / "films") == ["a.mp4"]


def test_excluded_folders_are_not_entered(tmp_path: Path) -> None:
    put(tmp_path / "disk", "a.mp4", "data/cache/segment.mp4")
    (tmp_path / "films").symlink_to("disk")
    excluded = frozenset([os.path.realpath(tmp_path / "disk/data")])
    found = scan(str(tmp_path / "films"), ("", "data/cache"), excluded=excluded)
    assert [file.path for file in found.files] == ["a.mp4"]
    assert scan(str(tmp_path / "films"), ("data/cache",), excluded=excluded).files == ()


def test_a_folder_that_a_mount_leads_back_to_is_entered_once(tmp_path: Path) -> None:
    put(tmp_path, "a/x.mp4", "a/b/y.mp4")
    (tmp_path / "a/b/loop").mkdir()
    with mounted(tmp_path / "a/b/loop", "--bind", str(tmp_path)):
        assert os.path.exists(tmp_path / "a/b/loop/a/x.mp4")
        assert paths(tmp_path) == ["a/b/y.mp4", "a/x.mp4"]
        assert paths(tmp_path, ("a/b",)) == ["a/b/y.mp4"]
        assert paths(tmp_path, ("a/b/loop/a/x.mp4",)) == []
        assert scan(str(tmp_path)).folders == 3


def test_another_disk_mounted_inside_belongs_to_the_root(tmp_path: Path) -> None:
    put(tmp_path, "a/x.mp4")
    (tmp_path / "usb").mkdir()
    with mounted(tmp_path / "usb", "-t", "tmpfs", "none"):
        put(tmp_path, "usb/y.mp4")
        assert paths(tmp_path) == ["a/x.mp4", "usb/y.mp4"]


def test_a_disk_that_is_mounted_or_taken_away_is_another_folder(tmp_path: Path) -> None:
    put(tmp_path, "x.mp4")
    before = identify(str(tmp_path))
    with mounted(tmp_path, "-t", "tmpfs", "none"):
        during = identify(str(tmp_path))
    after = identify(str(tmp_path))
    assert before == after
    assert not before.is_empty
    assert during.is_empty
    assert (during.device, during.inode) != (before.device, before.inode)


def test_a_root_that_is_replaced_during_the_look_loses_nothing(tmp_path: Path) -> None:
    root = tmp_path / "root"
    put(root, "a/x.mp4")

    def replace(files: object, folders: int) -> None:
        if not (tmp_path / "away").exists():
            root.rename(tmp_path / "away")
            root.mkdir()

    with pytest.raises(Unavailable, match="replaced"):
        scan(str(root), on_files=replace)


def test_what_vanishes_during_the_look_is_simply_gone(tmp_path: Path) -> None:
    put(tmp_path, "a/x.mp4", "b/y.mp4", "c/z.mp4")

    def remove(files: object, folders: int) -> None:
        if (tmp_path / "a").exists():
            shutil.rmtree(tmp_path / "a")
            shutil.rmtree(tmp_path / "b")
            (tmp_path / "b").symlink_to("c")

    found = scan(str(tmp_path), on_files=remove)
    assert [file.path for file in found.files] == ["c/z.mp4"]
    assert found.unreadable == ()


def test_files_that_come_and_go_disturb_nothing(tmp_path: Path) -> None:
    put(tmp_path, *(f"steady {number}.mp4" for number in range(50)))
    is_over = threading.Event()

    def churn() -> None:
        while not is_over.is_set():
            for number in range(50):
                put(tmp_path, f"brief {number}.mp4")
            for number in range(50):
                (tmp_path / f"brief {number}.mp4").unlink()

    churning = threading.Thread(target=churn)
    churning.start()
    try:
        for _ in range(200):
            found = scan(str(tmp_path))
            assert sum(file.path.startswith("steady") for file in found.files) == 50
            assert found.unreadable == ()
    finally:
        is_over.set()
        churning.join()


def test_a_deep_folder_is_read_to_its_end(tmp_path: Path) -> None:
    deep = "/".join(["deep"] * 700)
    put(tmp_path, f"{deep}/x.mp4")
    found = scan(str(tmp_path))
    assert [file.path for file in found.files] == [f"{deep}/x.mp4"]
    assert found.folders == 701
    subprocess.run(["rm", "-r", tmp_path / "deep"], check=True)


def test_a_folder_too_deep_for_a_path_costs_only_itself(tmp_path: Path) -> None:
    put(tmp_path, "b/x.mp4")
    descriptor = os.open(tmp_path, os.O_RDONLY)
    for _ in range(2500):
        os.mkdir("deep", dir_fd=descriptor)
        deeper = os.open("deep", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = deeper
    os.close(descriptor)
    try:
        found = scan(str(tmp_path))
    finally:
        subprocess.run(["rm", "-r", tmp_path / "deep"], check=True)
    assert [file.path for file in found.files] == ["b/x.mp4"]
    assert len(found.unreadable) == 1


def test_a_forbidden_folder_is_unreadable_and_the_rest_is_found(tmp_path: Path) -> None:
    put(tmp_path, "a/x.mp4", "forbidden/y.mp4", "nameless/z.mp4")
    (tmp_path / "forbidden").chmod(0)
    (tmp_path / "nameless").chmod(0o444)  # names may be read, the files behind them not
    look = (
        "import sys; from local_video_server.disk.scan import scan\n"
        "found = scan(sys.argv[1], sys.argv[2:] or ('',))\n"
        "print([file.path for file in found.files], sorted(found.unreadable), found.folders)"
    )
    whole = without_privileges(program(look, tmp_path))
    part = without_privileges(program(look, tmp_path, "forbidden/y.mp4"))
    for name in ("forbidden", "nameless"):
        (tmp_path / name).chmod(0o755)
    assert whole.stdout.strip() == "['a/x.mp4'] ['forbidden', 'nameless/z.mp4'] 3", whole.stderr
    assert part.stdout.strip() == "[] ['forbidden/y.mp4'] 0", part.stderr


def test_a_forbidden_root_is_unavailable_and_says_so(tmp_path: Path) -> None:
    root = tmp_path / "root"
    put(root, "x.mp4")
    root.chmod(0)
    look = "import sys; from local_video_server.disk.scan import scan; scan(sys.argv[1])"
    ended = without_privileges(program(look, root))
    root.chmod(0o755)
    assert f"Unavailable: The folder {root} cannot be read: permission denied." in ended.stderr


@pytest.mark.parametrize("look", [identify, scan], ids=["identify", "scan"])
@pytest.mark.parametrize(
    ("name", "sentence"),
    [("nothing", "does not exist"), ("x.mp4", "is not a folder"), ("self", "too many levels of symbolic")],
)
def test_a_root_that_is_no_folder_says_why(
    tmp_path: Path, look: Callable[[str], object], name: str, sentence: str
) -> None:
    put(tmp_path, "x.mp4")
    (tmp_path / "self").symlink_to("self")
    with pytest.raises(Unavailable, match=sentence):
        look(str(tmp_path / name))


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        (["a"], ["a/b/y.mp4", "a/x.mp4"]),
        (["a/x.mp4"], ["a/x.mp4"]),
        (["a/b", "c.mp4"], ["a/b/y.mp4", "c.mp4"]),
        (["a", "a/b", "a/x.mp4", "a"], ["a/b/y.mp4", "a/x.mp4"]),
        (["gone", "a/gone.mp4", "c.mp4/x.mp4"], []),
        (["a b", "a/b"], ["a b/z.mp4", "a/b/y.mp4"]),
        (["notes.txt", ".dot/x.mp4"], []),
        ([], []),
        (["", "a"], ["a b/z.mp4", "a/b/y.mp4", "a/x.mp4", "c.mp4"]),
    ],
    ids=lambda value: "+".join(value) or "nothing",
)
def test_only_the_scope_is_looked_at(tmp_path: Path, scope: list[str], found: list[str]) -> None:
    put(tmp_path, "a/x.mp4", "a/b/y.mp4", "a b/z.mp4", "c.mp4", "notes.txt", ".dot/x.mp4")
    assert paths(tmp_path, scope) == found


def test_files_that_share_a_way_are_all_found(tmp_path: Path) -> None:
    """Two files of one folder that are written at once: the second must not count as gone."""
    named = ("a/b/x.mp4", "a/b/y.mp4", "a/z.mp4")
    put(tmp_path, *named, "a/b/other.mp4")
    assert paths(tmp_path, named) == sorted(named)


PICTURES: dict[str, tuple[list[str], dict[str, str]]] = {
    "one of its name": (["a/Film.mkv", "a/Film.jpg", "a/Other.mkv"], {"a/Film.mkv": "a/Film.jpg"}),
    "one in another folder": (["a/Film.mkv", "b/Film.jpg", "Film.jpg", "Film.mp4"], {"Film.mp4": "Film.jpg"}),
    "one in the root": (["Film.mkv", "FILM-Poster.PNG", "Film.jpg"], {"Film.mkv": "FILM-Poster.PNG"}),
    "one of the folder, of a single video": (["a/Film.mkv", "a/folder.jpg", "x.mp4"], {"a/Film.mkv": "a/folder.jpg"}),
    "one of the folder, of two videos": (["a/Film.mkv", "a/Two.mkv", "a/folder.jpg"], {}),
    "one of the folder, beside what is no video": (
        ["a/Film.mkv", "a/notes.txt", "a/.Two.mkv", "a/b/Two.mkv", "a/folder.jpg"],
        {"a/Film.mkv": "a/folder.jpg"},
    ),
}


@pytest.mark.parametrize(("files", "expected"), PICTURES.values(), ids=PICTURES.keys())
@pytest.mark.parametrize("is_named", [False, True], ids=["the whole root", "named files"])
def test_the_picture_beside_a_video_is_found(
    tmp_path: Path, files: list[str], expected: dict[str, str], is_named: bool
) -> None:
    put(tmp_path, *files)
    scope = [path for path in files if path.endswith(("mkv", "mp4"))] if is_named else [""]
    found = {file.path: file.picture.path for file in scan(str(tmp_path), scope).files if file.picture}
    assert found == expected


def test_of_a_picture_only_place_size_and_time_are_told(tmp_path: Path) -> None:
    put(tmp_path, "a/Film.mkv")
    put(tmp_path, "a/Film.jpg", content=b"123456789")
    os.utime(tmp_path / "a/Film.jpg", ns=(7, 5_000_000_001))
    (file,) = scan(str(tmp_path)).files
    assert file.picture == Picture("a/Film.jpg", 9, 5_000_000_001)


@pytest.mark.parametrize("scope", ["", "Film.mkv"], ids=["the whole root", "a named file"])
def test_only_a_regular_file_is_a_picture(tmp_path: Path, scope: str) -> None:
    put(tmp_path, "Film.mkv", "elsewhere.bmp", "Film.webp")
    (tmp_path / "Film-poster.jpg").mkdir()
    os.mkfifo(tmp_path / "Film-poster.png")
    (tmp_path / "Film.jpg").symlink_to("elsewhere.bmp")
    (tmp_path / "Film.png").symlink_to("nowhere")
    (file,) = scan(str(tmp_path), [scope]).files
    assert file.picture
    assert file.picture.path == "Film.webp"


@pytest.mark.parametrize("scope", ["", "a/Film.mkv"], ids=["the whole root", "a named file"])
def test_what_is_no_video_does_not_make_a_video_one_of_two(tmp_path: Path, scope: str) -> None:
    put(tmp_path, "a/Film.mkv", "a/poster.jpg")
    (tmp_path / "a/folder.mkv").mkdir()
    (tmp_path / "a/link.mkv").symlink_to("Film.mkv")
    os.mkfifo(tmp_path / "a/pipe.mkv")
    (file,) = scan(str(tmp_path), [scope]).files
    assert file.picture
    assert file.picture.path == "a/poster.jpg"


@pytest.mark.parametrize(
    ("video", "picture"),
    [
        (b"caf\xe9.mkv", b"caf\xe9.jpg"),
        (b"\xff/\xfe.mkv", b"\xff/\xfe-poster.jpg"),
        (b"two\nlines.mkv", b"two\nlines.jpg"),
        ("Zoë.mkv".encode(), unicodedata.normalize("NFD", "ZOË.jpg").encode()),
        (unicodedata.normalize("NFD", "Amélie.mkv").encode(), "Amélie.JPG".encode()),
    ],
    ids=["no UTF-8", "no UTF-8, in a folder", "two lines", "picture from a Mac", "video from a Mac"],
)
@pytest.mark.parametrize("is_named", [False, True], ids=["the whole root", "a named file"])
def test_a_picture_is_found_whatever_its_name(tmp_path: Path, video: bytes, picture: bytes, is_named: bool) -> None:
    put(tmp_path, os.fsdecode(video), os.fsdecode(picture), os.path.dirname(os.fsdecode(video)) + "noise.mkv")
    scope = [os.fsdecode(video)] if is_named else [""]
    (found,) = [file.picture for file in scan(str(tmp_path), scope).files if file.path == os.fsdecode(video)]
    assert found
    assert os.fsencode(found.path) == picture


def test_each_folder_is_told_with_its_pictures(tmp_path: Path) -> None:
    put(tmp_path, "a/x.mp4", "a/x.jpg", "b/y.mp4", "b/folder.jpg")
    told: list[FoundFile] = []
    found = scan(str(tmp_path), on_files=lambda files, folders: told.extend(files))
    assert tuple(told) == found.files
    assert {file.path: file.picture and file.picture.path for file in told} == {
        "a/x.mp4": "a/x.jpg",
        "b/y.mp4": "b/folder.jpg",
    }


def test_a_named_file_in_a_folder_that_tells_no_names_is_found_without_a_picture(tmp_path: Path) -> None:
    put(tmp_path, "a/x.mp4", "a/x.jpg")
    (tmp_path / "a").chmod(0o111)
    look = (
        "import sys; from local_video_server.disk.scan import scan\n"
        "print([(file.path, file.picture) for file in scan(sys.argv[1], ['a/x.mp4']).files])"
    )
    ended = without_privileges(program(look, tmp_path))
    (tmp_path / "a").chmod(0o755)
    assert ended.stdout.strip() == "[('a/x.mp4', None)]", ended.stderr


def test_a_scope_inside_another_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, "a/b/x.mp4")
    assert scan(str(tmp_path), ("a/b", "ab", "a", "a b")).scope == ("a", "a b", "ab")
    assert scan(str(tmp_path), ("a", "")).scope == ("",)


@pytest.mark.parametrize("path", ["..", "a/../..", "/etc", "a//b", "./a", "a/", "a\0b"])
def test_a_scope_that_leaves_the_root_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(InvalidValue):
        scan(str(tmp_path), (path,))


def test_each_folder_is_told_with_its_files(tmp_path: Path) -> None:
    put(tmp_path, "a/x.mp4", "b/y.mp4", "b/z.mp4")
    seen: list[tuple[int, int]] = []
    scan(str(tmp_path), on_files=lambda files, folders: seen.append((len(files), folders)))
    assert [folders for _, folders in seen] == [1, 2, 3]
    assert seen[0] == (0, 1)
    assert sum(files for files, _ in seen) == 3


def test_a_look_leaves_no_descriptor_open(tmp_path: Path) -> None:
    put(tmp_path, "a/x.mp4", "b/y.mp4")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        scan(str(tmp_path))
    assert len(os.listdir("/proc/self/fd")) == before
