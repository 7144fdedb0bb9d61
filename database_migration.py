"""Data in and out of SQLite, from the command line. Today: upgrade, which start does by itself too."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it is done, 1 with a sentence when it cannot be."""
    from local_video_server.database.lock import DataLock
    from local_video_server.database.tables import HEAD
    from local_video_server.database.upgrade import stored_version, upgrade
    from local_video_server.library.errors import CannotStart
    from local_video_server.settings import CHECKOUT
    from local_video_server.terminal import complain

    parser = argparse.ArgumentParser(prog="python database_migration.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    upgrading = commands.add_parser("upgrade", help="bring library.db to the newest form; no server may run on it")
    upgrading.add_argument("--data", default=str(CHECKOUT / "data"), help="the data folder (default: %(default)s)")
    path = Path(parser.parse_args(arguments).data) / "library.db"
    try:
        lock = DataLock(path.parent)
        before = stored_version(path)
        upgrade(path)
        lock.release()
    except CannotStart as error:
        complain(error.message)
        return 1
    print(f"{path} has the newest form ({HEAD})." if before == HEAD else f"{path}: {before or 'nothing'} -> {HEAD}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
