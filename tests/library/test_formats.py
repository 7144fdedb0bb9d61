"""Which names are looked at, and what containers are sent as."""

from __future__ import annotations

import pytest

from local_video_server.library.formats import (
    CONTAINERS,
    EXTENSIONS,
    UNKNOWN_TYPE,
    is_skipped_folder,
    is_video_name,
    media_type,
)

ASKED_FOR = "mp4 m4v mov mkv webm avi wmv asf flv ts mts m2ts mpg mpeg m2v vob 3gp 3g2 ogv ogg divx mxf rm rmvb f4v"


@pytest.mark.parametrize("extension", ASKED_FOR.split())
def test_every_extension_asked_for_is_looked_at(extension: str) -> None:
    assert is_video_name(f"a film.{extension}")
    assert is_video_name(f"A FILM.{extension.upper()}")


def test_no_other_extension_is_looked_at() -> None:
    assert set(ASKED_FOR.split()) == EXTENSIONS


@pytest.mark.parametrize(
    "name",
    ["notes.txt", "mp4", ".mp4", ".hidden.mp4", "film.mp4.part", "film.mp4 ", "film", "", "._film.mp4", "a.mp4.json"],
)
def test_other_names_are_not_looked_at(name: str) -> None:
    assert not is_video_name(name)


@pytest.mark.parametrize(
    "name", ["@eaDir", "@EADIR", "#recycle", "$RECYCLE.BIN", "$Recycle.Bin", "lost+found", "__MACOSX", ".git", ".."]
)
def test_folders_of_other_programs_are_skipped(name: str) -> None:
    assert is_skipped_folder(name)


@pytest.mark.parametrize("name", ["Films", "eaDir", "recycle", "a.b", "lost", "誕生日"])
def test_a_viewers_folders_are_entered(name: str) -> None:
    assert not is_skipped_folder(name)


def test_each_container_has_a_media_type_of_its_own() -> None:
    assert all(media_type(container) == sent for container, sent in CONTAINERS.items())
    assert len(set(CONTAINERS.values())) == len(CONTAINERS)


@pytest.mark.parametrize("container", [None, "", "exe"])
def test_what_is_not_known_is_sent_as_bytes(container: str | None) -> None:
    assert media_type(container) == UNKNOWN_TYPE
