"""Where the home library of real files lies that some tests and benchmarks look at: outside of the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE_THE_REPOSITORY = Path(__file__).resolve().parents[2] / "shared" / "media"
SAMPLE_MEDIA = Path(os.environ.get("LVS_SAMPLE_MEDIA") or _BESIDE_THE_REPOSITORY)


def sample_media() -> Path:
    """The folder of the sample library; skips the test where there is none."""
    if not SAMPLE_MEDIA.is_dir():
        pytest.skip(f"The sample library is not at {SAMPLE_MEDIA}; LVS_SAMPLE_MEDIA names another place.")
    return SAMPLE_MEDIA
