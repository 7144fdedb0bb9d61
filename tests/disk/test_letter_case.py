from __future__ import annotations

from pathlib import Path

import pytest

from local_video_server.disk.letter_case import ignores_case


def test_here_case_counts(tmp_path: Path) -> None:
    (tmp_path / "Film.mp4").touch()
    assert not ignores_case(str(tmp_path))


def test_where_a_name_in_other_case_is_the_same_file_it_does_not(tmp_path: Path) -> None:
    """What such a disk looks like, made of two links to one file."""
    (tmp_path / "Film.mp4").touch()
    (tmp_path / "fILM.MP4").hardlink_to(tmp_path / "Film.mp4")
    assert ignores_case(str(tmp_path))


@pytest.mark.parametrize("names", [[], ["123", "日本"]], ids=["empty", "no letters"])
def test_where_nothing_can_be_asked_case_counts(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).touch()
    assert not ignores_case(str(tmp_path))


def test_a_folder_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    assert not ignores_case(str(tmp_path / "none"))
