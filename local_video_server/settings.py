"""Every setting: one table of name, default, unit and one sentence.

The only reader of os.environ and of lvs.toml. The command line, `--help`, README and /admin are all made from
the table, so none of them can say something else. A value is taken from the command line, else from LVS_<NAME>,
else from lvs.toml in the data folder, else it is the default.
"""

from __future__ import annotations

import argparse
import math
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .library.errors import CannotStart

CHECKOUT = Path(__file__).resolve().parent.parent
LEVELS = ("debug", "info", "warning", "error")  # of log_level, the most talkative first


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    default: Any
    unit: str
    sentence: str
    on_command_line: bool = False
    least: float = 0

    @property
    def variable(self) -> str:
        return "LVS_" + self.name.upper()

    def parse(self, value: Any, origin: str) -> Any:
        """The value in the default's type. Errors: CannotStart naming the setting and where it was given."""
        try:
            if isinstance(self.default, tuple):
                parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
                return tuple(part for part in map(str, parts) if part)
            if isinstance(self.default, int | float):
                number = type(self.default)(str(value))  # as text: neither true nor 80.5 is a whole number
                if not self.least <= number < math.inf:
                    raise ValueError(value)
                return number
            if not isinstance(value, str):
                raise TypeError(value)
            return value
        except (TypeError, ValueError) as error:
            raise CannotStart(
                f"The setting {self.name} cannot be {value!r} (from {origin}): "
                f"it takes {self.unit or 'text'}, such as {self.default!r}."
            ) from error


