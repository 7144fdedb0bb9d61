"""What the doctor says of a machine: one that is well, and each thing that can be wrong with it."""

from __future__ import annotations

import errno
from dataclasses import replace
from datetime import datetime

import pytest

from local_video_server.library.budget import FREE_BYTES
from local_video_server.library.doctor import DECODERS, ENCODERS, INSTALL_AGAIN, PICTURES, findings
from local_video_server.library.examined import DatabaseLook, Examined, Media, Place, Wholeness
from local_video_server.library.figures import State
from local_video_server.library.health import FAIR_FREE_BYTES, POOR_FREE_BYTES, worst
from local_video_server.library.readings import Finding

NOW = datetime(2026, 11, 21, 21, 4).timestamp()
MB = 1_000_000
MEDIA = Media(
    pyav="18.1.0",
    ffmpeg="8.1.2",
    license="LGPL version 3 or later",
    decoders=frozenset(name for names in DECODERS.values() for name in names),
    encoders=frozenset({"libx264", "aac", "h264_vaapi"}),
    pictures=frozenset(PICTURES),
)
WELL = Examined(
    now=NOW,
    folders=(Place("/films", file_system="ext4"), Place("/more films", file_system="xfs")),
    data=Place("/data", file_system="ext4", free_bytes=10_000 * MB),
    pictures=Place("/pictures", file_system="ext4", free_bytes=10_000 * MB),
    backups=Place("/data/backups", file_system="ext4", free_bytes=10_000 * MB),
    media=MEDIA,
    database=DatabaseLook(Wholeness.WHOLE),
    pictures_limit_bytes=8000 * MB,
    pictures_bytes=1000 * MB,
    entered=100,
    watch_limit=8192,
    watchers_limit=128,
    to_watch_more="sudo sysctl fs.inotify.max_user_watches=524288",
    to_have_more_watchers="sudo sysctl fs.inotify.max_user_instances=1024",
    newest_at=NOW - 60,
    zone="CET, +01:00 from UTC",
    newest_backup="/data/backups/library-20261121T174500Z.db",
    open_files_limit=20_000,
)
NAMES = (
    "folders watching decoders encoders ffmpeg room_for_pictures clock database writing network_shares open_files"
).split()


def of(seen: Examined, name: str) -> Finding:
    return next(one for one in findings(seen) if one.name == name)


def folders(*places: Place) -> dict[str, object]:
    return {"folders": places}


def test_a_machine_that_is_well_has_nothing_to_mend() -> None:
    found = findings(WELL)
    assert [one.name.replace(" ", "_") for one in found] == NAMES
    assert {one.state for one in found} == {State.GOOD}
    assert not any(one.remedy for one in found)
    assert all(one.sentence.endswith((".", ").")) for one in found)
    assert worst(found) is State.GOOD


