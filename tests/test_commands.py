"""bin/serve on machines that lack something, and the set-up itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import CHECKOUT

TOOLS = ("sh", "cmp", "dirname", "readlink", "rm", "cp")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout's commands on a machine with a shell, the usual tools and no Python."""
    shutil.copytree(CHECKOUT / "bin", tmp_path / "checkout" / "bin")
    shutil.copy(CHECKOUT / "requirements.lock", tmp_path / "checkout")
    (tmp_path / "path").mkdir()
    for tool in TOOLS:
        (tmp_path / "path" / tool).symlink_to(str(shutil.which(tool)))
    return tmp_path


def add_python(bare: Path, name: str, *, lacks: str = "nothing at all") -> None:
    """A Python that does everything but what holds the words it lacks."""
    python = bare / "path" / name
    python.write_text(f'#!/bin/sh\ncase "$*" in *"{lacks}"*) exit 1 ;; esac\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)


def run(bare: Path) -> subprocess.CompletedProcess[str]:
    command = [str(bare / "checkout" / "bin" / "serve"), "/no/such/folder"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env={"PATH": str(bare / "path")})


def test_without_venv_it_says_the_command_that_brings_it(bare: Path) -> None:
    add_python(bare, "python3", lacks="ensurepip")
    done = run(bare)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Python's venv is missing. On Debian and Ubuntu it comes with: sudo apt install python3-venv"
    ]


@pytest.mark.parametrize("lacks", [None, "version_info"], ids=["no Python", "a Python too old"])
def test_without_a_python_that_is_new_enough_it_says_so(bare: Path, lacks: str | None) -> None:
    if lacks:
        add_python(bare, "python3", lacks=lacks)
    done = run(bare)
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr


def test_without_a_network_it_says_so_and_tries_again_next_time(bare: Path) -> None:
    add_python(bare, "python3")
    environment = {"PATH": str(bare / "path"), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/nowhere"}
    command = [str(bare / "checkout" / "bin" / "serve"), "/tmp"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, env=environment)
    assert done.returncode == 1
    assert "Is this machine connected?" in done.stderr
    assert not (bare / "checkout" / ".venv" / "requirements.lock").exists()


def test_a_set_up_checkout_starts_without_asking_anything(bare: Path) -> None:
    """The lock file beside the packages is the one of the checkout: nothing is installed, no Python is sought."""
    inside = bare / "checkout" / ".venv" / "bin"
    inside.mkdir(parents=True)
    shutil.copy(CHECKOUT / "requirements.lock", inside.parent)
    (inside / "python").write_text('#!/bin/sh\necho "started $*"\n')
    (inside / "python").chmod(0o755)
    assert not (bare / "path" / "python3").exists()
    done = run(bare)
    assert done.stdout == f"started {bare}/checkout/app.py /no/such/folder\n"
    assert done.stderr == ""


def test_a_set_up_whose_python_went_away_is_made_again(bare: Path) -> None:
    inside = bare / "checkout" / ".venv" / "bin"
    inside.mkdir(parents=True)
    shutil.copy(CHECKOUT / "requirements.lock", inside.parent)
    (inside / "python").symlink_to("/usr/bin/python3.99")
    add_python(bare, "python3", lacks="ensurepip")
    assert "venv is missing" in run(bare).stderr  # it looked for another one


def test_the_lock_files_pin_every_package_by_hash() -> None:
    for name in ("requirements.lock", "requirements-test.lock"):
        text = (CHECKOUT / name).read_text()
        packages = [block for block in text.replace("\\\n", " ").splitlines() if block and not block.startswith("#")]
        assert len(packages) > 10
        assert all("==" in package and "--hash=sha256:" in package for package in packages), name


def test_commands_are_executable() -> None:
    for name in ("bin/serve", "bin/test", "bin/bench", ".ci/run"):
        assert os.access(CHECKOUT / name, os.X_OK), name
