"""Data in and out of SQLite, from the command line: upgrade, import-json, import-sqlite, export-json."""

from __future__ import annotations

import argparse
import importlib.util
import io
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

EXIT_CODES = """
exit codes:
  0  all of it is done
  1  nothing was changed; one sentence says why
  2  the command was not understood
  3  done, but some rows were refused, or in conflict with what is here already
"""

EXAMPLES = """
examples, for the original server in /srv/video-server:
  python database_migration.py import-json /srv/video-server --dry-run     what would happen
  python database_migration.py import-json /srv/video-server --report moved.json
  python database_migration.py import-sqlite /srv/video-server/data/video_metadata.db
  python database_migration.py export-json /srv/back                       the four files again, and library.json

The old files are only read. Marks of files that are not there yet wait, and go to them when they come. Moving the
same library in again changes nothing. A server that is running does the work itself, and its pages show it at once.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it is done, 1 with a sentence when nothing was, 3 when some rows were not taken."""
    from local_video_server.library.errors import LibraryError
    from local_video_server.terminal import complain

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter must not end the work
    asked = parser().parse_args(arguments)
    try:
        return int(asked.run(asked))
    except LibraryError as error:
        complain(error.message)
        with suppress(LibraryError):
            _write_report(asked, {"error": error.message})
        return 1
    except KeyboardInterrupt:
        complain("Stopped. What was not finished is not there at all; a server that was given the work goes on.")
        return 1


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python database_migration.py",
        description="Moves the marks of the original server in, and all of ours out again.",
        epilog=EXAMPLES + EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _command(commands, "upgrade", _upgrade, "bring library.db to the newest form, after a backup (start does it too)")
    json_in = _command(commands, "import-json", _import, "move in ratings, views, tags and favorites from JSON files")
    json_in.add_argument("path", metavar="DIR", type=Path, help="the folder of ratings.json and the others")
    sqlite_in = _command(commands, "import-sqlite", _import, "move in video_metadata.db of the later original server")
    sqlite_in.add_argument("path", metavar="FILE", type=Path, help="video_metadata.db or video_cache.db")
    for importing in (json_in, sqlite_in):
        importing.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        importing.add_argument(
            "--source",
            metavar="NAME",
            default="original",
            help="whose view counts these are: a count of the same source is replaced, those of different servers "
            "are added up (default: %(default)s)",
        )
    out = _command(commands, "export-json", _export, "write the four JSON files of the original, and library.json")
    out.add_argument("path", metavar="DIR", type=Path, help="the folder to write them to")
    return made


def _command(commands: Any, name: str, run: Any, sentence: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=sentence,
        description=sentence[0].upper() + sentence[1:] + ".",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--data", metavar="DIR", help="the data folder (default: as for the server)")
    made.add_argument("--report", metavar="FILE", type=Path, help="write what became of everything, as JSON")
    made.set_defaults(run=run)
    return made


def _upgrade(asked: argparse.Namespace) -> int:
    from local_video_server import migration
    from local_video_server.database.tables import HEAD

    data, backups = _folders(asked)
    before, backup = migration.upgrade(data, backups)
    database = data / "library.db"
    print(
        f"{database} has the newest form ({HEAD})."
        if before == HEAD
        else f"{database}: {before or 'nothing'} -> {HEAD}."
    )
    if backup:
        print(f"As it was before: {backup}")
    _write_report(asked, {"before": before, "now": HEAD, "backup": backup})
    return 0


def _import(asked: argparse.Namespace) -> int:
    from local_video_server import migration, moving_text
    from local_video_server.library.moving import to_json
    from local_video_server.terminal import Waiting

    data, backups = _folders(asked)
    _write_report(asked, {"error": "It has not ended."})  # a report that cannot be written is known before
    with Waiting(sys.stderr, "Moving in") as waiting:
        report = migration.import_library(
            asked.command, asked.path, data, backups, asked.source, asked.dry_run, waiting.ask
        )
    if asked.dry_run:
        print("This is what would happen. Nothing was changed.\n")
    print("\n".join(moving_text.lines(report)))
    _write_report(asked, {"from": str(asked.path), "dry_run": asked.dry_run, "data": str(data), **to_json(report)})
    return 3 if report.refused or report.conflicts else 0


def _export(asked: argparse.Namespace) -> int:
    from local_video_server import migration
    from local_video_server.library.text import shown

    data, _ = _folders(asked)
    _write_report(asked, {"error": "It has not ended."})
    report = migration.export_library(asked.path, data)
    counts = ", ".join(f"{count:,} {what}" for what, count in report.counts.items())
    print("\n".join(map(shown, [f"Written to {asked.path}: {counts}.", *report.notes])))
    _write_report(asked, {"data": str(data), **vars(report)})
    return 0


def _folders(asked: argparse.Namespace) -> tuple[Path, Path]:
    """The data folder and the folder of backups, as the server has them."""
    from local_video_server import settings

    read = settings.read(["--data", asked.data] if asked.data else [])
    return Path(read.data), Path(read.backups)


def _write_report(asked: argparse.Namespace, values: dict[str, Any]) -> None:
    """The report, if one was asked for, written beside and renamed. Errors: CannotMove."""
    from local_video_server.library.errors import CannotMove

    if not asked.report:
        return
    part = asked.report.with_name(f".{asked.report.name}.part")
    try:
        part.write_text(json.dumps({"command": asked.command, **values}, indent=2) + "\n", "ascii")
        os.replace(part, asked.report)
    except OSError as error:
        raise CannotMove(f"The report {asked.report} cannot be written: {error.strerror}.") from error


def use_own_packages() -> None:
    """Goes on in the environment that bin/serve made, where this Python has no packages."""
    if importlib.util.find_spec("sqlalchemy") is None:
        own = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
        if own.is_file() and os.path.abspath(sys.executable) != str(own):
            os.execv(own, [str(own), *sys.argv])
        sys.exit("The packages are missing. Run bin/serve once: it installs them into .venv.")


if __name__ == "__main__":
    use_own_packages()
    sys.exit(main())
