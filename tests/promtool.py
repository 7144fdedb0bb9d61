"""Prometheus' own checker, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def promtool(*arguments: str | Path, sent: bytes = b"") -> tuple[int, str]:
    """Its exit code and what it said. Skips the test where there is none (Debian has it in prometheus)."""
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not installed")
    done = subprocess.run([program, *map(str, arguments)], input=sent, capture_output=True, timeout=60, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()
