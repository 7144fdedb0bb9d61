"""What a video's path says, and how videos are named in addresses."""

from __future__ import annotations

import hashlib
import os

import pytest

from local_video_server.library.video import Root, described, is_key, media_hash, new_key
from tests import examples


def test_what_is_shown_follows_from_the_path() -> None:
    said = described("show/Dune.Part.2.2024.1080p.mkv", "Films")
    assert said["filename"] == "show/Dune.Part.2.2024.1080p.mkv"
    assert said["folder"] == "Films/show"
    assert said["title"] == "Dune Part 2 (2024)"


def test_a_video_in_its_root_lies_in_a_folder_of_the_roots_name() -> None:
    assert described("Dune.mp4", "Films")["folder"] == "Films"


def test_title_name_and_folder_are_searched() -> None:
    text = described("Émile/S.D.mp4", "Films")["search_text"]
    assert all(part in text for part in ("emile", "s.d.mp4", "films"))


def test_a_name_that_is_no_utf_8_can_be_sent() -> None:
    said = described(os.fsdecode(b"caf\xe9/\xff.mp4"), "Films")
    for text in said.values():
        text.encode()
    assert said["filename"] == "caf\ufffd/\ufffd.mp4"


def test_the_name_of_a_video_is_its_files() -> None:
    assert examples.video(path="a/b/c.mp4").name == "c.mp4"


def test_facts_are_read_from_what_is_stored() -> None:
    facts = examples.facts(duration_s=7.0)
    assert examples.video(facts_json=facts.to_json()).facts == facts
    assert examples.video().facts is None


def test_new_keys_are_keys_and_differ() -> None:
    keys = {new_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert all(map(is_key, keys))


@pytest.mark.parametrize("text", ["", "abc", "ABCDEFGHIJ", "abcdefghi.", "abcdefghijk", "abcdefghi\n", "аbcdefghij"])
def test_other_text_is_no_key(text: str) -> None:
    assert not is_key(text)


def test_the_media_hash_is_that_of_the_original_server() -> None:
    assert media_hash("é.mp4") == hashlib.sha256("é.mp4".encode()).hexdigest()[:16]


def test_a_root_with_a_reason_is_offline() -> None:
    assert not Root(1, "/a", "a").is_offline
    assert Root(1, "/a", "a", "The folder does not exist.").is_offline
