from __future__ import annotations

from local_video_server.library.doctor import DECODERS, ENCODERS, PICTURES
from local_video_server.media.about import about
from local_video_server.media.workers import Worker


def test_the_libraries_tell_their_versions_and_all_that_is_wanted_is_there() -> None:
    """The packages of the lock file read and write whatever the doctor looks for."""
    told = about()
    assert told["pyav"][0].isdigit()
    assert told["ffmpeg"]
    assert "GPL" in told["license"]
    assert set(told["pictures"]) == set(PICTURES)
    for wanted, there in ((DECODERS, told["decoders"]), (ENCODERS, told["encoders"])):
        assert [name for name, any_of in wanted.items() if not set(any_of) & set(there)] == []


def test_an_encoder_is_no_decoder() -> None:
    told = about()
    assert "libx264" not in told["decoders"]
    assert "dca" not in told["encoders"]


def test_a_worker_is_asked_and_no_file_is_needed() -> None:
    with Worker() as worker:
        assert worker.run("about", "", 30.0) == about()
