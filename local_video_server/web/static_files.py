"""The style sheets, scripts and icons, read once, and the stamp in their addresses.

One stamp for all of them, so that a script may import another by a relative name. A stamped address never changes
its content and is kept for a year; an unstamped one is asked for again.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    body: bytes
    zipped: bytes | None  # where that is smaller
    media_type: str
    etag: str


class StaticFiles:
    def __init__(self, folder: Path) -> None:
        self._files: dict[str, StaticFile] = {}
        whole = hashlib.sha256()
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                body = path.read_bytes()
                name = path.relative_to(folder).as_posix()
                media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
                zipped = gzip.compress(body, 9, mtime=0)
                smaller = zipped if len(zipped) < len(body) else None
                self._files[name] = StaticFile(body, smaller, media_type, hashlib.sha256(body).hexdigest()[:16])
                whole.update(name.encode() + b"\0" + body)
        self.stamp = whole.hexdigest()[:12]

    def get(self, name: str) -> StaticFile | None:
        return self._files.get(name)

    def names(self, prefix: str) -> list[str]:
        """The files below a folder, in the order the pages link them."""
        return sorted(name for name in self._files if name.startswith(prefix))

    def address(self, name: str) -> str:
        """The stamped address of a file. Errors: KeyError for one that is not there, so no page can name it."""
        self._files[name]
        return f"/static/{self.stamp}/{name}"
