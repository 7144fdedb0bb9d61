"""The doctor's rules: what was seen of the machine -> what is good, what is not, and what to do.

Pure: checking.py sees, this judges. A finding's remedy is a command or a line of lvs.toml wherever there is one.
"""

from __future__ import annotations

import errno
import shlex
from collections.abc import Mapping, Sequence
from datetime import datetime

from .budget import FREE_BYTES
from .examined import Examined, Media, Wholeness
from .figures import State
from .health import FAIR_FREE_BYTES, POOR_FREE_BYTES
from .readings import Finding
from .text import shown

FIRST_YEAR = 2024  # this program did not exist before
LAST_DAY = datetime(9999, 12, 31).timestamp()  # some disks hold years that no calendar holds
CLOCK_SLACK_S = 86_400.0  # files come from machines with other clocks
MUCH_OF = 0.8  # of the watches: other programs of this user want some too
FEW_FILES, TOO_FEW_FILES = 1024, 256  # open at once: a video that is watched takes two

# What people have on their disks, by the names of FFmpeg's decoders: any of them will do.
DECODERS = {
    "H.264": ("h264",),
    "HEVC": ("hevc",),
    "AV1": ("libdav1d", "libaom-av1", "libgav1"),  # FFmpeg's own one only drives graphics cards
    "VP9": ("vp9", "libvpx-vp9"),
    "VP8": ("vp8", "libvpx"),
    "MPEG-4": ("mpeg4",),
    "MPEG-2": ("mpeg2video",),
    "VC-1": ("vc1",),
    "AAC": ("aac",),
    "AC-3": ("ac3",),
    "E-AC-3": ("eac3",),
    "DTS": ("dca",),
    "TrueHD": ("truehd",),
    "Opus": ("opus", "libopus"),
    "Vorbis": ("vorbis",),
    "MP3": ("mp3", "mp3float"),
    "FLAC": ("flac",),
}
ENCODERS = {"H.264": ("libx264",), "AAC": ("aac",)}
PICTURES = ("JPEG", "AVIF")
HARDWARE = ("_nvenc", "_qsv", "_vaapi", "_amf", "_v4l2m2m", "_videotoolbox", "_vulkan")
NETWORK = frozenset(
    "nfs nfs4 cifs smb2 smb3 smbfs ncpfs afs ceph glusterfs davfs lustre beegfs 9p virtiofs "
    "fuse.sshfs fuse.glusterfs fuse.rclone fuse.davfs fuse.s3fs fuse.ceph".split()
)
# By what a folder says that takes no files; the log of the system tells of whatever else a disk may say.
WRITING_REMEDIES = {
    errno.EACCES: "sudo chown -R $USER {}",
    errno.EPERM: "sudo chown -R $USER {}",
    errno.EROFS: "findmnt --target {}",
    errno.ENOSPC: "df -h {}",
    errno.EDQUOT: "quota",
}
FOR_A_DISK = "sudo dmesg | tail"
FOR_MORE_FILES = 'echo "$USER hard nofile 20000" | sudo tee /etc/security/limits.d/60-local-video-server.conf'
INSTALL_AGAIN = "rm -r .venv && bin/serve --check"


def findings(seen: Examined) -> list[Finding]:
    return [
        *_folders(seen),
        _watching(seen),
        *_media(seen.media),
        _room(seen),
        _clock(seen),
        _database(seen),
        _writing(seen),
        _network(seen),
        _open_files(seen.open_files_limit),
    ]


def _folders(seen: Examined) -> list[Finding]:
    """One of each that is not well, or one of all."""
    name = "folders"
    if not seen.folders:
        return [Finding(name, State.FAIR, "No folder with videos was named.", "bin/serve --check FOLDER")]
    found = []
    for place in seen.folders:
        path, quoted = shown(place.path), shlex.quote(shown(place.path))
        if place.is_absent:
            sentence = f"There is no folder {path}: its disk is not connected, or its name is wrong."
            found.append(Finding(name, State.POOR, sentence, f"ls -ld {quoted}"))
        elif place.is_silent:
            sentence = f"The folder {path} does not answer: its disk sleeps, or hangs, or its network is gone."
            found.append(Finding(name, State.POOR, sentence, FOR_A_DISK))
        elif place.trouble:
            sentence = f"The folder {path} cannot be read: {place.trouble}."
            found.append(Finding(name, State.POOR, sentence, f"sudo chmod a+rX {quoted}"))
    return found or [Finding(name, State.GOOD, f"{_counted(len(seen.folders), 'folder')} with videos can be read.")]


