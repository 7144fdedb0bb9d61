"""The tokens as docs/interface.md shows them, read from tokens.css. Run by hand, it writes them there:

.venv/bin/python -m tests.interface
"""

from __future__ import annotations

import re

from local_video_server.settings import CHECKOUT

DOCUMENT = CHECKOUT / "docs" / "interface.md"
TOKENS = CHECKOUT / "static" / "css" / "tokens.css"
_START, _END = "<!-- tokens: written by python -m tests.interface -->", "<!-- /tokens -->"
_TOKEN = re.compile(r"^\s+(--[\w-]+): (.+?);(?: /\* (.+?) \*/)?$", re.M)


def token_table() -> str:
    """One row a token: its value by day, by night where it differs, and what it is for."""
    css = TOKENS.read_text("utf-8")
    by_day, by_night, on_touch = css.partition("@media")[0], _block(css, "dark"), _block(css, "coarse")
    night = {name: value for name, value, _ in _TOKEN.findall(by_night)}
    touch = {name: value for name, value, _ in _TOKEN.findall(on_touch)}
    rows = ["| token | value | by night | what it is for |", "| --- | --- | --- | --- |"]
    for name, value, purpose in _TOKEN.findall(by_day):
        value = f"`{value}`" + (f", `{touch[name]}` for a finger" if name in touch else "")
        rows.append(f"| `{name}` | {value} | {f'`{night[name]}`' if name in night else ''} | {purpose} |")
    return "\n".join(rows)


def with_tokens(text: str) -> str:
    return re.sub(f"{_START}.*?{_END}", lambda _: f"{_START}\n{token_table()}\n{_END}", text, flags=re.S)


def _block(css: str, word: str) -> str:
    """What stands in the first @media that names this word."""
    found = re.search(rf"@media [^{{]*{word}[^{{]*{{.*?\n  }}", css, re.S)
    return found[0] if found else ""


if __name__ == "__main__":
    DOCUMENT.write_text(with_tokens(DOCUMENT.read_text("utf-8")), "utf-8")
