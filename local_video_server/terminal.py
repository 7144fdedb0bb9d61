"""What start says on the terminal: the addresses, a QR code for a phone, a progress bar while folders are read."""

from __future__ import annotations

import ipaddress
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from typing import TextIO

import psutil
import segno
from tqdm import tqdm

from .library.index import Folders
from .library.probing import ProbeReport
from .library.root_report import RootReport
from .library.text import shown

_EVERY_S = 0.5
_ANY = ("0.0.0.0", "::", "")


def addresses(host: str, port: int) -> list[str]:
    """Every address that the server can be opened at, this machine's own first."""
    if host not in _ANY:
        return [f"http://{_bracketed(host)}:{port}/"]
    found = ["localhost"]
    for name, interface in psutil.net_if_addrs().items():
        if psutil.net_if_stats().get(name) and psutil.net_if_stats()[name].isup:
            found += [one.address for one in interface if one.family == socket.AF_INET and _is_useful(one.address)]
    return [f"http://{name}:{port}/" for name in found]


def greet(out: TextIO, where: Sequence[str], folders: Folders, once: str | None) -> None:
    """The first lines: where it answers, what it serves, and how to set the admin password."""

    def say(line: str) -> None:
        out.write(line + "\n")

    for folder, outer in folders.covered:
        say(f"{shown(folder)} lies in {shown(outer)}, which is served already.")
    say(f"Serving {', '.join(shown(folder) for folder in folders.used)}")
    say("Open it at")
    for address in where:
        say(f"    {address}")
    for_phone = next(
        (address for address in where if "localhost" not in address and "127.0.0.1" not in address), None
    )
    if for_phone and (out.encoding or "").lower().replace("-", "") == "utf8":
        segno.make(for_phone, micro=False).terminal(out, compact=True, border=2)
    if once:
        say(f"To set the admin password, once: {for_phone or where[0]}admin/password?once={once}")
    say("Ctrl-C stops it.")
    out.flush()


class ProgressBar(threading.Thread):
    """Draws how far the first look at the folders is, with rate and time left, until it is done."""

    def __init__(self, out: TextIO, reports: Callable[[], tuple[list[RootReport], ProbeReport]]) -> None:
        super().__init__(name="progress-bar", daemon=True)
        self._out = out
        self._reports = reports
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        with tqdm(
            file=self._out, unit=" files", leave=False, dynamic_ncols=True, disable=not self._out.isatty()
        ) as bar:
            while not self._stopping.wait(_EVERY_S):
                roots, probing = self._reports()
                looking = any(report.is_looking for report in roots)
                bar.total = (
                    sum(report.files for report in roots)
                    if looking
                    else probing.waiting + probing.done + probing.broken
                )
                bar.set_description("Finding files" if looking else "Looking into them", refresh=False)
                bar.n = bar.total if looking else probing.done + probing.broken
                bar.refresh()
                if not looking and not probing.waiting:
                    return


class Waiting:
    """A bar while a command works, or while the server that it gave the work to does."""

    def __init__(self, out: TextIO, what: str) -> None:
        self._bar = tqdm(
            desc=what, file=out, unit=" videos", leave=False, dynamic_ncols=True, disable=not out.isatty()
        )
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def ask(self, progress: Callable[[], tuple[int, int]]) -> None:
        """From now on the bar shows what `progress` answers: how much is done, of how much."""

        def show() -> None:
            while not self._ended.wait(_EVERY_S):
                self._bar.n, self._bar.total = progress()
                self._bar.refresh()

        if not self._bar.disable:
            self._thread = threading.Thread(target=show, name="waiting", daemon=True)
            self._thread.start()

    def __enter__(self) -> Waiting:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._thread:
            self._thread.join()
        self._bar.close()


def _bracketed(host: str) -> str:
    try:
        return f"[{host}]" if ipaddress.ip_address(host).version == 6 else host
    except ValueError:
        return host


def _is_useful(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return not (parsed.is_loopback or parsed.is_link_local)


def say(sentence: str) -> None:
    """One sentence on the output, whatever the names in it hold."""
    sys.stdout.write(shown(sentence) + "\n")


def complain(sentence: str) -> None:
    """One sentence on the error stream, whatever the names in it hold."""
    sys.stderr.write(shown(sentence) + "\n")
