"""Which file system lies under a path, read from the kernel's own table: nothing on the disk itself is touched."""

from __future__ import annotations

import re

MOUNTS = "/proc/self/mountinfo"
_ESCAPED = re.compile(r"\\([0-7]{3})")


def file_system(path: str, table: str | None = None) -> str:
    """The kind of file system that holds a real path, as the kernel calls it ("ext4", "nfs4", "fuse.sshfs"); empty
    where the system does not tell.

    Source  proc_pid_mountinfo(5): fields are kept apart by spaces, and an odd character is written as octal.
    """
    found, longest = "", -1
    for line in (_read() if table is None else table).splitlines():
        mount, _, about = line.partition(" - ")
        fields, kind = mount.split(" "), about.split(" ", 1)[0]
        if len(fields) < 5 or not kind:
            continue
        point = _ESCAPED.sub(lambda octal: chr(int(octal[1], 8)), fields[4])
        # Of two mounts on one point the later one lies on top.
        if (path == point or path.startswith(point.rstrip("/") + "/")) and len(point) >= longest:
            found, longest = kind, len(point)
    return found


def _read() -> str:
    try:
        with open(MOUNTS, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return ""