@pytest.mark.parametrize(
    ("change", "name", "state", "said", "remedy"),
    [
        pytest.param({"folders": ()}, "folders", State.FAIR, "No folder", "bin/serve --check FOLDER", id="none"),
        pytest.param(
            folders(Place("/a b", "no such file", is_absent=True)),
            *("folders", State.POOR, "no folder /a b", "ls -ld '/a b'"),
            id="a folder is not there",
        ),
        pytest.param(
            folders(Place("/a", "permission denied")),
            *("folders", State.POOR, "permission denied", "sudo chmod a+rX /a"),
            id="a folder may not be read",
        ),
        pytest.param(
            folders(Place("/a", "it does not answer", is_silent=True)),
            *("folders", State.POOR, "does not answer", "sudo dmesg | tail"),
            id="a folder hangs",
        ),
        pytest.param(
            {"entered": 8193}, "watching", State.POOR, "8,193 folders", WELL.to_watch_more, id="too few watches"
        ),
        pytest.param({"entered": 7000}, "watching", State.FAIR, "7,000 of", WELL.to_watch_more, id="nearly too few"),
        pytest.param({"entered": None}, "watching", State.FAIR, "not be counted", "", id="not counted"),
        pytest.param(
            {"watchers_limit": 2}, "watching", State.POOR, "2 watchers", WELL.to_have_more_watchers, id="watchers"
        ),
        pytest.param(
            {"media": replace(MEDIA, decoders=MEDIA.decoders - {"hevc", "dca", "av1", "libdav1d"})},
            *("decoders", State.FAIR, "HEVC, DTS", INSTALL_AGAIN),
            id="decoders are missing",
        ),
        pytest.param(
            {"media": replace(MEDIA, pictures=frozenset({"JPEG"}))},
            *("encoders", State.POOR, "AVIF pictures", INSTALL_AGAIN),
            id="no AVIF",
        ),
        pytest.param(
            {"media": replace(MEDIA, encoders=frozenset({"aac"}))},
            *("encoders", State.FAIR, "no encoder for H.264", INSTALL_AGAIN),
            id="no x264",
        ),
        pytest.param(
            {"media": Media(trouble="The media worker does not start (exit code 1).")},
            *("decoders", State.POOR, "exit code 1", INSTALL_AGAIN),
            id="no worker",
        ),
        pytest.param(
            {"pictures": Place("/pictures", free_bytes=FREE_BYTES - 1)},
            *("room for pictures", State.POOR, "500 MB are free", 'thumbnails = "FOLDER"'),
            id="a full disk",
        ),
        pytest.param(
            {"pictures": Place("/pictures", free_bytes=2500 * MB)},
            *("room for pictures", State.FAIR, "room for 3.0 GB", "thumbnails_mb = 3000"),
            id="less room than the setting says",
        ),
        pytest.param(
            {"pictures": Place("/pictures", "it does not answer", is_silent=True)},
            *("room for pictures", State.FAIR, "could not be read", ""),
            id="room is not known",
        ),
        pytest.param(
            {"now": 4e6}, "clock", State.POOR, "says 1970-02-16", "sudo timedatectl set-ntp true", id="1970"
        ),
        pytest.param(
            {"newest_at": NOW + 40 * 86_400},
            *("clock", State.FAIR, "written on 2026-12-31", "sudo timedatectl set-ntp true"),
            id="a clock that was set back",
        ),
        pytest.param(
            {"newest_at": 1e15},
            *("clock", State.FAIR, "written on 9999-12-31", "sudo timedatectl set-ntp true"),
            id="a file of a year that no calendar holds",
        ),
        pytest.param(
            {"database": DatabaseLook(Wholeness.DAMAGED, "database disk image is malformed")},
            *(
                "database",
                State.POOR,
                "malformed",
                "--restore /data/backups/library-20261121T174500Z.db --data /data",
            ),
            id="a damaged database",
        ),
        pytest.param(
            {"database": DatabaseLook(Wholeness.UNREADABLE, "unable to open database file")},
            *("database", State.POOR, "unable to open", "ls -l /data"),
            id="a database that may not be read",
        ),
        pytest.param(
            {"database": DatabaseLook(Wholeness.UNFINISHED)}, "database", State.FAIR, "too long", "", id="a slow disk"
        ),
        pytest.param(
            {"database": DatabaseLook(Wholeness.DAMAGED, "file is not a database"), "newest_backup": ""},
            *(
                "database",
                State.POOR,
                "No backup of it was found in /data/backups.",
                "mv /data/library.db* /data/damaged/",
            ),
            id="a damaged database without a backup",
        ),
        pytest.param(
            {"data": Place("/data", free_bytes=POOR_FREE_BYTES - 1)},
            *("writing", State.POOR, "Only 20 MB are free for the data folder /data.", "df -h /data"),
            id="too little room for what is marked",
        ),
        pytest.param(
            {"data": Place("/data", is_absent=True, free_bytes=FAIR_FREE_BYTES - 1)},
            *("writing", State.FAIR, "Only 500 MB are free for the data folder /data.", "df -h /data"),
            id="little room for what is marked",
        ),
        pytest.param(
            {"data": Place("/data", "permission denied", errno=errno.EACCES)},
            *("writing", State.POOR, "The data folder /data takes no files: perm", "sudo chown -R $USER /data"),
            id="somebody else's folder",
        ),
        pytest.param(
            {"data": Place("/data", "read-only file system", errno=errno.EROFS)},
            *("writing", State.POOR, "The data folder /data takes no files: read-only", "findmnt --target /data"),
            id="a read-only disk",
        ),
        pytest.param(
            {"data": Place("/data", "no space left on device", errno=errno.ENOSPC)},
            *("writing", State.POOR, "takes no files: no space", "df -h /data"),
            id="a disk without room",
        ),
        pytest.param(
            {"data": Place("/data", "input/output error", errno=errno.EIO)},
            *("writing", State.POOR, "takes no files: input", "sudo dmesg | tail"),
            id="a disk that breaks",
        ),
        pytest.param(
            {"backups": Place("/usb/b", "there is no folder /usb", is_absent=True)},
            *("writing", State.POOR, "there is no folder /usb", "LVS_BACKUPS=FOLDER bin/serve"),
            id="a stick that is not there",
        ),
        pytest.param(
            folders(Place("/nas", file_system="cifs"), Place("/films", file_system="ext4")),
            *("network shares", State.FAIR, "/nas (cifs)", "check_interval_s = 300"),
            id="videos on a share",
        ),
        pytest.param(
            {"data": Place("/data", file_system="nfs4")},
            *("network shares", State.POOR, "nfs4", "mv /data ~/lvs-data"),
            id="the database on a share",
        ),
        pytest.param({"open_files_limit": 1000}, "open files", State.FAIR, "1,000 files", "nofile", id="few files"),
        pytest.param({"open_files_limit": 200}, "open files", State.POOR, "200 files", "nofile", id="hardly any"),
    ],
)
def test_what_is_wrong_is_said_with_what_mends_it(
    change: dict[str, object], name: str, state: State, said: str, remedy: str
) -> None:
    seen = replace(WELL, **change)  # type: ignore[arg-type]
    found = of(seen, name)
    assert (found.state, said in found.sentence) == (state, True), found
    assert remedy in found.remedy
    assert worst(findings(seen)) in (state, State.POOR)