def _watching(seen: Examined) -> Finding:
    name, limit = "watching", seen.watch_limit
    if limit is None:
        return Finding(name, State.GOOD, "This system does not limit how many folders are watched.")
    if seen.watchers_limit is not None and seen.watchers_limit <= len(seen.folders):
        sentence = f"This user may have {seen.watchers_limit} watchers, and each of the folders needs one."
        return Finding(name, State.POOR, sentence, seen.to_have_more_watchers)
    if seen.entered is None:
        return Finding(
            name, State.FAIR, f"{limit:,} folders may be watched; how many there are could not be counted in time."
        )
    if seen.entered > limit:
        return Finding(
            name,
            State.POOR,
            f"There are {seen.entered:,} folders, and {limit:,} may be watched: they are looked at now and then.",
            seen.to_watch_more,
        )
    sentence = f"{seen.entered:,} of the {limit:,} folders that may be watched are used."
    if seen.entered > limit * MUCH_OF:
        return Finding(name, State.FAIR, f"{sentence} Other programs need some too.", seen.to_watch_more)
    return Finding(name, State.GOOD, sentence)


def _media(media: Media) -> list[Finding]:
    if media.trouble:
        sentence = f"Nothing can be asked of the programs that read videos: {media.trouble}"
        return [Finding("decoders", State.POOR, sentence, INSTALL_AGAIN)]
    return [_decoders(media), _encoders(media), _ffmpeg(media)]


def _decoders(media: Media) -> Finding:
    there, missing = _sorted_out(DECODERS, media.decoders)
    if missing:
        sentence = f"There is no decoder for {', '.join(missing)}: of such files no pictures can be made."
        return Finding("decoders", State.FAIR, sentence, INSTALL_AGAIN)
    return Finding("decoders", State.GOOD, f"Can be read: {', '.join(there)}.")


def _encoders(media: Media) -> Finding:
    name = "encoders"
    if missing := [kind for kind in PICTURES if kind not in media.pictures]:
        sentence = f"{' and '.join(missing)} pictures cannot be written, so no video gets one."
        return Finding(name, State.POOR, sentence, INSTALL_AGAIN)
    there, missing = _sorted_out(ENCODERS, media.encoders)
    can = f"Can be written: {', '.join((*PICTURES, *there))}."
    if missing:
        sentence = f"{can} There is no encoder for {', '.join(missing)}, which converting videos would need."
        return Finding(name, State.FAIR, sentence, INSTALL_AGAIN)
    hardware = sorted(one for one in media.encoders if one.endswith(HARDWARE))
    more = f" For graphics hardware, which was not tried: {', '.join(hardware)}." if hardware else ""
    return Finding(name, State.GOOD, can + more)


def _ffmpeg(media: Media) -> Finding:
    license = f" ({media.license})" if media.license else ""
    return Finding(
        "ffmpeg",
        State.GOOD,
        f"Videos are read with FFmpeg {media.ffmpeg}{license}, which PyAV {media.pyav} brings along. "
        "No ffmpeg program of this machine is used, so none has to be installed.",
    )


def _room(seen: Examined) -> Finding:
    name, place = "room for pictures", seen.pictures
    where, limit = shown(place.path), seen.pictures_limit_bytes
    if place.free_bytes is None:
        return Finding(name, State.FAIR, f"How much is free on the disk of {where} could not be read.")
    if place.free_bytes < FREE_BYTES:
        sentence = f"Only {_size(place.free_bytes)} are free on the disk of {where}: no pictures are made."
        return Finding(name, State.POOR, f"{sentence} Make room, or name another place.", 'thumbnails = "FOLDER"')
    used = seen.pictures_bytes or 0
    possible = used + place.free_bytes - FREE_BYTES
    if possible < limit:
        sentence = (
            f"Pictures may take {_size(limit)}, and there is room for {_size(possible)} on the disk of {where}."
        )
        return Finding(name, State.FAIR, sentence, f"thumbnails_mb = {max(1, possible // 1_000_000)}")
    taken = f" and take {_size(used)}" if used else ""
    return Finding(name, State.GOOD, f"Pictures may take {_size(limit)}{taken}; {_size(place.free_bytes)} are free.")


def _clock(seen: Examined) -> Finding:
    name, remedy = "clock", "sudo timedatectl set-ntp true; timedatectl"
    told = f"{datetime.fromtimestamp(seen.now):%Y-%m-%d %H:%M}"
    if int(told[:4]) < FIRST_YEAR:
        return Finding(name, State.POOR, f"The clock of this machine says {told}.", remedy)
    if seen.newest_at is not None and seen.newest_at > seen.now + CLOCK_SLACK_S:
        newest = f"{datetime.fromtimestamp(min(seen.newest_at, LAST_DAY)):%Y-%m-%d}"
        sentence = f"The clock of this machine says {told}, but files of this server were written on {newest}."
        return Finding(name, State.FAIR, sentence, remedy)
    return Finding(name, State.GOOD, f"It is {told} here (time zone {seen.zone or 'not known'}).")


