"""Whether somebody is still writing a file."""

from __future__ import annotations

import errno
import fcntl
import os
import signal


def is_being_written(path: str) -> bool | None:
    """True while any process has the file open for writing; None where that cannot be known.

    A read lease is granted only on a file that nobody has open for writing (fcntl(2), F_SETLEASE; Linux, the
    file's owner or CAP_LEASE, local file systems). It is given back at once.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return None
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False
    except OSError as error:
        return True if error.errno == errno.EAGAIN else None
    finally:
        os.close(file)


def ignore_lease_breaks() -> None:
    """Somebody who opens the file in the microseconds of our lease makes the kernel send SIGIO, which ends a
    process that does not expect it. To be called once, by the main thread."""
    signal.signal(signal.SIGIO, signal.SIG_IGN)
