from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

from local_video_server import VERSION
from local_video_server.versions import commit_of, versions
from tests.server import CHECKOUT

COMMIT = "9da7eb39bf0123456789abcdef0123456789abcd"


def git(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (folder / ".git" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / ".git" / name).write_text(content)
    return folder


def test_the_version_is_that_of_the_project() -> None:
    with (CHECKOUT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["version"] == VERSION


def test_the_commit_is_the_one_that_is_checked_out() -> None:
    told = subprocess.run(["git", "rev-parse", "HEAD"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert commit_of(CHECKOUT) == told.stdout.strip()


def test_a_branch_a_packed_branch_and_no_branch_are_all_read(tmp_path: Path) -> None:
    branch = {"HEAD": "ref: refs/heads/main\n", "refs/heads/main": COMMIT + "\n"}
    packed = {
        "HEAD": "ref: refs/heads/main\n",
        "packed-refs": f"# pack-refs\n{'0' * 40} refs/heads/a\n{COMMIT} refs/heads/main\n",
    }
    for number, files in enumerate((branch, packed, {"HEAD": COMMIT})):
        assert commit_of(git(tmp_path / str(number), files)) == COMMIT


def test_where_there_is_no_checkout_no_commit_is_told(tmp_path: Path) -> None:
    assert commit_of(tmp_path) == ""
    for number, head in enumerate(("ref: refs/heads/none", "nonsense", "\x00\x80")):
        assert commit_of(git(tmp_path / str(number), {"HEAD": head})) == ""


def test_everything_that_matters_has_its_version(tmp_path: Path) -> None:
    told = dict(versions(tmp_path, "3.51.0"))
    assert told["Local Video Server"] == VERSION
    assert told["SQLite"] == "3.51.0"
    assert {"Python", "System", "Flask", "SQLAlchemy", "av", "Pillow", "Granian", "watchdog"} <= told.keys()
    assert all(told.values())
