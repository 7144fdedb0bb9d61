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
  4  it may be done, but who did it could not say so; the same command again takes nothing twice
"""

EXAMPLES = """
examples, for the original server in /srv/video-server:
  python3 database_migration.py import-json /srv/video-server --dry-run     what would happen
  python3 database_migration.py import-json /srv/video-server --report moved.json
  python3 database_migration.py import-sqlite /srv/video-server/data/video_metadata.db
  python3 database_migration.py export-json /srv/back                       the four files again, and library.json

The old files are only read. Marks of files that are not there yet wait, and go to them when they come. Moving the
same library in again changes nothing. A server that is running does the work itself, and its pages show it at once.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it is done, 1 with a sentence when nothing was, 3 when some rows were not taken, 4 if nobody knows."""
    from local_video_server.library.errors import LibraryError, NotStored, Unavailable
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
        return 4 if isinstance(error, Unavailable) and not isinstance(error, NotStored) else 1
    except KeyboardInterrupt:
        complain("Stopped. What was not finished is not there at all; a server that was given the work goes on.")
        return 4


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python3 database_migration.py",
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
    from local_video_server.library.text import shown
    from local_video_server.terminal import Waiting

    data, backups = _folders(asked)
    _write_report(asked, {"error": "It has not ended."})  # a report that cannot be written is known before
    with Waiting(sys.stderr, "Moving in") as waiting:
        report = migration.import_library(
            asked.command, asked.path, data, backups, asked.source, asked.dry_run, waiting.ask
        )
    told = _tell_all(asked, {"from": str(asked.path), "dry_run": asked.dry_run, "data": str(data), **to_json(report)})
    library = f"the library in {shown(str(data))}"
    first = f"What would happen to {library}; nothing was changed." if asked.dry_run else f"Moved into {library}."
    _say([first, "", *moving_text.lines(report)])
    return told or (3 if report.refused or report.conflicts else 0)


def _export(asked: argparse.Namespace) -> int:
    from local_video_server import migration
    from local_video_server.library.text import shown

    data, _ = _folders(asked)
    _write_report(asked, {"error": "It has not ended."})
    report = migration.export_library(asked.path, data)
    counts = ", ".join(f"{count:,} {what}" for what, count in report.counts.items())
    told = _tell_all(asked, {"data": str(data), **vars(report)})
    _say(list(map(shown, [f"Written to {asked.path}: {counts}.", *report.notes])))
    return told


def _folders(asked: argparse.Namespace) -> tuple[Path, Path]:
    """The data folder and the folder of backups, as the server has them."""
    from local_video_server import settings

    read = settings.read(["--data", asked.data] if asked.data else [])
    return Path(read.data), Path(read.backups)


def _tell_all(asked: argparse.Namespace, values: dict[str, Any]) -> int:
    """Writes the report of what was done: 0, or 4 with a sentence when it cannot be written any more."""
    from local_video_server.library.errors import CannotMove
    from local_video_server.terminal import complain

    try:
        _write_report(asked, values)
    except CannotMove as error:
        complain(f"It is done, but: {error.message}")
        return 4
    return 0


def _say(lines: Sequence[str]) -> None:
    """What became of it, on the output. Where nobody reads any more, as after `head`, it is done all the same."""
    try:
        print("\n".join(lines), flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains at its end


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
        with suppress(OSError):
            part.unlink(missing_ok=True)
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