TABLE: tuple[Setting, ...] = (
    Setting(
        "folders",
        (),
        "folders, with commas between",
        "The folders with videos, where the command names none.",
    ),
    Setting("host", "0.0.0.0", "address", "The address to listen on; 127.0.0.1 keeps others out.", True),
    Setting("port", 8080, "port number", "The port to listen on; 0 takes any free one.", True),
    Setting("data", str(CHECKOUT / "data"), "folder", "Where the database and lvs.toml live.", True),
    Setting("thumbnails", str(CHECKOUT / "thumbnails"), "folder", "Where pictures made from videos live.", True),
    Setting("threads", 8, "threads", "How many pages are made at the same time.", least=1),
    Setting(
        "media_workers", min(4, os.cpu_count() or 1), "processes", "How many files are worked on at once.", least=1
    ),
    Setting("media_memory_mb", 2048, "MiB", "How much memory work on one file may take.", least=100),
    Setting("probe_timeout_s", 60.0, "seconds", "How long looking into one file may take.", least=0.1),
    Setting("poster_timeout_s", 60.0, "seconds", "How long making the poster of one file may take.", least=0.1),
    Setting("thumbnails_mb", 8000, "MB", "How much room pictures may take; the least used leave.", least=1),
    Setting("rest_while_watched", 1, "1 or 0", "Whether work in the background rests while somebody watches."),
    Setting("check_interval_s", 3600.0, "seconds", "How often every folder is compared with the index.", least=0.1),
    Setting("poll_interval_s", 10.0, "seconds", "How often a folder that cannot be watched is looked at.", least=0.1),
    Setting("page_cache_mb", 32, "MiB", "How much memory finished pages may take."),
    Setting(
        "backups",
        "",
        "folder",
        "Where backups of this library, and of no other, live; backups/ in the data folder when empty.",
    ),
    Setting("backup_days", 7, "days", "Of how many days the last backup is kept.", least=1),
    Setting("backup_weeks", 4, "weeks", "Of how many weeks the last backup is kept."),
    Setting("metrics_minutes_days", 2, "days", "How long what was measured is kept by the minute.", least=1),
    Setting("metrics_days", 90, "days", "How long what was measured is kept by the hour.", least=7),
    Setting(
        "log_level",
        "info",
        "debug, info, warning or error",
        "What logs/server.log in the data folder tells; debug tells each request, with titles.",
    ),
    Setting("allowed_hosts", (), "names, with commas between", "More names that this server is reached by."),
    Setting("viewer_password", "", "password", "When set, everybody has to give it before seeing anything."),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """All values, and for each where it came from ("command line", a variable, a file or "default")."""

    folders: tuple[str, ...] = ()
    host: str = "0.0.0.0"
    port: int = 8080
    data: str = ""
    thumbnails: str = ""
    threads: int = 8
    media_workers: int = 1
    media_memory_mb: int = 2048
    probe_timeout_s: float = 60.0
    poster_timeout_s: float = 60.0
    thumbnails_mb: int = 8000
    rest_while_watched: int = 1
    check_interval_s: float = 3600.0
    poll_interval_s: float = 10.0
    page_cache_mb: int = 32
    backups: str = ""
    backup_days: int = 7
    backup_weeks: int = 4
    metrics_minutes_days: int = 2
    metrics_days: int = 90
    log_level: str = "info"
    allowed_hosts: tuple[str, ...] = ()
    viewer_password: str = ""
    origins: tuple[tuple[str, str], ...] = ()
    strange_variables: tuple[str, ...] = ()  # LVS_*, but no setting of ours


def shown(settings: Settings) -> list[tuple[str, str, str]]:
    """Each setting's name, value and origin; a password's value is not told."""
    origins = dict(settings.origins)
    rows = []
    for setting in TABLE:
        value = getattr(settings, setting.name)
        text = ", ".join(value) if isinstance(value, tuple) else str(value)
        if setting.unit == "password":
            text = "set" if value else "not set"
        rows.append((setting.name, text, origins.get(setting.name, "default")))
    return rows


def parser() -> argparse.ArgumentParser:
    """The command line of app.py."""
    made = argparse.ArgumentParser(
        prog="bin/serve",
        description="Serve folders of videos to everybody at home.",
        epilog="Every other setting is an LVS_* variable or a line in lvs.toml in the data folder: see README.md.",
    )
    made.add_argument("folders", nargs="*", metavar="FOLDER", help="a folder with videos; several may be named")
    made.add_argument(
        "--check",
        action="store_true",
        help="do not serve: look at this machine, and say what is well and what would mend the rest",
    )
    made.add_argument(
        "--restore",
        metavar="FILE",
        help="do not serve: make this backup the library, and keep the present one among the backups",
    )
    for setting in TABLE:
        if setting.on_command_line:
            made.add_argument(
                f"--{setting.name}",
                metavar=setting.name[0].upper(),
                help=f"{setting.sentence} Default: {setting.default}",
            )
    return made


def read(arguments: Sequence[str] | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this run. Errors: CannotStart with one sentence; SystemExit for --help and bad options."""
    given = {name: value for name, value in vars(parser().parse_args(arguments)).items() if value not in (None, [])}
    environment = os.environ if environment is None else environment
    data = given.get("data") or environment.get("LVS_DATA") or str(CHECKOUT / "data")
    return combine(given, environment, _read_file(Path(data).expanduser() / "lvs.toml"))


def combine(given: Mapping[str, Any], environment: Mapping[str, str], in_file: Mapping[str, Any]) -> Settings:
    values: dict[str, Any] = {}
    origins: list[tuple[str, str]] = []
    unknown = set(in_file) - {setting.name for setting in TABLE}
    if unknown:
        raise CannotStart(f"lvs.toml names a setting that does not exist: {', '.join(sorted(unknown))}.")
    for setting in TABLE:
        for origin, value in (
            ("command line", given.get(setting.name)),
            (setting.variable, environment.get(setting.variable) or None),  # an empty one is not set
            ("lvs.toml", in_file.get(setting.name)),
            ("default", setting.default),
        ):
            if value is not None:
                values[setting.name] = setting.parse(value, origin)
                origins.append((setting.name, origin))
                break
    values["folders"] = tuple(map(os.path.expanduser, values["folders"]))
    values["backups"] = values["backups"] or os.path.join(values["data"], "backups")
    for name in ("data", "thumbnails", "backups"):
        values[name] = os.path.abspath(os.path.expanduser(values[name]))
    values["log_level"] = values["log_level"].lower()  # the original server's were in capitals
    if values["log_level"] not in LEVELS:
        raise CannotStart(f"The log_level cannot be {values['log_level']!r}: it is one of {', '.join(LEVELS)}.")
    if values["port"] > 65535:
        raise CannotStart(f"The port cannot be {values['port']}: ports go up to 65535.")
    strange = {name for name in environment if name.startswith("LVS_")} - {setting.variable for setting in TABLE}
    return Settings(**values, origins=tuple(origins), strange_variables=tuple(sorted(strange)))


def _read_file(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CannotStart(f"The settings file {path} cannot be read: {error}.") from error