@pytest.mark.parametrize(
    ("change", "name", "said"),
    [
        ({"watch_limit": None}, "watching", "does not limit"),
        ({"open_files_limit": None}, "open files", "does not limit"),
        ({"database": DatabaseLook(Wholeness.ABSENT)}, "database", "the first start makes it"),
        ({"data": Place("/data", is_absent=True, free_bytes=FAIR_FREE_BYTES)}, "writing", "Still to be made: /data."),
        ({"pictures_bytes": None}, "room for pictures", "may take 8.0 GB; 10.0 GB are free"),
        ({"folders": (Place("/films"),), "data": Place("/data")}, "network shares", "does not tell"),
        ({"folders": (Place("/films", file_system="ext4"),)}, "folders", "1 folder with"),
        ({"zone": ""}, "clock", "not known"),
    ],
)
def test_what_a_system_does_not_tell_or_is_still_to_come_is_no_fault(
    change: dict[str, object], name: str, said: str
) -> None:
    found = of(replace(WELL, **change), name)  # type: ignore[arg-type]
    assert (found.state, found.remedy) == (State.GOOD, "")
    assert said in found.sentence


def test_each_folder_that_is_not_well_is_named() -> None:
    seen = replace(WELL, folders=(Place("/a", "gone", is_absent=True), Place("/b"), Place("/c", "gone")))
    assert [one.sentence.split(" ")[-1] for one in findings(seen) if one.name == "folders"][1:] == ["gone."]


def test_hardware_encoders_are_listed_and_said_to_be_untried() -> None:
    assert "not tried: h264_vaapi." in of(WELL, "encoders").sentence


def test_a_name_that_could_steer_a_terminal_is_made_harmless() -> None:
    found = of(replace(WELL, folders=(Place("/a\x1b[2J; rm -rf ~", "gone", is_absent=True),)), "folders")
    assert "\x1b" not in found.sentence + found.remedy
    assert found.remedy.startswith("ls -ld '")


def test_every_encoder_that_is_wanted_is_judged() -> None:
    none = replace(WELL, media=replace(MEDIA, encoders=frozenset()))
    assert all(name in of(none, "encoders").sentence for name in ENCODERS)
