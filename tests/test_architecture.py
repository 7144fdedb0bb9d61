"""The laws of design.md section 2, read from the source: who may import what, and which danger has which door."""

from __future__ import annotations

import ast
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local_video_server.application import create_app
from tests.homes import settings_of
from tests.server import CHECKOUT

PACKAGE = "local_video_server"
# The modules that know all others.
JOINS = {"application", "workshop", "observatory", "gauges", "checking", "migration"}
FOLDERS = {path.name for path in (CHECKOUT / PACKAGE).iterdir() if path.is_dir() and path.name[0].isalpha()}
LONGEST = 280  # lines; a longer module is two modules
DRAWERS = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc", "tools", "core", "base"}

# What may appear only there; a folder means every module in it.
DOORS = {
    "sqlalchemy": {"database"},
    "alembic": {"database"},
    "sqlite3": {"database"},
    "subprocess": {"media"},
    "multiprocessing": {"media"},
    "av": {"media"},
    "PIL": {"media"},
    "watchdog": {"disk"},
    "flask_caching": {"web/page_cache"},
    "flask": {"web", "application"},  # application.py names the type of what it hands out
    "werkzeug": {"web"},
    "jinja2": {"web"},
    "granian": {"serving", "bridge", "wsgi"},
    "tqdm": {"terminal"},
    "segno": {"terminal"},
    "hdrh": {"monitoring/spread"},
    "prometheus_client": {"monitoring"},
}


@dataclass(frozen=True)
class Module:
    path: Path

    @property
    def place(self) -> str:
        """web/views/pages, serving: the module below the package, without its ending."""
        return self.path.relative_to(CHECKOUT / PACKAGE).with_suffix("").as_posix()

    @property
    def folder(self) -> str:
        """The first folder below the package, or the module itself at the top."""
        return self.place.partition("/")[0]

    @property
    def dotted(self) -> str:
        name = f"{PACKAGE}.{self.place.replace('/', '.')}"
        return name.removesuffix(".__init__")

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_bytes())

    def imports(self, only_at_start: bool = False) -> Iterator[str]:
        """The dotted names that the module imports, ours from the package's name on."""
        nodes = self.tree.body if only_at_start else list(ast.walk(self.tree))
        for node in nodes:
            if isinstance(node, ast.Import):
                yield from (name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = self.dotted.split(".")
                if self.path.name != "__init__.py":
                    above = above[:-1]
                above = above[: len(above) - node.level + 1] if node.level else []
                base = ".".join([*above, *([node.module] if node.module else [])])
                yield from (f"{base}.{name.name}" for name in node.names)


MODULES = tuple(
    Module(path)
    for path in sorted((CHECKOUT / PACKAGE).rglob("*.py"))
    if "versions" not in path.parts and "__pycache__" not in path.parts
)
NAMES = {module.dotted for module in MODULES}
each_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.place)


def ours(module: Module, only_at_start: bool = False) -> set[str]:
    """The modules of ours that it imports."""
    found = set()
    for name in module.imports(only_at_start):
        if name.split(".")[0] == PACKAGE:
            found.add(name if name in NAMES else name.rpartition(".")[0])
    return found - {PACKAGE}


def outside(module: Module) -> set[str]:
    return {name.split(".")[0] for name in module.imports()} - {PACKAGE}


def test_the_walk_sees_the_package() -> None:
    assert {"library", "database", "disk", "media", "jobs", "web"} <= FOLDERS
    known = {module.place: module for module in MODULES}
    assert f"{PACKAGE}.library.errors" in ours(known["web/views/files"])
    assert "flask" in outside(known["web/views/files"])


@each_module
def test_imports_follow_the_star(module: Module) -> None:
    if module.folder in JOINS:
        return
    top = {"serving": {"bridge", "wsgi", "library.errors"}, "bridge": {"behind", "wsgi"}, "wsgi": set[str]()}
    allowed = {f"{PACKAGE}.{name}" for name in top.get(module.folder, ())}
    for name in ours(module) - allowed:
        folder = name.split(".")[1]
        if module.folder in top:
            pytest.fail(f"{module.place} imports {name}")
        is_centre = folder == "library"
        assert folder == module.folder or is_centre, f"{module.place} imports {name}"


@each_module
def test_the_subject_needs_only_the_standard_library(module: Module) -> None:
    if module.folder == "library":
        assert outside(module) <= sys.stdlib_module_names


@each_module
def test_a_danger_has_one_door(module: Module) -> None:
    for name in outside(module) & DOORS.keys():
        assert {module.folder, module.place} & DOORS[name], f"{module.place} imports {name}"


@each_module
def test_only_the_settings_read_the_environment(module: Module) -> None:
    if module.place == "settings":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            assert node.attr not in ("environ", "environb", "getenv", "putenv"), f"line {node.lineno}"
    assert not {"os.environ", "os.getenv"} & set(module.imports())


def test_no_modules_import_each_other_in_a_circle() -> None:
    left = {module.dotted: ours(module) & NAMES - {module.dotted} for module in MODULES}
    while free := {name for name, needs in left.items() if not needs & left.keys()}:
        left = {name: needs for name, needs in left.items() if name not in free}
    assert left == {}


@each_module
def test_a_module_is_no_drawer_and_not_too_long(module: Module) -> None:
    assert module.path.stem not in DRAWERS
    assert module.folder not in DRAWERS
    assert len(module.path.read_text("utf-8").splitlines()) <= LONGEST


def test_the_server_never_loads_what_decodes_or_migrates() -> None:
    program = (
        "import sys, local_video_server.application, app\n"
        "heavy = ('av', 'PIL', 'alembic', 'ffmpeg', 'numpy', 'prometheus_client')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=CHECKOUT, check=True)
    assert done.stdout == "[]\n"


def test_building_starts_no_thread(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    before = set(threading.enumerate())
    application = create_app(settings_of(tmp_path / "data", tmp_path / "films"))
    try:
        assert set(threading.enumerate()) - before == set()
    finally:
        application.stop()


def test_stopping_ends_every_thread(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    before = set(threading.enumerate())
    application = create_app(settings_of(tmp_path / "data", tmp_path / "films"))
    application.start()
    begun = set(threading.enumerate()) - before
    assert begun
    application.stop()
    for thread in begun:
        thread.join(5 * 5)
    assert not [thread for thread in begun if thread.is_alive()]
