"""Where the home library of real files lies that some tests look at; it is no part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE_THE_REPOSITORY = Path(__file__).resolve().parents[2] / "shared" / "media"


def sample_media() -> Path:
    """The folder of the sample library; skips the test where there is none."""
    folder = Path(os.environ.get("LVS_SAMPLE_MEDIA", _BESIDE_THE_REPOSITORY))
    if not folder.is_dir():
        pytest.skip(f"The sample library is not at {folder}; LVS_SAMPLE_MEDIA names another place.")
    return folder