def _database(seen: Examined) -> Finding:
    name, said = "database", seen.database.said
    match seen.database.wholeness:
        case Wholeness.ABSENT:
            return Finding(name, State.GOOD, "There is no library yet: the first start makes it.")
        case Wholeness.WHOLE:
            return Finding(name, State.GOOD, "The database was looked through and is whole.")
        case Wholeness.UNFINISHED:
            return Finding(name, State.FAIR, "Looking through the database takes too long: its disk is slow or busy.")
        case Wholeness.UNREADABLE:
            folder = shlex.quote(shown(seen.data.path))
            return Finding(name, State.POOR, f"The database cannot be read: {said}.", f"ls -l {folder}")
    sentence, data = f"The database is damaged ({said}).", shlex.quote(shown(seen.data.path))
    if not seen.newest_backup:
        where, aside = shown(seen.backups.path), f"{data}/damaged"
        sentence += f" No backup of it was found in {where}. Stop the server, put it aside: a start makes a new one."
        return Finding(name, State.POOR, sentence, f"mkdir {aside} && mv {data}/library.db* {aside}/")
    restore = f"bin/serve --restore {shlex.quote(shown(seen.newest_backup))} --data {data}"
    return Finding(name, State.POOR, f"{sentence} Stop the server and bring the last backup back.", restore)


def _writing(seen: Examined) -> Finding:
    name = "writing"
    for place, what, setting in (
        (seen.data, "The data folder", "data"),
        (seen.pictures, "The folder for pictures", "thumbnails"),
        (seen.backups, "The folder for backups", "backups"),
    ):
        if place.trouble:
            sentence = f"{what} {shown(place.path)} takes no files: {place.trouble}."
            remedy = WRITING_REMEDIES.get(place.errno or 0, FOR_A_DISK).format(shlex.quote(shown(place.path)))
            if place.is_absent:
                remedy = f"LVS_{setting.upper()}=FOLDER bin/serve"
            return Finding(name, State.POOR, sentence, remedy)
    free = seen.data.free_bytes
    if free is not None and free < FAIR_FREE_BYTES:
        sentence = f"Only {_size(free)} are free for the data folder {shown(seen.data.path)}. Make room on its disk."
        state = State.POOR if free < POOR_FREE_BYTES else State.FAIR
        return Finding(name, state, sentence, f"df -h {shlex.quote(shown(seen.data.path))}")
    absent = [shown(place.path) for place in (seen.data, seen.pictures, seen.backups) if place.is_absent]
    more = f" Still to be made: {', '.join(absent)}." if absent else ""
    return Finding(name, State.GOOD, f"Data, pictures and backups can be written.{more}")


def _network(seen: Examined) -> Finding:
    name = "network shares"
    if seen.data.file_system in NETWORK:
        sentence = (
            f"The data folder lies on a network share ({seen.data.file_system}), where a database is not safe. "
            "Stop the server, and move the folder to a disk of this machine."
        )
        return Finding(name, State.POOR, sentence, f"mv {shlex.quote(shown(seen.data.path))} ~/lvs-data")
    shares = [place for place in seen.folders if place.file_system in NETWORK]
    if shares:
        named = ", ".join(f"{shown(place.path)} ({place.file_system})" for place in shares)
        sentence = f"On a network share: {named}. What other machines change there is seen only by a look."
        return Finding(name, State.FAIR, sentence, "check_interval_s = 300")
    if not any(place.file_system for place in (*seen.folders, seen.data)):
        return Finding(name, State.GOOD, "This system does not tell what lies on a network share.")
    return Finding(name, State.GOOD, "Nothing lies on a network share.")


def _open_files(limit: int | None) -> Finding:
    name = "open files"
    if limit is None:
        return Finding(name, State.GOOD, "This system does not limit how many files are open.")
    if limit < FEW_FILES:
        state = State.POOR if limit < TOO_FEW_FILES else State.FAIR
        return Finding(name, state, f"Only {limit:,} files may be open at once.", FOR_MORE_FILES)
    return Finding(name, State.GOOD, f"{limit:,} files may be open at once.")


def _sorted_out(wanted: Mapping[str, Sequence[str]], have: frozenset[str]) -> tuple[list[str], list[str]]:
    """The names of what is there, and of what is missing."""
    there = [name for name, any_of in wanted.items() if not have.isdisjoint(any_of)]
    return there, [name for name in wanted if name not in there]


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _size(size_bytes: int) -> str:
    """In the units of disks."""
    return f"{size_bytes / 1e9:,.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:,.0f} MB"
