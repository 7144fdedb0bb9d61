"""What the system tells of this process."""

from __future__ import annotations

import logging
import os
import socket
import sys
from pathlib import Path

import pytest

from local_video_server.monitoring.process import OwnProcess


def test_the_first_reading_knows_all_but_percentages() -> None:
    read = OwnProcess().read()
    assert read.cpu_percent is None
    assert read.machine_cpu_percent is None
    assert (read.memory_bytes or 0) > 10_000_000
    assert (read.threads or 0) >= 1
    assert 0 < (read.open_files or 0) <= (read.open_files_limit or 0)
    assert 0 < (read.machine_memory_percent or 0) <= 100


def test_the_next_one_knows_how_busy_it_was() -> None:
    process = OwnProcess()
    process.read()
    sum(number * number for number in range(1_000_000))
    read = process.read()
    assert (read.cpu_percent or 0) > 10
    assert 0 <= (read.machine_cpu_percent or 0) <= 100


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what was written")
def test_what_is_sent_is_counted() -> None:
    process = OwnProcess()
    before = process.read().sent_bytes or 0
    here, there = socket.socketpair()
    with here, there:
        for _ in range(10):
            os.write(here.fileno(), bytes(50_000))
            there.recv(50_000, socket.MSG_WAITALL)
    assert 500_000 <= (process.read().sent_bytes or 0) - before < 600_000


@pytest.mark.parametrize("content", [None, "", "wchar: many\n", "rchar: 5\n"])
def test_what_is_not_told_is_none_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str | None
) -> None:
    file = tmp_path / "io"
    if content is not None:
        file.write_text(content)
    process = OwnProcess(str(file))
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            assert process.read().sent_bytes is None
    assert len(caplog.records) == 1
    file.write_text("wchar: 7\n")
    assert process.read().sent_bytes == 7
