"""nginx on a free port, sending one folder with sendfile: what bytes a second are compared with."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from local_video_server.serving import check_port

ABSENT = "nginx is not installed"
_LIMIT_S = 10.0
_SETTINGS = """
daemon off; worker_processes auto; pid {place}/pid; error_log {place}/errors; {user}
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on;
  client_body_temp_path {place}/1; proxy_temp_path {place}/2; fastcgi_temp_path {place}/3;
  uwsgi_temp_path {place}/4; scgi_temp_path {place}/5;
  server {{ listen 127.0.0.1:{port}; root "{folder}"; }}
}}
"""


@dataclass(frozen=True, slots=True)
class Nginx:
    base_url: str
    pid: int

    @property
    def pids(self) -> list[int]:
        return [self.pid, *(child.pid for child in psutil.Process(self.pid).children())]


@contextmanager
def nginx(folder: Path) -> Iterator[Nginx | None]:
    """None where it is not installed."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        yield None
        return
    port = check_port("127.0.0.1", 0)
    with tempfile.TemporaryDirectory(prefix="lvs-nginx-") as place:
        # Its workers would change to a user who may not look into our folder.
        user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
        settings = Path(place, "nginx.conf")
        settings.write_text(_SETTINGS.format(place=place, user=user, port=port, folder=folder))
        process = subprocess.Popen([program, "-c", str(settings), "-e", f"{place}/errors"], stderr=subprocess.DEVNULL)
        try:
            _wait(f"http://127.0.0.1:{port}/", process)
            yield Nginx(f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()
            process.wait()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _LIMIT_S
    while process.poll() is None and time.monotonic() < until:
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.02)
    raise SystemExit("nginx is installed and does not start")
