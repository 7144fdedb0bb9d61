"""What the documents take from the code. Run by hand, it writes it there: .venv/bin/python -m tests.documents"""

from __future__ import annotations

import re
from pathlib import Path

from local_video_server.settings import CHECKOUT, TABLE
from tests.api_document import API, api_document

README = CHECKOUT / "README.md"
_START, _END = "<!-- settings: written by python -m tests.documents -->", "<!-- /settings -->"


def settings_table() -> str:
    """The table of settings as README shows it. Defaults that depend on the machine are told in words."""
    told = {
        "data": "`data/` here",
        "thumbnails": "`thumbnails/` here",
        "backups": "`backups/` in the data folder",
        "media_workers": "as many as cores, at most 4",
    }
    rows = ["| setting | default | what it is |", "| --- | --- | --- |"]
    for setting in TABLE:
        is_plain = setting.default in ("", ())
        default = told.get(setting.name) or (
            "none" if is_plain else f"{setting.default} {_unit(setting.unit)}".strip()
        )
        rows.append(f"| `{setting.name}` | {default} | {setting.sentence} |")
    return "\n".join(rows)


def with_settings(text: str) -> str:
    return re.sub(f"{_START}.*?{_END}", lambda _: f"{_START}\n{settings_table()}\n{_END}", text, flags=re.S)


def _unit(unit: str) -> str:
    return unit if unit in ("seconds", "MiB", "MB", "threads", "processes", "days", "weeks") else ""


def write(path: Path = README) -> None:
    path.write_text(with_settings(path.read_text("utf-8")), "utf-8")
    API.write_text(api_document(), "utf-8")


if __name__ == "__main__":
    write()
