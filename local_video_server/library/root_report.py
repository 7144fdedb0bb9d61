"""How it stands with one root, as a value for /admin and the terminal."""

from __future__ import annotations

from dataclasses import dataclass

from .video import Root


@dataclass(frozen=True, slots=True)
class RootReport:
    """How it stands with one root, for /admin and the terminal."""

    root: Root
    activity: str = "waiting"  # waiting, scanning, idle, offline
    files: int = 0
    folders: int = 0
    watches: int | None = None  # None where watching cannot be counted or does not happen
    polling_reason: str | None = None  # why this root is looked at again and again instead of watched
    scanned_at: float | None = None
    scan_s: float | None = None
    is_silent: bool = False  # a disk call has not come back for SILENT_S
    is_kept: bool = True  # its thread lives
    is_paused: bool = False  # by the admin: no look is begun, and the one under way waits

    @property
    def is_looking(self) -> bool:
        """Whether files are being found now, so that the count still grows."""
        return self.activity in ("waiting", "scanning") and not self.is_silent
