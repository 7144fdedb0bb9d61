"""Where and when a run was made: date, commit, machine, command. Figures mean nothing without."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Facts:
    date: str
    commit: str
    machine: str
    command: str
    load: str  # what made the load

    def __str__(self) -> str:
        return f"{self.date}, commit {self.commit}, {self.machine}, `{self.command}`, load by {self.load}"


def facts(arguments: Sequence[str], load: str) -> Facts:
    return Facts(date.today().isoformat(), commit(), machine(), " ".join(["bin/bench", *arguments]), load)


def commit() -> str:
    """Short, and whether what ran was something else than the commit."""
    named = _git("rev-parse", "--short", "HEAD")
    changed = _git("status", "--porcelain", "--", ".", ":!PERFORMANCE.md", ":!benchmarks/results")
    return (named or "unknown") + (", with changes" if changed else "")


def machine() -> str:
    python = f"Python {platform.python_version()}"
    return ", ".join(filter(None, (platform.system(), _processor(), f"{os.cpu_count()} cores", python)))


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(CHECKOUT), *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    except OSError:
        return platform.processor()
    return " ".join(found[1].split()) if found else ""
