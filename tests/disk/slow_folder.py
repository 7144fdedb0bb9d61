"""A folder on a disk that can be made to hang, crawl or fail: a FUSE mirror of another folder, for tests.

    with slow_folder(source, mountpoint) as disk:
        disk.hang()     every operation waits, for ever, until resume() or close()
        disk.slow(50)   every operation takes 50 ms more
        disk.fail()     every operation ends in EIO
        disk.resume()   as an ordinary folder again

The file system runs in a process of its own, which is this file run as a program: it reads one command a line
and answers each. Skips the test, with the reason, where no FUSE file system can be mounted.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

START_S = 20.0
_DETACH = 2  # MNT_DETACH of umount2(2): out of sight at once, whoever still uses it


class SlowFolder:
    """A mounted mirror; the context manager makes and closes it."""

    def __init__(self, mountpoint: Path, process: subprocess.Popen[str]) -> None:
        self.mountpoint = mountpoint
        self._process = process

    def hang(self) -> None:
        self._say("hang")

    def resume(self) -> None:
        self._say("resume")

    def slow(self, delay_ms: int) -> None:
        self._say(f"slow {delay_ms}")

    def fail(self) -> None:
        self._say("fail")

    def close(self) -> None:
        """Ends and unmounts the file system, hung or not; whoever waits for it gets an error."""
        # First the end of the process: the kernel then answers all that hangs, and unmounting cannot hang.
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        _unmount(self.mountpoint)

    def _say(self, command: str) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == command + "\n"


@contextmanager
def slow_folder(source: Path, mountpoint: Path) -> Iterator[SlowFolder]:
    """`source` as seen through a disk that obeys. `mountpoint` is an empty folder, or is made."""
    import pytest

    if not os.path.exists("/dev/fuse"):
        pytest.skip("this machine has no /dev/fuse")
    mountpoint.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", __file__, str(source), str(mountpoint)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    disk = SlowFolder(mountpoint, process)
    # Neither a mount that never comes up nor a test that ends early may leave anything behind.
    patience = threading.Timer(START_S, process.kill)
    patience.start()
    try:
        assert process.stdout
        is_ready = process.stdout.readline() == "ready\n"
        patience.cancel()
        if not is_ready:
            process.wait()
            assert process.stderr
            complaint = process.stderr.read().strip().splitlines() or ["it gave no reason"]
            pytest.skip(f"no FUSE file system can be mounted here (libfuse2 installed?): {complaint[-1]}")
        yield disk
    finally:
        patience.cancel()
        disk.close()


def _unmount(mountpoint: Path) -> None:
    if ctypes.CDLL(None).umount2(os.fsencode(mountpoint), _DETACH) != 0:
        # Only root may by itself; without root the mount was made by this helper too.
        with contextlib.suppress(OSError):
            subprocess.run(["fusermount", "-u", "-z", mountpoint], stderr=subprocess.DEVNULL, check=False)


class _Mood:
    """What the file system does before each operation."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._is_hung = False
        self._is_failing = False
        self._delay_s = 0.0

    def obey(self, command: str) -> None:
        word, _, argument = command.partition(" ")
        with self._changed:
            self._is_hung = word == "hang"
            self._is_failing = word == "fail"
            self._delay_s = int(argument) / 1000 if word == "slow" else 0.0
            self._changed.notify_all()

    def wait(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._is_hung)
            delay_s, is_failing = self._delay_s, self._is_failing
        time.sleep(delay_s)
        if is_failing:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


def _serve(source: str, mountpoint: str) -> None:
    # Loads libfuse, which only the process that mounts must have.
    import mfusepy  # type: ignore[import-untyped]

    mood = _Mood()

    def listen() -> None:
        for line in sys.stdin:
            mood.obey(line.rstrip("\n"))
            print(line, end="", flush=True)
        # Whoever started us is gone, perhaps killed: nobody else would unmount.
        _unmount(Path(mountpoint))
        os._exit(0)

    def real(path: str) -> str:
        mood.wait()
        return source + path

    class Mirror(mfusepy.Operations):  # type: ignore[misc]
        use_ns = True

        def init(self, path: str) -> None:
            print("ready", flush=True)

        def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
            status = os.lstat(real(path))
            times = {f"st_{name}time": getattr(status, f"st_{name}time_ns") for name in "amc"}
            names = ("st_mode", "st_ino", "st_nlink", "st_uid", "st_gid", "st_size", "st_blocks")
            return {name: getattr(status, name) for name in names} | times

        def readdir(self, path: str, fh: int) -> list[tuple[str, dict[str, int], int]]:
            # No type of entry is told, as on some network disks; an inode of 0 would hide the entry.
            with os.scandir(real(path)) as entries:
                inside = [(entry.name, {"st_ino": entry.inode()}, 0) for entry in entries]
            return [(".", {"st_ino": 1}, 0), ("..", {"st_ino": 1}, 0), *inside]

        def readlink(self, path: str) -> str:
            return os.readlink(real(path))

        def open(self, path: str, flags: int) -> int:
            return os.open(real(path), flags)

        def create(self, path: str, mode: int, fi: Any = None) -> int:
            return os.open(real(path), os.O_RDWR | os.O_CREAT | os.O_TRUNC, mode)

        def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
            real(path)
            return os.pread(fh, size, offset)

        def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
            real(path)
            return os.pwrite(fh, data, offset)

        def truncate(self, path: str, length: int, fh: int | None = None) -> None:
            os.truncate(real(path), length)

        def release(self, path: str, fh: int) -> None:
            os.close(fh)

        def mkdir(self, path: str, mode: int) -> None:
            os.mkdir(real(path), mode)

        def unlink(self, path: str) -> None:
            os.unlink(real(path))

        def rmdir(self, path: str) -> None:
            os.rmdir(real(path))

        def rename(self, old: str, new: str) -> None:
            os.rename(real(old), source + new)

        def utimens(self, path: str, times: tuple[int, int] | None = None) -> None:
            os.utime(real(path), ns=times or (time.time_ns(), time.time_ns()))

    threading.Thread(target=listen, daemon=True).start()
    mfusepy.FUSE(
        Mirror(),
        mountpoint,
        foreground=True,
        # Nothing is answered from a cache, so that a command holds from the next operation on.
        attr_timeout=0,
        entry_timeout=0,
        negative_timeout=0,
        direct_io=True,
        use_ino=True,
    )


if __name__ == "__main__":
    _serve(*sys.argv[1:])
